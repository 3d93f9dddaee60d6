"""Takes the closing of a task back, with the call that it logged."""

from datetime import datetime

from outreach.db.queries.logged_touches import remove_logged_call
from outreach.db.queries.tasks import has_open_task, lock_task, store_reopened
from outreach.db.queries.touch_clock import lock_rhythms, reread_clock
from outreach.db.session import Database
from outreach.domain.care_calls import Outcome


def reopen_task(*, db: Database, task_id: int, now: datetime) -> bool:
    """Opens a closed task again; whether that was possible: a newer open one of the same kind stands in for it."""
    with db.raw_transaction() as connection:
        task = lock_task(connection, task_id)
        if task is None or task.closed_at is None:
            return False
        lock_rhythms(connection, [task.contact_id])
        if has_open_task(connection, task.contact_id, kind=task.kind):
            return False
        store_reopened(connection, task_id)
        if task.outcome == Outcome.REACHED:
            remove_logged_call(connection, task.contact_id, recorded_at=task.closed_at, logged_by=task.closed_by)
            reread_clock(connection, [task.contact_id], now=now)
        return True
