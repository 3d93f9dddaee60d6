"""Customers whom we may ask for their story, and the text that asks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import psycopg
from psycopg.rows import class_row

from outreach.domain.answers import BAD_ANSWERS
from outreach.domain.care.stories import ASKED_AGAIN_AFTER, FEWEST_DEEDS, Graduate


@dataclass(frozen=True, slots=True)
class InvitingEdition:
    """A published edition that somebody may be invited to; `closes_on` is its last day."""

    id: int
    closes_on: date


def load_inviting_edition(connection: psycopg.Connection, campaign: str, *, on: date) -> InvitingEdition | None:
    """The edition of an active campaign of invitations that is open on a day, the first in order; None if none is."""
    with connection.cursor(row_factory=class_row(InvitingEdition)) as cursor:
        return cursor.execute(
            """
            SELECT e.id, e.closes_on FROM editions e JOIN campaigns k ON k.id = e.campaign_id
            WHERE k.key = %s AND k.active AND k.rule = 'invited' AND e.state = 'published'
              AND e.opens_on <= %s AND e.closes_on >= %s
            ORDER BY e.position, e.id LIMIT 1
            """,
            (campaign, on, on),
        ).fetchone()


#: Whoever did too little, has told or was asked within a year is not even looked at; the rule has the last word.
GRADUATES = """
    WITH chunk AS (
        SELECT c.id FROM contacts c WHERE c.id > %(after)s AND (c.may_email OR c.may_sms) ORDER BY c.id LIMIT %(limit)s
    ), deeds AS (
        SELECT g.contact_id, count(*) AS deeds FROM signals g JOIN chunk ON chunk.id = g.contact_id
        WHERE g.kind IN ('purchase', 'visit') AND g.occurred_at <= %(now)s GROUP BY g.contact_id
        HAVING count(*) >= %(fewest)s
    )
    SELECT d.contact_id, d.deeds,
           GREATEST((SELECT max(COALESCE(r.closed_at, r.opened_at)) FROM recovery_cases r
                     WHERE r.contact_id = d.contact_id),
                    (SELECT max(g.occurred_at) FROM signals g
                     WHERE g.contact_id = d.contact_id AND g.kind = 'complaint'),
                    (SELECT max(a.given_at) FROM answers a
                     WHERE a.contact_id = d.contact_id AND a.answer = ANY(%(bad)s)))
               AS sore_at,
           EXISTS (SELECT FROM recovery_cases r WHERE r.contact_id = d.contact_id AND r.closed_at IS NULL) AS open_case,
           GREATEST(s.asked_at, s.withdrawn_at) AS asked_at, COALESCE(s.told, false) AS told
    FROM deeds d LEFT JOIN LATERAL (
        SELECT max(s.asked_at) AS asked_at, max(s.withdrawn_at) AS withdrawn_at,
               bool_or(s.state NOT IN ('asked', 'withdrawn')) AS told
        FROM stories s WHERE s.contact_id = d.contact_id) AS s ON true
    WHERE NOT COALESCE(s.told, false) AND (s.asked_at IS NULL OR s.asked_at <= %(year_ago)s)
    ORDER BY d.contact_id
"""


def load_graduates(
    connection: psycopg.Connection, *, after: int, limit: int, now: datetime
) -> tuple[list[Graduate], int | None]:
    """Those who may have something to tell among the next `limit` contacts behind number `after`.

    Returns:
        And the number of the last contact looked at, None if there were none left.
    """
    last = connection.execute(
        """
        SELECT max(id) FROM (
            SELECT id FROM contacts WHERE id > %s AND (may_email OR may_sms) ORDER BY id LIMIT %s) AS s
        """,
        (after, limit),
    ).fetchone()
    values = {
        "after": after,
        "limit": limit,
        "now": now,
        "fewest": FEWEST_DEEDS,
        "bad": sorted(BAD_ANSWERS),
        "year_ago": now - ASKED_AGAIN_AFTER,
    }
    with connection.cursor(row_factory=class_row(Graduate)) as cursor:
        return cursor.execute(GRADUATES, values).fetchall(), last[0] if last else None


def note_asked(connection: psycopg.Connection, contact_ids: Sequence[int], *, now: datetime) -> None:
    """Writes down that these contacts were asked."""
    connection.execute(
        """
        INSERT INTO stories AS s (contact_id, state, asked_at)
        SELECT n.id, 'asked', %(now)s FROM unnest(%(ids)s::bigint[]) AS n(id) ORDER BY n.id
        ON CONFLICT (contact_id) WHERE state <> 'withdrawn' DO UPDATE SET asked_at = excluded.asked_at
        """,
        {"ids": list(contact_ids), "now": now},
    )
