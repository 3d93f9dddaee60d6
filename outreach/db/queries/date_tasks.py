"""Relationship dates: which contacts have an anniversary that people, and not only mails, should keep."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import psycopg
from psycopg.rows import class_row

from outreach.db.queries.tasks import RANKED
from outreach.domain.care.calls import VALUED_SHARE
from outreach.domain.care.dates import DateRange
from outreach.domain.reason import Reason


@dataclass(frozen=True, slots=True)
class DateCampaign:
    """An anniversary campaign that asks for tasks; see `Campaign`."""

    id: int
    name: str
    every_months: int
    industries: list[str]
    needs: dict[str, str]
    task: str
    task_for: str


def load_date_campaigns(connection: psycopg.Connection) -> list[DateCampaign]:
    """Those that run."""
    with connection.cursor(row_factory=class_row(DateCampaign)) as cursor:
        return cursor.execute(
            """
            SELECT id, name, every_months, industries, needs, task, task_for FROM campaigns
            WHERE active AND rule = 'anniversary' AND every_months > 0 AND task <> '' ORDER BY id
            """
        ).fetchall()


@dataclass(frozen=True, slots=True)
class CalendarPlace:
    """An industry in a country or region in which it has contacts; the calendar as JSON."""

    industry_id: int
    industry_key: str
    calendar: str
    calendar_version: int
    place: str


def load_calendar_places(connection: psycopg.Connection) -> list[CalendarPlace]:
    """Every pair there is."""
    with connection.cursor(row_factory=class_row(CalendarPlace)) as cursor:
        return cursor.execute(
            """
            SELECT i.id AS industry_id, i.key AS industry_key, i.calendar::text AS calendar, i.calendar_version, p.place
            FROM (SELECT DISTINCT industry_id, COALESCE(NULLIF(region, ''), country) AS place FROM contacts
                  WHERE customer_since IS NOT NULL) AS p
            JOIN industries i ON i.id = p.industry_id ORDER BY i.id, p.place
            """
        ).fetchall()


@dataclass(frozen=True, slots=True)
class DueDate:
    """A contact whose anniversary, `months` after `customer_since`, is due."""

    contact_id: int
    customer_since: date
    occasion: date
    months: int
    industry_id: int
    time_zone: str
    place: str


#: PostgreSQL adds months as `dateutil` does: 29 February and twelve months are the 28th.
DUE = f"""
    WITH {RANKED}
    SELECT c.id AS contact_id, c.customer_since, a.occasion, a.months, c.industry_id, c.time_zone, p.place
    FROM contacts c
    JOIN industries i ON i.id = c.industry_id
    CROSS JOIN LATERAL (SELECT COALESCE(NULLIF(c.region, ''), c.country) AS place) AS p
    JOIN unnest(%(industry_ids)s::int[], %(places)s::text[], %(after)s::date[], %(until)s::date[])
         AS d(industry_id, place, after, until) ON d.industry_id = c.industry_id AND d.place = p.place
    CROSS JOIN LATERAL (
        SELECT (((extract(year FROM d.until) - extract(year FROM c.customer_since)) * 12
                 + extract(month FROM d.until) - extract(month FROM c.customer_since))::int / %(every)s) AS turns) AS n
    CROSS JOIN LATERAL (
        SELECT (c.customer_since + make_interval(months => t.turns * %(every)s))::date AS occasion,
               t.turns * %(every)s AS months
        FROM (VALUES (n.turns), (n.turns - 1)) AS t(turns)
        WHERE t.turns >= 1 AND (c.customer_since + make_interval(months => t.turns * %(every)s))::date <= d.until
        ORDER BY t.turns DESC LIMIT 1) AS a
    WHERE a.occasion > d.after AND c.customer_since <= d.until
      AND (%(industries)s::text[] = '{{}}' OR i.key = ANY(%(industries)s::text[]))
      AND c.attributes @> %(needs)s::jsonb
      AND (%(everybody)s OR c.id IN (SELECT contact_id FROM ranked WHERE place < %(share)s))
      AND NOT EXISTS (SELECT FROM suppressions s WHERE s.reason = 'complained' AND s.until IS NULL
                      AND (s.channel = 'email' AND s.address = lower(c.email)
                           OR s.channel = 'sms' AND s.address = c.phone))
      AND NOT EXISTS (SELECT FROM tasks k WHERE k.contact_id = c.id AND k.campaign_id = %(campaign)s
                      AND k.occasion >= a.occasion)
    ORDER BY c.id
"""  # noqa: S608 - built of constants


def load_due_dates(
    connection: psycopg.Connection,
    campaign: DateCampaign,
    ranges: Mapping[tuple[int, str], DateRange],
    *,
    now: datetime,
) -> list[DueDate]:
    """Contacts whose anniversary lies in the range of their industry (id) and place, and has no task yet.

    Who reported us is left in peace; so are, unless the campaign is for all, those who are not valued.
    """
    values = {
        "now": now,
        "campaign": campaign.id,
        "every": campaign.every_months,
        "industries": campaign.industries,
        "needs": json.dumps(campaign.needs),
        "everybody": campaign.task_for == "all",
        "share": VALUED_SHARE,
        "industry_ids": [industry for industry, _ in ranges],
        "places": [place for _, place in ranges],
        "after": [one.after for one in ranges.values()],
        "until": [one.until for one in ranges.values()],
    }
    with connection.cursor(row_factory=class_row(DueDate)) as cursor:
        return cursor.execute(DUE, values).fetchall()


@dataclass(frozen=True, slots=True)
class NewDateTask:
    """A task to open for a contact's date."""

    contact_id: int
    reason: Reason
    due_at: datetime
    occasion: date


def open_date_tasks(
    connection: psycopg.Connection, campaign: DateCampaign, tasks: Sequence[NewDateTask], *, now: datetime
) -> int:
    """Opens them; who has an open task of that kind, or had one for that date, gets none. Says how many."""
    columns: dict[str, Any] = {
        "contacts": [one.contact_id for one in tasks],
        "codes": [str(one.reason.code) for one in tasks],
        "numbers": [json.dumps(dict(one.reason.numbers)) for one in tasks],
        "due": [one.due_at for one in tasks],
        "occasions": [one.occasion for one in tasks],
    }
    return connection.execute(
        """
        INSERT INTO tasks (contact_id, kind, reason_code, reason_numbers, due_at, made_at, campaign_id, occasion)
        SELECT n.contact_id, %(kind)s, n.code, n.numbers, n.due_at, %(now)s, %(campaign)s, n.occasion
        FROM unnest(%(contacts)s::bigint[], %(codes)s::text[], %(numbers)s::jsonb[], %(due)s::timestamptz[],
                    %(occasions)s::date[]) AS n(contact_id, code, numbers, due_at, occasion)
        ON CONFLICT DO NOTHING
        """,
        columns | {"now": now, "kind": campaign.task, "campaign": campaign.id},
    ).rowcount
