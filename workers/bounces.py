"""Jobs that fetch what comes back by mail."""

import logging

from outreach.bootstrap import Outreach
from outreach.providers.smtp.pickup import MailboxFailed
from outreach.services.read_bounce_mailbox import read_bounce_mailbox
from workers.runtime import job

log = logging.getLogger(__name__)


@job
def read(outreach: Outreach) -> object:
    """Fetches mails from the bounce mailbox; one that cannot be read is tried again at the next tick."""
    if outreach.bounce_mailbox is None:
        return "no bounce mailbox is set"
    now = outreach.clock.now()
    try:
        stored = read_bounce_mailbox(db=outreach.db, queue=outreach.queue, mailbox=outreach.bounce_mailbox, now=now)
    except MailboxFailed as error:
        log.error("the bounce mailbox cannot be read: %s", error)
        return f"the bounce mailbox cannot be read: {error}"
    return f"mails fetched: {stored}"
