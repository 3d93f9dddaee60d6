"""Fetches what came back by mail, and leaves reading it to a worker."""

from datetime import datetime

from outreach.db.queries.events import store_raw_batch
from outreach.db.session import Database
from outreach.providers.smtp.pickup import BounceMailbox
from outreach.providers.smtp.reports import SOURCE
from outreach.queueing.jobs import Job, Wakeups

#: Mails that one call fetches.
MOST_AT_ONCE = 500


def read_bounce_mailbox(
    *, db: Database, queue: Wakeups, mailbox: BounceMailbox, now: datetime, limit: int = MOST_AT_ONCE
) -> int:
    """Stores up to `limit` mails of the mailbox, each before it is removed there; how many those were.

    Dying in between, or a second worker beside us, stores a mail twice; its event is the same one.

    Raises:
        MailboxFailed: if the mailbox cannot be read; what was stored until then is kept, and comes again.
    """
    stored = 0
    alone = False
    try:
        with mailbox.open() as opened:
            for name, raw in opened.mails(limit):
                with db.raw_transaction() as connection:
                    alone |= store_raw_batch(connection, source=SOURCE, body=raw, received_at=now)
                opened.remove(name)
                stored += 1
    finally:
        if alone:
            queue.wake(Job.APPLY_EVENTS)
    return stored
