"""Planned touches that come too early, now that a contact's last touch, shortest gap or pause is another one."""

from collections.abc import Mapping
from datetime import datetime

import psycopg

from outreach.db.queries.take_back import TakeBack, take_back_planned
from outreach.domain.reason import Reason
from outreach.domain.rhythm.codes import Code

#: Service and recovery do not wait for the rhythm.
EARLY = """
    SELECT t.id, t.contact_id, t.send_at, k.name
    FROM touches t JOIN campaigns k ON k.id = t.campaign_id
    JOIN rhythms r ON r.contact_id = t.contact_id
    JOIN contacts c ON c.id = t.contact_id JOIN industries i ON i.id = c.industry_id
    WHERE t.contact_id = ANY(%(contacts)s) AND t.state = 'planned' AND t.touch_class NOT IN ('service', 'recovery')
      AND (t.send_at < r.paused_until
           OR t.send_at < r.last_touch_at + interval '1 day' * GREATEST(
               COALESCE(r.own_min_gap, i.min_gap),
               CASE WHEN r.floor_gap_until > %(now)s THEN r.floor_gap ELSE 0 END))
    ORDER BY t.id
"""


def take_back_early(connection: psycopg.Connection, why: Mapping[int, str], *, now: datetime) -> int:
    """Takes back what is planned for these contacts within their shortest gap or their pause; says how many touches.

    Their rhythms are locked, so that no planner adds to it meanwhile. What a worker has claimed already leaves.

    Args:
        why: for the sentence, by contact id: "logged call on 3 May 2026".
    """
    rows = connection.execute(EARLY, {"contacts": list(why), "now": now}).fetchall()
    takes = [
        TakeBack(
            touch_id,
            Reason(
                Code.TAKEN_BACK,
                {"campaign": campaign, "why": why[contact_id], "send_at": send_at.isoformat()},
            ),
        )
        for touch_id, contact_id, send_at, campaign in rows
    ]
    return len(take_back_planned(connection, takes, now=now)) if takes else 0
