"""Where contacts stand, written beside their attributes, so that planner and audience see it as any other need."""

from datetime import date, datetime
from uuid import UUID

import psycopg

from outreach.db.queries.take_back import TakeBack, take_back_planned
from outreach.db.queries.touch_clock import lock_rhythms
from outreach.domain.care.loyalty import LAPSED_AFTER, NEW_FOR, STANDING, Standing
from outreach.domain.reason import Reason
from outreach.domain.rhythm.codes import Code


def some_offer_asks(connection: psycopg.Connection, *, today: date) -> bool:
    """Whether a campaign carries an offer that is not over and for some only."""
    row = connection.execute(
        """
        SELECT FROM declared_offers
        WHERE active AND ends_on >= %s
          AND (early_campaigns <> '[]' OR (campaigns <> '[]' AND meant_for <> 'everyone')) LIMIT 1
        """,
        (today,),
    ).fetchone()
    return row is not None


#: The rule of `standing_of` as one statement; a test holds the two together.
NOTE = f"""
    WITH chunk AS (
        SELECT c.id, c.customer_since FROM contacts c WHERE c.id > %(after)s ORDER BY c.id LIMIT %(limit)s
    ), judged AS (
        SELECT c.id, CASE
            WHEN c.customer_since >= %(today)s::date - {NEW_FOR.days} THEN '{Standing.NEWCOMER}'
            WHEN p.last IS NULL AND c.customer_since IS NULL THEN '{Standing.NEWCOMER}'
            WHEN p.last < %(today)s::date - {LAPSED_AFTER.days} THEN '{Standing.LAPSED}'
            ELSE '{Standing.PRESENT}' END AS standing
        FROM chunk c CROSS JOIN LATERAL (
            SELECT max((g.occurred_at AT TIME ZONE 'UTC')::date) AS last FROM signals g
            WHERE g.contact_id = c.id AND g.kind = 'purchase' AND g.occurred_at <= %(now)s) AS p
    ), differing AS (
        SELECT c.id, j.standing FROM judged j JOIN contacts c ON c.id = j.id
        WHERE c.attributes->>'{STANDING}' IS DISTINCT FROM j.standing ORDER BY c.id FOR NO KEY UPDATE OF c
    ), changed AS (
        UPDATE contacts c SET attributes = c.attributes || jsonb_build_object('{STANDING}', d.standing)
        FROM differing d WHERE c.id = d.id RETURNING c.id
    )
    SELECT (SELECT max(id) FROM chunk), (SELECT COALESCE(array_agg(id), '{{}}') FROM changed)
"""  # noqa: S608 - built of constants


def note_standings_after(
    connection: psycopg.Connection, after: int, *, limit: int, today: date, now: datetime
) -> tuple[int | None, list[int]]:
    """Writes the standing of the next `limit` contacts behind number `after`.

    Returns:
        The number of the last one looked at (None: there were none left), and whose standing is another one now.
    """
    row = connection.execute(NOTE, {"after": after, "limit": limit, "today": today, "now": now}).fetchone()
    assert row is not None
    return row[0], list(row[1])


def replan(connection: psycopg.Connection, contact_ids: list[int], *, now: datetime) -> None:
    """Takes back what is planned for these contacts and meant for another standing; the planner looks at them again."""
    if not contact_ids:
        return
    lock_rhythms(connection, sorted(contact_ids))
    rows: list[tuple[UUID, str, datetime]] = connection.execute(
        f"""
        SELECT t.id, k.name, t.send_at FROM touches t JOIN campaigns k ON k.id = t.campaign_id
        JOIN contacts c ON c.id = t.contact_id
        WHERE t.contact_id = ANY(%s) AND t.state = 'planned' AND k.needs ? '{STANDING}'
          AND k.needs->>'{STANDING}' <> c.attributes->>'{STANDING}' ORDER BY t.id
        """,  # noqa: S608 - built of constants
        (contact_ids,),
    ).fetchall()
    why = "its offer is for others"
    takes = [
        TakeBack(touch_id, Reason(Code.TAKEN_BACK, {"campaign": name, "why": why, "send_at": send_at.isoformat()}))
        for touch_id, name, send_at in rows
    ]
    take_back_planned(connection, takes, now=now)
    connection.execute("UPDATE rhythms SET look_at = LEAST(look_at, %s) WHERE contact_id = ANY(%s)", (now, contact_ids))
