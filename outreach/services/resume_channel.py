"""Starts a channel again that stood still; staff say why, and only what leaves afterwards can stop it once more."""

import logging
from datetime import datetime

from outreach.db.queries.halts import store_resumption
from outreach.db.session import Database
from outreach.domain.deliverability import staff_reason
from outreach.domain.touch import Channel

log = logging.getLogger(__name__)


def resume_channel(*, db: Database, channel: Channel, reason: str, by: str, now: datetime) -> bool:
    """Starts `channel` again; whether it stood still.

    Args:
        reason: what was done about the cause; it stays on record.
        by: e-mail address of the member of staff.

    Raises:
        BadInput: if the reason is empty or too long.
    """
    said = staff_reason(reason)
    with db.raw_transaction() as connection:
        resumed = store_resumption(connection, channel, reason=said, by=by, now=now)
    if resumed:
        log.warning("%s was started again by %s: %s", channel, by, said)
    return resumed
