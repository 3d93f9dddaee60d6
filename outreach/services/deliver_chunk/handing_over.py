"""Hands what is written to a provider, batch by batch, and writes down what became of it.

For each batch: commit `sending`, hand it over, commit the receipts. Dying between the two commits leaves at most one
batch in `sending`.
"""

import logging
import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from redis import RedisError

from outreach.db.queries.halts import THE_PRODUCT, store_halt
from outreach.db.queries.ledger import Settled, mark_sending, postpone, settle
from outreach.db.queries.riders import leave_behind
from outreach.db.session import Database
from outreach.domain.deliverability import Halt, HaltCause
from outreach.domain.pacing.limits import Scope
from outreach.domain.planning.retry import next_try
from outreach.domain.touch import TouchState
from outreach.providers.base import Assembler, Line, Outcome, Outgoing, Provider, Receipt
from outreach.queueing.gate import Gate
from outreach.queueing.provider_health import ProviderHealth
from outreach.services.deliver_chunk.opt_outs import take_opt_outs
from outreach.services.deliver_chunk.refusals import take_refusals
from outreach.services.deliver_chunk.writing import Ready

log = logging.getLogger(__name__)

#: Messages between two commits; a kill leaves at most this many in doubt, or as many as an assembler takes at once.
BATCH = 20
#: Seconds after which no further message of a batch is begun, well inside the lease however slow the provider is.
BATCH_SECONDS = 120


def batch_of(provider: Provider) -> int:
    """Messages handed over between two commits."""
    return provider.at_once if isinstance(provider, Assembler) else BATCH


@dataclass(frozen=True, slots=True)
class HandOver:
    """The way of a chunk to its provider.

    Attributes:
        owner: of the claims.
        gate: is told when the provider wants quiet. health: is told how it does. None for nobody.
    """

    db: Database
    provider: Provider
    owner: str
    now: datetime
    gate: Gate | None = None
    health: ProviderHealth | None = None

    def send(self, ready: Sequence[Ready]) -> Iterator[Receipt]:
        """Sends batch by batch, until the provider wants no more.

        One that does not accept who we are stops the channel, so that no list is burnt; one that asks to be left alone
        is.
        """
        size = batch_of(self.provider)
        with self.provider.open() as line:
            for start in range(0, len(ready), size):
                receipts = self._send_batch(line, ready[start : start + size])
                yield from receipts
                self._note(receipts)
                left = [one.claim.id for one in ready[start + size :]]
                if refusal := next((one for one in receipts if one.refuses_us), None):
                    self._halt(refusal, left)
                    return
                if wait := max((one.wait for one in receipts), default=0.0):
                    self._stand_back(wait, left)
                    return

    def _send_batch(self, line: Line, batch: Sequence[Ready]) -> list[Receipt]:
        with self.db.raw_transaction() as connection:
            ours = mark_sending(
                connection,
                owner=self.owner,
                rendered=[(one.claim.id, one.claim.attempt, one.locale, one.claim.address) for one in batch],
                provider=self.provider.name,
            )
            if left := [one for one in batch if one.claim.id in ours and len(one.riders) < one.claim.riders_meant]:
                riding = [(one.claim.id, edition) for one in left for edition in one.riders]
                leave_behind(connection, carriers=[one.claim.id for one in left], riding=riding)
        attempts = {one.claim.id: one.claim.attempt for one in batch}
        # What an assembler has not told yet may have left all the same.
        patience = math.inf if isinstance(self.provider, Assembler) else BATCH_SECONDS
        receipts = _receipts(line, [one.outgoing for one in batch if one.claim.id in ours], patience=patience)
        settled = [_settled(receipt, attempts[receipt.touch_id], now=self.now) for receipt in receipts]
        with self.db.raw_transaction() as connection:
            settle(
                connection,
                owner=self.owner,
                provider=self.provider.name,
                settled=settled,
                started_at=self.now,
                now=self.now,
            )
        over = {one.touch_id for one in settled if one.state is TouchState.FAILED}
        take_refusals(self.db, [receipt for receipt in receipts if receipt.touch_id in over], now=self.now)
        take_opt_outs(self.db, receipts, source=self.provider.name, now=self.now)
        return receipts

    def _note(self, receipts: Sequence[Receipt]) -> None:
        """Tells how the provider did. A large batch is one answer and weighs no more than `BATCH` messages."""
        if not self.health or not receipts:
            return
        tried = min(len(receipts), BATCH)
        unwell = sum(one.is_providers_fault for one in receipts)
        try:
            self.health.note(self.provider.name, tried=tried, failed=round(tried * unwell / len(receipts)))
        except RedisError:
            log.exception("the other workers cannot be told how %s does", self.provider.name)

    def _stand_back(self, wait: float, left: Sequence[UUID]) -> None:
        """Leaves the provider alone for `wait` seconds, in all workers; what was not tried goes back until then."""
        log.warning("%s asks for %s seconds of quiet", self.provider.name, round(wait))
        if self.gate:
            try:
                self.gate.push_back({Scope.PROVIDER: self.provider.name}, hold=wait)
            except RedisError:
                log.exception("the other workers cannot be told")
        if left:
            with self.db.raw_transaction() as connection:
                until = self.now + timedelta(seconds=wait)
                postpone(connection, owner=self.owner, until=[(touch_id, until) for touch_id in left])

    def _halt(self, refusal: Receipt, left: Sequence[UUID]) -> None:
        """Stops the channel until staff start it again; what was not tried goes back as if it had not been claimed."""
        name, channel = self.provider.name, self.provider.channel
        log.error("%s does not accept our credentials; %s stands still", name, channel)
        halt = Halt(HaltCause.CREDENTIAL, f"{name} does not accept our credentials: {refusal.answer}")
        with self.db.raw_transaction() as connection:
            store_halt(connection, channel, halt, by=THE_PRODUCT, now=self.now)
            if left:
                postpone(connection, owner=self.owner, until=[(touch_id, self.now) for touch_id in left])


def _receipts(line: Line, batch: Sequence[Outgoing], *, patience: float) -> list[Receipt]:
    """A receipt for each; after `patience` seconds the line is left, and what was not begun waits for a retry."""
    began = time.monotonic()
    receipts: list[Receipt] = []
    for receipt in line.send(batch):
        receipts.append(receipt)
        if time.monotonic() - began > patience:
            break
    answered = {receipt.touch_id for receipt in receipts}
    return receipts + [
        Receipt(one.touch_id, Outcome.RETRY, "not begun: the provider was too slow")
        for one in batch
        if one.touch_id not in answered
    ]


def _settled(receipt: Receipt, attempt: int, *, now: datetime) -> Settled:
    again_at = next_try(attempt, now=now) if receipt.outcome is Outcome.RETRY else None
    if again_at:
        again_at = max(again_at, now + timedelta(seconds=receipt.wait))
    gives_up = receipt.outcome is Outcome.RETRY and again_at is None
    return Settled(
        touch_id=receipt.touch_id,
        state=TouchState.FAILED if gives_up else TouchState(receipt.outcome.value),
        answer=receipt.answer,
        reference=receipt.reference,
        outcome="" if receipt.outcome in (Outcome.SENT, Outcome.RETRY) and not gives_up else receipt.answer,
        again_at=again_at,
        segments=receipt.segments,
    )
