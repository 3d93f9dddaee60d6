"""Batches: what went wrong for many at once, whom it is about, and where their cases stand."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import psycopg
from psycopg.rows import class_row

from outreach.db.queries.recovery import Landed


@dataclass(frozen=True, slots=True)
class SignalChoice:
    """Contacts by what they did: a signal of a kind between two instants, whose reference holds a word."""

    kind: str
    start: datetime
    end: datetime
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """Contacts that were named: those we know, and the first names nobody knows."""

    contact_ids: list[int]
    unknown: list[str]


def find_named(connection: psycopg.Connection, external_ids: Collection[str]) -> Known:
    """Contacts by their own numbers; who was erased is nobody we know."""
    rows = connection.execute(
        """
        SELECT n.external_id, c.id FROM unnest(%s::text[]) AS n(external_id)
        LEFT JOIN contacts c ON c.external_id = n.external_id AND c.external_id <> 'erased ' || c.id
        ORDER BY n.external_id
        """,
        (sorted(set(external_ids)),),
    ).fetchall()
    return Known([row[1] for row in rows if row[1] is not None], [row[0] for row in rows if row[1] is None])


def find_by_signals(connection: psycopg.Connection, choice: SignalChoice, *, most: int) -> list[int]:
    """Contacts with such a signal, at most one more than `most`."""
    rows = connection.execute(
        """
        SELECT DISTINCT s.contact_id FROM signals s JOIN contacts c ON c.id = s.contact_id
        WHERE s.kind = %(kind)s AND s.occurred_at >= %(start)s AND s.occurred_at < %(end)s
          AND (%(reference)s = '' OR position(lower(%(reference)s) IN lower(s.reference)) > 0)
          AND c.external_id <> 'erased ' || c.id
        ORDER BY s.contact_id LIMIT %(most)s + 1
        """,
        {
            "kind": choice.kind,
            "start": choice.start,
            "end": choice.end,
            "reference": choice.reference,
            "most": most,
        },
    )
    return [contact_id for (contact_id,) in rows]


@dataclass(frozen=True, slots=True)
class BatchFacts:
    """A batch and how far it is.

    Attributes:
        contacts: whom it is about. waiting: whose cases are still to be opened, once it is confirmed.
        joined: contacts with a case of their own already, to which it was added.
        open_cases, closed_cases, chosen: of the cases that it opened.
    """

    id: int
    title: str
    words: str
    made_at: datetime
    made_by: str
    confirmed_at: datetime | None
    confirmed_by: str
    taken_back_at: datetime | None
    contacts: int
    waiting: int
    joined: int
    open_cases: int
    closed_cases: int
    chosen: int


_FACTS = """
    SELECT b.id, b.title, b.words, b.made_at, b.made_by, b.confirmed_at, b.confirmed_by, b.taken_back_at,
           m.contacts, m.waiting, m.joined, k.open_cases, k.closed_cases, k.chosen
    FROM case_batches b
    CROSS JOIN LATERAL (
        SELECT count(*)::int AS contacts, count(*) FILTER (WHERE landing = '')::int AS waiting,
               count(*) FILTER (WHERE landing IN ('joins', 'reopens'))::int AS joined
        FROM case_batch_contacts WHERE batch_id = b.id) AS m
    CROSS JOIN LATERAL (
        SELECT count(*) FILTER (WHERE closed_at IS NULL)::int AS open_cases,
               count(*) FILTER (WHERE closed_at IS NOT NULL)::int AS closed_cases,
               count(*) FILTER (WHERE chosen <> '')::int AS chosen
        FROM recovery_cases WHERE batch_id = b.id) AS k
