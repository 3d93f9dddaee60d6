"""Recovers what a dead worker held, and resolves messages of unknown fate by asking a witness.

Claimed messages whose lease ran out never left: they are planned again. Messages in `sending` may have left: they
become unknown, and never go straight back. A provider that can be asked (a `Witness`) settles them for certain.
Without one they stay unknown until a report from the provider names them: a doubled newsletter costs more trust than a
missed one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from outreach.db.queries.ledger import Doubtful, load_unknown, recover_leases, resolve_unknown
from outreach.db.session import Database
from outreach.providers.base import Provider, Witness

#: Unknown messages looked at in one call.
LIMIT = 1_000


@dataclass(frozen=True, slots=True)
class Resolved:
    """What one call did, in messages."""

    planned_again: int = 0
    became_unknown: int = 0
    found_sent: int = 0
    found_unsent: int = 0


def settle_unknown(
    *, db: Database, providers: Sequence[Provider], now: datetime, all_workers_dead: bool = False
) -> Resolved:
    """Recovers expired leases, then asks the witnesses.

    Args:
        providers: all that carry anything.
        all_workers_dead: treat every lease as expired; only for a start at which no worker can be alive.
    """
    with db.raw_transaction() as connection:
        back, unknown = recover_leases(connection, everyone=all_workers_dead)
    with db.raw_transaction() as connection:
        doubtful = load_unknown(connection, limit=LIMIT)
    sent, not_sent = _ask(doubtful, providers)
    if sent or not_sent:
        with db.raw_transaction() as connection:
            resolve_unknown(connection, sent=sent, not_sent=not_sent, now=now)
    return Resolved(back, unknown, len(sent), len(not_sent))


def _ask(doubtful: list[Doubtful], providers: Sequence[Provider]) -> tuple[list[UUID], list[UUID]]:
    """Ids a witness holds, and ids it certainly does not hold; outside any transaction."""
    sent: list[UUID] = []
    not_sent: list[UUID] = []
    # A message must be judged by the provider it was handed to, even if the settings have changed since.
    for provider in providers:
        ids = [one.id for one in doubtful if (one.channel, one.provider) == (provider.channel.value, provider.name)]
        witness: object = provider
        if not ids or not isinstance(witness, Witness):
            continue
        seen = witness.has_seen(ids)
        sent += [touch_id for touch_id in ids if touch_id in seen]
        not_sent += [touch_id for touch_id in ids if touch_id not in seen]
    return sent, not_sent
