"""Signals as set work: what customers did lands once, in whatever order and however often it is told.

A reference names a signal in the business's own books: the same kind and reference of a contact is one signal, and the
first word about it stays. Without one, the same kind at the same instant is.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import psycopg

from outreach.domain.signal import NewSignal

#: What an answer by one click is called among the replies. It sets no clock: the message that it answers has.
ANSWER_REFERENCE = "answer "


@dataclass(frozen=True, slots=True)
class LandedSignals:
    """What became of signals.

    Attributes:
        new, same: how many are new, how many were known.
        waiting: rows whose contact nobody knows yet; they are kept for it.
        differing: rows whose reference is known with another instant or amount.
    """

    new: int
    same: int
    waiting: frozenset[int]
    differing: frozenset[int]


def land_signals(
    connection: psycopg.Connection, signals: Iterable[tuple[int, NewSignal]], *, source: str, now: datetime
) -> LandedSignals:
    """Writes signals, each with the number of its row; those of unknown contacts wait for them.

    Args:
        source: who told us, "file signals.csv".
    """
    _stage(connection)
    rows = 0
    with connection.cursor().copy("COPY incoming_signals FROM STDIN") as copy:
        for row, one in signals:
            rows += 1
            amount = None if one.amount is None else float(one.amount)
            copy.write_row((row, one.external_id, one.kind, one.occurred_at, amount, one.currency, one.reference))
    connection.execute("ANALYZE incoming_signals")
    waiting = frozenset(row for (row,) in connection.execute(_STRANGERS))
    if waiting:
        connection.execute(_KEEP, {"source": source, "now": now})
    # In one order for all, so that two who bring the same signals wait for each other instead of deadlocking.
    new = connection.execute(_LAND).rowcount
    differing = frozenset(row for (row,) in connection.execute(_DIFFERING))
    return LandedSignals(new, rows - new - len(waiting) - len(differing), waiting, differing)


def adopt_waiting_signals(connection: psycopg.Connection) -> int:
    """Gives signals that waited for their contacts to those that exist by now; says how many."""
    _stage(connection)
    return connection.execute(_ADOPT).rowcount


def signalled_touches(connection: psycopg.Connection, *, now: datetime) -> list[tuple[int, str, datetime]]:
    """The newest visit or reply among what landed, where a contact had no touch since: id, kind, instant.

    What lies after `now`, as clocks and zones differ, happened now.
    """
    return connection.execute(
        """
        SELECT DISTINCT ON (i.contact_id) i.contact_id, i.kind, LEAST(i.occurred_at, %(now)s)
        FROM landed_signals i JOIN rhythms r ON r.contact_id = i.contact_id
        WHERE i.kind IN ('visit', 'reply')
          AND LEAST(i.occurred_at, %(now)s) > COALESCE(r.last_touch_at, r.started_at - r.gap * interval '1 day')
        ORDER BY i.contact_id, i.occurred_at DESC
        """,
        {"now": now},
    ).fetchall()


def _stage(connection: psycopg.Connection) -> None:
    """Empty tables of this connection; they stay with it, since to make them each time costs more than to fill them."""
    connection.execute(
        """
        CREATE TEMPORARY TABLE IF NOT EXISTS incoming_signals (
            row int, external_id text, kind text, occurred_at timestamptz, amount float8, currency text, reference text
        ) ON COMMIT DELETE ROWS
        """
    )
    connection.execute(
        """
        CREATE TEMPORARY TABLE IF NOT EXISTS landed_signals (contact_id bigint, kind text, occurred_at timestamptz)
        ON COMMIT DELETE ROWS
        """
    )
    connection.execute("TRUNCATE incoming_signals, landed_signals")


_STRANGERS = """
    SELECT row FROM incoming_signals i WHERE NOT EXISTS (SELECT FROM contacts c WHERE c.external_id = i.external_id)
"""
_KEEP = """
    INSERT INTO waiting_signals (external_id, kind, occurred_at, amount, currency, reference, source, received_at)
    SELECT external_id, kind, occurred_at, amount, currency, reference, %(source)s, %(now)s FROM incoming_signals i
    WHERE NOT EXISTS (SELECT FROM contacts c WHERE c.external_id = i.external_id)
    ORDER BY external_id, kind, reference, occurred_at, row
    ON CONFLICT DO NOTHING
"""
_LAND = """
    WITH landed AS (
        INSERT INTO signals (contact_id, kind, occurred_at, amount, currency, reference)
        SELECT c.id, i.kind, i.occurred_at, i.amount, i.currency, i.reference
        FROM (SELECT DISTINCT ON (external_id, kind, reference, CASE WHEN reference = '' THEN occurred_at END) *
              FROM incoming_signals
              ORDER BY external_id, kind, reference, CASE WHEN reference = '' THEN occurred_at END, row) AS i
        JOIN contacts c ON c.external_id = i.external_id
        ORDER BY c.id, i.kind, i.reference, i.occurred_at
        ON CONFLICT DO NOTHING
        RETURNING contact_id, kind, occurred_at)
    INSERT INTO landed_signals SELECT * FROM landed
"""
_DIFFERING = """
    SELECT i.row FROM incoming_signals i JOIN contacts c ON c.external_id = i.external_id
    JOIN signals s ON s.contact_id = c.id AND s.kind = i.kind AND s.reference = i.reference
    WHERE i.reference <> ''
      AND (s.occurred_at, s.amount, s.currency) IS DISTINCT FROM (i.occurred_at, i.amount, i.currency)
"""
_ADOPT = """
    WITH adopted AS (
        DELETE FROM waiting_signals w USING contacts c WHERE c.external_id = w.external_id
        RETURNING c.id AS contact_id, w.kind, w.occurred_at, w.amount, w.currency, w.reference
    ), landed AS (
        INSERT INTO signals (contact_id, kind, occurred_at, amount, currency, reference)
        SELECT contact_id, kind, occurred_at, amount, currency, reference FROM adopted
        ORDER BY contact_id, kind, reference, occurred_at
        ON CONFLICT DO NOTHING
        RETURNING contact_id, kind, occurred_at)
    INSERT INTO landed_signals SELECT * FROM landed
"""
