"""What the planner loads and stores: contacts whose turn it is, the editions on offer, the decisions.

Rows of `rhythms` are locked from loading to storing, in one short transaction without a provider call, and other
planners skip them; so any number of planners may run at once and none decides for a contact twice.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
from psycopg.rows import namedtuple_row

from outreach.db.columns import array_text
from outreach.domain.planning.values import Offer
from outreach.domain.planning.visible import visible_span
from outreach.domain.touch import Channel, TouchClass


@dataclass(frozen=True, slots=True)
class NewTouch:
    """A decision to store as a touch.

    Attributes:
        edition_id: its campaign is looked up; the rest is the touch's own.
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
class NewWithheld:
    """An edition that wanted a slot and did not get it."""

    contact_id: int
    edition_id: int
    reason_code: str
    reason_numbers: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class NextLooks:
    """When the planner looks at each contact again, and why nothing is planned for it ("" if something is)."""

    contact_ids: list[int]
    look_at: list[float]
    waiting_codes: list[str]


LOCK_DUE = """
    SELECT contact_id, date_part('epoch', look_at) FROM rhythms WHERE look_at <= %(now)s
    ORDER BY look_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED
"""

OFFERS = """
    SELECT e.id AS edition_id, e.key AS edition_key, c.key AS campaign_key, c.name AS campaign_name, c.channel,
           c.touch_class, c.priority, e.opens_on, e.closes_on, c.rule, e.position, c.every_months, c.window_days,
           c.industries, c.needs, c.exclusive, c.mergeable, CASE WHEN c.topic <> '{}' THEN c.id ELSE 0 END AS topic
    FROM editions e JOIN campaigns c ON c.id = e.campaign_id
    WHERE c.active AND e.state = 'published' AND e.closes_on >= %(from)s AND e.opens_on <= %(to)s
    ORDER BY e.id
"""


def lock_due_contacts(connection: psycopg.Connection, *, now: datetime, limit: int) -> dict[int, float]:
    """Up to `limit` contacts whose turn it is, and since when in seconds; locked until the transaction ends.

    Other planners skip them meanwhile.
    """
    return dict(connection.execute(LOCK_DUE, {"now": now, "limit": limit}).fetchall())


def load_offers(connection: psycopg.Connection, *, now: datetime, until: datetime | None = None) -> list[Offer]:
    """Editions of active campaigns that a planner sees at `now`, or at any instant from `now` to `until`."""
    start, end = visible_span(now)
    span = {"from": start, "to": visible_span(until)[1] if until else end}
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
            exclusive=row.exclusive,
            mergeable=row.mergeable,
            topic=row.topic,
        )
        for row in rows
    ]


def store_touches(connection: psycopg.Connection, touches: Sequence[NewTouch], *, now: datetime) -> int:
    """Writes planned touches and says how many; one that exists (edition, contact, channel) is left as it is.

    One that asks for an invitation takes up the open one that ends first, or is left out if there is none any more.
    """
    if not touches:
        return 0
    rows = [
        {
            "id": str(touch.id),
            "contact_id": touch.contact_id,
            "edition_id": touch.edition_id,
            "channel": touch.channel,
            "touch_class": touch.touch_class,
            "send_at": touch.send_at.isoformat(),
            "code": touch.reason_code,
            "numbers": dict(touch.reason_numbers),
            "reason": touch.reason,
            "gap": touch.gap,
        }
        for touch in touches
    ]
    return connection.execute(
        """
        INSERT INTO touches (id, contact_id, edition_id, campaign_id, channel, touch_class, state, decided_at, send_at,
                             reason_code, reason_numbers, reason, gap, invitation_id)
        SELECT n.id, n.contact_id, n.edition_id, e.campaign_id, n.channel, n.touch_class, 'planned', %(now)s,
               n.send_at, n.code, n.numbers, n.reason, n.gap, v.id
        FROM json_to_recordset(%(rows)s::json) AS n(
            id uuid, contact_id bigint, edition_id int, channel text, touch_class text, send_at timestamptz, code text,
            numbers jsonb, reason text, gap float8)
        JOIN editions e ON e.id = n.edition_id
        JOIN campaigns k ON k.id = e.campaign_id
        LEFT JOIN LATERAL (
            SELECT v.id FROM invitations v
            WHERE v.contact_id = n.contact_id AND v.edition_id = n.edition_id AND v.closed_at IS NULL
              AND NOT EXISTS (SELECT FROM touches t WHERE t.invitation_id = v.id)
            ORDER BY v.closes_on, v.id LIMIT 1) AS v ON k.rule = 'invited'
        WHERE k.rule <> 'invited' OR v.id IS NOT NULL
        ON CONFLICT (edition_id, contact_id, channel, invitation_id) DO NOTHING
        """,
        {"now": now, "rows": json.dumps(rows)},
    ).rowcount


def store_withheld(connection: psycopg.Connection, lines: Sequence[NewWithheld], *, now: datetime) -> None:
    """Writes what wanted slots and did not get them."""
    if not lines:
        return
    rows = [
        {
            "contact_id": line.contact_id,
            "edition_id": line.edition_id,
            "code": line.reason_code,
            "numbers": dict(line.reason_numbers),
        }
        for line in lines
    ]
    connection.execute(
        """
        INSERT INTO withheld (contact_id, edition_id, at, reason_code, reason_numbers)
        SELECT contact_id, edition_id, %(now)s, code, numbers
        FROM json_to_recordset(%(rows)s::json) AS n(contact_id bigint, edition_id int, code text, numbers jsonb)
        """,
        {"now": now, "rows": json.dumps(rows)},
    )


def store_looks(connection: psycopg.Connection, looks: NextLooks, *, now: datetime) -> None:
    """Writes when each contact comes up again; one statement."""
    connection.execute(
        """
        UPDATE rhythms r SET look_at = to_timestamp(n.look_at), waiting_code = n.code, updated_at = %(now)s
        FROM unnest(%(ids)s::bigint[], %(looks)s::float8[], %(codes)s::text[]) AS n(contact_id, look_at, code)
        WHERE r.contact_id = n.contact_id
        """,
        {
            "now": now,
            "ids": array_text(looks.contact_ids),
            "looks": array_text(looks.look_at),
            "codes": array_text(code or '""' for code in looks.waiting_codes),
        },
    )
