"""Test messages that were sent, so that nobody sends too many."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import psycopg
from psycopg.rows import class_row

#: Test messages an account may send within `SPAN`.
MOST = 20
SPAN = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class SentProof:
    """A test message and what became of it; `outcome` as of `providers.base.Outcome`."""

    id: UUID
    edition_id: int
    locale: str
    address: str
    sent_by: str
    sent_at: datetime
    outcome: str
    answer: str


def reserve_proofs(connection: psycopg.Connection, proofs: Sequence[SentProof], *, most: int = MOST) -> int:
    """Writes test messages down before they leave, if their sender may still send so many.

    All are by one sender. One at a time per sender, so that two windows cannot share an allowance.

    Returns:
        how many more the sender might have sent before this; nothing is written if that is fewer than `proofs`.
    """
    sender, now = proofs[0].sent_by, proofs[0].sent_at
    connection.execute("SELECT pg_advisory_xact_lock(hashtextextended('proofs of ' || %s, 0))", (sender,))
    counted = connection.execute(
        "SELECT count(*) FROM proofs WHERE sent_by = %s AND sent_at > %s", (sender, now - SPAN)
    ).fetchone()
    left = max(0, most - (counted[0] if counted else 0))
    if len(proofs) > left:
        return left
    with connection.cursor() as cursor:
        cursor.executemany(
            """
            INSERT INTO proofs (id, edition_id, locale, address, sent_by, sent_at, outcome, answer)
            VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
            """,
            [
                (one.id, one.edition_id, one.locale, one.address, one.sent_by, one.sent_at, one.outcome, one.answer)
                for one in proofs
            ],
        )
    return left


def settle_proof(connection: psycopg.Connection, proof_id: UUID, *, outcome: str, answer: str) -> None:
    """Writes down what became of a test message."""
    connection.execute("UPDATE proofs SET outcome = %s, answer = %s WHERE id = %s", (outcome, answer, proof_id))


def load_proofs(connection: psycopg.Connection, edition_id: int, *, limit: int = 10) -> list[SentProof]:
    """The newest test messages of an edition."""
    statement = """
        SELECT id, edition_id, locale, address, sent_by, sent_at, outcome, answer FROM proofs
        WHERE edition_id = %s ORDER BY sent_at DESC, locale LIMIT %s
    """
    with connection.cursor(row_factory=class_row(SentProof)) as cursor:
        return cursor.execute(statement, (edition_id, limit)).fetchall()


def is_suppressed(connection: psycopg.Connection, *, channel: str, address: str, now: datetime) -> bool:
    """Whether `address` must not be written to on `channel` now."""
    row = connection.execute(
        "SELECT FROM suppressions WHERE channel = %s AND address = lower(%s) AND (until IS NULL OR until > %s)",
        (channel, address, now),
    ).fetchone()
    return row is not None
