"""Puts customers on the phone list who asked for a call with one click."""

from datetime import datetime, timedelta

from outreach.db.queries.tasks import load_asked_for_calls, open_call_tasks
from outreach.db.session import Database
from outreach.domain.reason import Reason
from outreach.domain.rhythm.codes import Code

#: Wishes older than this are not looked for any more; whoever was not called by then was seen to otherwise.
LOOKS_BACK = timedelta(days=14)
#: Within so long they should be called.
WITHIN = timedelta(days=2)


def call_back(*, db: Database, now: datetime) -> int:
    """Opens a call for each such answer that led to none yet, and says how many."""
    with db.raw_transaction() as connection:
        asked = load_asked_for_calls(connection, since=now - LOOKS_BACK)
        tasks = [
            (one.contact_id, Reason(Code.CALL_ASKED, {"at": one.given_at.date().isoformat()}), one.given_at + WITHIN)
            for one in asked
        ]
        return open_call_tasks(
            connection, tasks, now=now, sources={one.contact_id: f"answer {one.touch_id}" for one in asked}
        )
