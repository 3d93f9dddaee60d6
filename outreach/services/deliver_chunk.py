"""Sends one chunk of due messages of a channel, once and only once.

1. Claim up to `MESSAGES_PER_JOB` due messages in one transaction and check each a last time (consent, suppression,
   pause, expiry, hours); what must not leave is withheld or put back in the same transaction. A second worker skips
   what we hold.
2. Render, outside any transaction. A text that cannot be rendered fails with its reason and harms nobody else.
3. In batches: commit `sending`, hand the batch to the provider, commit what became of it. Dying between the two commits
   leaves at most one batch in `sending`; its lease runs out, it becomes `unknown`, and only a witness may move it on.
   Losing the race (our lease ran out, somebody else recovered the message) shows in the row count: it is not sent.
"""

import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from redis import RedisError

from outreach.db.queries.consent import Barred, SuppressedFor, bar
from outreach.db.queries.content import load_brand, load_texts
from outreach.db.queries.events import insert_events, lock_touches
from outreach.db.queries.halts import THE_PRODUCT, load_halts, store_halt
from outreach.db.queries.ledger import Claim, Settled, claim, mark_sending, postpone, settle, withhold
from outreach.db.queries.riders import leave_behind
from outreach.db.session import Database
from outreach.domain.calendar.remembered import remembered_calendar
from outreach.domain.content import Brand, EditionText, Recipient, chosen_locale
from outreach.domain.deliverability import Halt, HaltCause
from outreach.domain.errors import NotReady, OutreachError
from outreach.domain.events import Actor, Event, EventType
from outreach.domain.pacing.destinations import destination
from outreach.domain.pacing.limits import Scope
from outreach.domain.planning.last_check import Departure, Later, Never, check_last
from outreach.domain.planning.retry import next_try
from outreach.domain.touch import Channel, TouchClass, TouchState
from outreach.providers.base import Line, Outcome, Outgoing, Provider, Receipt
from outreach.queueing.gate import Gate
from outreach.queueing.jobs import MESSAGES_PER_JOB
from outreach.rendering.renderer import Renderer

log = logging.getLogger(__name__)

#: Messages between two commits; a kill leaves at most this many in doubt.
BATCH = 20
#: How long messages wait while the limits cannot be asked.
UNASKED = timedelta(seconds=30)
#: Seconds after which no further message of a batch is begun, well inside the lease however slow the provider is.
BATCH_SECONDS = 120


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


@dataclass(frozen=True, slots=True)
class Ready:
    """A rendered message with the claim it belongs to; `riders` are the editions that ride along in it."""

    claim: Claim
    locale: str
    outgoing: Outgoing
    riders: tuple[int, ...]


def deliver_chunk(
    *,
    db: Database,
    provider: Provider,
    renderer_for: Callable[[Brand], Renderer],
    gate: Gate | None = None,
    now: datetime,
) -> Delivered:
    """Claims, renders and sends up to `MESSAGES_PER_JOB` due messages of the provider's channel.

    A channel that stands still claims nothing.

    Args:
        gate: the limits, None for none; what they hold goes back and waits.

    Raises:
        NotReady: if no pack was applied yet, so that there is no business to write for.
    """
    owner = uuid4().hex
    with db.raw_transaction() as connection:
        if provider.channel in load_halts(connection):
            return Delivered()
        claims = claim(connection, owner=owner, channel=provider.channel, now=now, limit=MESSAGES_PER_JOB)
        verdicts = [(one, check_last(_departure(one), now=now)) for one in claims]
        never = [(one.id, verdict.reason) for one, verdict in verdicts if isinstance(verdict, Never)]
        later = [(one.id, verdict.at) for one, verdict in verdicts if isinstance(verdict, Later)]
        if never:
            withhold(connection, owner=owner, state=TouchState.SKIPPED, reasons=never, now=now)
        if later:
            postpone(connection, owner=owner, until=later)
    going = [one for one, verdict in verdicts if not isinstance(verdict, Never | Later)]
    if gate and going:
        going, held = _admitted(gate, going, provider=provider.name, now=now)
        later += held
        if held:
            with db.raw_transaction() as connection:
                postpone(connection, owner=owner, until=held)
    if not going:
        return Delivered(claimed=len(claims), withheld=len(never), postponed=len(later))
    ready, broken = _render(db=db, claims=going, renderer_for=renderer_for, now=now)
    if broken:
        with db.raw_transaction() as connection:
            withhold(connection, owner=owner, state=TouchState.FAILED, reasons=broken, now=now)
    outcomes = [receipt.outcome for receipt in _send(db=db, provider=provider, owner=owner, ready=ready, now=now)]
    return Delivered(
        claimed=len(claims),
        sent=outcomes.count(Outcome.SENT),
        failed=outcomes.count(Outcome.FAILED) + len(broken),
        waiting=outcomes.count(Outcome.RETRY),
        unknown=outcomes.count(Outcome.UNKNOWN),
        withheld=len(never),
        postponed=len(later),
    )


