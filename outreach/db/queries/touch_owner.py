"""Whom a touch was for, and what it was."""

from dataclasses import dataclass
from uuid import UUID

import psycopg
from psycopg.rows import class_row


@dataclass(frozen=True, slots=True)
class TouchOwner:
    """The contact and the campaign of a touch; `locale` is "" until it was rendered."""

    contact_id: int
    external_id: str
    first_name: str
    last_name: str
    company: str
    campaign_id: int
    campaign_name: str
    edition_key: str
    reason: str
    locale: str


OWNER = """
    SELECT c.id AS contact_id, c.external_id, c.first_name, c.last_name, c.company, t.campaign_id,
           k.name AS campaign_name, e.key AS edition_key, t.reason, t.locale
    FROM touches t JOIN contacts c ON c.id = t.contact_id JOIN campaigns k ON k.id = t.campaign_id
    JOIN editions e ON e.id = t.edition_id
    WHERE t.id = %s
"""


def load_touch_owner(connection: psycopg.Connection, touch_id: UUID) -> TouchOwner | None:
    """The contact and campaign of a touch, None if there is no such touch."""
    with connection.cursor(row_factory=class_row(TouchOwner)) as cursor:
        return cursor.execute(OWNER, (touch_id,)).fetchone()
