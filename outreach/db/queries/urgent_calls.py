"""Calls that a recovery case asks for: they come first, and an open call of the contact becomes one."""

import json
from collections.abc import Sequence
from datetime import datetime

import psycopg

from outreach.db.queries.tasks import open_call_tasks
from outreach.domain.reason import Reason


def ask_for_calls(connection: psycopg.Connection, calls: Sequence[tuple[int, Reason]], *, now: datetime) -> None:
    """Opens a call for each contact (one of each at most), due now, or gives the open one this reason."""
    if not calls:
        return
    open_call_tasks(connection, [(contact_id, reason, now) for contact_id, reason in calls], now=now)
    connection.execute(
        """
        UPDATE tasks k SET reason_code = n.code, reason_numbers = n.numbers, due_at = LEAST(k.due_at, %(now)s)
        FROM unnest(%(contacts)s::bigint[], %(codes)s::text[], %(numbers)s::jsonb[]) AS n(contact_id, code, numbers)
        WHERE k.contact_id = n.contact_id AND k.kind = 'call' AND k.closed_at IS NULL
        """,
        {
            "now": now,
            "contacts": [contact_id for contact_id, _ in calls],
            "codes": [str(reason.code) for _, reason in calls],
            "numbers": [json.dumps(dict(reason.numbers)) for _, reason in calls],
        },
    )
