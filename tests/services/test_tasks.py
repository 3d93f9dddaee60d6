"""Tasks move by move: what each outcome leaves behind and how it is taken back, who gets them, what closes them."""

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Barrier, Thread
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.db.models.contacts import Contact
from outreach.db.models.feedback import EventRow
from outreach.db.models.ledger import LoggedTouch, Task, Touch
from outreach.db.models.rhythm import Rhythm
from outreach.db.models.signals import Signal
from outreach.db.models.staff import Staff
from outreach.db.models.tasks import CallerRow, TaskMove
from outreach.db.models.writing import GivenAnswer
from outreach.db.queries.task_list import load_open_tasks
from outreach.db.queries.task_moves import lock_task
from outreach.db.queries.tasks import open_call_tasks
from outreach.db.session import Database
from outreach.domain.care.tasks import HIDDEN_AFTER_CONTACT, PREPARE, Outcome
from outreach.domain.errors import BadInput
from outreach.domain.logged import LoggedTouch as Made
from outreach.domain.reason import Reason
from outreach.domain.rhythm.codes import Code
from outreach.domain.touch import Channel
from outreach.services.arrange_task import arrange_task
from outreach.services.close_task import close_task
from outreach.services.give_task import give_task
from outreach.services.log_touch import log_touch
from outreach.services.mend_number import mend_number
from outreach.services.reopen_task import reopen_task
from outreach.services.set_caller import set_caller
from outreach.services.settle_tasks import Settled, settle_tasks
from tests.factories import NOW, a_contact, a_sent_touch, a_staff_member

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
STAFF = "mair@hearth.example"
WHY = {"max_gap": 35.0, "famine": "2026-09-10T09:00:00+00:00"}


def a_task(session: Session, *, contact_id: int | None = None, bought: float = 0, **values: Any) -> int:
    """An open call, made yesterday, of a customer who bought `bought` times lately."""
    contact = contact_id or a_contact(session, last_touch_at=NOW - 33 * DAY)
    for number in range(int(bought)):
        session.add(Signal(contact_id=contact, kind="purchase", occurred_at=NOW - 30 * DAY, reference=str(number)))
    defaults = {"kind": "call", "reason_code": "call.no_content", "reason_numbers": WHY}
    task = Task(contact_id=contact, **(defaults | {"due_at": NOW + DAY, "made_at": NOW - DAY} | values))
    session.add(task)
    session.flush()
    return task.id


def made(db: Database, **values: Any) -> int:
    with db.transaction() as session:
        return a_task(session, **values)


def seen(db: Database, task_id: int) -> Task:
    with db.transaction() as session:
        return session.get_one(Task, task_id)


def close(db: Database, task_id: int, outcome: Outcome, *, now: datetime = NOW, **values: Any) -> bool:
    return close_task(db=db, task_id=task_id, outcome=outcome, now=now, **({"note": "", "staff": STAFF} | values))


def listed(db: Database, now: datetime = NOW, owner_id: int | None = None) -> list[int]:
    with db.raw_transaction() as connection:
        return [line.id for line in load_open_tasks(connection, now=now, limit=50, owner_id=owner_id)]


def what_stands(db: Database, task_id: int) -> list[object]:
    """Everything that an outcome may change."""
    with db.transaction() as session:
        task = session.get_one(Task, task_id)
        contact = session.get_one(Contact, task.contact_id)
        rhythm = session.get_one(Rhythm, task.contact_id)
        logged = session.scalars(select(LoggedTouch.note).order_by(LoggedTouch.id)).all()
        signals = session.scalars(select(Signal.reference).order_by(Signal.id)).all()
        return [
            *(task.closed_at, task.outcome, task.note, task.closed_by, task.attempts, task.not_before, task.promised),
            *(task.said, contact.wrong_number, rhythm.last_touch_at, list(logged), list(signals)),
        ]


@pytest.mark.parametrize("outcome", [one for one in Outcome if one is not Outcome.ACTED])
@pytest.mark.parametrize("before", [None, Outcome.LEFT_MESSAGE, Outcome.CALL_LATER])
def test_every_outcome_can_be_taken_back_and_nothing_of_it_stays(
    db: Database, outcome: Outcome, before: Outcome | None
) -> None:
    with db.transaction() as session:
        contact = a_contact(session, last_touch_at=NOW - 33 * DAY)
        a_sent_touch(session, contact_id=contact, sent_at=NOW - 33 * DAY)
        task = a_task(session, contact_id=contact)
    if before:
        close(db, task, before, now=NOW - HOUR, until=NOW + 2 * HOUR)
    stood = what_stands(db, task)
    assert close(db, task, outcome, note="A note", until=NOW + DAY)
    assert what_stands(db, task) != stood
    assert reopen_task(db=db, task_id=task, now=NOW + HOUR)
    assert what_stands(db, task) == stood
    assert reopen_task(db=db, task_id=task, now=NOW + HOUR) is (before is not None)
    assert not reopen_task(db=db, task_id=task, now=NOW + HOUR)


