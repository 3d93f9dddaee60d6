"""The services that the business offers, and the campaigns that ask for them."""

from collections.abc import Collection
from dataclasses import dataclass

import psycopg
from psycopg.rows import class_row

from outreach.domain.care.due_services.household import EDITIONS
from outreach.domain.care.due_services.service import First, Holder, Service, season_between


def has_services(connection: psycopg.Connection) -> bool:
    """Whether the business has, or ever had, services that come round."""
    return connection.execute("SELECT FROM services LIMIT 1").fetchone() is not None


def service_exists(connection: psycopg.Connection, service_id: int) -> bool:
    """Whether there is such a service on offer."""
    row = connection.execute("SELECT FROM services WHERE id = %s AND active", (service_id,)).fetchone()
    return row is not None


_SERVICES = """
    SELECT s.id, s.key, s.names, s.interval_months, s.lead_days, s.season, s.attempts, s.gap_days, s.holder,
           s.industries, s.needs, s.first, s.campaign
    FROM services s JOIN campaigns c ON c.key = s.campaign AND c.active
    WHERE s.active AND (SELECT count(*) FROM editions e WHERE e.campaign_id = c.id AND e.key = ANY(%s)) = %s
    ORDER BY s.position, s.id
"""


@dataclass(frozen=True, slots=True)
class _ServiceRow:
    id: int
    key: str
    names: dict[str, str]
    interval_months: int
    lead_days: int
    season: dict[str, str]
    attempts: int
    gap_days: int
    holder: str
    industries: list[str]
    needs: dict[str, str]
    first: str
    campaign: str

    def service(self) -> Service:
        return Service(
            id=self.id,
            key=self.key,
            names=self.names,
            interval_months=self.interval_months,
            lead_days=self.lead_days,
            season=season_between(self.season),
            attempts=self.attempts,
            gap_days=self.gap_days,
            holder=Holder(self.holder),
            first=First.read(self.first) or First(),
            campaign=self.campaign,
            industries=frozenset(self.industries),
            needs=self.needs,
        )


def load_services(connection: psycopg.Connection) -> list[Service]:
    """The services on offer whose campaign runs, in the order of the pack."""
    with connection.cursor(row_factory=class_row(_ServiceRow)) as cursor:
        return [row.service() for row in cursor.execute(_SERVICES, (list(EDITIONS), len(EDITIONS)))]


def load_invited_editions(connection: psycopg.Connection, campaigns: Collection[str]) -> dict[tuple[str, str], int]:
    """Ids of the editions that ask, by keys of campaign and edition."""
    rows = connection.execute(
        """
        SELECT c.key, e.key, e.id FROM editions e JOIN campaigns c ON c.id = e.campaign_id
        WHERE c.key = ANY(%s) AND e.key = ANY(%s)
        """,
        (list(campaigns), list(EDITIONS)),
    )
    return {(campaign, edition): id_ for campaign, edition, id_ in rows}


def load_locales(connection: psycopg.Connection) -> tuple[list[str], str] | None:
    """The locales that the business writes in, and its own; None before a pack was applied."""
    row = connection.execute("SELECT locales, default_locale FROM business").fetchone()
    return (row[0], row[1]) if row else None
