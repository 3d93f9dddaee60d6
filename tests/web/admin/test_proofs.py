"""The preview page, its frame, and the form that sends tests."""

import re
from collections.abc import Callable
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from outreach.bootstrap import Outreach
from outreach.db.queries.drafts import save_draft
from outreach.services.create_staff import create_staff
from outreach.web.admin.proofs import in_scheme
from tests.factories import NOW, a_business, a_campaign, a_contact, a_content, an_edition

PASSWORD = "a long walk by the sea"
BODY = '::: value\nHello {{ contact.first_name | default("there") }}. See [Book](https://hearth.example/book)\n:::\n'


@pytest.fixture
def edition(product: Outreach) -> int:
    """A newsletter in English and Arabic, with three readers."""
    with product.db.transaction() as session:
        a_business(session)
        made = an_edition(session, campaign_id=a_campaign(session), title="Autumn")
        a_content(session, edition_id=made, body=BODY, preheader="A list for {{ contact.first_name }}.")
        a_content(session, edition_id=made, locale="ar", subject="قبل الصقيع", body="::: value\nمرحبا\n:::")
        a_contact(session, first_name="Anna", last_name="Evans")
        a_contact(session, first_name="Amal", last_name="Haddad", language="ar", company="")
        a_contact(session, first_name="<b>Bartholomew</b>", last_name="", language="cy")
    return made


