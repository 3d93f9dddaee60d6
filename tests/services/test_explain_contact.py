"""The explanation answers what the planner would say of one contact, and stores nothing."""

from datetime import date, datetime, timedelta

from sqlalchemy import select, update

from outreach.db.models.ledger import Touch
from outreach.db.models.rhythm import Rhythm
from outreach.db.queries.tuning import store_tuning
from outreach.db.session import Database
from outreach.domain.rhythm.codes import Code
from outreach.domain.rhythm.tuning import Tuning
from outreach.services.explain_contact import explain_contact
from outreach.services.plan_touches import plan_touches
from tests.factories import OPEN_ALL_WEEK, a_campaign, a_contact, an_edition, an_industry
from tests.services.test_replay_plan import a_lively_base


def test_it_says_why_nothing_is_planned_and_what_is_expected_next(db: Database, now: datetime) -> None:
    with db.transaction() as session:
        an_industry(session, calendar=OPEN_ALL_WEEK)
        contact = a_contact(session, last_touch_at=now - timedelta(days=3))
        an_edition(session, key="autumn", closes_on=date(2026, 12, 1))
    told = explain_contact(db=db, contact_id=contact, now=now)
    assert told is not None
    assert told.reason.code == Code.WAIT_RHYTHM
    assert told.sentence.endswith(".")
    assert told.expected is not None
    assert now + timedelta(days=8) < told.expected.send_at < now + timedelta(days=14)
    assert told.next_look > now
    with db.transaction() as session:
        assert session.scalars(select(Touch)).all() == []


def test_what_is_expected_is_what_the_planner_then_plans(db: Database, now: datetime) -> None:
    with db.transaction() as session:
        an_industry(session, calendar=OPEN_ALL_WEEK)
        contact = a_contact(session, last_touch_at=now - timedelta(days=3))
        an_edition(session, key="autumn", closes_on=date(2026, 12, 1))
        session.execute(update(Rhythm).values(look_at=now))
    told = explain_contact(db=db, contact_id=contact, now=now)
    assert told is not None
    assert told.expected is not None
    # Looked at in time, as the ticks do.
    for days in range(12):
        plan_touches(db=db, now=now + timedelta(days=days))
    with db.transaction() as session:
        (touch,) = session.scalars(select(Touch)).all()
    assert touch.send_at == told.expected.send_at


def test_every_edition_on_offer_has_exactly_one_answer(db: Database, now: datetime) -> None:
    a_lively_base(db, now, contacts=3)
    with db.transaction() as session:
        stranger = a_campaign(session, key="for-shops", name="For shops", industries=["shops"])
        an_edition(session, campaign_id=stranger, key="only")
        contact = a_contact(session, may_sms=False, last_touch_at=now - timedelta(days=30))
    told = explain_contact(db=db, contact_id=contact, now=now)
    assert told is not None
    names = [(verdict.campaign_name, verdict.edition_key) for verdict in told.verdicts]
    assert len(names) == len(set(names)) > 10
    sentences = {verdict.edition_key: verdict.sentence for verdict in told.verdicts}
    assert sentences["only"] == "It is meant for other contacts."
    assert sentences["tip-02"] == "Another part of its series comes first."
    assert "This contact cannot be reached on its channel." in sentences.values()
    assert all(verdict.sentence.endswith(".") for verdict in told.verdicts)


def test_a_contact_nobody_knows_has_no_explanation(db: Database, now: datetime) -> None:
    assert explain_contact(db=db, contact_id=404, now=now) is None


def test_a_base_that_bears_less_is_told(db: Database, now: datetime) -> None:
    with db.transaction() as session:
        an_industry(session, calendar=OPEN_ALL_WEEK)
        contact = a_contact(session, last_touch_at=now - timedelta(days=3))
    usual = explain_contact(db=db, contact_id=contact, now=now)
    with db.raw_transaction() as connection:
        store_tuning(connection, Tuning(0.0, (0.2,) * 5, 1.5), now=now)
    slowed = explain_contact(db=db, contact_id=contact, now=now)
    assert usual is not None
    assert slowed is not None
    assert slowed.slowdown == 1.5
    assert usual.slowdown < 1.5
    assert slowed.next_look >= usual.next_look
