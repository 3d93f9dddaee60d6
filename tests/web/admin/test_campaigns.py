"""Campaigns: numbers of the ledger, and the locales an edition still lacks."""

from datetime import timedelta

from flask.testing import FlaskClient

from outreach.bootstrap import Outreach
from outreach.db.queries.campaigns import load_campaign, load_editions
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


def test_the_list_leads_to_each_campaign(staff: FlaskClient, product: Outreach) -> None:
    with product.db.transaction() as session:
        campaign = a_campaign(session, name="Frost alert", channel="sms")
    page = staff.get("/campaigns").get_data(as_text=True)
    assert f'href="/campaigns/{campaign}">Frost alert' in page
    assert "Text message" in page