def _admitted(
    gate: Gate, going: Sequence[Claim], *, provider: str, now: datetime
) -> tuple[list[Claim], list[tuple[UUID, datetime]]]:
    """What the limits let go now, and until when the rest waits; nothing goes where the limits cannot be asked."""

    def facts(one: Claim) -> dict[Scope, str]:
        return {Scope.PROVIDER: provider, Scope.DESTINATION: destination(Channel(one.channel), one.address)}

    try:
        admission = gate.admit(going, facts=facts)
    except RedisError:
        log.exception("the limits cannot be asked; %s messages wait", len(going))
        return [], [(one.id, now + UNASKED) for one in going]
    return list(admission.admitted), [(one.id, now + timedelta(seconds=wait)) for one, wait in admission.held]


def _departure(one: Claim) -> Departure:
    return Departure(
        contact_id=one.contact_id,
        channel=Channel(one.channel),
        touch_class=TouchClass(one.touch_class),
        address=one.address,
        consented=one.consented,
        suppressed=one.suppressed,
        paused_until=one.paused_until,
        send_at=one.send_at,
        closes_on=one.closes_on,
        calendar=remembered_calendar(f"{one.industry_key}@{one.calendar_version}", one.calendar),
        zone=ZoneInfo(one.time_zone),
        country=one.country,
    )


def _render(
    *, db: Database, claims: Sequence[Claim], renderer_for: Callable[[Brand], Renderer], now: datetime
) -> tuple[list[Ready], list[tuple[UUID, str]]]:
    """The messages ready to leave, and those that cannot be rendered with the reason."""
    with db.transaction() as session:
        brand = load_brand(session)
        texts = load_texts(session, sorted({edition for one in claims for edition in (one.edition_id, *one.riders)}))
    if brand is None:
        raise NotReady("no pack was applied yet: run `outreach apply packs/hearth-energy` or one of your own")
    renderer = renderer_for(brand)
    ready: list[Ready] = []
    broken: list[tuple[UUID, str]] = []
    for one in claims:
        available = texts.get(one.edition_id, {})
        locale = chosen_locale(one.language, available.keys(), brand.default_locale)
        if locale is None:
            broken.append((one.id, f"no text in {one.language} nor in {brand.default_locale}"))
            continue
        riders = [rider for edition in one.riders if (rider := _rider(one, texts.get(edition, {}), brand))]
        try:
            outgoing = _outgoing(one, text=available[locale], riders=riders, brand=brand, renderer=renderer, now=now)
        except OutreachError as error:
            log.error("touch %s cannot be rendered: %s", one.id, error)
            broken.append((one.id, f"cannot be rendered: {error}"))
        else:
            ready.append(Ready(one, locale, outgoing, tuple(rider.edition_id for rider in riders)))
    return ready, broken


def _rider(one: Claim, texts: Mapping[str, EditionText], brand: Brand) -> EditionText | None:
    """What rides along, in the contact's language; None where it was not written in that nor in the business's own."""
    locale = chosen_locale(one.language, texts.keys(), brand.default_locale)
    return texts[locale] if locale else None


def _outgoing(
    one: Claim, *, text: EditionText, riders: Sequence[EditionText], brand: Brand, renderer: Renderer, now: datetime
) -> Outgoing:
    industry_locale = chosen_locale(text.locale, one.industry_names.keys(), brand.default_locale)
    recipient = Recipient(
        touch_id=one.id,
        address=one.address,
        first_name=one.first_name,
        last_name=one.last_name,
        company=one.company,
        industry=one.industry_names[industry_locale] if industry_locale else "",
        customer_since=one.customer_since,
        industry_key=one.industry_key,
    )
    if one.channel == Channel.SMS:
        body = renderer.sms(text, recipient).body
        return Outgoing(
            touch_id=one.id, sender=brand.phone, recipient=one.address, data=body.encode(), language=text.locale
        )
    mail = renderer.mail(text, recipient, now=now, riders=riders)
    return Outgoing(
        touch_id=one.id, sender=brand.sender_email, recipient=one.address, data=mail.data, language=text.locale
    )


