"""Offers: applied with their pack, kept from whom they are not for, and reported beside what loyal customers got."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from outreach.db.models.contacts import Contact
from outreach.db.models.content import Business, Campaign
from outreach.db.models.ledger import Touch
from outreach.db.models.offers import DeclaredOfferRow
from outreach.db.models.signals import Signal
from outreach.db.queries.declared_offers import load_offer_lines
from outreach.db.session import Database
from outreach.domain.care.loyalty import STANDING, Standing, standing_of
from outreach.domain.errors import BadInput
from outreach.services.apply_pack import PackDiff, apply_pack
from outreach.services.note_standings import note_standings
from outreach.services.plan_touches import plan_touches
from tests.factories import (
    NOW,
    OPEN_ALL_WEEK,
    a_business,
    a_campaign,
    a_contact,
    a_content,
    a_sent_touch,
    a_touch,
    an_edition,
    an_industry,
)
from tests.intake.test_offers import LOYAL, WELCOME
from tests.small_pack import write_small_pack

TODAY = NOW.date()


@pytest.fixture
def apply(db: Database, tmp_path: Path) -> Callable[[str], PackDiff]:
    """Applies the small pack with these offers."""
    folder = write_small_pack(tmp_path / "small")
    whole = (folder / "pack.yaml").read_text("utf-8")

    def act(offers: str) -> PackDiff:
        (folder / "pack.yaml").write_text(whole + offers, encoding="utf-8")
        return apply_pack(db=db, folder=folder, now=NOW)

    return act


def test_offers_come_and_go_with_their_pack_and_stay_for_the_report(
    db: Database, apply: Callable[[str], PackDiff]
) -> None:
    assert apply(f"offers:\n{WELCOME}{LOYAL}").counts()["offer"] == {"added": 2}
    assert apply(f"offers:\n{WELCOME}{LOYAL}").differing == ()
    gone = apply(f"offers:\n{LOYAL}").differing
    assert [(one.what, one.kind, one.key) for one in gone] == [("stopped", "offer", "welcome")]
    with db.transaction() as session:
        assert session.scalars(select(DeclaredOfferRow).order_by(DeclaredOfferRow.key)).all()[1].active is False


def test_an_unfair_offer_leaves_everything_as_it_was(db: Database, apply: Callable[[str], PackDiff]) -> None:
    with pytest.raises(BadInput, match="present customers have nothing"):
        apply(f"offers:\n{WELCOME}")
    with db.transaction() as session:
        assert session.scalars(select(Business)).all() == []


def test_present_customers_keep_theirs_as_long_as_newcomers_have_it(
    db: Database, apply: Callable[[str], PackDiff]
) -> None:
    apply(f"offers:\n{WELCOME}{LOYAL}")
    with pytest.raises(BadInput, match="on 2026-10-21 present customers have nothing"):
        apply(f"offers:\n{WELCOME}{LOYAL.replace('to: 2026-10-31', 'to: 2026-10-20')}")


def test_the_campaign_of_an_offer_needs_those_it_is_for(db: Database, apply: Callable[[str], PackDiff]) -> None:
    wide = LOYAL.replace("2026-09-24", "2026-09-01").replace("2026-10-31", "2027-02-28")
    apply(f"review_links: [{{name: Town, url: 'https://r.example'}}]\noffers:\n{wide}    campaigns: [frost]\n")
    with db.transaction() as session:
        assert session.scalars(select(Campaign.needs).where(Campaign.key == "frost")).one() == {STANDING: "present"}
        assert session.get_one(Business, 1).review_links == [{"name": "Town", "url": "https://r.example"}]
    apply(f"offers:\n{wide}")
    with db.transaction() as session:
        assert session.scalars(select(Campaign.needs).where(Campaign.key == "frost")).one() == {}


def an_offer(db: Database, meant_for: str = "lapsed", **values: object) -> None:
    standing = {
        "names": {"en": "Come back"},
        "applies_to": "boiler",
        "campaigns": ["come-back"],
        "terms": {"kind": "amount_off", "value": 20, "currency": "GBP"},
        "starts_on": TODAY - timedelta(days=30),
        "ends_on": TODAY + timedelta(days=30),
        "updated_at": NOW,
    }
    with db.transaction() as session:
        session.add(DeclaredOfferRow(**({"key": meant_for, "meant_for": meant_for} | standing | values)))


#: Days since they became a customer, and since they bought last.
PEOPLE = [(None, None), (None, 3), (None, 400), (0, None), (90, 10), (90, 400), (91, None), (91, 365), (91, 366)]


def people(db: Database) -> dict[int, Standing]:
    """Customers of every kind, with where the rule says that they stand."""
    expected = {}
    with db.transaction() as session:
        for since, bought in PEOPLE:
            day = TODAY - timedelta(days=since) if since is not None else None
            contact = a_contact(session, customer_since=day)
            last = TODAY - timedelta(days=bought) if bought is not None else None
            if last:
                at = datetime.combine(last, NOW.timetz())
                session.add(Signal(contact_id=contact, kind="purchase", occurred_at=at, reference="r"))
                session.add(Signal(contact_id=contact, kind="visit", occurred_at=NOW, reference="v"))
            expected[contact] = standing_of(customer_since=day, last_purchase=last, today=TODAY)
    return expected


def noted(db: Database) -> dict[int, str]:
    with db.transaction() as session:
        return {one.id: one.attributes.get(STANDING, "") for one in session.scalars(select(Contact))}


def test_the_database_notes_what_the_rule_says(db: Database) -> None:
    expected = people(db)
    an_offer(db)
    assert note_standings(db=db, now=NOW) == len(PEOPLE)
    assert noted(db) == expected
    assert note_standings(db=db, now=NOW) == 0


def test_nobody_is_noted_while_no_offer_asks(db: Database) -> None:
    people(db)
    an_offer(db, ends_on=TODAY - timedelta(days=1))
    an_offer(db, "everyone")
    an_offer(db, "newcomers", campaigns=[])
    assert note_standings(db=db, now=NOW) == 0
    assert set(noted(db).values()) == {""}


def carrying(db: Database, standing: str) -> int:
    """An edition of a campaign whose offer is for some."""
    with db.transaction() as session:
        a_business(session)
        an_industry(session, calendar=OPEN_ALL_WEEK)
        campaign = a_campaign(session, key="come-back", needs={STANDING: standing})
        edition = an_edition(session, campaign_id=campaign)
        a_content(session, edition_id=edition)
        return edition


def test_the_planner_writes_of_an_offer_only_to_those_it_is_for(db: Database) -> None:
    edition = carrying(db, "lapsed")
    expected = people(db)
    an_offer(db)
    plan_touches(db=db, now=NOW)
    note_standings(db=db, now=NOW)
    plan_touches(db=db, now=NOW)
    with db.transaction() as session:
        reached = set(session.scalars(select(Touch.contact_id).where(Touch.edition_id == edition)))
    assert reached == {contact for contact, standing in expected.items() if standing is Standing.LAPSED}


def test_who_comes_back_on_the_way_does_not_get_the_offer_for_those_who_left(db: Database) -> None:
    edition = carrying(db, "lapsed")
    an_offer(db)
    with db.transaction() as session:
        contact = a_contact(session, attributes={STANDING: "lapsed"})
        a_touch(session, contact_id=contact, edition_id=edition, send_at=NOW + timedelta(days=2))
        session.add(Signal(contact_id=contact, kind="purchase", occurred_at=NOW - timedelta(days=1), reference="r"))
    assert note_standings(db=db, now=NOW) == 1
    with db.transaction() as session:
        assert session.scalars(select(Touch)).all() == []


def test_win_back_stands_beside_what_loyal_customers_got(db: Database) -> None:
    edition = carrying(db, "lapsed")
    an_offer(db)
    an_offer(db, "present", campaigns=[], terms={"kind": "percent_off", "value": 10, "currency": ""})
    with db.transaction() as session:
        for days in (5, 40):
            contact = a_contact(session)
            a_sent_touch(session, contact_id=contact, edition_id=edition, sent_at=NOW - timedelta(days=days))
    with db.raw_transaction() as connection:
        lines = {line.key: line for line in load_offer_lines(connection, today=TODAY)}
    assert (lines["lapsed"].reached, lines["lapsed"].total) == (1, 20.0)
    assert (lines["present"].reached, lines["present"].total, lines["present"].for_loyal) == (0, None, True)


def test_an_offer_over_new_year_is_told_for_each_year_that_has_begun(db: Database) -> None:
    an_offer(db, starts_on=date(2025, 12, 1), ends_on=date(2027, 1, 31))
    with db.raw_transaction() as connection:
        assert [line.year for line in load_offer_lines(connection, today=TODAY)] == [2026, 2025]


def test_present_customers_are_told_first_by_a_campaign_of_their_own(
    db: Database, apply: Callable[[str], PackDiff]
) -> None:
    everyone = LOYAL.replace("for: present", "for: everyone\n    early_access_days: 7\n    early_campaigns: [frost]")
    days = everyone.replace("from: 2026-09-24", "from: 2026-09-08").replace("to: 2026-10-31", "to: 2027-02-28")
    apply(f"offers:\n{days}")
    with db.transaction() as session:
        assert session.scalars(select(Campaign.needs).where(Campaign.key == "frost")).one() == {STANDING: "present"}
    with pytest.raises(BadInput, match="open outside the offer's days"):
        apply(f"offers:\n{days.replace('early_access_days: 7', 'early_access_days: 6')}")
