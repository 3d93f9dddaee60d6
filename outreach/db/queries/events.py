"""Raw batches as they arrived, and the events read out of them.

Locks are taken in one order by everybody who applies events: batches, then touches by id, then addresses that bounced,
then contacts, then rhythms by contact. Touches that nothing follows for are not locked.
"""

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from uuid import UUID

import psycopg
from psycopg.rows import class_row

from outreach.db.columns import array_text
from outreach.domain.events import Event

#: Characters of a value or of a key that are kept.
VALUE_LENGTH = 1_000
KEY_LENGTH = 200


def store_raw_batch(connection: psycopg.Connection, *, source: str, body: bytes, received_at: datetime) -> bool:
    """Keeps one request as it came; whether it is the only one that waits, so that somebody must be woken for it."""
    row = connection.execute(
        """
        WITH stored AS (INSERT INTO raw_batches (source, received_at, body) VALUES (%s, %s, %s))
        SELECT NOT EXISTS (SELECT FROM raw_batches WHERE applied_at IS NULL)
        """,  # the question sees the table as it was before the insert
        (source, received_at, body),
        prepare=True,
        binary=True,
    ).fetchone()
    return bool(row and row[0])


@dataclass(frozen=True, slots=True)
class WaitingBatch:
    """A raw batch that nobody has applied yet."""

    id: int
    source: str
    received_at: datetime
    body: bytes


def take_waiting_batches(connection: psycopg.Connection, *, after: int, limit: int) -> list[WaitingBatch]:
    """Up to `limit` waiting batches with ids above `after`, oldest first, locked; other workers skip them."""
    with connection.cursor(row_factory=class_row(WaitingBatch)) as cursor:
        return cursor.execute(
            """
            SELECT id, source, received_at, body FROM raw_batches WHERE applied_at IS NULL AND id > %s
            ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED
            """,
            (after, limit),
        ).fetchall()


def mark_applied(connection: psycopg.Connection, faults: Mapping[int, str], *, now: datetime) -> None:
    """Closes batches by id, each with why it could not be read ("" if it could)."""
    connection.execute(
        """
        UPDATE raw_batches b SET applied_at = %s, fault = n.fault
        FROM unnest(%s::bigint[], %s::text[]) AS n(id, fault) WHERE b.id = n.id
        """,
        (now, list(faults), list(faults.values())),
    )


@dataclass(frozen=True, slots=True)
class ReportedTouch:
    """A message that reports name."""

    id: UUID
    contact_id: int
    channel: str
    state: str
    send_at: datetime
    sent_at: datetime | None
    address: str


_REPORTED = "SELECT id, contact_id, channel, state, send_at, sent_at, address FROM touches WHERE id = ANY(%s::uuid[])"


def load_touches(connection: psycopg.Connection, ids: Collection[UUID]) -> dict[UUID, ReportedTouch]:
    """Those of `ids` that are messages of ours, as they stand now; anything but their owner may change meanwhile."""
    return {row[0]: ReportedTouch(*row) for row in connection.execute(_REPORTED, (array_text(ids),))}


def lock_touches(connection: psycopg.Connection, ids: Collection[UUID]) -> dict[UUID, ReportedTouch]:
    """Those of `ids` that are messages of ours, locked until the transaction ends."""
    rows = connection.execute(_REPORTED + " ORDER BY id FOR NO KEY UPDATE", (array_text(ids),))
    return {row[0]: ReportedTouch(*row) for row in rows}


def storable(event: Event, received_at: datetime) -> Event:
    """`event` as the database takes it: no NUL, no half characters, nothing endless, and no instant ahead of time."""
    at = event.occurred_at if event.occurred_at.tzinfo else event.occurred_at.replace(tzinfo=UTC)
    key = event.key
    if len(key) > KEY_LENGTH:
        key = hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()
    data = {clean(name): clean(value) for name, value in event.data.items()}
    return replace(event, key=clean(key), occurred_at=min(at, received_at), data=data)


def clean(text: str) -> str:
    """`text` as the database takes it, cut off at `VALUE_LENGTH`."""
    if text.isascii() and len(text) <= VALUE_LENGTH and "\x00" not in text:
        return text
    return text[:VALUE_LENGTH].replace("\x00", "\ufffd").encode("utf-8", "replace").decode()


def insert_events(
    connection: psycopg.Connection, events: Sequence[Event], *, touches: Mapping[UUID, ReportedTouch], now: datetime
) -> set[str]:
    """Stores events, each key once for ever; the keys that are new.

    An event that names no message of ours is kept without one. What the reporter held of the actor is kept beside the
    verdict, because a verdict may be revised.
    """
    owners = [touches.get(event.touch_id) if event.touch_id else None for event in events]
    rows = connection.execute(
        """
        INSERT INTO events (key, touch_id, contact_id, type, actor, occurred_at, recorded_at, data)
        SELECT n.key, n.touch_id, n.contact_id, n.type, n.actor, n.occurred_at, %(now)s, n.data
        FROM unnest(%(keys)s::text[], %(touches)s::uuid[], %(contacts)s::bigint[], %(types)s::text[],
                    %(actors)s::text[], %(at)s::timestamptz[], %(data)s::jsonb[])
             AS n(key, touch_id, contact_id, type, actor, occurred_at, data)
        ORDER BY n.key
        ON CONFLICT (key) DO NOTHING RETURNING key
        """,
        {
            "now": now,
            "keys": _quoted_array([event.key for event in events]),
            "touches": array_text(owner.id if owner else "NULL" for owner in owners),
            "contacts": array_text(owner.contact_id if owner else "NULL" for owner in owners),
            "types": array_text(event.type.value for event in events),
            "actors": array_text(event.actor.value for event in events),
            "at": array_text(event.occurred_at.isoformat() for event in events),
            "data": _quoted_array([json.dumps(event.data | {"said": event.actor.value}) for event in events]),
        },
    )
    return {row[0] for row in rows}


def _quoted_array(texts: Sequence[str]) -> str:
    """Any texts as the text of an array, to be cast; a list of ten thousand costs the driver ten times as long."""
    quoted = (text.replace("\\", "\\\\").replace('"', '\\"') for text in texts)
    return '{"' + '","'.join(quoted) + '"}' if texts else "{}"


def witness_sent(connection: psycopg.Connection, touch_ids: Sequence[UUID], *, now: datetime) -> None:
    """Messages of unknown fate that somebody reports about did leave, at the earliest when they were to.

    A message in `sending` is its worker's to settle.
    """
    connection.execute(
        """
        WITH moved AS (
            UPDATE touches SET state = 'sent', sent_at = COALESCE(sent_at, send_at), outcome = ''
            WHERE id = ANY(%(ids)s) AND state = 'unknown' RETURNING contact_id, sent_at
        ), last AS (SELECT contact_id, max(sent_at) AS at FROM moved GROUP BY contact_id)
        UPDATE rhythms r SET last_touch_at = GREATEST(r.last_touch_at, last.at),
                             next_due_at = GREATEST(r.last_touch_at, last.at) + r.gap * interval '1 day',
                             look_at = %(now)s, updated_at = %(now)s
        FROM last WHERE r.contact_id = last.contact_id
        """,
        {"ids": list(touch_ids), "now": now},
    )


def mark_bounced(connection: psycopg.Connection, touch_ids: Sequence[UUID]) -> None:
    """Messages that came back did not arrive: sent becomes failed."""
    connection.execute(
        "UPDATE touches SET state = 'failed', outcome = 'bounced' WHERE id = ANY(%s) AND state IN ('sent', 'unknown')",
        (list(touch_ids),),
    )
