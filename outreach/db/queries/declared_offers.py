"""Offers as the report of staff shows them: who got which, in which year."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import psycopg
from psycopg.rows import class_row

from outreach.domain.care.loyalty import MeantFor, TermKind, Terms


@dataclass(frozen=True, slots=True)
class OfferLine:
    """An offer in one year; `reached` counts customers to whom a campaign with it was sent while it was open."""

    key: str
    names: Mapping[str, str]
    meant_for: str
    applies_to: str
    stored_terms: Mapping[str, Any]
    starts_on: date
    ends_on: date
    active: bool
    year: int
    reached: int

    @property
    def terms(self) -> Terms:
        """What somebody got."""
        stored = self.stored_terms
        return Terms(TermKind(stored["kind"]), float(stored["value"]), stored["currency"])

    @property
    def gift(self) -> Mapping[str, str]:
        """What the gift is, by locale; empty if it is none."""
        return dict(self.stored_terms.get("gift", {}))

    @property
    def total(self) -> float | None:
        """What all of them got together, in money of the terms; None where the terms are no money."""
        return self.reached * self.terms.value if self.terms.currency else None

    @property
    def for_loyal(self) -> bool:
        """Whether present customers get it."""
        return self.meant_for in (MeantFor.PRESENT, MeantFor.EVERYONE)


LINES = """
    SELECT o.key, o.names, o.meant_for, o.applies_to, o.terms AS stored_terms, o.starts_on, o.ends_on, o.active,
           y.year::int AS year, (
               SELECT count(DISTINCT t.contact_id)::int FROM touches t JOIN campaigns k ON k.id = t.campaign_id
               WHERE (o.campaigns ? k.key OR o.early_campaigns ? k.key) AND t.state = 'sent'
                 AND t.sent_at >= GREATEST(o.starts_on - o.early_access_days, make_date(y.year::int, 1, 1))
                 AND t.sent_at < LEAST(o.ends_on, make_date(y.year::int, 12, 31)) + 1) AS reached
    FROM declared_offers o CROSS JOIN LATERAL generate_series(
        date_part('year', o.starts_on)::int, date_part('year', o.ends_on)::int) AS y(year)
    WHERE o.starts_on - o.early_access_days <= %(today)s
    ORDER BY y.year DESC, o.applies_to, o.starts_on, o.key
"""


def load_offer_lines(connection: psycopg.Connection, *, today: date) -> list[OfferLine]:
    """Every offer that has begun, once for each year of its time, the latest year first."""
    with connection.cursor(row_factory=class_row(OfferLine)) as cursor:
        return [line for line in cursor.execute(LINES, {"today": today}).fetchall() if line.year <= today.year]


def load_coming_offers(connection: psycopg.Connection, *, today: date) -> list[OfferLine]:
    """Offers that are declared and have not begun."""
    with connection.cursor(row_factory=class_row(OfferLine)) as cursor:
        return cursor.execute(
            """
            SELECT o.key, o.names, o.meant_for, o.applies_to, o.terms AS stored_terms, o.starts_on, o.ends_on, o.active,
                   date_part('year', o.starts_on)::int AS year, 0 AS reached
            FROM declared_offers o WHERE o.active AND o.starts_on - o.early_access_days > %s
            ORDER BY o.starts_on, o.key
            """,
            (today,),
        ).fetchall()
