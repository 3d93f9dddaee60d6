"""Texts that customers write: which message of ours they answer, and what they said about their number before."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

import psycopg


def last_texts_to(connection: psycopg.Connection, numbers: Collection[str]) -> dict[str, UUID]:
    """The last text that left for each of these numbers (E.164)."""
    rows = connection.execute(
        """
        SELECT DISTINCT ON (t.address) t.address, t.id
        FROM contacts c JOIN touches t ON t.contact_id = c.id AND t.channel = 'sms' AND t.address = c.phone
        WHERE c.phone = ANY(%s) AND t.sent_at IS NOT NULL ORDER BY t.address, t.sent_at DESC
        """,
        (sorted(numbers),),
    )
    return dict(rows.fetchall())


def last_said(connection: psycopg.Connection, numbers: Collection[str], intent: str) -> dict[str, datetime]:
    """When each of these numbers last wrote something that meant `intent`; those that never did are left out."""
    rows = connection.execute(
        """
        SELECT data ->> 'from', max(occurred_at) FROM events
        WHERE data ->> 'from' = ANY(%s) AND data ? 'intent' AND data ->> 'intent' = %s GROUP BY 1
        """,
        (sorted(numbers), intent),
    )
    return dict(rows.fetchall())


def unsubscribed_since(connection: psycopg.Connection, number: str) -> datetime | None:
    """Since when a number is barred because its owner said so; None if it is not, or for another reason."""
    row = connection.execute(
        "SELECT since FROM suppressions WHERE channel = 'sms' AND address = %s AND reason = 'unsubscribed'", (number,)
    ).fetchone()
    return row[0] if row else None


def who_said_no_to_texts(connection: psycopg.Connection, number: str, *, before: datetime) -> list[int]:
    """Contacts with this number whose last word on texts was a no from before, locked until the transaction ends."""
    rows = connection.execute(
        """
        SELECT c.id FROM contacts c
        WHERE c.phone = %s AND (SELECT NOT r.granted AND r.given_at <= %s FROM consent_records r
                                WHERE r.contact_id = c.id AND r.channel = 'sms' ORDER BY r.id DESC LIMIT 1)
        ORDER BY c.id FOR NO KEY UPDATE OF c
        """,
        (number, before),
    )
    return [row[0] for row in rows]
