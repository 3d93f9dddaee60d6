"""Gives a task to a member of staff by hand, or to nobody."""

from datetime import datetime

from outreach.db.queries.callers import store_owner
from outreach.db.session import Database


def give_task(*, db: Database, task_id: int, staff_id: int | None, now: datetime) -> bool:
    """Whether it was open and is theirs now. Nobody's (None) means that it is shared out again."""
    with db.raw_transaction() as connection:
        return store_owner(connection, task_id, staff_id=staff_id, now=now)
