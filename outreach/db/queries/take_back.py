"""Takes planned touches back, so that their editions may be planned anew."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import psycopg

from outreach.domain.reason import Reason


@dataclass(frozen=True, slots=True)
class TakeBack:
    """A planned touch that is not to leave as it stands, and why."""

    touch_id: UUID
    reason: Reason


#: Touches under claim are passed over instead of waited for: whoever claims them checks them once more anyway, and so
#: this may be called with rhythms locked. A touch that was tried has attempts on record and stays.
TAKE_BACK = """
    WITH wanted AS (
        SELECT * FROM unnest(%(ids)s::uuid[], %(codes)s::text[], %(numbers)s::jsonb[]) AS n(id, code, numbers)
    ), chosen AS (
        SELECT t.id FROM touches t JOIN wanted n ON n.id = t.id
        WHERE t.state = 'planned' AND NOT EXISTS (SELECT FROM attempts a WHERE a.touch_id = t.id)
        ORDER BY t.id FOR UPDATE OF t SKIP LOCKED
    ), gone AS (
        DELETE FROM touches t USING chosen
        WHERE t.id = chosen.id AND t.state = 'planned' RETURNING t.id, t.contact_id, t.edition_id
    ), riders AS (
        DELETE FROM touches t USING chosen
        WHERE t.merged_into = chosen.id AND NOT EXISTS (SELECT FROM attempts a WHERE a.touch_id = t.id)
        RETURNING t.merged_into, t.contact_id, t.edition_id
    ), noted AS (
        INSERT INTO withheld (contact_id, edition_id, at, reason_code, reason_numbers)
        SELECT g.contact_id, g.edition_id, %(now)s, n.code, n.numbers || jsonb_build_object('campaign', c.name)
        FROM (SELECT * FROM gone UNION ALL SELECT * FROM riders) AS g(id, contact_id, edition_id)
        JOIN wanted n ON n.id = g.id
        JOIN editions e ON e.id = g.edition_id
        JOIN campaigns c ON c.id = e.campaign_id
    ), woken AS (
        UPDATE rhythms r SET look_at = LEAST(r.look_at, %(now)s)
        FROM (SELECT DISTINCT contact_id FROM gone) AS g WHERE r.contact_id = g.contact_id
    )
    SELECT id FROM gone
"""


def take_back_planned(connection: psycopg.Connection, takes: Sequence[TakeBack], *, now: datetime) -> set[UUID]:
    """Deletes those of `takes` that are still planned and notes each as withheld; their contacts are looked at again.

    What rides along in the mail of a touch goes with it.

    Returns:
        Ids of the touches that were taken back, riders not counted.
    """
    values = {
        "ids": [take.touch_id for take in takes],
        "codes": [take.reason.code for take in takes],
        "numbers": [json.dumps(dict(take.reason.numbers)) for take in takes],
        "now": now,
    }
    return {touch_id for (touch_id,) in connection.execute(TAKE_BACK, values)}
