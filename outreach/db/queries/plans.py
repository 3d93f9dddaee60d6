"""Industries and campaigns as a whole plan, for what it can never do."""

from collections.abc import Collection
from typing import Any

import psycopg
from psycopg.rows import namedtuple_row

from outreach.domain.calendar.remembered import remembered_calendar
from outreach.domain.planning.feasibility import CampaignPlan, EditionWindow, IndustryRules
from outreach.domain.rhythm.band import RhythmBand
from outreach.domain.touch import Channel, TouchClass

INDUSTRIES = """
    SELECT i.key, i.names, i.calendar::text AS calendar, i.calendar_version, i.min_gap, i.target_gap, i.max_gap,
           COALESCE(array_agg(p.place ORDER BY p.contacts DESC, p.place) FILTER (WHERE p.place IS NOT NULL),
                    ARRAY['']) AS places,
           COALESCE(sum(p.contacts), 0)::int AS contacts
    FROM industries i
    LEFT JOIN (SELECT industry_id, COALESCE(NULLIF(region, ''), country) AS place, count(*) AS contacts
               FROM contacts GROUP BY 1, 2) p ON p.industry_id = i.id
    GROUP BY i.id ORDER BY i.id
"""

CAMPAIGNS = """
    SELECT c.key, c.name, c.touch_class, c.channel, c.rule, c.window_days, c.industries,
           array_agg(e.id ORDER BY e.position) AS ids, array_agg(e.key ORDER BY e.position) AS keys,
           array_agg(e.opens_on ORDER BY e.position) AS opens, array_agg(e.closes_on ORDER BY e.position) AS closes
    FROM campaigns c JOIN editions e ON e.campaign_id = c.id
    WHERE c.active
    GROUP BY c.id ORDER BY c.id
"""


def load_industry_rules(connection: psycopg.Connection) -> list[IndustryRules]:
    """Every industry with its calendar, its band and the places of its contacts."""
    with connection.cursor(row_factory=namedtuple_row) as cursor:
        rows: list[Any] = cursor.execute(INDUSTRIES).fetchall()
    return [
        IndustryRules(
            key=row.key,
            name=row.names.get("en") or next(iter(row.names.values()), row.key),
            calendar=remembered_calendar(f"{row.key}@{row.calendar_version}", row.calendar),
            band=RhythmBand(row.min_gap, row.target_gap, row.max_gap),
            places=row.places,
            contacts=row.contacts,
        )
        for row in rows
    ]


def load_campaign_plans(connection: psycopg.Connection, *, fresh: Collection[int] = ()) -> list[CampaignPlan]:
    """Every active campaign with its editions; those whose ids are in `fresh` were declared just now."""
    with connection.cursor(row_factory=namedtuple_row) as cursor:
        rows: list[Any] = cursor.execute(CAMPAIGNS).fetchall()
    return [
        CampaignPlan(
            key=row.key,
            name=row.name,
            touch_class=TouchClass(row.touch_class),
            channel=Channel(row.channel),
            rule=row.rule,
            window_days=row.window_days,
            editions=[
                EditionWindow(key, opens_on, closes_on, fresh=edition_id in fresh)
                for edition_id, key, opens_on, closes_on in zip(row.ids, row.keys, row.opens, row.closes, strict=True)
            ],
            industries=frozenset(row.industries),
        )
        for row in rows
    ]
