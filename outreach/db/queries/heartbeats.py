"""Signs of life of the product's parts, by the wall's clock."""

from dataclasses import dataclass
from datetime import datetime

import psycopg
from psycopg.rows import class_row


@dataclass(frozen=True, slots=True)
class Beat:
    """When a part last worked (wall clock), how many seconds ago, and what it said."""

    part: str
    at: datetime
    seconds_ago: float
    note: str


def beat(connection: psycopg.Connection, *, part: str, note: str) -> None:
    """Notes that `part` works; the instant is the database's."""
    connection.execute(
        """
        INSERT INTO heartbeats (part, at, note) VALUES (%(part)s, clock_timestamp(), %(note)s)
        ON CONFLICT (part) DO UPDATE SET at = excluded.at, note = excluded.note
        """,
        {"part": part, "note": note[:500]},
    )


def load_beats(connection: psycopg.Connection) -> list[Beat]:
    """All parts that ever worked, by name."""
    with connection.cursor(row_factory=class_row(Beat)) as cursor:
        return cursor.execute(
            """
            SELECT part, at, extract(epoch FROM clock_timestamp() - at)::float8 AS seconds_ago, note
            FROM heartbeats ORDER BY part
            """
        ).fetchall()


def last_beat(connection: psycopg.Connection) -> datetime | None:
    """When any part last worked (wall clock), or None on a fresh database."""
    row = connection.execute("SELECT max(at) FROM heartbeats").fetchone()
    return row[0] if row else None
