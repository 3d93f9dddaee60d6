"""Problems that customers report: a signal of discontent, and a call to make."""

import json
from datetime import datetime

import psycopg

from outreach.domain.reason import Reason
from outreach.domain.signal import SignalKind


def store_problem(
    connection: psycopg.Connection, contact_id: int, *, reason: Reason, reference: str, now: datetime
) -> bool:
    """Notes the discontent, and opens a call for it or turns the open one into it; False if it was noted before.

    Args:
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
        INSERT INTO tasks AS k (contact_id, kind, reason_code, reason_numbers, due_at, made_at)
        VALUES (%(contact)s, 'call', %(code)s, %(numbers)s, %(now)s, %(now)s)
        ON CONFLICT (contact_id, kind) WHERE closed_at IS NULL DO UPDATE
        SET reason_code = EXCLUDED.reason_code, reason_numbers = EXCLUDED.reason_numbers, due_at = EXCLUDED.due_at
        """,
        {
            "contact": contact_id,
            "code": str(reason.code),
            "numbers": json.dumps(dict(reason.numbers)),
            "now": now,
        },
    )
    return True
