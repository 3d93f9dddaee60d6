"""Contacts walk through journeys: who enters, what they are invited to, what ends it, however often we look."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from outreach.db.models.contacts import Contact
from outreach.db.models.habits import HabitRow
from outreach.db.models.invitations import Invitation
from outreach.db.models.journeys import Enrolment, JourneyRow, JourneyVersion
from outreach.db.models.ledger import Task
from outreach.db.models.recovery import RecoveryCase
from outreach.db.models.signals import Signal
from outreach.db.queries.journeys import store_active
from outreach.db.queries.personal_data import load_everything
from outreach.db.session import Database
from outreach.intake.journeys import JourneyBody
from outreach.services.advance_journeys import advance_journeys
from outreach.services.erase_contact import erase_contact
from outreach.services.plan_touches import plan_touches
from tests.factories import NOW, OPEN_ALL_WEEK, a_business, a_campaign, a_contact, an_edition, an_industry

WELCOME: dict[str, Any] = {
    "name": "Welcome",
    "purpose": "A good beginning.",
    "entry": {"on": "purchase"},
    "steps": [
        {"label": "hello", "send": "welcome/hello", "within_days": 20},
        {"label": "a-week", "wait": 7},
        {"label": "ring", "call": "Ask how the first week went."},
        {"label": "again", "send": "welcome/again"},
        {"label": "over", "end": True},
    ],
    "goal": ["booked"],
    "exit": ["complained", "unsubscribed"],
}


def days(count: float) -> datetime:
    return NOW + timedelta(count)


@pytest.fixture
def contact(db: Database) -> int:
    """A customer, and two letters that wait for invitations."""
    with db.transaction() as session:
        a_business(session)
        an_industry(session, calendar=OPEN_ALL_WEEK)
        campaign = a_campaign(session, key="welcome", rule="invited", touch_class="care", name="Welcome letters")
        for key in ("hello", "again"):
            an_edition(session, campaign_id=campaign, key=key, opens_on=date(2026, 1, 1), closes_on=date(2030, 12, 31))
        return a_contact(session)


def declare(db: Database, key: str = "welcome", **values: Any) -> int:
    """A journey, as a pack declares it."""
    definition = JourneyBody.model_validate(WELCOME | values).definition()
    with db.transaction() as session:
        journey = JourneyRow(key=key, definition=definition, updated_at=NOW)
        session.add(journey)
        session.flush()
        session.add(JourneyVersion(journey_id=journey.id, version=1, definition=definition, source="pack", since=NOW))
        return journey.id


def told(db: Database, contact_id: int, kind: str, at: datetime, **values: Any) -> None:
    with db.transaction() as session:
        session.add(Signal(contact_id=contact_id, kind=kind, occurred_at=at, **values))


def look(db: Database, at: float = 0) -> None:
    advance_journeys(db=db, now=days(at))


def enrolments(db: Database) -> Sequence[Enrolment]:
    with db.transaction() as session:
        return session.scalars(select(Enrolment).order_by(Enrolment.id)).all()


def standing(db: Database) -> list[tuple[str, str, str]]:
    return [(one.place, one.step, one.ended_as) for one in enrolments(db)]


def invitations(db: Database) -> list[tuple[str, bool]]:
    """Causes, and whether each is open."""
    with db.transaction() as session:
        rows = session.scalars(select(Invitation).order_by(Invitation.id))
        return [(row.cause, row.closed_at is None) for row in rows]


def send(db: Database, at: float) -> None:
    """The arbiter plans what is asked for, and it leaves."""
    with db.raw_transaction() as connection:
        connection.execute("UPDATE rhythms SET look_at = %s", (days(at),))
    plan_touches(db=db, now=days(at))
    with db.raw_transaction() as connection:
        connection.execute("UPDATE touches SET state = 'sent', sent_at = %s WHERE state = 'planned'", (days(at),))


def test_a_purchase_begins_the_journey_and_asks_the_arbiter_once(db: Database, contact: int) -> None:
    declare(db)
    told(db, contact, "purchase", days(-1))
    for _ in range(2):
        look(db)
    assert standing(db) == [("under_way", "hello", "")]
    assert invitations(db) == [("journey 1/1", True)]


def test_the_whole_way_from_the_first_letter_to_the_end(db: Database, contact: int) -> None:
    declare(db)
    told(db, contact, "purchase", days(-1))
    look(db)
    send(db, 1)
    look(db, 2)
    assert standing(db) == [("under_way", "a-week", "")]
    look(db, 7.9)
    assert standing(db) == [("under_way", "a-week", "")]
    look(db, 8.1)
    assert standing(db) == [("under_way", "again", "")]
    with db.transaction() as session:
        task = session.scalars(select(Task)).one()
        assert (task.reason_code, task.reason_numbers["why"]) == ("call.journey", "Ask how the first week went.")
    send(db, 30)
    look(db, 31)
    assert standing(db) == [("over", "over", "done")]
    assert [line[2] for line in enrolments(db)[0].log] == [
        *("began", "invited", "sent", "waited", "called", "invited", "sent", "ended"),
    ]


def test_a_booking_ends_it_and_takes_the_planned_letter_back(db: Database, contact: int) -> None:
    declare(db)
    told(db, contact, "purchase", days(-1))
    look(db)
    plan_touches(db=db, now=days(0))
    told(db, contact, "booking", days(0.01))
    look(db, 0.02)
    assert standing(db) == [("over", "hello", "goal")]
    assert invitations(db) == [("journey 1/1", False)]
    with db.raw_transaction() as connection:
        assert connection.execute("SELECT count(*) FROM touches").fetchone() == (0,)


def test_a_complaint_ends_it_before_the_goal(db: Database, contact: int) -> None:
    declare(db)
    told(db, contact, "purchase", days(-1))
    look(db)
    told(db, contact, "booking", days(1))
    told(db, contact, "complaint", days(2))
    look(db, 3)
    assert standing(db) == [("over", "hello", "exit")]


def test_the_same_purchase_never_begins_it_twice(db: Database, contact: int) -> None:
    declare(db, again="always", steps=[{"wait": 1}, {"end": True}])
    told(db, contact, "purchase", days(-1))
    for at in (0, 1.1, 1.2, 2):
        look(db, at)
    assert standing(db) == [("over", "step-2", "done")]
    told(db, contact, "purchase", days(2.5))
    look(db, 3)
    assert len(enrolments(db)) == 2


@pytest.mark.parametrize(("again", "entered"), [("never", 1), (30, 1), (10, 2), ("always", 2)])
def test_the_rule_of_coming_again_holds(db: Database, contact: int, again: object, entered: int) -> None:
    declare(db, again=again, steps=[{"wait": 1}, {"end": True}])
    told(db, contact, "purchase", days(-1))
    look(db)
    look(db, 2)
    told(db, contact, "purchase", days(14))
    look(db, 15)
    assert len(enrolments(db)) == entered


def test_an_old_occasion_does_not_begin_it(db: Database, contact: int) -> None:
    declare(db)
    told(db, contact, "purchase", days(-8))
    look(db)
    assert enrolments(db) == []


def test_only_those_it_is_meant_for_enter(db: Database, contact: int) -> None:
    declare(db, "shops", entry={"on": "purchase", "industries": ["shops"]})
    declare(db, "stoves", entry={"on": "purchase", "needs": {"fireplace": "yes"}})
    declare(db, "large", entry={"on": "purchase", "least_amount": 100})
    declare(db, "first", entry={"on": "purchase", "first": True})
    told(db, contact, "purchase", days(-300))
    told(db, contact, "purchase", days(-1), amount=50.0)
    look(db)
    assert enrolments(db) == []
    with db.transaction() as session:
        session.get_one(Contact, contact).attributes = {"fireplace": "yes"}
    look(db)
    assert len(enrolments(db)) == 1


def test_new_customers_enter_by_their_day(db: Database, contact: int) -> None:
    declare(db, entry={"on": "new_customer"})
    look(db)
    assert enrolments(db) == []
    with db.transaction() as session:
        session.get_one(Contact, contact).customer_since = days(-2).date()
    look(db)
    assert [one.entered_by for one in enrolments(db)] == ["customer since 2026-09-06"]


def test_a_silence_that_fades_begins_it_once(db: Database, contact: int) -> None:
    declare(db, entry={"on": "fading"}, again="always", steps=[{"wait": 1}, {"end": True}])
    habit = {"habit": "buying", "count": 5, "first_on": date(2025, 1, 1), "last_on": date(2026, 5, 1), "interval": 30.0}
    rates = {"surprise": 2.0, "value": 1.0, "chance": 0.5, "p_alive": 0.5, "expected": 1.0, "warnings": []}
    with db.transaction() as session:
        row = HabitRow(contact_id=contact, label="steady", scored_on=NOW.date(), **habit, **rates)
        row.season_begins = row.season_days = 0
        session.add(row)
    look(db)
    assert enrolments(db) == []
    for at in (0, 2, 3):
        with db.raw_transaction() as connection:
            connection.execute("UPDATE habits SET label = 'fading', scored_on = %s", (days(at).date(),))
        look(db, at)
    assert [(one.entered_by, one.ended_as) for one in enrolments(db)] == [("silent since 2026-05-01", "done")]


def test_two_journeys_that_ask_for_a_call_at_once_make_one(db: Database, contact: int) -> None:
    for key in ("one", "two"):
        declare(db, key, steps=[{"call": f"Because of {key}."}, {"end": True}])
    told(db, contact, "purchase", days(-1))
    look(db)
    assert [one.ended_as for one in enrolments(db)] == ["done", "done"]
    with db.transaction() as session:
        task = session.scalars(select(Task)).one()
        assert (task.reason_numbers["why"], task.source) == ("Because of one.", "journey 1")


def test_an_open_case_pauses_all_but_recovery(db: Database, contact: int) -> None:
    declare(db)
    declare(db, "sorry", recovery=True)
    told(db, contact, "purchase", days(-1))
    with db.transaction() as session:
        due = {"since": days(-2), "answer_due_at": days(2), "solve_due_at": days(12)}
        case = RecoveryCase(contact_id=contact, opened_at=days(-2), reference="test", words="It leaks.", **due)
        session.add(case)
    look(db)
    assert sorted((one.held_by, len(one.invited)) for one in enrolments(db)) == [("", 1), ("case", 0)]
    with db.raw_transaction() as connection:
        connection.execute("UPDATE recovery_cases SET closed_at = %s", (days(1),))
    look(db, 2)
    assert sorted((one.held_by, len(one.invited)) for one in enrolments(db)) == [("", 1), ("", 1)]


def test_whoever_is_in_a_journey_that_is_switched_off_stands_still_and_goes_on_later(
    db: Database, contact: int
) -> None:
    declare(db)
    told(db, contact, "purchase", days(-1))
    look(db)
    for active, at in ((False, 1), (True, 5)):
        with db.raw_transaction() as connection:
            assert store_active(connection, "welcome", active=active, now=days(at))
        look(db, at)
    assert invitations(db) == [("journey 1/1", False), ("journey 1/2", True)]


def test_exclusive_journeys_follow_each_other(db: Database, contact: int) -> None:
    steps = [{"wait": 3}, {"end": True}]
    declare(db, "one", exclusive=True, steps=steps)
    declare(db, "two", exclusive=True, steps=steps)
    declare(db, "free", steps=steps)
    told(db, contact, "purchase", days(-1))
    look(db)
    assert sorted(one.place for one in enrolments(db)) == ["under_way", "under_way", "waiting"]
    for at in (1, 2, 3.1, 4):
        look(db, at)
    assert sorted(one.place for one in enrolments(db)) == ["over", "over", "under_way"]


def test_who_waits_too_long_behind_another_is_refused_by_name(db: Database, contact: int) -> None:
    steps = [{"wait": 30}, {"end": True}]
    declare(db, "one", exclusive=True, steps=steps)
    declare(db, "two", exclusive=True, steps=steps)
    told(db, contact, "purchase", days(-1))
    for at in (0, 4, 8):
        look(db, at)
    assert sorted((one.place, one.ended_as) for one in enrolments(db)) == [("over", "refused"), ("under_way", "")]
    assert "another journey took too long" in [line[3] for one in enrolments(db) for line in one.log]


def test_contacts_finish_the_version_on_which_they_entered(db: Database, contact: int) -> None:
    journey = declare(db, steps=[{"label": "old", "wait": 3}, {"end": True}])
    told(db, contact, "purchase", days(-1))
    look(db)
    definition = JourneyBody.model_validate(WELCOME).definition()
    with db.transaction() as session:
        row = session.get_one(JourneyRow, journey)
        row.definition, row.version = definition, 2
        session.add(JourneyVersion(journey_id=journey, version=2, definition=definition, source="pack", since=NOW))
    look(db, 1)
    assert standing(db) == [("under_way", "old", "")]
    look(db, 3.1)
    assert standing(db) == [("over", "step-2", "done")]


def test_an_erased_contact_disappears_and_does_not_come_back(db: Database, contact: int) -> None:
    declare(db)
    told(db, contact, "purchase", days(-1))
    look(db)
    erase_contact(db=db, contact_id=contact, secret=b"x" * 32, now=days(0.5))
    assert enrolments(db) == []
    look(db, 1)
    assert enrolments(db) == []


def test_whoever_asks_for_their_data_is_told_of_their_journeys(db: Database, contact: int) -> None:
    declare(db)
    told(db, contact, "purchase", days(-1))
    look(db)
    with db.raw_transaction() as connection:
        everything = load_everything(connection, contact)
    assert everything
    assert [(one["step"], one["entered_by"]) for one in everything["journeys"]] == [("hello", "signal 1")]


def test_an_enrolment_that_an_erasure_overtook_is_forgotten(db: Database, contact: int) -> None:
    declare(db)
    told(db, contact, "purchase", days(-1))
    look(db)
    with db.raw_transaction() as connection:
        connection.execute("UPDATE contacts SET email = '', phone = ''")
    look(db, 1)
    assert enrolments(db) == []


def test_a_step_whose_edition_is_gone_is_passed_over_in_the_end(db: Database, contact: int) -> None:
    declare(db, steps=[{"label": "lost", "send": "welcome/none", "within_days": 5}, {"end": True}])
    told(db, contact, "purchase", days(-1))
    look(db)
    assert invitations(db) == []
    look(db, 8)
    assert standing(db) == [("over", "step-2", "done")]
    assert "expired" in [line[2] for line in enrolments(db)[0].log]


def test_many_at_once_do_no_more_than_one(db: Database) -> None:
    with db.transaction() as session:
        a_business(session)
        an_industry(session)
        campaign = a_campaign(session, key="welcome", rule="invited", touch_class="care")
        for key in ("hello", "again"):
            an_edition(session, campaign_id=campaign, key=key, closes_on=date(2030, 12, 31))
        people = [a_contact(session) for _ in range(60)]
        for person in people:
            session.add(Signal(contact_id=person, kind="purchase", occurred_at=days(-1)))
    for key in ("one", "two"):
        declare(db, key, exclusive=True)
    declare(db, "free")
    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(look, db) for _ in range(8)]:
            done.result()
    found = enrolments(db)
    assert len(found) == 180
    assert sorted({(one.place, len(one.invited)) for one in found}) == [("under_way", 1), ("waiting", 0)]
    busy = [one.contact_id for one in found if one.exclusive and one.place == "under_way"]
    assert sorted(busy) == sorted(people)
    assert len(invitations(db)) == 120
