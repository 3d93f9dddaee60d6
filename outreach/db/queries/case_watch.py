"""What happens to open cases elsewhere: calls and visits, remedies chosen by a click, deadlines passed."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import psycopg
from psycopg.rows import class_row

from outreach.domain.answers import REMEDY

#: Outcomes of a call in which somebody spoke with the customer.
_SPOKEN = ("reached", "booked")


@dataclass(frozen=True, slots=True)
class Heard:
    """A call, visit or reply by which the customer of an unanswered case was spoken with."""

    case_id: int
    by: str
    words: str


def load_heard(connection: psycopg.Connection, *, now: datetime, limit: int) -> list[Heard]:
    """The first of each unanswered case since it was opened (again)."""
    with connection.cursor(row_factory=class_row(Heard)) as cursor:
        return cursor.execute(
            """
            SELECT DISTINCT ON (k.id) k.id AS case_id, x.by, x.words
            FROM recovery_cases k
            CROSS JOIN LATERAL (
                SELECT t.closed_at AS at, t.closed_by AS by, t.note AS words FROM tasks t
                WHERE t.contact_id = k.contact_id AND t.outcome = ANY(%(spoken)s)
                UNION ALL
                SELECT l.at, l.logged_by, l.note FROM logged_touches l WHERE l.contact_id = k.contact_id) AS x
            WHERE k.closed_at IS NULL AND k.answered_at IS NULL AND x.at >= k.since AND x.at <= %(now)s
            ORDER BY k.id, x.at, x.by LIMIT %(limit)s
            """,
            {"spoken": list(_SPOKEN), "now": now, "limit": limit},
        ).fetchall()


@dataclass(frozen=True, slots=True)
class ClickedRemedy:
    """A remedy that a customer chose by a click in a message, and has not chosen on our page."""

    case_id: int
    remedy: str


def load_clicked_remedies(connection: psycopg.Connection, *, limit: int) -> list[ClickedRemedy]:
    """The newest click of each open case that nothing was chosen of since; only what the pack still declares."""
    with connection.cursor(row_factory=class_row(ClickedRemedy)) as cursor:
        return cursor.execute(
            """
            SELECT DISTINCT ON (k.id) k.id AS case_id, a.answer AS remedy
            FROM recovery_cases k JOIN answers a ON a.contact_id = k.contact_id AND a.question = %(question)s
            WHERE k.closed_at IS NULL AND a.given_at >= k.since AND a.answer <> k.chosen
              AND a.answer IN (SELECT r->>'key' FROM business b, jsonb_array_elements(b.remedies) AS r)
              AND NOT EXISTS (SELECT FROM case_notes n WHERE n.case_id = k.id AND n.step IN ('choose', 'agree')
                              AND n.at >= a.given_at)
            ORDER BY k.id, a.given_at DESC, a.touch_id LIMIT %(limit)s
            """,
            {"question": REMEDY, "limit": limit},
        ).fetchall()


def load_overdue(connection: psycopg.Connection, *, now: datetime, limit: int) -> list[int]:
    """Numbers of open cases with a deadline that passed and of which the boss was not told."""
    rows = connection.execute(
        """
        SELECT id FROM recovery_cases WHERE closed_at IS NULL AND (
            (answer_due_at <= %(now)s AND answered_at IS NULL AND NOT escalated ? 'answer')
            OR (solve_due_at <= %(now)s AND NOT escalated ? 'solution'))
        ORDER BY id LIMIT %(limit)s
        """,
        {"now": now, "limit": limit},
    )
    return [case_id for (case_id,) in rows]


#: A case of a batch of which the customer has not said a word.
SILENT = """
    k.batch_id IS NOT NULL AND k.chosen = '' AND NOT EXISTS (
        SELECT FROM case_notes n
        WHERE n.case_id = k.id AND n.step = 'report' AND NOT starts_with(n.reference, 'batch '))
"""


def with_a_voice(connection: psycopg.Connection, case_ids: Collection[int]) -> set[int]:
    """Those of these cases of which the customer has said something; of a batch most have not."""
    rows = connection.execute(
        f"SELECT k.id FROM recovery_cases k WHERE k.id = ANY(%s) AND NOT ({SILENT})",  # noqa: S608 - a constant
        (list(case_ids),),
    )
    return {case_id for (case_id,) in rows}


def load_silent(connection: psycopg.Connection, batch_id: int, *, limit: int) -> list[int]:
    """Open cases of a batch that are nobody's and of which the customer has not said a word."""
    rows = connection.execute(
        f"""
        SELECT k.id FROM recovery_cases k
        WHERE k.batch_id = %s AND k.closed_at IS NULL AND k.owner = '' AND {SILENT}
        ORDER BY k.id LIMIT %s
        """,  # noqa: S608 - a constant
        (batch_id, limit),
    )
    return [case_id for (case_id,) in rows]


def load_bosses(connection: psycopg.Connection) -> Sequence[str]:
    """Who is told when a case waits too long: whom the pack names, else every administrator."""
    row = connection.execute("SELECT escalate_to FROM business WHERE escalate_to <> ''").fetchone()
    if row:
        return [row[0]]
    rows = connection.execute(
        """
        SELECT s.email FROM staff s JOIN staff_roles x ON x.staff_id = s.id JOIN roles r ON r.id = x.role_id
        WHERE r.name = 'admin' AND s.active ORDER BY s.email
        """
    )
    return [email for (email,) in rows]
