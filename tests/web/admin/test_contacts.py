"""Contacts: the list and its filters, and the page that tells one contact's rhythm."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from outreach.bootstrap import Outreach
from outreach.db.models.contacts import ConsentRecord
from outreach.db.models.feedback import EventRow
from outreach.db.models.rhythm import CadenceChange
from outreach.db.queries.contact_list import ContactFilter, load_contact_list
from outreach.db.queries.contact_page import ContactPage, load_contact_page
from outreach.web.admin.contact_timeline import gap_picture, timeline
from tests.factories import NOW, a_contact, a_sent_touch, a_touch, an_industry

DAY = timedelta(days=1)


def page_of(product: Outreach, contact: int) -> ContactPage:
    with product.db.raw_transaction() as connection:
        page = load_contact_page(connection, contact)
    assert page is not None
    return page


def ids(product: Outreach, **wanted: str) -> list[int]:
    with product.db.raw_transaction() as connection:
        return [line.id for line in load_contact_list(connection, ContactFilter(**wanted), now=NOW, after=0, limit=50)]


def test_the_state_of_each_contact_is_what_its_touches_say(product: Outreach) -> None:
    with product.db.transaction() as session:
        industry = an_industry(session)
        silent = a_contact(session, industry_id=industry, last_touch_at=NOW - 36 * DAY)
        steady = a_contact(session, industry_id=industry, last_touch_at=NOW - 10 * DAY)
        hurried = a_contact(session, industry_id=industry, last_touch_at=NOW - DAY)
        a_sent_touch(session, contact_id=hurried, sent_at=NOW - DAY)
        a_sent_touch(session, contact_id=hurried, sent_at=NOW - 3 * DAY)
        barred = a_contact(session, industry_id=industry, may_email=False, may_sms=False)
    assert ids(product, state="famine") == [silent]
    assert ids(product, state="ok") == [steady]
    assert ids(product, state="feast") == [hurried]
    assert ids(product, state="unreachable") == [barred]


@pytest.mark.parametrize("search", ["evans", "blue door", "EXT-7", "mair@", "900123"])
def test_search_finds_by_name_company_number_address_and_id(product: Outreach, search: str) -> None:
    with product.db.transaction() as session:
        wanted = a_contact(session, external_id="EXT-7", email="mair@farm.example", phone="+447700900123")
        a_contact(session, last_name="Jones", company="", email="x@farm.example", phone="+447700900999")
    assert ids(product, search=search) == [wanted]


def test_a_contact_without_a_planned_touch_shows_when_one_is_due(staff: FlaskClient, product: Outreach) -> None:
    with product.db.transaction() as session:
        a_contact(session, last_touch_at=NOW - 4 * DAY)
    assert "due Fri, 18 Sept 2026" in staff.get("/contacts").get_data(as_text=True)


def test_signs_of_a_pattern_are_looked_for_as_they_are(product: Outreach) -> None:
    with product.db.transaction() as session:
        a_contact(session)
        odd = a_contact(session, company="100% Wool")
    assert ids(product, search="0% w") == [odd]
    assert ids(product, search="%") == [odd]


def test_the_list_goes_on_by_key(staff: FlaskClient, product: Outreach) -> None:
    with product.db.transaction() as session:
        contacts = [a_contact(session, first_name=f"N{number}") for number in range(51)]
    first = staff.get("/contacts").get_data(as_text=True)
    assert f"after={contacts[49]}" in first
    second = staff.get(f"/contacts?after={contacts[49]}").get_data(as_text=True)
    assert "N50 Evans" in second
    assert "N49 Evans" not in second
    assert "Next page" not in second


def test_the_page_tells_the_rhythm_in_a_sentence_on_the_contacts_clock(staff: FlaskClient, product: Outreach) -> None:
    with product.db.transaction() as session:
        contact = a_contact(session, time_zone="Asia/Tokyo")
        a_sent_touch(session, contact_id=contact, sent_at=NOW - 14 * DAY)
        a_touch(session, contact_id=contact, send_at=NOW + timedelta(hours=1), reason="14 days since the newsletter.")
    page = " ".join(staff.get(f"/contacts/{contact}").get_data(as_text=True).split())
    assert "<span>Every 14 days.</span>" in page
    assert "Last touch: Monthly newsletter, Tue, 25 Aug 2026, 18:30." in page
    assert "Next: Monthly newsletter, Tue, 8 Sept 2026, 19:30." in page
    assert "14 days since the newsletter." in page


def test_the_timeline_marks_feast_and_famine(product: Outreach) -> None:
    with product.db.transaction() as session:
        contact = a_contact(session)
        for ago in (60, 20, 17):
            a_sent_touch(session, contact_id=contact, sent_at=NOW - ago * DAY)
    entries = [entry for entry in timeline(page_of(product, contact)) if entry.touch]
    assert [(entry.gap, entry.balance) for entry in entries] == [(3.0, "feast"), (40.0, "famine"), (None, "ok")]


def test_a_withheld_touch_breaks_no_silence(product: Outreach) -> None:
    with product.db.transaction() as session:
        contact = a_contact(session)
        a_sent_touch(session, contact_id=contact, sent_at=NOW - 40 * DAY)
        a_touch(session, contact_id=contact, state="skipped", send_at=NOW - 20 * DAY, outcome="No consent.")
        a_sent_touch(session, contact_id=contact, sent_at=NOW - 2 * DAY)
    page = page_of(product, contact)
    assert [entry.gap for entry in timeline(page) if entry.touch] == [38.0, None, None]
    picture = gap_picture(page, now=NOW)
    assert [(round(silence.days), silence.balance, silence.running) for silence in picture.silences] == [
        (38, "famine", False),
        (2, "ok", True),
    ]
    assert len(picture.marks) == 2


def test_the_running_silence_is_famine_only_once_it_is_too_long(product: Outreach) -> None:
    with product.db.transaction() as session:
        contact = a_contact(session)
        a_sent_touch(session, contact_id=contact, sent_at=NOW - DAY)
    page = page_of(product, contact)
    assert gap_picture(page, now=NOW).silences[-1].balance == "ok"
    assert gap_picture(page, now=NOW + 40 * DAY).silences[-1].balance == "famine"


def test_the_page_tells_machines_from_people_and_what_was_learnt(staff: FlaskClient, product: Outreach) -> None:
    with product.db.transaction() as session:
        contact = a_contact(session)
        touch = a_sent_touch(session, contact_id=contact, sent_at=NOW - 2 * DAY)
        for number, (kind, actor) in enumerate([("opened", "machine"), ("clicked", "human")]):
            event = {"key": f"e{number}", "type": kind, "actor": actor, "occurred_at": NOW, "recorded_at": NOW}
            session.add(EventRow(**event, touch_id=touch, contact_id=contact))
        change = {"changed_at": NOW, "gap_before": 14.0, "gap_after": 12.3, "reason_code": "cadence.click"}
        sentence = "Gap shortened from 14 to 12.3 days: a person clicked."
        session.add(CadenceChange(**change, contact_id=contact, touch_id=touch, reason_numbers={}, reason=sentence))
        consent = {"channel": "email", "granted": True, "source": "web form", "given_at": NOW, "recorded_at": NOW}
        session.add(ConsentRecord(**consent, contact_id=contact))
    page = staff.get(f"/contacts/{contact}").get_data(as_text=True)
    assert "<strong>Opened</strong> by a machine" in page
    assert "<strong>Clicked</strong> by a person" in page
    assert sentence in page
    assert "web form" in page
