"""Reads raw batches and lets them act: on the state of messages, on who may be written to, and on cadences.

Everything here may run twice, in two places at once, and in any order. An event is stored under a key once for ever;
what follows from events is computed from all of them as a set (who visited, what a contact's messages taught), never
added up. Locks are taken in one order (`db/queries/events.py`), so that two workers wait and do not embrace.
"""

import logging
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from operator import attrgetter
from uuid import UUID

import psycopg

from outreach.db.queries.answers import store_clicked_answers
from outreach.db.queries.bounces import load_bounces
from outreach.db.queries.cadence import lock_learning_contacts, store_learnt
from outreach.db.queries.consent import Barred, ConsentWord, SuppressedFor, bar, record_consent
from outreach.db.queries.early_touches import take_back_early
from outreach.db.queries.events import (
    ReportedTouch,
    WaitingBatch,
    clean,
    insert_events,
    load_touches,
    lock_touches,
    mark_applied,
    mark_bounced,
    storable,
    take_waiting_batches,
    witness_sent,
)
from outreach.db.queries.text_answers import owe_answers
from outreach.db.queries.touch_clock import reset_clock
from outreach.db.queries.tuning import load_tuning
from outreach.db.queries.verdicts import FirstReads, load_visits, store_first_reads, store_verdicts
from outreach.db.session import Database
from outreach.domain.bounce import BounceKind, kind_of_bounce
from outreach.domain.bounce_policy import verdict_on
from outreach.domain.engagement import Verdict, judged
from outreach.domain.events import Actor, Event, EventType
from outreach.domain.rhythm.explain import day
from outreach.domain.rhythm.lessons import learnt
from outreach.domain.touch import Channel, TouchState
from outreach.providers.base import ReportReader
from outreach.services.apply_events.numbers import LastWords, addressed, answered_texts, to_be_answered

log = logging.getLogger(__name__)

#: Batches applied in one transaction: enough to be set-based, few enough that nobody waits long for what it locks.
CHUNK = 30


#: Reports from which nothing follows for a message that is known to have left.
_WITHOUT_CONSEQUENCE = frozenset({EventType.DELIVERED, EventType.DEFERRED, EventType.OTHER})
#: States that no such report changes.
_SETTLED = frozenset({TouchState.SENT, TouchState.FAILED, TouchState.SKIPPED})
#: The order of UUIDs, without calling Python for each comparison.
_BY_NUMBER = attrgetter("int")


@dataclass(frozen=True, slots=True)
class AppliedEvents:
    """What one call did.

    Attributes:
        batches: closed. faulty: of these, those that could not be read; each says why on its row.
        left: batches that name a message still on its way out; they come up again.
        events: new ones, by type and then by actor.
        doubles: events that were there already.
        cadences: gaps that moved.
    """

    batches: int = 0
    faulty: int = 0
    left: int = 0
    events: Mapping[EventType, Mapping[Actor, int]] = field(default_factory=dict)
    doubles: int = 0
    cadences: int = 0


def apply_events(
    *, db: Database, readers: Mapping[str, ReportReader], now: datetime, limit: int = 5_000
) -> AppliedEvents:
    """Applies up to `limit` waiting batches, oldest first; other workers take others.

    Args:
        readers: who understands a batch, by its source.
    """
    after = seen = 0
    total = AppliedEvents()
    counts: Counter[tuple[EventType, Actor]] = Counter()
    while seen < limit:
        with db.raw_transaction() as connection:
            waiting = take_waiting_batches(connection, after=after, limit=min(CHUNK, limit - seen))
            if not waiting:
                break
            done = _apply(connection, [_read(batch, readers) for batch in waiting], now=now)
        after, seen = waiting[-1].id, seen + len(waiting)
        total = replace(
            total,
            batches=total.batches + done.batches,
            faulty=total.faulty + done.faulty,
            left=total.left + done.left,
            doubles=total.doubles + done.doubles,
            cadences=total.cadences + done.cadences,
        )
        counts.update(done.counts)
    by_type: defaultdict[EventType, dict[Actor, int]] = defaultdict(dict)
    for (kind, actor), count in sorted(counts.items()):
        by_type[kind][actor] = count
    return replace(total, events=dict(by_type))


@dataclass(frozen=True, slots=True)
class _Reading:
    """A batch in our vocabulary, or why it could not be read."""

    batch: WaitingBatch
    events: tuple[Event, ...] = ()
    fault: str = ""

    def names(self) -> set[UUID]:
        """The messages it is about."""
        return {event.touch_id for event in self.events if event.touch_id}