def seen(client: FlaskClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    return unescape(answer.text)


def test_the_page_begins_with_the_first_contact_and_leads_on(staff: FlaskClient, edition: int) -> None:
    page = seen(staff, f"/editions/{edition}/preview")
    assert "As Anna Evans would get it" in page
    assert "<strong>Before the frost</strong>" in page
    assert "– A list for Anna.</span>" in page
    assert "of the 102 KB that Gmail shows" in page
    following = re.search(r'href="([^"]+)" rel="next"', page)
    assert following
    second = seen(staff, following[1])
    assert "As Amal Haddad would get it" in second
    assert 'rel="prev"' in second


def test_the_fall_back_of_a_contact_is_told(staff: FlaskClient, edition: int) -> None:
    page = seen(staff, f"/editions/{edition}/preview?contact=3")
    assert '<abbr title="Welsh">cy</abbr> → <abbr title="English">en</abbr></span>: written in English' in page
    by_hand = seen(staff, f"/editions/{edition}/preview?contact=3&locale=ar")
    assert "Shown in Arabic, chosen by hand" in by_hand


def test_a_contact_is_found_by_name_and_worst_cases_by_a_click(staff: FlaskClient, edition: int) -> None:
    page = seen(staff, f"/editions/{edition}/preview?q=haddad&scheme=dark")
    assert f'/editions/{edition}/preview?scheme=dark&contact=2"><bdi>Amal Haddad</bdi>' in page
    assert re.search(r'preview\?scheme=dark&contact=2">No company<', page)
    assert re.search(r'preview\?scheme=dark&contact=3">Longest first name<', page)
    assert "No first name" not in page
    assert "Nobody here" in seen(staff, f"/editions/{edition}/preview?q=100%25")


def test_a_name_with_markup_stays_a_name(staff: FlaskClient, edition: int) -> None:
    assert "<b>Bartholomew</b>" not in staff.get(f"/editions/{edition}/preview?contact=3&q=barth").text
    assert "Hello &lt;b&gt;Bartholomew&lt;/b&gt;." in staff.get(f"/preview-frames/{edition}?contact=3").text


def test_the_frame_may_run_nothing_and_fetch_only_our_pictures(staff: FlaskClient, edition: int) -> None:
    answer = staff.get(f"/preview-frames/{edition}?contact=1")
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; img-src data: http://localhost/static/ http://localhost/i/")
    assert policy.endswith("; sandbox")
    assert "script-src" not in policy
    assert '<base target="_blank">' in answer.text
    page = staff.get(f"/editions/{edition}/preview")
    assert page.text.count('sandbox=""') == 2
    assert "http://localhost/preview-frames/;" in page.headers["Content-Security-Policy"]


def test_links_of_a_preview_count_for_nothing_if_somebody_follows_them(
    staff: FlaskClient, product: Outreach, edition: int
) -> None:
    shown = staff.get(f"/preview-frames/{edition}?contact=1").text
    addresses = re.findall(r'(?:href|src)="[^"]*(/[cou]/[^"]+)"', shown)
    assert {address[:3] for address in addresses} == {"/c/", "/o/", "/u/"}
    for address in addresses:
        assert staff.get(address).status_code in (200, 204, 404)
    unsubscribing = next(address for address in addresses if address.startswith("/u/"))
    assert staff.post(unsubscribing).status_code == 200
    with product.db.raw_transaction() as connection:
        assert connection.execute("SELECT count(*) FROM events").fetchone() == (0,)
        assert connection.execute("SELECT count(*) FROM contacts WHERE NOT may_email").fetchone() == (0,)


def test_a_dark_screen_applies_the_dark_styles_and_says_it_is_simulated(staff: FlaskClient, edition: int) -> None:
    dark = staff.get(f"/preview-frames/{edition}?scheme=dark").text
    assert "prefers-color-scheme" not in dark
    assert ":root{color-scheme:dark}" in dark
    assert "simulated" in seen(staff, f"/editions/{edition}/preview?scheme=dark")
    light = staff.get(f"/preview-frames/{edition}").text
    assert "@media not all" in light
    assert "@media all" in dark


def test_one_scheme_always_applies_and_the_other_never() -> None:
    mail = "<head></head>@media (prefers-color-scheme:dark){a}@media (prefers-color-scheme: light){b}"
    dark = in_scheme(mail, dark=True)
    assert dark == "<head><style>:root{color-scheme:dark}</style></head>@media all{a}@media not all{b}"
    assert in_scheme(mail, dark=False).endswith("@media not all{a}@media all{b}")


def test_the_text_part_and_the_source_are_there_to_see(staff: FlaskClient, edition: int) -> None:
    assert "Hello Anna. See Book:" in seen(staff, f"/editions/{edition}/preview?view=text")
    source = seen(staff, f"/editions/{edition}/preview?view=source")
    assert "List-Unsubscribe: <" in source
    assert "Content-Type: multipart/alternative" in source


def test_an_unsaved_fault_of_a_draft_is_told_where_the_mail_would_be(
    staff: FlaskClient, product: Outreach, edition: int
) -> None:
    with product.db.raw_transaction() as connection:
        save_draft(
            connection,
            edition_id=edition,
            locale="en",
            began_from=0,
            subject="Before the frost",
            preheader="",
            body="::: value\nHello {{ contact.shoe_size }}\n:::",
            saved_by="Mair",
            now=NOW,
        )
    page = seen(staff, f"/editions/{edition}/preview")
    assert "There is nothing to show" in page
    assert "'{{ contact.shoe_size }}': is not a merge field that may be used" in page
    assert staff.get(f"/preview-frames/{edition}").status_code == 404


def test_a_text_message_is_a_bubble_with_its_segments(staff: FlaskClient, product: Outreach) -> None:
    with product.db.transaction() as session:
        a_business(session)
        made = an_edition(session, campaign_id=a_campaign(session, channel="sms"))
        a_content(session, edition_id=made, locale="ar", subject="", preheader="", body="صقيع الليلة")
        a_contact(session, language="ar")
    page = seen(staff, f"/editions/{made}/preview")
    assert '<p class="bubble" dir="rtl" lang="ar">صقيع الليلة' in page
    assert "UCS-2 · 1 segment" in page


def test_what_is_not_there_is_a_404_or_told(staff: FlaskClient, edition: int) -> None:
    assert staff.get("/editions/999/preview").status_code == 404
    assert staff.get("/preview-frames/999").status_code == 404
    assert "is not in the audience" in seen(staff, f"/editions/{edition}/preview?contact=999")
    assert "has no text in this edition" in seen(staff, f"/editions/{edition}/preview?locale=xx")


def test_a_stranger_sees_no_frame(stranger: FlaskClient, edition: int) -> None:
    assert stranger.get(f"/preview-frames/{edition}").status_code == 302


def test_an_address_that_is_none_is_refused_and_stays_typed(staff: FlaskClient, edition: int) -> None:
    form = {"address": "mair at hearth", "locale": "ar", "contact": "1", "which": "one"}
    answer = staff.post(f"/editions/{edition}/preview/test", data=form)
    assert answer.status_code == 422
    assert "is no e-mail address" in answer.text
    assert 'value="mair at hearth"' in answer.text
    assert "As Anna Evans would get it" in answer.text


def test_a_mailbox_that_is_not_there_is_told_on_the_page(staff: FlaskClient, edition: int) -> None:
    form = {"address": "mair@hearth.example", "locale": "en", "contact": "1", "which": "all"}
    answer = staff.post(f"/editions/{edition}/preview/test", data=form, follow_redirects=True)
    assert "2 did not leave; see below." in answer.text
    assert "Did not leave" in answer.text


def test_a_viewer_may_look_and_not_send(
    app: Flask, product: Outreach, edition: int, sign_in: Callable[..., None]
) -> None:
    create_staff(db=product.db, email="vi@hearth.example", name="Vi", password=PASSWORD, roles=["viewer"], now=NOW)
    client = app.test_client()
    sign_in(client, email="vi@hearth.example", password=PASSWORD)
    assert "Authors, approvers and senders can send tests." in seen(client, f"/editions/{edition}/preview")
    form = {"address": "vi@hearth.example", "locale": "en", "which": "one"}
    assert client.post(f"/editions/{edition}/preview/test", data=form).status_code == 403