"""


def load_batch(connection: psycopg.Connection, batch_id: int) -> BatchFacts | None:
    """One batch."""
    with connection.cursor(row_factory=class_row(BatchFacts)) as cursor:
        return cursor.execute(f"{_FACTS} WHERE b.id = %s", (batch_id,)).fetchone()


def load_batches(connection: psycopg.Connection, *, limit: int) -> list[BatchFacts]:
    """The newest batches."""
    with connection.cursor(row_factory=class_row(BatchFacts)) as cursor:
        query = f"{_FACTS} ORDER BY b.made_at DESC, b.id DESC LIMIT %s"
        return cursor.execute(query, (limit,)).fetchall()


def store_batch(
    connection: psycopg.Connection, *, title: str, words: str, by: str, contact_ids: Sequence[int], now: datetime
) -> int | None:
    """Writes a batch in place of an unconfirmed one of the same title; None if that one is confirmed."""
    row = connection.execute(
        """
        INSERT INTO case_batches AS b (title, words, made_at, made_by) VALUES (%(title)s, %(words)s, %(now)s, %(by)s)
        ON CONFLICT (lower(title)) DO UPDATE
        SET title = EXCLUDED.title, words = EXCLUDED.words, made_at = EXCLUDED.made_at, made_by = EXCLUDED.made_by
        WHERE b.confirmed_at IS NULL
        RETURNING id
        """,
        {"title": title, "words": words, "now": now, "by": by},
    ).fetchone()
    if row is None:
        return None
    batch_id = int(row[0])
    connection.execute("DELETE FROM case_batch_contacts WHERE batch_id = %s", (batch_id,))
    connection.execute(
        """
        INSERT INTO case_batch_contacts (batch_id, contact_id)
        SELECT %s, n.id FROM unnest(%s::bigint[]) AS n(id) ORDER BY n.id ON CONFLICT DO NOTHING
        """,
        (batch_id, list(contact_ids)),
    )
    return batch_id


def confirm(connection: psycopg.Connection, batch_id: int, *, by: str, now: datetime) -> bool:
    """Lets the cases of a batch be opened; False if there is none that waits for it."""
    return bool(
        connection.execute(
            """
            UPDATE case_batches SET confirmed_at = %s, confirmed_by = %s
            WHERE id = %s AND confirmed_at IS NULL AND taken_back_at IS NULL
            """,
            (now, by, batch_id),
        ).rowcount
    )


def take_back(connection: psycopg.Connection, batch_id: int, *, now: datetime) -> list[int] | None:
    """Opens no more cases of a batch; the open ones that it opened, or None if it was taken back before."""
    taken = connection.execute(
        "UPDATE case_batches SET taken_back_at = %s WHERE id = %s AND taken_back_at IS NULL", (now, batch_id)
    ).rowcount
    if not taken:
        return None
    connection.execute(
        "UPDATE case_batch_contacts SET landing = 'taken_back' WHERE batch_id = %s AND landing = ''", (batch_id,)
    )
    rows = connection.execute(
        "SELECT id FROM recovery_cases WHERE batch_id = %s AND closed_at IS NULL ORDER BY id", (batch_id,)
    )
    return [case_id for (case_id,) in rows]


@dataclass(frozen=True, slots=True)
class WaitingMember:
    """A contact of a confirmed batch whose case is to be opened."""

    batch_id: int
    contact_id: int
    title: str
    words: str
    confirmed_by: str


def load_waiting_members(connection: psycopg.Connection, *, limit: int) -> list[WaitingMember]:
    """The next contacts of confirmed batches."""
    with connection.cursor(row_factory=class_row(WaitingMember)) as cursor:
        return cursor.execute(
            """
            SELECT m.batch_id, m.contact_id, b.title, b.words, b.confirmed_by
            FROM case_batches b JOIN case_batch_contacts m ON m.batch_id = b.id AND m.landing = ''
            WHERE b.confirmed_at IS NOT NULL AND b.taken_back_at IS NULL
            ORDER BY m.batch_id, m.contact_id LIMIT %s
            """,
            (limit,),
        ).fetchall()


def note_landings(connection: psycopg.Connection, landed: Sequence[Landed]) -> None:
    """Writes where the reports of batches went."""
    connection.execute(
        """
        UPDATE case_batch_contacts m SET landing = n.landing
        FROM unnest(%(batches)s::int[], %(contacts)s::bigint[], %(landings)s::text[])
             AS n(batch_id, contact_id, landing)
        WHERE m.batch_id = n.batch_id AND m.contact_id = n.contact_id
        """,
        {
            "batches": [one.report.batch_id for one in landed],
            "contacts": [one.report.contact_id for one in landed],
            "landings": [one.landing.value for one in landed],
        },
    )
