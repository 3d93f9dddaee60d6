"""Judges visits of a stretch of time anew, by today's rules and by what is known today.

Rules change, and a pattern over a domain is seen only after some messages. What was reported is kept with every event,
so nothing is lost by having judged it differently before.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

import psycopg

from outreach.db.queries.cadence import lock_learning_contacts, store_learnt
from outreach.db.queries.events import lock_touches
from outreach.db.queries.tuning import load_tuning
from outreach.db.queries.verdicts import (
    FirstReads,
    load_visits,
    note_domain_patterns,
    store_first_reads,
    store_verdicts,
    visited_touches,
)
from outreach.db.session import Database
from outreach.domain.engagement import TOO_SOON, Verdict, judged
from outreach.domain.events import Actor
from outreach.domain.rhythm.lessons import learnt

#: Messages judged in one transaction.
CHUNK = 500
#: A pattern over a domain reaches at least so many of its addresses, and at least this share of them.
PATTERN_ADDRESSES, PATTERN_SHARE = 4, 0.6


@dataclass(frozen=True, slots=True)
class JudgedAnew:
    """What one call did.

    Attributes:
        messages, visits: looked at.
        changed: visits by actor before and after, of those whose actor changed.
        reweighed: visits whose actor stays and whose evidence or chance does not.
        cadences: gaps that moved.
        patterns: visitors that were found to visit most messages to a domain at once, and were not known before.
    """

    messages: int = 0
    visits: int = 0
    changed: Mapping[tuple[Actor, Actor], int] = field(default_factory=dict)
    reweighed: int = 0
    cadences: int = 0
    patterns: int = 0


@dataclass(slots=True)
class _Sums:
    messages: int = 0
    visits: int = 0
    changed: Counter[tuple[Actor, Actor]] = field(default_factory=Counter)
    reweighed: int = 0
    cadences: int = 0


def judge_anew(*, db: Database, since: datetime, now: datetime) -> JudgedAnew:
    """Judges all messages that were visited at `since` or later; a second call right after changes nothing.

    All visits of such a message are judged, earlier ones too, because they are judged together.
    """
    with db.raw_transaction() as connection:
        patterns = note_domain_patterns(
            connection,
            since=since,
            at_once=TOO_SOON / timedelta(seconds=1),
            recipients=PATTERN_ADDRESSES,
            share=PATTERN_SHARE,
            now=now,
        )
    sums = _Sums()
    after: UUID | None = None
    while True:
        with db.raw_transaction() as connection:
            touch_ids = visited_touches(connection, since=since, after=after, limit=CHUNK)
            if touch_ids:
                _judge(connection, touch_ids, sums, now=now)
        if not touch_ids:
            break
        after = touch_ids[-1]
    return JudgedAnew(
        messages=sums.messages,
        visits=sums.visits,
        changed=dict(sorted(sums.changed.items())),
        reweighed=sums.reweighed,
        cadences=sums.cadences,
        patterns=len(patterns),
    )


def _judge(connection: psycopg.Connection, touch_ids: list[UUID], sums: _Sums, *, now: datetime) -> None:
    # Touches and then rhythms: the order in which everybody who applies events locks.
    touches = lock_touches(connection, touch_ids)
    verdicts: dict[int, Verdict] = {}
    reads: list[FirstReads] = []
    news: set[UUID] = set()
    for touch_id, stored in load_visits(connection, touch_ids).items():
        touch = touches[touch_id]
        found = judged([one.visit for one in stored], sent_at=touch.sent_at or touch.send_at)
        reads.append(FirstReads.of(touch_id, stored, found))
        sums.visits += len(stored)
        for one, verdict in zip(stored, found, strict=True):
            if one.stands(verdict):
                continue
            verdicts[one.event_id] = verdict
            news.add(touch_id)
            if one.actor is verdict.actor:
                sums.reweighed += 1
            else:
                sums.changed[one.actor, verdict.actor] += 1
    sums.messages += len(touches)
    store_verdicts(connection, verdicts)
    news |= store_first_reads(connection, reads)
    if news:
        histories = lock_learning_contacts(connection, {touches[touch_id].contact_id for touch_id in news}, now=now)
        lessons = learnt(histories, news=frozenset(news), tuning=load_tuning(connection))
        sums.cadences += store_learnt(connection, lessons, now=now)
