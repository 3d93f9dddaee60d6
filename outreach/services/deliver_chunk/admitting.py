"""Asks the limits what of a chunk may leave now: the rules, what providers said of themselves, and the warm-up."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from redis import RedisError

from outreach.db.queries.claims import Claim
from outreach.db.queries.sending_days import load_sending_days, note_sending_day
from outreach.db.session import Database
from outreach.domain.content import Brand
from outreach.domain.pacing.destinations import country_of, destination
from outreach.domain.pacing.limits import Limit, Quota, Scope
from outreach.domain.pacing.warm_up import LOOKS_BACK, WarmUp, warm_up_quota
from outreach.domain.touch import Channel
from outreach.providers.base import Provider
from outreach.queueing.gate import Gate

log = logging.getLogger(__name__)

#: How long messages wait while the limits cannot be asked.
UNASKED = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Limits:
    """What bounds a chunk.

    Attributes:
        gate: the rules and their buckets.
        also: limits beside them.
        warm_up: how fast a sender's domain that nobody knows may grow; None for one that is known.
        text_sender: what texts come from, where that is not the business's own number.
    """

    gate: Gate
    also: Sequence[Limit | Quota] = ()
    warm_up: WarmUp | None = None
    text_sender: str = ""

    def admit(
        self, going: Sequence[Claim], *, db: Database, provider: Provider, brand: Brand, now: datetime
    ) -> tuple[list[Claim], list[tuple[UUID, datetime]]]:
        """What may go now, and until when the rest waits; nothing goes where the limits cannot be asked."""
        sender = self._sender(provider, brand)

        def facts(one: Claim) -> dict[Scope, str]:
            return {
                Scope.PROVIDER: provider.name,
                Scope.SENDER: sender,
                Scope.COUNTRY: country_of(one.address) if provider.channel is Channel.SMS else "",
                Scope.DESTINATION: destination(Channel(one.channel), one.address),
            }

        also = [*self.also, *self._first_steps(db, provider, sender, now=now)]
        try:
            admission = self.gate.admit(going, facts=facts, also=also)
        except RedisError:
            log.exception("the limits cannot be asked; %s messages wait", len(going))
            return [], [(one.id, now + UNASKED) for one in going]
        return list(admission.admitted), [(one.id, now + timedelta(seconds=wait)) for one, wait in admission.held]

    def note_sent(self, db: Database, provider: Provider, brand: Brand, *, messages: int, now: datetime) -> None:
        """Remembers that the sender's domain wrote today, while that makes a difference."""
        if self.warm_up and messages and provider.channel is Channel.EMAIL:
            with db.raw_transaction() as connection:
                day = now.astimezone(ZoneInfo(self.gate.zone)).date()
                note_sending_day(connection, self._sender(provider, brand), day=day, messages=messages)

    def _first_steps(self, db: Database, provider: Provider, sender: str, *, now: datetime) -> list[Quota]:
        if not self.warm_up or provider.channel is not Channel.EMAIL:
            return []
        today = now.astimezone(ZoneInfo(self.gate.zone)).date()
        with db.raw_transaction() as connection:
            days = load_sending_days(connection, sender, since=today - timedelta(days=LOOKS_BACK))
        quota = warm_up_quota(self.warm_up, sender, sent_on=days, today=today, zone=self.gate.zone)
        return [quota] if quota else []

    def _sender(self, provider: Provider, brand: Brand) -> str:
        """Whom limits hold for the sender: the domain of a mail's, the number or name a text comes from."""
        if provider.channel is Channel.SMS:
            return self.text_sender or brand.phone
        return brand.sender_email.rpartition("@")[2]