def test_taking_a_move_back_twice_takes_one_back(db: Database) -> None:
    task = made(db)
    for day in (0, 3):
        close(db, task, Outcome.LEFT_MESSAGE, now=NOW + day * DAY)
    with db.transaction() as session:
        first, second = session.scalars(select(TaskMove.id).order_by(TaskMove.id))
    assert not reopen_task(db=db, task_id=task, move_id=first, now=NOW)
    assert reopen_task(db=db, task_id=task, move_id=second, now=NOW)
    assert not reopen_task(db=db, task_id=task, move_id=second, now=NOW)
    assert seen(db, task).attempts == 1


def test_what_was_booked_is_a_signal_and_the_call_a_touch(db: Database) -> None:
    task = made(db)
    close(db, task, Outcome.BOOKED, note="Tuesday")
    with db.transaction() as session:
        (signal,) = session.scalars(select(Signal))
        (logged,) = session.scalars(select(LoggedTouch))
    assert (signal.kind, signal.occurred_at, signal.reference) == ("booking", NOW, f"task {task}")
    assert (logged.channel, logged.at, logged.note) == ("call", NOW, "Tuesday")


@pytest.mark.parametrize(("kind", "channel"), [("call", "call"), ("video", "meeting"), ("visit", "meeting")])
def test_a_visit_is_written_down_as_a_meeting(db: Database, kind: str, channel: str) -> None:
    close(db, made(db, kind=kind), Outcome.REACHED)
    with db.transaction() as session:
        assert [one.channel for one in session.scalars(select(LoggedTouch))] == [channel]


def test_who_is_finished_has_said_so(db: Database) -> None:
    task = made(db)
    close(db, task, Outcome.FINISHED, note="Has moved on")
    assert (seen(db, task).said, seen(db, task).outcome) == ("finished", "finished")


def test_a_wrong_number_is_wrong_until_the_contact_has_another(db: Database) -> None:
    task = made(db)
    close(db, task, Outcome.WRONG_NUMBER)
    with db.transaction() as session:
        contact = session.get_one(Contact, seen(db, task).contact_id)
        assert contact.wrong_number == contact.phone
    again = made(db, contact_id=contact.id)
    with db.raw_transaction() as connection:
        assert [line.number_is_wrong for line in load_open_tasks(connection, now=NOW, limit=5)] == [True]
    with db.transaction() as session:
        session.get_one(Contact, contact.id).phone = "+447700900999"
    with db.raw_transaction() as connection:
        (line,) = load_open_tasks(connection, now=NOW, limit=5)
    assert (line.id, line.number_is_wrong) == (again, False)


def test_staff_may_say_that_the_number_is_right_after_all(db: Database) -> None:
    task = made(db)
    close(db, task, Outcome.WRONG_NUMBER)
    contact = seen(db, task).contact_id
    assert [mend_number(db=db, contact_id=contact), mend_number(db=db, contact_id=contact)] == [True, False]


def test_call_later_hides_the_task_and_then_puts_it_before_more_valued_ones(db: Database) -> None:
    valued, task = made(db, bought=5), made(db)
    close(db, task, Outcome.CALL_LATER, until=NOW + 2 * HOUR)
    assert listed(db) == [valued]
    assert listed(db, NOW + 2 * HOUR) == [task, valued]


def test_call_later_needs_a_time(db: Database) -> None:
    task = made(db)
    with pytest.raises(BadInput, match="Choose when"):
        close(db, task, Outcome.CALL_LATER)
    assert seen(db, task).not_before is None


def test_of_two_who_leave_a_message_at_once_the_first_is_heard(db: Database) -> None:
    task = made(db)
    heard = _at_once(lambda: close(db, task, Outcome.LEFT_MESSAGE, seen=0), times=4)
    assert sorted(heard) == [False, False, False, True]
    assert seen(db, task).attempts == 1


def test_of_two_outcomes_at_once_the_first_is_heard(db: Database) -> None:
    task = made(db)
    outcomes = iter([Outcome.REACHED, Outcome.BOOKED, Outcome.WRONG_NUMBER, Outcome.NOT_NEEDED])
    heard = _at_once(lambda: close(db, task, next(outcomes)), times=4)
    assert sorted(heard) == [False, False, False, True]
    with db.transaction() as session:
        assert len(session.scalars(select(TaskMove)).all()) == 1


@pytest.mark.parametrize("outcome", [Outcome.WRONG_NUMBER, Outcome.BOOKED])
def test_whoever_holds_the_contact_gets_the_task_too(db: Database, outcome: Outcome) -> None:
    task = made(db)
    contact = seen(db, task).contact_id
    closing = Thread(target=lambda: close(db, task, outcome))
    with db.raw_transaction() as connection:
        connection.execute("SELECT FROM contacts WHERE id = %s FOR UPDATE", (contact,))
        closing.start()
        waits = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        while True:
            row = connection.execute(waits).fetchone()
            if row and row[0]:
                break
            # What the view showed is kept until the transaction ends or is told to look again.
            connection.execute("SELECT pg_stat_clear_snapshot(), pg_sleep(0.01)")
        connection.execute("SELECT FROM tasks WHERE id = %s FOR UPDATE NOWAIT", (task,))
    closing.join()
    assert seen(db, task).outcome == outcome


