"""The phone list: who gets on it, what closing a task does, and taking that back."""

from datetime import datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.db.models.contacts import Suppression
from outreach.db.models.ledger import LoggedTouch, Task, Touch
from outreach.db.models.rhythm import Rhythm
from outreach.db.models.signals import Signal
from outreach.db.queries.task_list import load_open_tasks
from outreach.db.session import Database
from outreach.domain.care.tasks import Outcome
from outreach.domain.errors import BadInput
from outreach.domain.logged import NOTE_LENGTH
from outreach.services.close_task import close_task
from outreach.services.make_call_tasks import make_call_tasks
from outreach.services.reopen_task import reopen_task
from tests.factories import NOW, OPEN_ALL_WEEK, a_contact, a_touch, an_industry

DAY = timedelta(days=1)
STAFF = "mair@hearth.example"
CLOSED_NOW = OPEN_ALL_WEEK | {
    "seasons": [{"key": "autumn", "name": "Autumn", "stance": "closed", "from": "09-01", "to": "09-30"}]
}


def buys(session: Session, contact_id: int, *, days_ago: float = 30, kind: str = "purchase") -> None:
    at = NOW - timedelta(days=days_ago)
    session.add(Signal(contact_id=contact_id, kind=kind, occurred_at=at, reference=str(days_ago)))


def a_silent_customer(session: Session, *, silent: float = 30, code: str = "wait.no_content", **values: Any) -> int:
    """A customer who bought lately; the longest gap is 35 days."""
    contact = a_contact(session, last_touch_at=NOW - timedelta(days=silent), **values)
    session.get_one(Rhythm, contact).waiting_code = code
    buys(session, contact)
    return contact


def tasks(db: Database) -> list[Task]:
    with db.transaction() as session:
        return list(session.scalars(select(Task).order_by(Task.id)))


def listed(db: Database, now: datetime = NOW) -> list[int]:
    with db.raw_transaction() as connection:
        return [line.contact_id for line in load_open_tasks(connection, now=now, limit=50)]


def make(db: Database, now: datetime = NOW) -> int:
    return make_call_tasks(db=db, now=now)


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("wait.no_content", "call.no_content"),
        ("no.consent", "call.no_consent"),
        ("wait.no_hours", "call.no_hours"),
    ],
)
def test_a_valued_customer_whom_no_message_will_reach_is_to_be_called(db: Database, code: str, reason: str) -> None:
    with db.transaction() as session:
        contact = a_silent_customer(session, code=code)
    assert make(db) == 1
    (task,) = tasks(db)
    assert (task.contact_id, task.kind, task.reason_code) == (contact, "call", reason)
    assert (task.due_at, task.made_at) == (NOW + 5 * DAY, NOW)
    assert task.reason_numbers == {"max_gap": 35.0, "famine": (NOW + 5 * DAY).isoformat()}


@pytest.mark.parametrize(
    ("silent", "code", "wanted"),
    [
        (27, "wait.no_content", 0),
        (29, "wait.no_content", 1),
        (30, "wait.rhythm", 0),
        (36, "wait.rhythm", 1),
        (36, "", 1),
        (36, "wait.closed", 0),
        (36, "wait.paused", 0),
    ],
)
def test_only_a_silence_that_gets_too_long_for_no_good_reason_is_broken_by_a_call(
    db: Database, silent: float, code: str, wanted: int
) -> None:
    with db.transaction() as session:
        a_silent_customer(session, silent=silent, code=code)
    assert make(db) == wanted


def test_only_the_most_valued_fifth_of_those_who_ever_bought_is_called(db: Database) -> None:
    with db.transaction() as session:
        customers = [a_silent_customer(session) for _ in range(10)]
        for place, one in enumerate(customers):
            buys(session, one, days_ago=100 + place)
        stranger = a_contact(session, last_touch_at=NOW - 40 * DAY)
        session.get_one(Rhythm, stranger).waiting_code = "wait.no_content"
        for one in customers[7:8]:
            buys(session, one, days_ago=1, kind="booking")
            buys(session, one, days_ago=2, kind="visit")
    assert make(db) == 2
    assert listed(db) == [customers[7], customers[0]]


def test_a_pause_a_planned_touch_a_complaint_or_a_closed_season_keeps_from_the_list(db: Database) -> None:
    with db.transaction() as session:
        paused = a_silent_customer(session)
        session.get_one(Rhythm, paused).paused_until = NOW + DAY
        a_touch(session, contact_id=a_silent_customer(session), send_at=NOW + DAY)
        a_silent_customer(session, email="Cross@Example.com")
        session.add(Suppression(channel="email", address="cross@example.com", reason="complained", since=NOW))
        closed = an_industry(session, "gardens", calendar=CLOSED_NOW)
        a_silent_customer(session, industry_id=closed)
    assert make(db) == 0


def test_it_looks_once_a_day_and_asks_once_for_each_silence(db: Database) -> None:
    with db.transaction() as session:
        a_silent_customer(session)
    assert [make(db), make(db, NOW + timedelta(hours=1)), make(db, NOW + DAY)] == [1, 0, 0]
    (task,) = tasks(db)
    assert close_task(db=db, task_id=task.id, outcome=Outcome.NOT_NEEDED, note="", staff=STAFF, now=NOW + DAY)
    assert make(db, NOW + 9 * DAY) == 0


