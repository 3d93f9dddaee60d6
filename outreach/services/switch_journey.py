"""Switches a journey on or off: off, nobody enters, and whoever is in it stands still."""

from datetime import datetime

from outreach.db.queries.journeys import store_active
from outreach.db.session import Database
from outreach.queueing.jobs import Job, Wakeups


def switch_journey(*, db: Database, queue: Wakeups, key: str, active: bool, now: datetime) -> bool:
    """Switches it; False if it is so already, or there is no such journey."""
    with db.raw_transaction() as connection:
        switched = store_active(connection, key, active=active, now=now)
    if switched:
        # What is planned of it is taken back at once.
        queue.wake(Job.ADVANCE_JOURNEYS)
    return switched
