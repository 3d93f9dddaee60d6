"""Counts what is due to leave and wakes as many delivery jobs as it takes."""

from datetime import datetime
from math import ceil

from outreach.db.queries.ledger import count_due, has_doubt
from outreach.db.session import Database
from outreach.queueing.jobs import MESSAGES_PER_JOB, Job, Wakeups

#: Most messages one tick wakes workers for; the next tick wakes them for the rest.
MOST_DUE = 20_000


def dispatch_due(*, db: Database, queue: Wakeups, now: datetime) -> int:
    """Wakes delivery for every due message, and settling if any fate is in doubt; returns how many are due.

    Waking too often is harmless: a job that finds nothing ends at once. So is waking too seldom: the next tick repeats.
    """
    with db.raw_transaction() as connection:
        due = count_due(connection, now=now, limit=MOST_DUE)
        doubt = has_doubt(connection)
    jobs = sum(ceil(count / MESSAGES_PER_JOB) for count in due.values())
    if jobs:
        queue.wake(Job.DELIVER, times=jobs)
    if doubt:
        queue.wake(Job.SETTLE)
    return sum(due.values())
