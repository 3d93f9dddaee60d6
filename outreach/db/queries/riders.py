"""Editions that ride along in another's mail: rows of their own in the ledger, without a message of their own.

A rider is `skipped` from the start and names the touch that carries it (`merged_into`). If that touch comes to nothing
the row goes, so that the edition may be planned anew.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg


@dataclass(frozen=True, slots=True)
class NewRider:
    """An edition that is to ride along in the mail of `carrier`; the rest as in `NewTouch`."""

    id: UUID
    carrier: UUID
    edition_id: int
    touch_class: str
    reason_code: str
    reason_numbers: Mapping[str, Any]
    reason: str


def store_riders(connection: psycopg.Connection, riders: Sequence[NewRider], *, now: datetime) -> None:
    """Writes riders of touches that were stored; of others, and of editions the contact has a touch of, nothing."""
    if not riders:
        return
    rows = [
        {
            "id": str(rider.id),
            "carrier": str(rider.carrier),
            "edition_id": rider.edition_id,
            "touch_class": rider.touch_class,
            "code": rider.reason_code,
            "numbers": dict(rider.reason_numbers),
            "reason": rider.reason,
        }
        for rider in riders
    ]
    connection.execute(
        """
        INSERT INTO touches (id, contact_id, edition_id, campaign_id, channel, touch_class, state, decided_at, send_at,
                             reason_code, reason_numbers, reason, gap, merged_into)
        SELECT n.id, t.contact_id, n.edition_id, e.campaign_id, t.channel, n.touch_class, 'skipped', %(now)s,
               t.send_at, n.code, n.numbers, n.reason, t.gap, t.id
        FROM json_to_recordset(%(rows)s::json) AS n(
            id uuid, carrier uuid, edition_id int, touch_class text, code text, numbers jsonb, reason text)
        JOIN touches t ON t.id = n.carrier
        JOIN editions e ON e.id = n.edition_id
        ON CONFLICT (edition_id, contact_id, channel, invitation_id) DO NOTHING
        """,
        {"now": now, "rows": json.dumps(rows)},
    )


def leave_behind(
    connection: psycopg.Connection, *, carriers: Sequence[UUID], riding: Sequence[tuple[UUID, int]]
) -> None:
    """Takes the riders off the mails of `carriers` that are not among `riding` (touch, edition) after all."""
    connection.execute(
        """
        DELETE FROM touches r
        WHERE r.merged_into = ANY(%(carriers)s) AND NOT EXISTS (
            SELECT FROM unnest(%(touches)s::uuid[], %(editions)s::int[]) AS n(id, edition_id)
            WHERE n.id = r.merged_into AND n.edition_id = r.edition_id)
        """,
        {"carriers": list(carriers), "touches": [one[0] for one in riding], "editions": [one[1] for one in riding]},
    )
