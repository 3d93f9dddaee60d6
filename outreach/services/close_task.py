"""Closes a call task; a conversation is a touch and sets the contact's clock."""

from datetime import datetime

from outreach.db.queries.early_touches import take_back_early
from outreach.db.queries.logged_touches import NewLoggedTouch, add_logged_touch
from outreach.db.queries.tasks import lock_task, store_closed
from outreach.db.queries.touch_clock import reset_clock
from outreach.db.session import Database
from outreach.domain.care_calls import Outcome
from outreach.domain.logged import LoggedTouch
from outreach.domain.touch import Channel


def close_task(*, db: Database, task_id: int, outcome: Outcome, note: str, staff: str, now: datetime) -> bool:
    """Closes an open task; whether it was open. Of two who close it at once the first is heard.

    Raises:
        BadInput: if the note is too long.
    """
    touch = LoggedTouch.checked(channel=Channel.CALL, at=now, note=note, now=now)
    with db.raw_transaction() as connection:
        task = lock_task(connection, task_id)
        if task is None or task.closed_at is not None:
            return False
        store_closed(connection, task_id, outcome=outcome.value, note=touch.note, staff=staff, now=now)
        if outcome is Outcome.REACHED:
            moved = reset_clock(connection, {task.contact_id: now}, now=now)
            new = NewLoggedTouch(task.contact_id, touch.channel.value, now, touch.note, staff)
            add_logged_touch(connection, new, now=now)
            take_back_early(connection, dict.fromkeys(moved, touch.words), now=now)
        return True
