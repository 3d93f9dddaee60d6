"""Takes what a provider reports: stores it as it came, before the answer, and leaves reading it to a worker."""

from datetime import datetime
from functools import partial

from outreach.db.queries.events import store_raw_batch
from outreach.db.session import Database
from outreach.queueing.jobs import Job, Wakeups


def receive_events(*, db: Database, queue: Wakeups, source: str, body: bytes, now: datetime) -> None:
    """Stores one genuine request and wakes a worker for it, unless one was woken for an earlier batch that waits still.

    Args:
        source: name of the reader that understands the body.
        body: exactly as received; the reader may need every byte.
    """
    # Stored twice where the connection broke after the commit: the keys of events make that harmless.
    if db.alone(partial(store_raw_batch, source=source, body=body, received_at=now)):
        queue.wake(Job.APPLY_EVENTS)
