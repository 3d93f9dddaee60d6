"""Problems that customers report: a signal of discontent, a recovery case, and a call to make."""

import json
from dataclasses import dataclass
from datetime import datetime

import psycopg
from psycopg.rows import class_row

from outreach.domain.reason import Reason
from outreach.domain.signal import SignalKind


def store_problem(
    connection: psycopg.Connection, contact_id: int, *, reason: Reason, words: str, reference: str, now: datetime
) -> bool:
    """Notes the discontent, opens a case and a call for it, or turns the open call into it; False if noted before.

    Args:
        words: the customer's own.
        reference: names the report; the same one twice is one.
    """
    noted = connection.execute(
        """
        INSERT INTO signals (contact_id, kind, occurred_at, currency, reference)
        SELECT %(contact)s, %(kind)s::text, %(now)s, '', %(reference)s::text
        WHERE NOT EXISTS (SELECT FROM signals WHERE contact_id = %(contact)s AND kind = %(kind)s::text
                          AND reference = %(reference)s::text)
        ON CONFLICT DO NOTHING
        """,
        {"contact": contact_id, "kind": SignalKind.COMPLAINT.value, "now": now, "reference": reference},
    ).rowcount
    if not noted:
        return False
    connection.execute(
        """
        INSERT INTO recovery_cases (contact_id, opened_at, reference, words) VALUES (%s, %s, %s, %s)
        ON CONFLICT DO NOTHING
        """,
        (contact_id, now, reference, words),
    )
    connection.execute(
        """
        INSERT INTO tasks AS k (contact_id, kind, reason_code, reason_numbers, due_at, made_at)
        VALUES (%(contact)s, 'call', %(code)s, %(numbers)s, %(now)s, %(now)s)
        ON CONFLICT (contact_id, kind) WHERE closed_at IS NULL DO UPDATE
        SET reason_code = EXCLUDED.reason_code, reason_numbers = EXCLUDED.reason_numbers, due_at = EXCLUDED.due_at,
            made_at = EXCLUDED.made_at, not_before = NULL, promised = false, attempts = 0
        """,
        {
            "contact": contact_id,
            "code": str(reason.code),
            "numbers": json.dumps(dict(reason.numbers)),
            "now": now,
        },
    )
    return True


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A recovery case; see `RecoveryCase`."""

    id: int
    opened_at: datetime
    words: str
    closed_at: datetime | None
    closed_by: str
    note: str


def load_cases(connection: psycopg.Connection, contact_id: int) -> list[CaseLine]:
    """The cases of a contact, newest first."""
    with connection.cursor(row_factory=class_row(CaseLine)) as cursor:
        return cursor.execute(
            """
            SELECT id, opened_at, words, closed_at, closed_by, note FROM recovery_cases
            WHERE contact_id = %s ORDER BY opened_at DESC, id DESC
            """,
            (contact_id,),
        ).fetchall()


def close_case(
    connection: psycopg.Connection, case_id: int, *, contact_id: int, by: str, note: str, now: datetime
) -> bool:
    """Closes an open case of the contact, and lets the planner look again; False if it is none, or closed."""
    closed = connection.execute(
        """
        WITH closed AS (
            UPDATE recovery_cases SET closed_at = %(now)s, closed_by = %(by)s, note = %(note)s
            WHERE id = %(id)s AND contact_id = %(contact)s AND closed_at IS NULL RETURNING contact_id)
        UPDATE rhythms r SET look_at = LEAST(r.look_at, %(now)s) FROM closed WHERE r.contact_id = closed.contact_id
        """,
        {"id": case_id, "contact": contact_id, "by": by, "note": note, "now": now},
    )
    return closed.rowcount > 0
