"""Everything one task's page tells, and the tasks of one contact."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import psycopg
from psycopg.rows import class_row

#: Most lines of a kind.
LIMIT = 12


@dataclass(frozen=True, slots=True)
class TaskFacts:
    """A task with its contact; see `Task`.

    Attributes:
        questions: what its campaign wants asked, each per locale; empty if it has no say.
        number_is_wrong: somebody else answered at the contact's number.
        open_case: what went wrong, in the customer's own words, while nobody has put it right; else "".
        last_move: id of its newest move.
    """

    id: int
    contact_id: int
    external_id: str
    first_name: str
    last_name: str
    company: str
    email: str
    phone: str
    number_is_wrong: bool
    language: str
    time_zone: str
    place: str
    customer_since: date | None
    industry_key: str
    industry_names: dict[str, str]
    calendar: str
    calendar_version: int
    kind: str
    reason_code: str
    reason_numbers: dict[str, Any]
    source: str | None
    due_at: datetime
    made_at: datetime
    closed_at: datetime | None
    outcome: str
    cause: str
    note: str
    closed_by: str
    attempts: int
    not_before: datetime | None
    promised: bool
    said: str
    owner_id: int | None
    owner_name: str
    owner_email: str
    campaign_name: str
    questions: list[dict[str, str]]
    occasion: date | None
    appointment_at: datetime | None
    uid: UUID
    sequence: int | None
    last_move: int
    open_case: str


FACTS = """
    SELECT k.id, c.id AS contact_id, c.external_id, c.first_name, c.last_name, c.company, c.email, c.phone,
           c.phone <> '' AND c.wrong_number = c.phone AS number_is_wrong, c.language, c.time_zone,
           COALESCE(NULLIF(c.region, ''), c.country) AS place, c.customer_since, i.key AS industry_key,
           i.names AS industry_names, i.calendar::text AS calendar, i.calendar_version, k.kind, k.reason_code,
           k.reason_numbers, k.source, k.due_at, k.made_at, k.closed_at, k.outcome, k.cause, k.note, k.closed_by,
           k.attempts, k.not_before, k.promised, k.said, k.owner_id, COALESCE(o.name, '') AS owner_name,
           COALESCE(o.email, '') AS owner_email, COALESCE(m.name, '') AS campaign_name,
           COALESCE(m.task_questions, '[]') AS questions, k.occasion, k.appointment_at, k.uid, k.sequence,
           COALESCE((SELECT max(v.id) FROM task_moves v WHERE v.task_id = k.id), 0) AS last_move,
           COALESCE((SELECT r.words FROM recovery_cases r WHERE r.contact_id = c.id AND r.closed_at IS NULL
                     ORDER BY r.opened_at DESC, r.id DESC LIMIT 1), '') AS open_case
    FROM tasks k JOIN contacts c ON c.id = k.contact_id JOIN industries i ON i.id = c.industry_id
    LEFT JOIN staff o ON o.id = k.owner_id LEFT JOIN campaigns m ON m.id = k.campaign_id WHERE k.id = %s
