"""Calls that recovery cases ask for: they come first, and an open call of the contact becomes one."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import psycopg

from outreach.db.queries.tasks import open_call_tasks
from outreach.domain.reason import Reason


@dataclass(frozen=True, slots=True)
class UrgentCall:
    """A call for a case, due now."""

    contact_id: int
    case_id: int
    reason: Reason

    @property
    def source(self) -> str:
        """What asks for it, as tasks name it."""
        return f"case {self.case_id}"


def ask_for_calls(connection: psycopg.Connection, calls: Sequence[UrgentCall], *, now: datetime) -> None:
    """Opens a call for each contact (one of each at most), or gives the open one this reason."""
    if not calls:
        return
    sources = {one.contact_id: one.source for one in calls}
    open_call_tasks(connection, [(one.contact_id, one.reason, now) for one in calls], now=now, sources=sources)
    # A call of a case that is open already tells the newest reason.
    connection.execute(
        """
        UPDATE tasks k SET reason_code = n.code, reason_numbers = n.numbers, source = n.source,
                           due_at = LEAST(k.due_at, %(now)s)
        FROM unnest(%(contacts)s::bigint[], %(codes)s::text[], %(numbers)s::jsonb[], %(sources)s::text[])
             AS n(contact_id, code, numbers, source)
        WHERE k.contact_id = n.contact_id AND k.kind = 'call' AND k.closed_at IS NULL
        """,
        {
            "now": now,
            "contacts": [one.contact_id for one in calls],
            "codes": [str(one.reason.code) for one in calls],
            "numbers": [json.dumps(dict(one.reason.numbers)) for one in calls],
            "sources": [one.source for one in calls],
        },
    )
