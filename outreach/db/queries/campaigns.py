"""Campaigns and their editions, with what the ledger counts for each."""

from dataclasses import dataclass
from datetime import date

import psycopg
from psycopg.rows import class_row


@dataclass(frozen=True, slots=True)
class CampaignLine:
    """A campaign and its numbers: messages planned, sent, opened and clicked by people, failed."""

    id: int
    key: str
    name: str
    purpose: str
    touch_class: str
    channel: str
    priority: int
    rule: str
    every_months: int
    industries: list[str]
    needs: dict[str, str]
    active: bool
    editions: int
    planned: int
    sent: int
    opened: int
    clicked: int
    failed: int


@dataclass(frozen=True, slots=True)
class EditionLine:
    """An edition, the locales it is written in, its subject in the default locale, and its numbers."""

    id: int
    key: str
    title: str
    state: str
    opens_on: date
    closes_on: date
    locales: list[str]
    subject: str
    planned: int
    sent: int
    opened: int
    clicked: int
    failed: int


_NUMBERS = """
    count(*) FILTER (WHERE state IN ('planned', 'claimed', 'sending', 'retry_wait')) AS planned,
    count(sent_at) AS sent, count(opened_at) AS opened, count(clicked_at) AS clicked,
    count(*) FILTER (WHERE state = 'failed') AS failed
"""
_NUMBER_COLUMNS = ", ".join(
    f"COALESCE(t.{name}, 0) AS {name}" for name in ("planned", "sent", "opened", "clicked", "failed")
)

CAMPAIGNS = f"""
    SELECT c.id, c.key, c.name, c.purpose, c.touch_class, c.channel, c.priority, c.rule, c.every_months, c.industries,
           c.needs, c.active, {_NUMBER_COLUMNS},
           (SELECT count(*) FROM editions e WHERE e.campaign_id = c.id) AS editions
    FROM campaigns c LEFT JOIN (SELECT campaign_id, {_NUMBERS} FROM touches GROUP BY 1) t ON t.campaign_id = c.id
    WHERE %(id)s::int IS NULL OR c.id = %(id)s
    ORDER BY c.active DESC, c.id
"""  # noqa: S608 - constants of this file

EDITIONS = f"""
    SELECT e.id, e.key, e.title, e.state, e.opens_on, e.closes_on, {_NUMBER_COLUMNS},
           ARRAY(SELECT locale FROM edition_contents x WHERE x.edition_id = e.id ORDER BY locale) AS locales,
           COALESCE((SELECT subject FROM edition_contents x, business b
                     WHERE x.edition_id = e.id AND x.locale = b.default_locale), '') AS subject
    FROM editions e LEFT JOIN (SELECT edition_id, {_NUMBERS} FROM touches WHERE campaign_id = %(campaign)s GROUP BY 1) t
         ON t.edition_id = e.id
    WHERE e.campaign_id = %(campaign)s ORDER BY e.opens_on, e.position
"""  # noqa: S608 - constants of this file


def load_campaigns(connection: psycopg.Connection) -> list[CampaignLine]:
    """All campaigns, active ones first."""
    with connection.cursor(row_factory=class_row(CampaignLine)) as cursor:
        return cursor.execute(CAMPAIGNS, {"id": None}).fetchall()


def load_campaign(connection: psycopg.Connection, campaign_id: int) -> CampaignLine | None:
    """One campaign, None if there is no such."""
    with connection.cursor(row_factory=class_row(CampaignLine)) as cursor:
        return cursor.execute(CAMPAIGNS, {"id": campaign_id}).fetchone()


def load_editions(connection: psycopg.Connection, campaign_id: int) -> list[EditionLine]:
    """The editions of a campaign in the order of their days."""
    with connection.cursor(row_factory=class_row(EditionLine)) as cursor:
        return cursor.execute(EDITIONS, {"campaign": campaign_id}).fetchall()


def load_locales(connection: psycopg.Connection) -> list[str]:
    """The locales that the business writes in, its default first; none before a pack was applied."""
    row = connection.execute("SELECT locales, default_locale FROM business").fetchone()
    if row is None:
        return []
    locales, default = row
    return [default, *(locale for locale in locales if locale != default)]
