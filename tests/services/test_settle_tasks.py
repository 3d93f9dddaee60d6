"""What closes tasks by itself, and who gets the others."""

from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.db.models.feedback import EventRow
from outreach.db.models.ledger import Task, Touch
from outreach.db.models.signals import Signal
from outreach.db.models.staff import Staff
from outreach.db.models.tasks import CallerRow
from outreach.db.models.writing import GivenAnswer
from outreach.db.queries.task_moves import lock_task
from outreach.db.session import Database
from outreach.domain.care.tasks import Outcome
from outreach.domain.errors import BadInput
from outreach.services.give_task import give_task
from outreach.services.reopen_task import reopen_task
from outreach.services.set_caller import set_caller
from outreach.services.settle_tasks import Settled, settle_tasks
from tests.factories import NOW, a_sent_touch, a_staff_member
from tests.services.task_steps import DAY, HOUR, at_once, close, listed, made, seen


def acted(session: Session, contact_id: int, act: str, at: datetime) -> None:
    """The customer does something at `at`."""
    if act == "answer":
        touch = a_sent_touch(session, contact_id=contact_id, sent_at=NOW - 40 * DAY)
        session.add(_answer(session, touch, contact_id, at))
    elif act in ("replied", "auto-replied"):
        actor = "human" if act == "replied" else "machine"
        key = f"reply {contact_id}"
        session.add(
            EventRow(key=key, contact_id=contact_id, type="replied", actor=actor, occurred_at=at, recorded_at=at)
        )
    else:
        session.add(Signal(contact_id=contact_id, kind=act, occurred_at=at, reference="by itself"))


def _answer(session: Session, touch: UUID, contact_id: int, at: datetime) -> GivenAnswer:
    edition = session.get_one(Touch, touch).edition_id
    return GivenAnswer(
        touch_id=touch, question="valve", contact_id=contact_id, edition_id=edition, answer="yes", given_at=at
    )


@pytest.mark.parametrize(
    ("act", "cause"),
    [
        *((kind, kind) for kind in ("purchase", "booking", "visit", "reply", "answer")),
        ("replied", "reply"),
        *((kind, "") for kind in ("question", "complaint", "auto-replied")),
    ],
)
def test_a_task_closes_itself_when_the_customer_acts(db: Database, act: str, cause: str) -> None:
    task = made(db)
    with db.transaction() as session:
        acted(session, session.get_one(Task, task).contact_id, act, NOW)
    assert settle_tasks(db=db, now=NOW + HOUR) == Settled(1 if cause else 0, 0)
    assert (seen(db, task).outcome, seen(db, task).cause) == ("acted" if cause else "", cause)


def test_what_the_customer_did_before_closes_nothing(db: Database) -> None:
    task = made(db)
    with db.transaction() as session:
        acted(session, session.get_one(Task, task).contact_id, "purchase", NOW - 2 * DAY)
    assert settle_tasks(db=db, now=NOW).closed == 0


@pytest.mark.parametrize("values", [{"source": "case 4"}, {"appointment_at": NOW + DAY}])
def test_a_mistake_of_ours_and_an_appointment_are_closed_by_people_only(db: Database, values: dict[str, Any]) -> None:
    task = made(db, **values)
    with db.transaction() as session:
        acted(session, session.get_one(Task, task).contact_id, "purchase", NOW)
    assert settle_tasks(db=db, now=NOW).closed == 0


def test_a_task_that_was_opened_again_does_not_close_over_the_same_deed(db: Database) -> None:
    task = made(db)
    with db.transaction() as session:
        acted(session, session.get_one(Task, task).contact_id, "purchase", NOW)
    settle_tasks(db=db, now=NOW)
    assert reopen_task(db=db, task_id=task, now=NOW + HOUR)
    assert settle_tasks(db=db, now=NOW + HOUR).closed == 0
    with db.transaction() as session:
        acted(session, session.get_one(Task, task).contact_id, "visit", NOW + 2 * HOUR)
    assert settle_tasks(db=db, now=NOW + 2 * HOUR).closed == 1


