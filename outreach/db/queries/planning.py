"""What the planner loads and stores: contacts whose turn it is, the editions on offer, the decisions.

Rows of `rhythms` are locked from loading to storing, in one short transaction without a provider call, and other
planners skip them; so any number of planners may run at once and none decides for a contact twice.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import psycopg
from psycopg.rows import namedtuple_row

from outreach.domain.calendar.remembered import remembered_calendar
from outreach.domain.planning.values import Offer, PlanningContact, RecentTouch
from outreach.domain.rhythm.band import RhythmBand
from outreach.domain.touch import Channel, TouchClass

#: How far back touches matter to a decision: longer than any rolling window, shorter than the ledger.
MEMORY = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class NewTouch:
    """A decision to store as a touch.

    Attributes:
        campaign_id: of the edition; the rest is the touch's own.
    """

    id: UUID
    contact_id: int
    edition_id: int
    channel: str
    touch_class: str
    send_at: datetime
    reason_code: str
    reason_numbers: Mapping[str, Any]
    reason: str
    gap: float


@dataclass(frozen=True, slots=True)
class NextLook:
    """When the planner looks at a contact again, and why nothing is planned ("" if something is)."""

    contact_id: int
    look_at: datetime
    waiting_code: str
    waiting: str


LOCK_DUE = """
    SELECT contact_id FROM rhythms WHERE look_at <= %(now)s
    ORDER BY look_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED
"""

CONTACTS = """
    SELECT c.id, i.key AS industry_key, i.calendar::text AS calendar, i.calendar_version,
           i.min_gap, i.target_gap, i.max_gap, c.time_zone, c.country, c.customer_since, c.attributes,
           r.gap, r.next_due_at, COALESCE(r.last_touch_at, r.started_at) AS silent_since, r.paused_until,
           c.may_email AND c.email <> '' AND NOT EXISTS (
               SELECT FROM suppressions s WHERE s.channel = 'email' AND s.address = lower(c.email)) AS may_email,
           c.may_sms AND c.phone <> '' AND NOT EXISTS (
               SELECT FROM suppressions s WHERE s.channel = 'sms' AND s.address = c.phone) AS may_sms
    FROM contacts c JOIN industries i ON i.id = c.industry_id JOIN rhythms r ON r.contact_id = c.id
    WHERE c.id = ANY(%(ids)s)
    ORDER BY c.id
"""

TOUCHES = """
    SELECT t.contact_id, t.edition_id, COALESCE(t.sent_at, t.send_at) AS at, t.channel, t.touch_class,
           c.key AS campaign_key, c.name AS campaign_name, t.state NOT IN ('skipped', 'failed') AS counts
    FROM touches t JOIN campaigns c ON c.id = t.campaign_id
    WHERE t.contact_id = ANY(%(ids)s)
    ORDER BY at DESC
"""

OFFERS = """
    SELECT e.id AS edition_id, e.key AS edition_key, c.key AS campaign_key, c.name AS campaign_name, c.channel,
           c.touch_class, c.priority, e.opens_on, e.closes_on, c.rule, e.position, c.every_months, c.window_days,
           c.industries, c.needs
    FROM editions e JOIN campaigns c ON c.id = e.campaign_id
    WHERE c.active AND e.closes_on >= %(from)s AND e.opens_on <= %(to)s
    ORDER BY e.id
