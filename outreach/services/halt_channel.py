"""Stops a channel because a member of staff wants it: nothing of it is claimed until somebody starts it again."""

import logging
from datetime import datetime

from outreach.db.queries.halts import store_halt
from outreach.db.session import Database
from outreach.domain.deliverability import Halt, HaltCause, staff_reason
from outreach.domain.touch import Channel

log = logging.getLogger(__name__)


def halt_channel(*, db: Database, channel: Channel, reason: str, by: str, now: datetime) -> bool:
    """Stops `channel` and says so in the log; whether it ran until now.

    Args:
        reason: why; it stays on record.
        by: e-mail address of the member of staff.
        now: business time.

    Raises:
        BadInput: if the reason is empty or too long.
    """
    halt = Halt(HaltCause.STAFF, staff_reason(reason))
    with db.raw_transaction() as connection:
        stopped = store_halt(connection, channel, halt, by=by, now=now)
    if stopped:
        log.warning("%s was stopped by %s: %s", channel, by, halt.reason)
    return stopped