def callers(db: Database, *quotas: int) -> list[int]:
    with db.transaction() as session:
        staff = [a_staff_member(session) for _ in quotas]
        session.add_all(CallerRow(staff_id=one, daily_quota=quota) for one, quota in zip(staff, quotas, strict=True))
        return staff


def owners(db: Database) -> list[int | None]:
    with db.transaction() as session:
        return list(session.scalars(select(Task.owner_id).order_by(Task.id)))


def test_tasks_go_round_and_what_nobody_has_room_for_waits_for_tomorrow(db: Database) -> None:
    first, second = callers(db, 2, 1)
    for value in range(5, 0, -1):
        made(db, bought=value)
    assert settle_tasks(db=db, now=NOW).given == 3
    assert owners(db) == [first, second, first, None, None]
    assert settle_tasks(db=db, now=NOW + 6 * HOUR).given == 0
    # The next day whoever has fewer open ones comes first.
    assert settle_tasks(db=db, now=NOW + DAY).given == 2
    assert owners(db) == [first, second, first, second, first]


def test_what_presses_most_is_given_first(db: Database) -> None:
    (caller,) = callers(db, 1)
    made(db, bought=9)
    case = made(db, source="case 1")
    settle_tasks(db=db, now=NOW)
    assert listed(db, owner_id=caller) == [case]


def test_two_workersat_once_give_every_task_once_and_nobody_too_many(db: Database) -> None:
    staff = callers(db, 3, 3)
    for _ in range(8):
        made(db)
    given: list[bool] = at_once(lambda: bool(settle_tasks(db=db, now=NOW).given), times=3)
    assert any(given)
    settle_tasks(db=db, now=NOW)
    assert sorted(map(owners(db).count, staff)) == [3, 3]


def test_a_task_that_somebody_holds_is_passed_over(db: Database) -> None:
    callers(db, 5)
    held, free = made(db), made(db)
    with db.raw_transaction() as connection:
        assert lock_task(connection, held)
        assert settle_tasks(db=db, now=NOW).given == 1
    assert [seen(db, task).owner_id is None for task in (held, free)] == [True, False]


def test_whoever_stops_taking_calls_leaves_theirs_to_the_others(db: Database) -> None:
    first, second = callers(db, 5, 5)
    for _ in range(2):
        made(db)
    settle_tasks(db=db, now=NOW)
    assert set_caller(db=db, staff_id=first, quota=None)
    settle_tasks(db=db, now=NOW)
    assert owners(db) == [second, second]
    assert not set_caller(db=db, staff_id=4711, quota=3)
    with pytest.raises(BadInput, match="from 1 to 200"):
        set_caller(db=db, staff_id=first, quota=0)


def test_what_somebody_had_who_may_not_sign_in_any_more_goes_to_the_others(db: Database) -> None:
    first, second = callers(db, 5, 5)
    task = made(db)
    assert give_task(db=db, task_id=task, staff_id=first, now=NOW)
    with db.transaction() as session:
        session.get_one(Staff, first).active = False
    settle_tasks(db=db, now=NOW)
    assert owners(db) == [second]


def test_a_task_can_be_given_to_somebody_by_hand(db: Database) -> None:
    first, second = callers(db, 1, 1)
    task = made(db)
    assert give_task(db=db, task_id=task, staff_id=second, now=NOW)
    assert owners(db) == [second]
    assert not give_task(db=db, task_id=task, staff_id=4711, now=NOW)
    assert give_task(db=db, task_id=task, staff_id=None, now=NOW)
    settle_tasks(db=db, now=NOW)
    assert owners(db) == [first]
    close(db, task, Outcome.REACHED)
    assert not give_task(db=db, task_id=task, staff_id=second, now=NOW)