"""


def lock_due_contacts(connection: psycopg.Connection, *, now: datetime, limit: int) -> list[int]:
    """Ids of up to `limit` contacts whose turn it is, locked until the transaction ends; other planners skip them."""
    return [row[0] for row in connection.execute(LOCK_DUE, {"now": now, "limit": limit})]


def load_contacts(connection: psycopg.Connection, ids: Sequence[int], *, now: datetime) -> list[PlanningContact]:
    """What a decision about each of `ids` needs; two statements however many ids there are."""
    recent: dict[int, list[RecentTouch]] = defaultdict(list)
    had: dict[int, set[int]] = defaultdict(set)
    with connection.cursor(row_factory=namedtuple_row) as cursor:
        touches: list[Any] = cursor.execute(TOUCHES, {"ids": list(ids)}).fetchall()
        rows: list[Any] = cursor.execute(CONTACTS, {"ids": list(ids)}).fetchall()
    for row in touches:
        had[row.contact_id].add(row.edition_id)
        if row.counts and row.at > now - MEMORY:
            touch = RecentTouch(
                row.at, Channel(row.channel), TouchClass(row.touch_class), row.campaign_key, row.campaign_name
            )
            recent[row.contact_id].append(touch)
    return [
        PlanningContact(
            contact_id=row.id,
            industry_key=row.industry_key,
            calendar=remembered_calendar(f"{row.industry_key}@{row.calendar_version}", row.calendar),
            band=RhythmBand(row.min_gap, row.target_gap, row.max_gap),
            zone=ZoneInfo(row.time_zone),
            country=row.country,
            customer_since=row.customer_since,
            gap=row.gap,
            due_at=row.next_due_at,
            famine_from=row.silent_since + timedelta(days=row.max_gap),
            channels=frozenset(
                channel for channel, may in ((Channel.EMAIL, row.may_email), (Channel.SMS, row.may_sms)) if may
            ),
            attributes=row.attributes,
            recent=tuple(recent[row.id]),
            had_editions=frozenset(had[row.id]),
            paused_until=row.paused_until,
        )
        for row in rows
    ]


def load_offers(connection: psycopg.Connection, *, now: datetime, horizon: timedelta) -> list[Offer]:
    """Editions of active campaigns that some contact, in some zone, may get between `now` and the horizon."""
    day = timedelta(days=1)
    span = {"from": (now - day).date(), "to": (now + horizon + day).date()}
    with connection.cursor(row_factory=namedtuple_row) as cursor:
        rows: list[Any] = cursor.execute(OFFERS, span).fetchall()
    return [
        Offer(
            edition_id=row.edition_id,
            edition_key=row.edition_key,
            campaign_key=row.campaign_key,
            campaign_name=row.campaign_name,
            channel=Channel(row.channel),
            touch_class=TouchClass(row.touch_class),
            priority=row.priority,
            opens_on=row.opens_on,
            closes_on=row.closes_on,
            rule=row.rule,
            position=row.position,
            every_months=row.every_months,
            window_days=row.window_days,
            industries=frozenset(row.industries),
            needs=row.needs,
        )
        for row in rows
    ]


def store_touches(connection: psycopg.Connection, touches: Iterable[NewTouch], *, now: datetime) -> int:
    """Writes planned touches and says how many; one that exists (edition, contact, channel) is left as it is."""
    rows = [
        (
            touch.id,
            touch.contact_id,
            touch.edition_id,
            touch.channel,
            touch.touch_class,
            now,
            touch.send_at,
            touch.reason_code,
            json.dumps(dict(touch.reason_numbers)),
            touch.reason,
            touch.gap,
            touch.edition_id,
        )
        for touch in touches
    ]
    if not rows:
        return 0
    with connection.cursor() as cursor:
        cursor.executemany(
            """
            INSERT INTO touches (id, contact_id, edition_id, channel, touch_class, state, decided_at, send_at,
                                 reason_code, reason_numbers, reason, gap, campaign_id)
            SELECT %s, %s, %s, %s, %s, 'planned', %s, %s, %s, %s::jsonb, %s, %s, campaign_id
            FROM editions WHERE id = %s
            ON CONFLICT (edition_id, contact_id, channel) DO NOTHING
            """,
            rows,
        )
        return cursor.rowcount


def store_looks(connection: psycopg.Connection, looks: Sequence[NextLook], *, now: datetime) -> None:
    """Writes when each contact comes up again; one statement."""
    connection.execute(
        """
        UPDATE rhythms r SET look_at = n.look_at, waiting_code = n.code, waiting = n.sentence, updated_at = %(now)s
        FROM unnest(%(ids)s::bigint[], %(looks)s::timestamptz[], %(codes)s::text[], %(sentences)s::text[])
             AS n(contact_id, look_at, code, sentence)
        WHERE r.contact_id = n.contact_id
        """,
        {
            "now": now,
            "ids": [look.contact_id for look in looks],
            "looks": [look.look_at for look in looks],
            "codes": [look.waiting_code for look in looks],
            "sentences": [look.waiting for look in looks],
        },
    )