def _read(batch: WaitingBatch, readers: Mapping[str, ReportReader]) -> _Reading:
    reader = readers.get(batch.source)
    if reader is None:
        return _Reading(batch, fault=f"nobody here reads {batch.source}")
    try:
        events = tuple(_telling(event, batch.received_at) for event in reader.events(batch.body, batch.received_at))
    # A reader promises ValueError; whatever else a hostile body provokes must not stop the batches behind it.
    except (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError) as error:
        log.warning("raw batch %s of %s cannot be read: %s", batch.id, batch.source, type(error).__name__)
        return _Reading(batch, fault=clean(f"{type(error).__name__}: {error}"))
    return _Reading(batch, events)


def _telling(event: Event, received_at: datetime) -> Event:
    """`event` as it is stored; a bounce says of which kind it is, so that rates can be counted where it lies."""
    event = storable(event, received_at)
    if event.type is EventType.BOUNCED:
        event.data["bounce"] = kind_of_bounce(event.data).value
    return event


@dataclass(frozen=True, slots=True)
class _Done:
    batches: int
    faulty: int
    left: int
    doubles: int
    cadences: int
    counts: Counter[tuple[EventType, Actor]]


def _apply(connection: psycopg.Connection, readings: Sequence[_Reading], *, now: datetime) -> _Done:
    readings = _addressed(connection, readings)
    touches = _touches(connection, readings)
    # A report may overtake our own commit. Its message is about to be settled, so the batch waits for that.
    leaving = {touch.id for touch in touches.values() if touch.state == TouchState.SENDING}
    ready = [reading for reading in readings if not reading.names() & leaving]
    events = {event.key: (event, reading.batch.source) for reading in ready for event in reading.events}
    new = insert_events(connection, [event for event, _ in events.values()], touches=touches, now=now)
    fresh = [events[key] for key in sorted(new)]
    ours = [event for event, _ in fresh if event.touch_id in touches]

    doubtful = {touch.id for touch in touches.values() if touch.state == TouchState.UNKNOWN}
    witness_sent(connection, sorted(doubtful.intersection(_names(ours))), now=now)
    bounced = _names(ours, EventType.BOUNCED)
    mark_bounced(connection, bounced)
    verdicts, read = _judge(connection, _names(ours, EventType.OPENED, EventType.CLICKED), touches)
    said = LastWords.of(connection, [event for event, _ in fresh])
    barred = _barred(ours, touches) + said.strangers(touches) + _worn_out(connection, ours, touches)
    bar(connection, [one for one in barred if not said.outdoes(one.address, one.since)], now=now)
    _sound_alarm(ours)
    for word in _words(fresh, touches, said):
        record_consent(connection, word, now=now)
    said.begin_again(connection, now=now)
    owe_answers(connection, to_be_answered([event for event, _ in fresh]))
    answered = _names(ours, EventType.REPLIED, EventType.COMPLAINED, EventType.UNSUBSCRIBED)
    cadences = _learn(connection, frozenset([*read, *bounced, *answered]), touches, now=now)
    _reset_clocks(connection, ours, touches, now=now)

    mark_applied(connection, {reading.batch.id: reading.fault for reading in ready}, now=now)
    return _Done(
        batches=len(ready),
        faulty=sum(bool(reading.fault) for reading in ready),
        left=len(readings) - len(ready),
        doubles=sum(len(reading.events) for reading in ready) - len(new),
        cadences=cadences,
        counts=Counter((event.type, verdicts.get(event.key, event.actor)) for event, _ in fresh),
    )


def _addressed(connection: psycopg.Connection, readings: Sequence[_Reading]) -> Sequence[_Reading]:
    """The readings, in which a text that somebody wrote names the last text that went to their number."""
    texts = answered_texts(connection, (event for one in readings for event in one.events))
    if texts is None:
        return readings
    return [replace(one, events=tuple(addressed(event, texts) for event in one.events)) for one in readings]


def _touches(connection: psycopg.Connection, readings: Sequence[_Reading]) -> dict[UUID, ReportedTouch]:
    """The messages that are reported about, locked where something may follow from it.

    Most reports say that a message arrived that is known to have left; such a message stays free for other workers.
    """
    touches = load_touches(connection, {name for reading in readings for name in reading.names()})
    acting = {
        event.touch_id
        for reading in readings
        for event in reading.events
        if event.touch_id in touches
        and (event.type not in _WITHOUT_CONSEQUENCE or touches[event.touch_id].state not in _SETTLED)
    }
    return touches | lock_touches(connection, {touch_id for touch_id in acting if touch_id})


def _names(events: Iterable[Event], *types: EventType) -> list[UUID]:
    """Messages that `events` (of these types, or of any) are about."""
    named = {event.touch_id for event in events if event.touch_id and (not types or event.type in types)}
    return sorted(named, key=_BY_NUMBER)