def _at_once(work: Callable[[], bool], *, times: int) -> list[bool]:
    together, heard = Barrier(times), []

    def run() -> None:
        together.wait()
        heard.append(work())

    runs = [Thread(target=run) for _ in range(times)]
    for one in runs:
        one.start()
    for one in runs:
        one.join()
    return heard


@pytest.mark.parametrize("channel", list(Channel))
def test_whoever_was_talked_to_is_left_alone_for_a_week(db: Database, channel: Channel) -> None:
    task = made(db, reason_code="call.anniversary")
    contact = seen(db, task).contact_id
    log_touch(db=db, contact_id=contact, touch=Made(channel, NOW), staff=STAFF, now=NOW)
    later = NOW + HIDDEN_AFTER_CONTACT
    assert [listed(db), listed(db, later - HOUR), listed(db, later)] == [[], [], [task]]


def test_a_case_makes_an_open_call_its_own_and_does_not_wait_for_the_week_to_pass(db: Database) -> None:
    task = made(db)
    contact = seen(db, task).contact_id
    close(db, task, Outcome.LEFT_MESSAGE, now=NOW - 2 * HOUR)
    log_touch(db=db, contact_id=contact, touch=Made(Channel.MEETING, NOW - HOUR), staff=STAFF, now=NOW)
    assert listed(db) == []
    with db.raw_transaction() as connection:
        reason = Reason(Code.CALL_PROBLEM, {"due": "2026-09-08", "why": "Cold"})
        assert open_call_tasks(connection, [(contact, reason, NOW)], sources={contact: "case 3"}, now=NOW) == 1
    assert (seen(db, task).reason_code, seen(db, task).source) == ("call.problem", "case 3")
    assert listed(db) == [task]


def test_a_promise_is_kept_whoever_called_meanwhile(db: Database) -> None:
    task = made(db)
    close(db, task, Outcome.CALL_LATER, until=NOW + DAY)
    log_touch(db=db, contact_id=seen(db, task).contact_id, touch=Made(Channel.CALL, NOW), staff=STAFF, now=NOW)
    assert [listed(db), listed(db, NOW + DAY)] == [[], [task]]


def test_recovery_comes_first_then_promises_then_value(db: Database) -> None:
    little, much = made(db, bought=1), made(db, bought=4)
    promised = made(db)
    close(db, promised, Outcome.CALL_LATER, now=NOW - HOUR, until=NOW)
    case = made(db, source="case 7")
    service = made(db, bought=2, source="service 1")
    assert listed(db) == [case, promised, much, service, little]


def test_an_ordinary_call_does_not_change_one_that_is_open(db: Database) -> None:
    task = made(db, source="case 7", reason_code="call.problem", reason_numbers={"due": "2026-09-08", "why": "Cold"})
    contact = seen(db, task).contact_id
    with db.raw_transaction() as connection:
        for source in ("journey 1", "case 9"):
            reason = Reason(Code.CALL_NO_CONTENT, WHY)
            assert open_call_tasks(connection, [(contact, reason, NOW)], sources={contact: source}, now=NOW) == 0
    assert seen(db, task).source == "case 7"


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


def test_two_workers_at_once_give_every_task_once_and_nobody_too_many(db: Database) -> None:
    staff = callers(db, 3, 3)
    for _ in range(8):
        made(db)
    given: list[bool] = _at_once(lambda: bool(settle_tasks(db=db, now=NOW).given), times=3)
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


def test_an_appointment_takes_the_task_off_the_list_until_shortly_before(db: Database) -> None:
    task, at = made(db, kind="visit"), NOW + 3 * DAY
    assert arrange_task(db=db, task_id=task, at=at, now=NOW)
    assert [listed(db), listed(db, at - PREPARE - HOUR), listed(db, at - PREPARE)] == [[], [], [task]]


def test_every_other_time_is_a_new_version_of_the_invitation(db: Database) -> None:
    task = made(db)
    uid, numbers = seen(db, task).uid, []
    for at in (NOW + DAY, NOW + DAY, NOW + 2 * DAY, None, None, NOW + 3 * DAY):
        assert arrange_task(db=db, task_id=task, at=at, now=NOW)
        numbers.append(seen(db, task).sequence)
    assert numbers == [0, 0, 1, 2, 2, 3]
    assert seen(db, task).uid == uid
    with pytest.raises(BadInput):
        arrange_task(db=db, task_id=task, at=NOW - DAY, now=NOW)
    close(db, task, Outcome.REACHED)
    assert not arrange_task(db=db, task_id=task, at=NOW + DAY, now=NOW)
