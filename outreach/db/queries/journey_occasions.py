"""What begins a journey: for each trigger, who it happened to, when, and a name by which it begins it once."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

import psycopg
from psycopg.rows import class_row

from outreach.domain.journeys.journey import Journey, Trigger

_SIGNALS = """
    SELECT s.contact_id, 'signal ' || s.id AS entered_by, s.occurred_at AS at FROM signals s
    WHERE s.kind = %(trigger)s AND s.occurred_at > %(since)s AND s.occurred_at <= %(now)s
      AND COALESCE(s.amount, 0) >= %(least)s
      AND (NOT %(first)s OR NOT EXISTS (
          SELECT FROM signals o WHERE o.contact_id = s.contact_id AND o.kind = s.kind
          AND (o.occurred_at, o.id) < (s.occurred_at, s.id)))
"""
#: Each yields contact_id, entered_by and at, of what is newer than `since`.
OCCASIONS: Mapping[Trigger, str] = MappingProxyType(
    {
        Trigger.PURCHASE: _SIGNALS,
        Trigger.VISIT: _SIGNALS,
        Trigger.QUESTION: _SIGNALS,
        Trigger.COMPLAINT: _SIGNALS,
        Trigger.BOOKING: _SIGNALS,
        Trigger.REPLY: _SIGNALS,
        Trigger.NEW_CONTACT: """
            SELECT id AS contact_id, 'contact' AS entered_by, created_at AS at FROM contacts
            WHERE created_at > %(since)s AND created_at <= %(now)s
        """,
        Trigger.NEW_CUSTOMER: """
            SELECT id AS contact_id, 'customer since ' || customer_since AS entered_by,
                   customer_since::timestamp AT TIME ZONE time_zone AS at FROM contacts
            WHERE customer_since::timestamp AT TIME ZONE time_zone > %(since)s
              AND customer_since::timestamp AT TIME ZONE time_zone <= %(now)s
        """,
        # A silence begins it once: it is named by the last day on which the customer did something.
        Trigger.FADING: """
            SELECT contact_id, 'silent since ' || last_on AS entered_by, scored_on::timestamp AT TIME ZONE 'UTC' AS at
            FROM habits WHERE label IN ('fading', 'alarm') AND scored_on::timestamp AT TIME ZONE 'UTC' > %(since)s
              AND scored_on::timestamp AT TIME ZONE 'UTC' <= %(now)s
        """,
        # Whoever is left alone for comparison is left alone here, too.
        Trigger.GOODBYE: """
            SELECT contact_id, 'goodbye ' || id AS entered_by, judged_at AS at FROM goodbyes
            WHERE judged_at > %(since)s AND judged_at <= %(now)s AND ended_at IS NULL AND NOT held_out
              AND COALESCE(NULLIF(said, ''), goodbye) = ANY(%(goodbyes)s)
        """,
        Trigger.CASE_OPENED: """
            SELECT contact_id, 'case ' || id AS entered_by, opened_at AS at FROM recovery_cases
            WHERE opened_at > %(since)s AND opened_at <= %(now)s AND closed_at IS NULL
        """,
        Trigger.CASE_CLOSED: """
            SELECT contact_id, 'case ' || id AS entered_by, closed_at AS at FROM recovery_cases
            WHERE closed_at > %(since)s AND closed_at <= %(now)s AND ending NOT IN ('mistake', 'erased')
        """,
    }
)

# The rule of coming again stands in `domain/journeys/admission.py`; here it spares us to load contacts in vain.
_CANDIDATES = """
    SELECT DISTINCT ON (o.contact_id) o.contact_id, o.entered_by, o.at, p.inside, p.ended_at
    FROM ({occasions}) AS o
    JOIN contacts c ON c.id = o.contact_id
    JOIN industries i ON i.id = c.industry_id
    CROSS JOIN LATERAL (
        SELECT COALESCE(bool_or(e.ended_at IS NULL), false) AS inside, max(e.ended_at) AS ended_at FROM enrolments e
        WHERE e.contact_id = o.contact_id AND e.journey_id = %(journey)s AND e.ended_as <> 'refused') AS p
    WHERE (c.email <> '' OR c.phone <> '')
      AND (cardinality(%(industries)s::text[]) = 0 OR i.key = ANY(%(industries)s))
      AND c.attributes @> %(needs)s::jsonb
      AND NOT p.inside
      AND (p.ended_at IS NULL OR %(again)s::int IS NOT NULL AND o.at > p.ended_at
                             AND p.ended_at + %(again)s * interval '1 day' <= %(now)s)
      AND NOT EXISTS (SELECT FROM enrolments e WHERE e.contact_id = o.contact_id AND e.journey_id = %(journey)s
                      AND e.entered_by = o.entered_by)
    ORDER BY o.contact_id, o.at DESC, o.entered_by LIMIT %(limit)s
"""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A contact and an occasion that may begin a journey, with what the contact has had of it."""

    contact_id: int
    entered_by: str
    at: datetime
    inside: bool
    ended_at: datetime | None


def load_candidates(
    connection: psycopg.Connection, journey_id: int, journey: Journey, *, now: datetime, limit: int
) -> list[Candidate]:
    """Contacts for whom something happened lately that begins the journey, and who are not in it."""
    entry = journey.entry
    values = {
        "journey": journey_id,
        "trigger": entry.on.value,
        "since": now - timedelta(entry.within_days),
        "now": now,
        "first": entry.first,
        "least": entry.least_amount,
        "goodbyes": list(entry.goodbyes),
        "industries": list(entry.industries),
        "needs": json.dumps(dict(entry.needs)),
        "again": journey.again_after,
        "limit": limit,
    }
    query = _CANDIDATES.format(occasions=OCCASIONS[entry.on])
    with connection.cursor(row_factory=class_row(Candidate)) as cursor:
        return cursor.execute(query.encode(), values).fetchall()