"""


def load_task(connection: psycopg.Connection, task_id: int) -> TaskFacts | None:
    """The task; None if there is no such."""
    with connection.cursor(row_factory=class_row(TaskFacts)) as cursor:
        return cursor.execute(FACTS, (task_id,)).fetchone()


@dataclass(frozen=True, slots=True)
class TouchMade:
    """A touch that reached the contact; `name` of the campaign, "" if a person made it; `note` of that person."""

    at: datetime
    channel: str
    name: str
    note: str
    opened: bool
    clicked: bool


def load_touches_made(connection: psycopg.Connection, contact_id: int) -> list[TouchMade]:
    """The last touches of the contact, newest first."""
    with connection.cursor(row_factory=class_row(TouchMade)) as cursor:
        return cursor.execute(
            """
            SELECT t.sent_at AS at, t.channel, m.name, '' AS note, t.opened_at IS NOT NULL AS opened,
                   t.clicked_at IS NOT NULL AS clicked
            FROM touches t JOIN campaigns m ON m.id = t.campaign_id
            WHERE t.contact_id = %(id)s AND t.sent_at IS NOT NULL AND t.merged_into IS NULL
            UNION ALL SELECT g.at, g.channel, '', g.note, false, false FROM logged_touches g WHERE g.contact_id = %(id)s
            ORDER BY at DESC, channel LIMIT %(limit)s
            """,
            {"id": contact_id, "limit": LIMIT},
        ).fetchall()


@dataclass(frozen=True, slots=True)
class DeedLine:
    """A signal of the contact."""

    kind: str
    at: datetime
    amount: float | None
    currency: str


def load_deeds(connection: psycopg.Connection, contact_id: int, *, limit: int = 100) -> list[DeedLine]:
    """What the contact did with the business, newest first."""
    with connection.cursor(row_factory=class_row(DeedLine)) as cursor:
        return cursor.execute(
            """
            SELECT kind, occurred_at AS at, amount, currency FROM signals WHERE contact_id = %s
            ORDER BY occurred_at DESC, id DESC LIMIT %s
            """,
            (contact_id, limit),
        ).fetchall()


@dataclass(frozen=True, slots=True)
class MoveLine:
    """What came of a task of the contact once; `standing` unless it was taken back."""

    id: int
    task_id: int
    at: datetime
    outcome: str
    note: str
    moved_by: str
    standing: bool


def load_moves(connection: psycopg.Connection, contact_id: int) -> list[MoveLine]:
    """The last moves of all tasks of the contact, newest first."""
    with connection.cursor(row_factory=class_row(MoveLine)) as cursor:
        return cursor.execute(
            """
            SELECT id, task_id, at, outcome, note, moved_by, taken_back_at IS NULL AS standing FROM task_moves
            WHERE contact_id = %s ORDER BY at DESC, id DESC LIMIT %s
            """,
            (contact_id, LIMIT),
        ).fetchall()


def load_replies(connection: psycopg.Connection, contact_id: int) -> list[tuple[datetime, str]]:
    """What the contact wrote back, newest first: when, and the words."""
    rows = connection.execute(
        """
        SELECT occurred_at, data ->> 'text' FROM events
        WHERE contact_id = %s AND type = 'replied' AND actor = 'human' AND COALESCE(data ->> 'text', '') <> ''
        ORDER BY occurred_at DESC, id DESC LIMIT %s
        """,
        (contact_id, LIMIT),
    )
    return [(at, words) for at, words in rows]


@dataclass(frozen=True, slots=True)
class ContactTask:
    """A task on the page of its contact; `move_id` of the last that came of it, None if nothing did."""

    id: int
    kind: str
    reason_code: str
    reason_numbers: dict[str, Any]
    made_at: datetime
    due_at: datetime
    closed_at: datetime | None
    outcome: str
    cause: str
    note: str
    closed_by: str
    attempts: int
    not_before: datetime | None
    appointment_at: datetime | None
    owner: str
    move_id: int | None


def load_contact_tasks(connection: psycopg.Connection, contact_id: int) -> list[ContactTask]:
    """The tasks of a contact: open ones, then the newest."""
    with connection.cursor(row_factory=class_row(ContactTask)) as cursor:
        return cursor.execute(
            """
            SELECT k.id, k.kind, k.reason_code, k.reason_numbers, k.made_at, k.due_at, k.closed_at, k.outcome, k.cause,
                   k.note, k.closed_by, k.attempts, k.not_before, k.appointment_at,
                   COALESCE(NULLIF(o.name, ''), o.email, '') AS owner,
                   (SELECT max(m.id) FROM task_moves m WHERE m.task_id = k.id AND m.taken_back_at IS NULL) AS move_id
            FROM tasks k LEFT JOIN staff o ON o.id = k.owner_id WHERE k.contact_id = %s
            ORDER BY k.closed_at IS NOT NULL, k.made_at DESC, k.id DESC LIMIT %s
            """,
            (contact_id, LIMIT),
        ).fetchall()


def wrong_number_of(connection: psycopg.Connection, contact_id: int) -> str:
    """The contact's number if it is marked as wrong for calls, else ""."""
    row = connection.execute(
        "SELECT phone FROM contacts WHERE id = %s AND phone <> '' AND wrong_number = phone", (contact_id,)
    ).fetchone()
    return str(row[0]) if row else ""


def clear_wrong_number(connection: psycopg.Connection, contact_id: int) -> bool:
    """Takes the mark off; whether there was one."""
    return (
        connection.execute(
            "UPDATE contacts SET wrong_number = '' WHERE id = %s AND wrong_number <> ''", (contact_id,)
        ).rowcount
        > 0
    )