def test_two_workers_at_once_make_one_task(db: Database) -> None:
    with db.transaction() as session:
        a_silent_customer(session)
    together, made = Barrier(2), []

    def work() -> None:
        together.wait()
        made.append(make(db))

    workers = [Thread(target=work) for _ in range(2)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    assert sorted(made) == [0, 1]


def test_who_was_not_reached_comes_up_again_after_three_days(db: Database) -> None:
    with db.transaction() as session:
        contact = a_silent_customer(session)
    make(db)
    close_task(db=db, task_id=tasks(db)[0].id, outcome=Outcome.NOT_REACHED, note="", staff=STAFF, now=NOW)
    assert [listed(db), listed(db, NOW + 2 * DAY), listed(db, NOW + 4 * DAY)] == [[], [], [contact]]
    assert make(db, NOW + 4 * DAY) == 0


def test_whom_three_attempts_did_not_reach_is_left_alone_for_ninety_days(db: Database) -> None:
    with db.transaction() as session:
        a_silent_customer(session)
    make(db)
    (task,) = tasks(db)
    for day in (0, 3, 6):
        assert close_task(
            db=db, task_id=task.id, outcome=Outcome.LEFT_MESSAGE, note="", staff=STAFF, now=NOW + day * DAY
        )
    (task,) = tasks(db)
    assert (task.closed_at, task.outcome, task.attempts) == (NOW + 6 * DAY, "left_message", 3)
    assert [make(db, NOW + 95 * DAY), make(db, NOW + 97 * DAY)] == [0, 1]


def test_a_conversation_is_a_touch(db: Database) -> None:
    with db.transaction() as session:
        contact = a_silent_customer(session)
    make(db)
    with db.transaction() as session:
        a_touch(session, contact_id=contact, send_at=NOW + 2 * DAY)
    (task,) = tasks(db)
    assert close_task(db=db, task_id=task.id, outcome=Outcome.REACHED, note="Happy", staff=STAFF, now=NOW)
    with db.transaction() as session:
        logged = session.scalars(select(LoggedTouch)).one()
        rhythm = session.get_one(Rhythm, contact)
        assert session.scalars(select(Touch)).all() == []
    assert (logged.channel, logged.at, logged.note, logged.logged_by) == ("call", NOW, "Happy", STAFF)
    assert (rhythm.last_touch_at, rhythm.next_due_at) == (NOW, NOW + 14 * DAY)
    assert tasks(db)[0].outcome == "reached"


@pytest.mark.parametrize("outcome", [Outcome.NOT_REACHED, Outcome.NOT_NEEDED])
def test_anything_else_is_none(db: Database, outcome: Outcome) -> None:
    with db.transaction() as session:
        contact = a_silent_customer(session)
    make(db)
    close_task(db=db, task_id=tasks(db)[0].id, outcome=outcome, note="", staff=STAFF, now=NOW)
    with db.transaction() as session:
        assert session.get_one(Rhythm, contact).last_touch_at == NOW - 30 * DAY
        assert session.scalars(select(LoggedTouch)).all() == []


def test_closing_twice_at_once_is_closing_once(db: Database) -> None:
    with db.transaction() as session:
        a_silent_customer(session)
    make(db)
    (task,) = tasks(db)
    together, done = Barrier(4), []

    def press() -> None:
        together.wait()
        done.append(close_task(db=db, task_id=task.id, outcome=Outcome.REACHED, note="", staff=STAFF, now=NOW))

    presses = [Thread(target=press) for _ in range(4)]
    for one in presses:
        one.start()
    for one in presses:
        one.join()
    assert sorted(done) == [False, False, False, True]
    with db.transaction() as session:
        assert len(session.scalars(select(LoggedTouch)).all()) == 1


def test_taking_it_back_opens_the_task_and_unsays_the_call(db: Database) -> None:
    with db.transaction() as session:
        contact = a_silent_customer(session)
        a_touch(session, contact_id=contact, state="sent", sent_at=NOW - 30 * DAY)
    make(db)
    (task,) = tasks(db)
    close_task(db=db, task_id=task.id, outcome=Outcome.REACHED, note="Wrong line", staff=STAFF, now=NOW)
    assert reopen_task(db=db, task_id=task.id, now=NOW)
    with db.transaction() as session:
        assert session.scalars(select(LoggedTouch)).all() == []
        assert session.get_one(Rhythm, contact).last_touch_at == NOW - 30 * DAY
    (task,) = tasks(db)
    assert (task.closed_at, task.outcome, task.note) == (None, "", "")
    assert not reopen_task(db=db, task_id=task.id, now=NOW)
    assert listed(db) == [contact]


def test_a_task_whose_contact_heard_from_us_meanwhile_leaves_the_list(db: Database) -> None:
    with db.transaction() as session:
        contact = a_silent_customer(session)
    make(db)
    with db.transaction() as session:
        session.get_one(Rhythm, contact).last_touch_at = NOW + timedelta(hours=1)
    assert listed(db) == []
    make(db, NOW + DAY)
    assert tasks(db)[0].outcome == "not_needed"


def test_an_endless_note_is_refused(db: Database) -> None:
    with db.transaction() as session:
        a_silent_customer(session)
    make(db)
    note = "x" * (NOTE_LENGTH + 1)
    with pytest.raises(BadInput):
        close_task(db=db, task_id=tasks(db)[0].id, outcome=Outcome.REACHED, note=note, staff=STAFF, now=NOW)
    assert tasks(db)[0].closed_at is None
