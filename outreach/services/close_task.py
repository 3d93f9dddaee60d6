"""Writes down what came of a task; a conversation is a touch and sets the contact's clock."""

from datetime import datetime

from outreach.db.queries.early_touches import take_back_early
from outreach.db.queries.logged_touches import NewLoggedTouch, add_logged_touch
from outreach.db.queries.task_moves import NewMove, add_booking, lock_task, mark_number, store_move
from outreach.db.queries.touch_clock import reset_clock
from outreach.db.session import Database
from outreach.domain.care.tasks import CHANNELS, MOVES, Outcome, after
from outreach.domain.logged import LoggedTouch


def close_task(
    *,
    db: Database,
    task_id: int,
    outcome: Outcome,
    note: str,
    staff: str,
    now: datetime,
    until: datetime | None = None,
    seen: int | None = None,
) -> bool:
    """Moves an open task on as `MOVES` says; whether it was open. Of two people at once the first is heard.

    Args:
        until: when to call again, for CALL_LATER.
        seen: the newest move that whoever decides knew of (`last_move`); if there is a newer one, nothing happens.
            None does not ask.

    Raises:
        BadInput: if the note is too long, or CALL_LATER has no instant in the coming year.
    """
    with db.raw_transaction() as connection:
        task = lock_task(connection, task_id)
        if task is None or task.closed_at is not None or (seen is not None and seen != task.last_move):
            return False
        touch = LoggedTouch.checked(channel=CHANNELS[task.task_kind], at=now, note=note, now=now)
        to = after(task.standing, outcome, now=now, until=until)
        move = MOVES[outcome]
        logged_id = signal_id = None
        if move.talked:
            moved = reset_clock(connection, {task.contact_id: now}, now=now)
            new = NewLoggedTouch(task.contact_id, touch.channel.value, now, touch.note, staff)
            logged_id = add_logged_touch(connection, new, now=now)
            take_back_early(connection, dict.fromkeys(moved, touch.words), now=now)
        if move.books:
            signal_id = add_booking(connection, task.contact_id, task_id=task_id, now=now)
        number = task.phone if move.spoils_number else ""
        if number:
            mark_number(connection, task.contact_id, number)
        done = NewMove(outcome, touch.note, staff, logged_id, signal_id, number)
        store_move(connection, task, done, to, now=now)
        return True
