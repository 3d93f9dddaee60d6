"""Sets when a task is to happen; until shortly before, it leaves the list."""

from datetime import datetime

from outreach.db.queries.task_moves import lock_task, store_appointment
from outreach.db.session import Database
from outreach.domain.care.tasks import PREPARE, checked_time


def arrange_task(*, db: Database, task_id: int, at: datetime | None, now: datetime) -> bool:
    """Stores the appointment, or takes it away (None); whether the task was open.

    Every other time is a new version of the invitation; the same time again changes nothing.

    Raises:
        BadInput: if the time does not lie in the coming year.
    """
    with db.raw_transaction() as connection:
        task = lock_task(connection, task_id)
        if task is None or task.closed_at is not None:
            return False
        not_before = None
        if at is not None:
            not_before = max(checked_time(at, now=now) - PREPARE, now)
        store_appointment(connection, task_id, at=at, not_before=not_before)
        return True
