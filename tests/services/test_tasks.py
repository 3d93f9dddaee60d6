"""Tasks move by move: what each outcome leaves behind and how it is taken back, and what is on the list."""

from threading import Thread

import pytest
from sqlalchemy import select

from outreach.db.models.contacts import Contact
from outreach.db.models.ledger import LoggedTouch, Task
from outreach.db.models.rhythm import Rhythm
from outreach.db.models.signals import Signal
from outreach.db.models.tasks import TaskMove
from outreach.db.queries.task_list import load_open_tasks
from outreach.db.queries.tasks import open_call_tasks
from outreach.db.session import Database
from outreach.domain.care.tasks import HIDDEN_AFTER_CONTACT, PREPARE, Outcome
from outreach.domain.errors import BadInput
from outreach.domain.logged import LoggedTouch as Made
from outreach.domain.reason import Reason
from outreach.domain.rhythm.codes import Code
from outreach.domain.touch import Channel
from outreach.services.arrange_task import arrange_task
from outreach.services.log_touch import log_touch
from outreach.services.mend_number import mend_number
from outreach.services.reopen_task import reopen_task
from tests.factories import NOW, a_contact, a_sent_touch
from tests.services.task_steps import DAY, HOUR, STAFF, WHY, a_task, at_once, close, listed, made, seen


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


def test_of_two_who_leave_a_messageat_once_the_first_is_heard(db: Database) -> None:
    task = made(db)
    heard = at_once(lambda: close(db, task, Outcome.LEFT_MESSAGE, seen=0), times=4)
    assert sorted(heard) == [False, False, False, True]
    assert seen(db, task).attempts == 1


def test_of_two_outcomesat_once_the_first_is_heard(db: Database) -> None:
    task = made(db)
    outcomes = iter([Outcome.REACHED, Outcome.BOOKED, Outcome.WRONG_NUMBER, Outcome.NOT_NEEDED])
    heard = at_once(lambda: close(db, task, next(outcomes)), times=4)
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
