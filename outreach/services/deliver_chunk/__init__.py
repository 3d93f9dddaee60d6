"""Sends one chunk of due messages of a channel, once and only once.

1. Claim up to `MESSAGES_PER_JOB` due messages in one transaction and check each a last time (consent, suppression,
   pause, expiry, hours); what must not leave is withheld or put back in the same transaction. A second worker skips
   what we hold.
2. Ask the limits (`admitting.py`), then write (`writing.py`), outside any transaction. A text that cannot be rendered
   fails with its reason and harms nobody else.
3. Hand over in batches (`handing_over.py`): commit `sending`, hand the batch to the provider, commit what became of it.
   Dying between the two commits leaves at most one batch in `sending`; its lease runs out, it becomes `unknown`, and
   only a witness may move it on. An `Assembler` is handed as many as it takes in one call.
   Losing the race (our lease ran out, somebody else recovered the message) shows in the row count: it is not sent.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4
from zoneinfo import ZoneInfo

from outreach.db.queries.claims import Claim, claim
from outreach.db.queries.content import load_brand
from outreach.db.queries.halts import load_halts
from outreach.db.queries.ledger import postpone, withhold
from outreach.db.session import Database
from outreach.domain.calendar.remembered import remembered_calendar
from outreach.domain.content import Brand
from outreach.domain.errors import NotReady
from outreach.domain.planning.last_check import Departure, Later, Never, check_last
from outreach.domain.touch import Channel, TouchClass, TouchState
from outreach.providers.base import Outcome, Provider
from outreach.queueing.jobs import MESSAGES_PER_JOB
from outreach.queueing.provider_health import ProviderHealth
from outreach.rendering.renderer import Renderer
from outreach.services.deliver_chunk.admitting import Limits
from outreach.services.deliver_chunk.handing_over import HandOver, batch_of
from outreach.services.deliver_chunk.writing import write


@dataclass(frozen=True, slots=True)
class Delivered:
    """What one call did, in messages."""

    claimed: int = 0
    sent: int = 0
    failed: int = 0
    waiting: int = 0
    unknown: int = 0
    withheld: int = 0
    postponed: int = 0


def deliver_chunk(
    *,
    db: Database,
    provider: Provider,
    renderer_for: Callable[[Brand], Renderer],
    limits: Limits | None = None,
    health: ProviderHealth | None = None,
    now: datetime,
) -> Delivered:
    """Claims, renders and sends up to `MESSAGES_PER_JOB` due messages of the provider's channel, or one full batch.

    A channel that stands still claims nothing.

    Args:
        limits: None for none; what they hold goes back and waits.
        health: is told how the provider does; None for nobody.

    Raises:
        NotReady: if no pack was applied yet, so that there is no business to write for.
    """
    owner = uuid4().hex
    with db.raw_transaction() as connection:
        if provider.channel in load_halts(connection):
            return Delivered()
        most = max(MESSAGES_PER_JOB, batch_of(provider))
        claims = claim(connection, owner=owner, channel=provider.channel, now=now, limit=most)
        verdicts = [(one, check_last(_departure(one), now=now)) for one in claims]
        never = [(one.id, verdict.reason) for one, verdict in verdicts if isinstance(verdict, Never)]
        later = [(one.id, verdict.at) for one, verdict in verdicts if isinstance(verdict, Later)]
        if never:
            withhold(connection, owner=owner, state=TouchState.SKIPPED, reasons=never, now=now)
        if later:
            postpone(connection, owner=owner, until=later)
    going = [one for one, verdict in verdicts if not isinstance(verdict, Never | Later)]
    brand = _brand(db) if going else None
    if limits and brand:
        going, held = limits.admit(going, db=db, provider=provider, brand=brand, now=now)
        later += held
        if held:
            with db.raw_transaction() as connection:
                postpone(connection, owner=owner, until=held)
    if not going or not brand:
        return Delivered(claimed=len(claims), withheld=len(never), postponed=len(later))
    ready, broken = write(going, db=db, brand=brand, renderer=renderer_for(brand), provider=provider, now=now)
    if broken:
        with db.raw_transaction() as connection:
            withhold(connection, owner=owner, state=TouchState.FAILED, reasons=broken, now=now)
    way = HandOver(db, provider, owner, now, limits.gate if limits else None, health)
    outcomes = [receipt.outcome for receipt in way.send(ready)]
    if limits:
        limits.note_sent(db, provider, brand, messages=outcomes.count(Outcome.SENT), now=now)
    return Delivered(
        claimed=len(claims),
        sent=outcomes.count(Outcome.SENT),
        failed=outcomes.count(Outcome.FAILED) + len(broken),
        waiting=outcomes.count(Outcome.RETRY),
        unknown=outcomes.count(Outcome.UNKNOWN),
        withheld=len(never),
        postponed=len(later),
    )


def _brand(db: Database) -> Brand:
    with db.transaction() as session:
        brand = load_brand(session)
    if brand is None:
        raise NotReady("no pack was applied yet: run `outreach apply packs/hearth-energy` or one of your own")
    return brand


def _departure(one: Claim) -> Departure:
    return Departure(
        contact_id=one.contact_id,
        channel=Channel(one.channel),
        touch_class=TouchClass(one.touch_class),
        address=one.address,
        consented=one.consented,
        consent_expired=one.consent_expired,
        has_case=one.has_case,
        meant=one.meant,
        called_off=one.called_off,
        suppressed=one.suppressed,
        paused_until=one.paused_until,
        send_at=one.send_at,
        closes_on=one.closes_on,
        calendar=remembered_calendar(f"{one.industry_key}@{one.calendar_version}", one.calendar),
        zone=ZoneInfo(one.time_zone),
        country=one.country,
    )
