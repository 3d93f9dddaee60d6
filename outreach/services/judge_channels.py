"""Looks whether too many messages bounce, are blocked or reported as junk, and stops the channel if so."""

import logging
from collections.abc import Sequence
from datetime import datetime

from outreach.db.queries.deliverability import MESSAGING, ArrivedAt, load_arrivals
from outreach.db.queries.halts import THE_PRODUCT, last_resumptions, load_halts, store_halt
from outreach.db.session import Database
from outreach.domain.deliverability import Halt, added, evidence_since, wanted_halt
from outreach.domain.touch import Channel

log = logging.getLogger(__name__)


def judge_channels(*, db: Database, now: datetime) -> dict[Channel, Halt]:
    """Stops every channel whose last day calls for it; those that ran until now, with why.

    A provider whose share is bad stops the channel even where others dilute it.

    Args:
        now: business time.
    """
    halted: dict[Channel, Halt] = {}
    for channel in MESSAGING:
        with db.raw_transaction() as connection:
            if channel in load_halts(connection):
                continue
            since = evidence_since(now, last_resumptions(connection).get(channel))
            halt = _first_halt(load_arrivals(connection, since=since, now=now, channels=[channel]))
            if halt and store_halt(connection, channel, halt, by=THE_PRODUCT, now=now):
                halted[channel] = halt
    for channel, halt in halted.items():
        log.error("%s stands still (%s): %s", channel, halt.cause, halt.reason)
    return halted


def _first_halt(arrived: Sequence[ArrivedAt]) -> Halt | None:
    """What calls for a halt: the channel as a whole, else one of its providers."""
    providers = sorted({one.provider for one in arrived})
    for group in (arrived, *([one for one in arrived if one.provider == name] for name in providers)):
        if halt := wanted_halt(added(one.arrivals() for one in group)):
            return halt
    return None
