"""Says yes to a batch: a worker opens its cases, chunk by chunk."""

from datetime import datetime

from outreach.db.queries.case_batches import confirm
from outreach.db.session import Database
from outreach.queueing.jobs import Job, Wakeups


def confirm_batch(*, db: Database, queue: Wakeups, batch_id: int, by: str, now: datetime) -> bool:
    """Lets the cases be opened, at once; False if there is no batch that waits for it."""
    with db.raw_transaction() as connection:
        confirmed = confirm(connection, batch_id, by=by, now=now)
    queue.wake(Job.OPEN_CASES)
    return confirmed