def _send(*, db: Database, provider: Provider, owner: str, ready: Sequence[Ready], now: datetime) -> Iterator[Receipt]:
    """Sends batch by batch; a provider that does not accept who we are stops the channel, so that no list is burnt."""
    with provider.open() as line:
        for start in range(0, len(ready), BATCH):
            receipts = _send_batch(
                db=db, line=line, provider=provider.name, owner=owner, batch=ready[start : start + BATCH], now=now
            )
            yield from receipts
            refusal = next((one for one in receipts if one.refuses_us), None)
            if refusal:
                left = [one.claim.id for one in ready[start + BATCH :]]
                _halt(db, provider, refusal, owner=owner, left=left, now=now)
                return


def _halt(
    db: Database, provider: Provider, refusal: Receipt, *, owner: str, left: Sequence[UUID], now: datetime
) -> None:
    """Stops the channel until staff start it again; what was not tried goes back as if it had not been claimed."""
    log.error("%s does not accept our credentials; %s stands still", provider.name, provider.channel)
    halt = Halt(HaltCause.CREDENTIAL, f"{provider.name} does not accept our credentials: {refusal.answer}")
    with db.raw_transaction() as connection:
        store_halt(connection, provider.channel, halt, by=THE_PRODUCT, now=now)
        if left:
            postpone(connection, owner=owner, until=[(touch_id, now) for touch_id in left])


def _send_batch(
    *, db: Database, line: Line, provider: str, owner: str, batch: Sequence[Ready], now: datetime
) -> list[Receipt]:
    with db.raw_transaction() as connection:
        ours = mark_sending(
            connection,
            owner=owner,
            rendered=[(one.claim.id, one.claim.attempt, one.locale, one.claim.address) for one in batch],
            provider=provider,
        )
        if left := [one for one in batch if one.claim.id in ours and len(one.riders) < one.claim.riders_meant]:
            riding = [(one.claim.id, edition) for one in left for edition in one.riders]
            leave_behind(connection, carriers=[one.claim.id for one in left], riding=riding)
    attempts = {one.claim.id: one.claim.attempt for one in batch}
    receipts = _receipts(line, [one.outgoing for one in batch if one.claim.id in ours])
    with db.raw_transaction() as connection:
        settle(
            connection,
            owner=owner,
            provider=provider,
            settled=[_settled(receipt, attempts[receipt.touch_id], now=now) for receipt in receipts],
            started_at=now,
            now=now,
        )
    _bar_dead_addresses(db, [receipt for receipt in receipts if receipt.dead_address], now=now)
    return receipts


def _bar_dead_addresses(db: Database, receipts: Sequence[Receipt], *, now: datetime) -> None:
    """Writes a refusal that is the address's own fault down as a bounce, and never writes there again.

    In a transaction of its own, because permissions are locked before rhythms everywhere else; to die before it costs
    one more refusal.
    """
    if not receipts:
        return
    with db.raw_transaction() as connection:
        touches = lock_touches(connection, [receipt.touch_id for receipt in receipts])
        bounces = [_bounce(receipt, now=now) for receipt in receipts]
        insert_events(connection, bounces, touches=touches, now=now)
        barred = [
            Barred(Channel(touch.channel), touch.address, SuppressedFor.BOUNCED, since=now)
            for touch in touches.values()
        ]
        bar(connection, barred, now=now)


def _bounce(receipt: Receipt, *, now: datetime) -> Event:
    return Event(
        key=f"refused {receipt.touch_id}",
        touch_id=receipt.touch_id,
        type=EventType.BOUNCED,
        occurred_at=now,
        actor=Actor.MACHINE,
        data={"reason": receipt.answer, "dead_address": "yes"},
    )


def _receipts(line: Line, batch: Sequence[Outgoing]) -> list[Receipt]:
    """A receipt for each message; the line is left when it gets too slow, and what was not begun waits for a retry."""
    began = time.monotonic()
    receipts: list[Receipt] = []
    for receipt in line.send(batch):
        receipts.append(receipt)
        if time.monotonic() - began > BATCH_SECONDS:
            break
    answered = {receipt.touch_id for receipt in receipts}
    return receipts + [
        Receipt(one.touch_id, Outcome.RETRY, "not begun: the provider was too slow")
        for one in batch
        if one.touch_id not in answered
    ]


def _settled(receipt: Receipt, attempt: int, *, now: datetime) -> Settled:
    again_at = next_try(attempt, now=now) if receipt.outcome is Outcome.RETRY else None
    gives_up = receipt.outcome is Outcome.RETRY and again_at is None
    return Settled(
        touch_id=receipt.touch_id,
        state=TouchState.FAILED if gives_up else TouchState(receipt.outcome.value),
        answer=receipt.answer,
        reference=receipt.reference,
        outcome="" if receipt.outcome in (Outcome.SENT, Outcome.RETRY) and not gives_up else receipt.answer,
        again_at=again_at,
    )
