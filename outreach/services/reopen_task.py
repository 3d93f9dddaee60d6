"""Takes back what came of a task last, with the call, the booking or the mark that it left behind."""

from datetime import datetime

from outreach.db.queries.task_moves import has_open_task, load_last_move, lock_task, store_taken_back
from outreach.db.queries.touch_clock import lock_rhythms, reread_clock
from outreach.db.session import Database


def reopen_task(*, db: Database, task_id: int, now: datetime, move_id: int | None = None) -> bool:
    """Makes a task stand as before its last move; whether that was possible.

    It is not if nothing came of it, or if it is closed and a newer open one of the same kind stands in for it.

    Args:
        move_id: take back this move or nothing, so that asking twice takes one back; None for whichever is the last.
    """
    with db.raw_transaction() as connection:
        task = lock_task(connection, task_id)
        move = load_last_move(connection, task_id) if task else None
        if task is None or move is None or move_id not in (None, move.id):
            return False
        lock_rhythms(connection, [task.contact_id])
        if task.closed_at is not None and has_open_task(connection, task.contact_id, kind=task.kind):
            return False
        store_taken_back(connection, task, move, now=now)
        if move.logged_id is not None:
            reread_clock(connection, [task.contact_id], now=now)
        return True