def _judge(
    connection: psycopg.Connection, touch_ids: Sequence[UUID], touches: Mapping[UUID, ReportedTouch]
) -> tuple[dict[str, Actor], set[UUID]]:
    """Judges all visits of these messages anew; the verdicts by event key, and messages whose first reads changed."""
    verdicts: dict[str, Actor] = {}
    changed: dict[int, Verdict] = {}
    reads: list[FirstReads] = []
    for touch_id, stored in load_visits(connection, touch_ids).items():
        touch = touches[touch_id]
        found = judged([one.visit for one in stored], sent_at=touch.sent_at or touch.send_at)
        verdicts |= {one.key: verdict.actor for one, verdict in zip(stored, found, strict=True)}
        changed |= {one.event_id: new for one, new in zip(stored, found, strict=True) if not one.stands(new)}
        reads.append(FirstReads.of(touch_id, stored, found))
    store_verdicts(connection, changed)
    store_clicked_answers(connection, touch_ids)
    return verdicts, store_first_reads(connection, reads)


def _barred(events: Iterable[Event], touches: Mapping[UUID, ReportedTouch]) -> list[Barred]:
    """Addresses whose owners have had enough of us, by what was reported about messages to them."""
    reasons = {EventType.COMPLAINED: SuppressedFor.COMPLAINED, EventType.UNSUBSCRIBED: SuppressedFor.UNSUBSCRIBED}
    barred: list[Barred] = []
    for event in events:
        touch = touches[event.touch_id] if event.touch_id else None
        reason = reasons.get(event.type)
        if touch and reason:
            barred.append(Barred(Channel(touch.channel), touch.address, reason, event.occurred_at, touch.contact_id))
    return barred


def _worn_out(
    connection: psycopg.Connection, events: Iterable[Event], touches: Mapping[UUID, ReportedTouch]
) -> list[Barred]:
    """Addresses to leave alone, for good or for a while, by all that ever bounced there."""
    bounced = {touches[touch_id] for touch_id in _names(events, EventType.BOUNCED)}
    places = {(Channel(touch.channel), touch.address.lower()) for touch in bounced if touch.address}
    verdicts = ((place, verdict_on(known)) for place, known in load_bounces(connection, places).items())
    return [
        Barred(channel, address, SuppressedFor.BOUNCED, verdict.since, until=verdict.until)
        for (channel, address), verdict in verdicts
        if verdict
    ]


def _sound_alarm(events: Iterable[Event]) -> None:
    """Says loudly when servers or carriers refuse us as a sender; no address is at fault for that."""
    faults = [event for event in events if event.data.get("bounce") == BounceKind.OUR_SETUP]
    if faults:
        said = faults[0].data.get("reason") or faults[0].data.get("code")
        setup = "SPF, DKIM, DMARC, registration"
        log.error("%s messages refused because of our own set-up (%s): %s", len(faults), setup, said)


def _words(
    fresh: Iterable[tuple[Event, str]], touches: Mapping[UUID, ReportedTouch], said: LastWords
) -> list[ConsentWord]:
    """Consent that contacts withdrew by complaining or unsubscribing somewhere else than with us."""
    words: list[ConsentWord] = []
    for event, source in fresh:
        touch = touches.get(event.touch_id) if event.touch_id else None
        outdone = said.outdoes(event.data.get("from", ""), event.occurred_at)
        if touch and event.type in (EventType.COMPLAINED, EventType.UNSUBSCRIBED) and not outdone:
            told = "complaint" if event.type is EventType.COMPLAINED else "unsubscription"
            known = f"{told} reported by {source}"
            words.append(ConsentWord(touch.contact_id, Channel(touch.channel), False, known, event.occurred_at))
    return words


def _learn(
    connection: psycopg.Connection, news: frozenset[UUID], touches: Mapping[UUID, ReportedTouch], *, now: datetime
) -> int:
    """Reads the cadence of every contact concerned off the ledger again; how many moved."""
    histories = lock_learning_contacts(connection, {touches[touch_id].contact_id for touch_id in news}, now=now)
    return store_learnt(connection, learnt(histories, news=news, tuning=load_tuning(connection)), now=now)


def _reset_clocks(
    connection: psycopg.Connection, events: Iterable[Event], touches: Mapping[UUID, ReportedTouch], *, now: datetime
) -> None:
    """A reply is a touch and sets the clock; `_learn` has locked the rhythms of all who replied."""
    replies: dict[int, datetime] = {}
    for event in events:
        touch = touches.get(event.touch_id) if event.touch_id else None
        if touch and event.type is EventType.REPLIED and event.actor is Actor.HUMAN:
            at = min(event.occurred_at, now)
            replies[touch.contact_id] = max(at, replies.get(touch.contact_id, at))
    if replies:
        moved = reset_clock(connection, replies, now=now)
        why = {contact_id: f"reply on {day(replies[contact_id].isoformat())}" for contact_id in moved}
        take_back_early(connection, why, now=now)
