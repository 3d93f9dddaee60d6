"""How the services of everybody stand, counted."""

from dataclasses import dataclass
from datetime import date

import psycopg
from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from outreach.domain.care.due_services.service import Service

#: Everybody's services with the day they are due, as `settle.case_of` finds it for one.
_STANDING = """
    WITH needing AS (
        SELECT CASE %(holder)s WHEN 'place' THEN m.household_id ELSE m.contact_id END AS holder,
               min(COALESCE(c.customer_since, c.created_at::date)) AS since
        FROM household_members m JOIN contacts c ON c.id = m.contact_id JOIN industries i ON i.id = c.industry_id
        WHERE c.attributes @> %(needs)s::jsonb AND (%(industries)s::text[] = '{}' OR i.key = ANY(%(industries)s))
        GROUP BY 1
    ), known AS (
        SELECT CASE %(holder)s WHEN 'place' THEN f.household_id ELSE f.contact_id END AS holder,
               max(f.on_day) FILTER (WHERE f.kind <> 'not_needed') AS last,
               bool_or(f.kind = 'not_needed' AND NOT EXISTS (
                   SELECT FROM service_facts o WHERE o.service_id = f.service_id AND o.kind <> 'not_needed'
                     AND o.on_day > f.on_day AND o.id > f.id
                     AND CASE %(holder)s WHEN 'place' THEN o.household_id = f.household_id
                                         ELSE o.contact_id = f.contact_id END)) AS refused
        FROM service_facts f WHERE f.service_id = %(id)s GROUP BY 1
    ), rounds AS (
        SELECT COALESCE(household_id, contact_id) AS holder,
               min(state) FILTER (WHERE ended_on IS NULL) AS state,
               max(opened_on) FILTER (WHERE ended_as = 'rested') AS rested
        FROM service_rounds WHERE service_id = %(id)s GROUP BY 1
    )
    SELECT GREATEST(COALESCE(k.last + %(interval)s::interval, n.since + %(first)s::interval),
                    r.rested + %(interval)s::interval)::date AS due_on,
           COALESCE(r.state, 'resting') AS state, count(*) AS holders
    FROM needing n LEFT JOIN known k ON k.holder = n.holder LEFT JOIN rounds r ON r.holder = n.holder
    WHERE NOT COALESCE(k.refused, false)
    GROUP BY 1, 2 ORDER BY 1, 2
"""


@dataclass(frozen=True, slots=True)
class Due:
    """How many holders of a service are due on a day, in a state of their round ("resting" without one)."""

    due_on: date
    state: str
    holders: int


def count_due(connection: psycopg.Connection, service: Service) -> list[Due]:
    """Everybody who needs a service, by the day it is due and the state of the round."""
    values = {
        "id": service.id,
        "holder": service.holder.value,
        "needs": Jsonb(dict(service.needs)),
        "industries": sorted(service.industries),
        "interval": f"{service.interval_months} months",
        "first": f"{service.first.months or 0} months",
    }
    with connection.cursor(row_factory=class_row(Due)) as cursor:
        return cursor.execute(_STANDING, values).fetchall()
