"""Industries with their calendars, and where their contacts live."""

from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg.rows import class_row


@dataclass(frozen=True, slots=True)
class IndustryCalendar:
    """An industry with its calendar as the pack states it; `countries` counts its contacts by country ("" unknown)."""

    id: int
    key: str
    names: dict[str, str]
    min_gap: float
    target_gap: float
    max_gap: float
    calendar: dict[str, Any]
    calendar_version: int
    contacts: int
    countries: dict[str, int]


INDUSTRIES = """
    SELECT i.id, i.key, i.names, i.min_gap, i.target_gap, i.max_gap, i.calendar, i.calendar_version,
           COALESCE(sum(c.contacts), 0)::int AS contacts,
           COALESCE(jsonb_object_agg(c.country, c.contacts) FILTER (WHERE c.country IS NOT NULL), '{}') AS countries
    FROM industries i
    LEFT JOIN (SELECT industry_id, country, count(*) AS contacts FROM contacts GROUP BY 1, 2) c ON c.industry_id = i.id
    GROUP BY i.id ORDER BY i.id
"""


def load_industry_calendars(connection: psycopg.Connection) -> list[IndustryCalendar]:
    """Every industry, in the order of the pack."""
    with connection.cursor(row_factory=class_row(IndustryCalendar)) as cursor:
        return cursor.execute(INDUSTRIES).fetchall()
