"""Making an edition: its place among the campaign's, and its first texts."""

from dataclasses import dataclass
from datetime import date, datetime

import psycopg


@dataclass(frozen=True, slots=True)
class NewEdition:
    """An edition that staff make; `copy_of` lends it its texts."""

    campaign_id: int
    title: str
    opens_on: date
    closes_on: date
    copy_of: int | None = None


def insert_edition(connection: psycopg.Connection, new: NewEdition, *, now: datetime) -> int | None:
    """Writes the edition as a draft, behind the campaign's others; its id, None if there is no such campaign.

    Its key is its first day, with a number behind it where that is taken.
    """
    # One at a time for a campaign, so that keys and places are taken once.
    found = connection.execute("SELECT FROM campaigns WHERE id = %s FOR NO KEY UPDATE", (new.campaign_id,)).fetchone()
    if found is None:
        return None
    row = connection.execute(
        """
        INSERT INTO editions (campaign_id, key, title, position, opens_on, closes_on, state, source, updated_at)
        SELECT %(campaign)s,
               (SELECT key FROM (SELECT %(day)s::text AS key, 0 AS place
                                 UNION ALL SELECT %(day)s || '-' || n, n FROM generate_series(2, 1000) n) AS free
                WHERE NOT EXISTS (SELECT FROM editions e WHERE e.campaign_id = %(campaign)s AND e.key = free.key)
                ORDER BY place LIMIT 1),
               %(title)s,
               COALESCE((SELECT max(position) FROM editions WHERE campaign_id = %(campaign)s AND round = 1), 0) + 1,
               %(opens)s, %(closes)s, 'draft', 'staff', %(now)s
        RETURNING id
        """,
        {
            "campaign": new.campaign_id,
            "day": new.opens_on.isoformat(),
            "title": new.title,
            "opens": new.opens_on,
            "closes": new.closes_on,
            "now": now,
        },
    ).fetchone()
    return int(row[0]) if row else None


def load_copyable(connection: psycopg.Connection, campaign_id: int, *, limit: int) -> list[tuple[int, str, date]]:
    """Editions of a campaign that have a text, newest first: id, what staff call them, first day."""
    rows = connection.execute(
        """
        SELECT e.id, COALESCE(NULLIF(e.title, ''), e.key), e.opens_on FROM editions e
        WHERE e.campaign_id = %(campaign)s
          AND (EXISTS (SELECT FROM edition_contents c WHERE c.edition_id = e.id)
               OR EXISTS (SELECT FROM revisions r WHERE r.edition_id = e.id))
        ORDER BY e.opens_on DESC, e.id DESC LIMIT %(limit)s
        """,
        {"campaign": campaign_id, "limit": limit},
    )
    return rows.fetchall()
