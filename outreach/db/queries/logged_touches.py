"""Touches that people made and wrote down."""

from dataclasses import dataclass
from datetime import datetime

import psycopg


@dataclass(frozen=True, slots=True)
class NewLoggedTouch:
    """A touch to write down; `at` is when it happened, `logged_by` who says so."""

    contact_id: int
    channel: str
    at: datetime
    note: str
    logged_by: str


def add_logged_touch(connection: psycopg.Connection, new: NewLoggedTouch, *, now: datetime) -> int | None:
    """Writes it down and returns its id; None if the very same stands there. The contact's rhythm is locked."""
    row = connection.execute(
        """
        INSERT INTO logged_touches (contact_id, channel, at, note, logged_by, recorded_at)
        SELECT %(contact)s::bigint, %(channel)s::text, %(at)s::timestamptz, %(note)s::text, %(by)s::text, %(now)s
        WHERE NOT EXISTS (
            SELECT FROM logged_touches WHERE contact_id = %(contact)s::bigint AND channel = %(channel)s::text
              AND at = %(at)s::timestamptz AND note = %(note)s::text AND logged_by = %(by)s::text)
        RETURNING id
        """,
        {
            "contact": new.contact_id,
            "channel": new.channel,
            "at": new.at,
            "note": new.note,
            "by": new.logged_by,
            "now": now,
        },
    ).fetchone()
    return int(row[0]) if row else None


def remove_logged_touch(connection: psycopg.Connection, logged_id: int, *, contact_id: int) -> bool:
    """Takes a touch of the contact out again; whether it was there."""
    return bool(
        connection.execute(
            "DELETE FROM logged_touches WHERE id = %s AND contact_id = %s", (logged_id, contact_id)
        ).rowcount
    )


def remove_logged_call(
    connection: psycopg.Connection, contact_id: int, *, recorded_at: datetime, logged_by: str
) -> None:
    """Takes the call out again that was logged at this instant, by whoever closed its task."""
    connection.execute(
        """
        DELETE FROM logged_touches
        WHERE contact_id = %s AND channel = 'call' AND at = recorded_at AND recorded_at = %s AND logged_by = %s
        """,
        (contact_id, recorded_at, logged_by),
    )
