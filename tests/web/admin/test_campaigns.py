"""Campaigns: numbers of the ledger, and the locales an edition still lacks."""

import re
from datetime import timedelta

from flask.testing import FlaskClient

from outreach.bootstrap import Outreach
from outreach.db.queries.answers import store_confirmed_answer
from outreach.db.queries.campaigns import load_campaign, load_editions
from outreach.domain.answers import Answer
from tests.factories import NOW, a_business, a_campaign, a_contact, a_content, a_sent_touch, a_touch, an_edition


def test_numbers_are_counted_from_the_ledger(product: Outreach) -> None:
    with product.db.transaction() as session:
        campaign = a_campaign(session)
        edition = an_edition(session, campaign_id=campaign)
        one, two, three = (a_contact(session) for _ in range(3))
        a_sent_touch(session, contact_id=one, edition_id=edition, sent_at=NOW, opened_at=NOW, clicked_at=NOW)
        a_sent_touch(session, contact_id=two, edition_id=edition, sent_at=NOW - timedelta(days=1))
        a_touch(session, contact_id=three, edition_id=edition)
    with product.db.raw_transaction() as connection:
        line = load_campaign(connection, campaign)
        (edition_line,) = load_editions(connection, campaign)
    assert line is not None
    for numbers in (line, edition_line):
        assert (numbers.planned, numbers.sent, numbers.opened, numbers.clicked) == (1, 2, 1, 1)


def test_a_missing_locale_is_said_in_words(staff: FlaskClient, product: Outreach) -> None:
    with product.db.transaction() as session:
        a_business(session, locales=["en", "cy"])
        campaign = a_campaign(session)
        edition = an_edition(session, campaign_id=campaign)
        a_content(session, edition_id=edition, locale="en", subject="Before the frost")
    page = staff.get(f"/campaigns/{campaign}").get_data(as_text=True)
    assert '<abbr title="Welsh">cy</abbr><span class="visually-hidden"> missing</span>' in page
    assert "Before the frost" in page


def test_what_people_answered_is_counted_in_the_words_of_the_question(staff: FlaskClient, product: Outreach) -> None:
    with product.db.transaction() as session:
        a_business(session)
        campaign = a_campaign(session)
        edition = an_edition(session, campaign_id=campaign, title="October letter")
        asks = "::: question\n## Is it cold?\n\n- [Yes, *very*](answer:cold/yes)\n- [No](answer:cold/no)\n:::\n"
        a_content(session, edition_id=edition, body=asks)
        touches = [
            a_sent_touch(session, contact_id=a_contact(session), edition_id=edition, sent_at=NOW) for _ in "1234"
        ]
    for touch, answer in zip(touches, ("no", "yes", "yes", "maybe"), strict=True):
        with product.db.raw_transaction() as connection:
            given = Answer("cold", answer)
            store_confirmed_answer(connection, touch_id=touch, edition_id=edition, given=given, now=NOW)
    page = " ".join(staff.get(f"/campaigns/{campaign}").get_data(as_text=True).split())
    assert "<h3>Is it cold?</h3>" in page
    assert "4 answers" in page
    shown = re.findall(r"<dt>([^<]*)</dt><dd><meter [^>]*></meter> (\d+)", page)
    assert shown == [("Yes, very", "2"), ("maybe", "1"), ("No", "1")]


def test_the_list_leads_to_each_campaign(staff: FlaskClient, product: Outreach) -> None:
    with product.db.transaction() as session:
        campaign = a_campaign(session, name="Frost alert", channel="sms")
    page = staff.get("/campaigns").get_data(as_text=True)
    assert f'href="/campaigns/{campaign}">Frost alert' in page
    assert "Text message" in page
