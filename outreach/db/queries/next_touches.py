"""What goes out next: the soonest planned touches, with what a page says about each."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import psycopg
from psycopg.rows import class_row


@dataclass(frozen=True, slots=True)
class NextTouch:
    """A planned touch and the contact it is for; `send_at` is business time."""

    id: UUID
    contact_id: int
    external_id: str
    first_name: str
    last_name: str
    company: str
    industry_names: dict[str, str]
    time_zone: str
    campaign_id: int
    campaign_name: str
    edition_key: str
    channel: str
    state: str
    send_at: datetime
    reason: str


NEXT = """
    SELECT t.id, t.contact_id, c.external_id, c.first_name, c.last_name, c.company, i.names AS industry_names,
           c.time_zone, t.campaign_id, k.name AS campaign_name, e.key AS edition_key, t.channel, t.state, t.send_at,
           t.reason
    FROM touches t
    JOIN contacts c ON c.id = t.contact_id
    JOIN industries i ON i.id = c.industry_id
    JOIN campaigns k ON k.id = t.campaign_id
    JOIN editions e ON e.id = t.edition_id
    WHERE t.state IN ('planned', 'retry_wait') AND (%(campaign)s::int IS NULL OR t.campaign_id = %(campaign)s)
    ORDER BY t.send_at, t.id LIMIT %(limit)s
"""


def load_next_touches(connection: psycopg.Connection, *, limit: int, campaign_id: int | None = None) -> list[NextTouch]:
    """The `limit` planned touches that leave soonest, of one campaign or of all."""
    with connection.cursor(row_factory=class_row(NextTouch)) as cursor:
        return cursor.execute(NEXT, {"limit": limit, "campaign": campaign_id}).fetchall()
