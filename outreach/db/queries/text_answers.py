"""Answers that we owe to people who texted STOP, START or HELP."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import psycopg
from psycopg.rows import class_row

from outreach.domain.events import Event


@dataclass(frozen=True, slots=True)
class OwedAnswer:
    """An answer that is ours to give; `language` is the contact's, "" for a number of nobody's."""

    id: UUID
    number: str
    intent: str
    language: str


def owe_answers(connection: psycopg.Connection, events: Iterable[Event]) -> None:
    """Notes that these texts are to be answered; one that is noted already stays as it is."""
    owed = list(events)
    connection.execute(
        """
        INSERT INTO text_answers (event_key, number, intent, asked_at)
        SELECT * FROM unnest(%s::text[], %s::text[], %s::text[], %s::timestamptz[]) ON CONFLICT DO NOTHING
        """,
        (
            [event.key for event in owed],
            [event.data["from"] for event in owed],
            [event.data["intent"] for event in owed],
            [event.occurred_at for event in owed],
        ),
    )


def take_owed(connection: psycopg.Connection, *, not_before: datetime, limit: int) -> list[OwedAnswer]:
    """Takes answers that are still in time, each once for ever; those that are not are given up."""
    connection.execute(
        "UPDATE text_answers SET state = 'late' WHERE state = 'waiting' AND asked_at < %s", (not_before,)
    )
    with connection.cursor(row_factory=class_row(OwedAnswer)) as cursor:
        return cursor.execute(
            """
            WITH taken AS (
                SELECT event_key FROM text_answers WHERE state = 'waiting'
                ORDER BY asked_at LIMIT %s FOR UPDATE SKIP LOCKED)
            UPDATE text_answers a SET state = 'sending' FROM taken WHERE a.event_key = taken.event_key
            RETURNING a.id, a.number, a.intent, COALESCE(
                (SELECT c.language FROM contacts c WHERE c.phone = a.number ORDER BY c.id LIMIT 1), '') AS language
            """,
            (limit,),
        ).fetchall()


def settle_owed(connection: psycopg.Connection, settled: Iterable[tuple[UUID, str, str]]) -> None:
    """Writes what became of answers: id, state, the provider's words."""
    rows = list(settled)
    connection.execute(
        """
        UPDATE text_answers a SET state = n.state, answer = n.answer
        FROM unnest(%s::uuid[], %s::text[], %s::text[]) AS n(id, state, answer) WHERE a.id = n.id
        """,
        ([row[0] for row in rows], [row[1] for row in rows], [row[2] for row in rows]),
    )
