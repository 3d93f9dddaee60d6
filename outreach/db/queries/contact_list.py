"""The list of contacts: searched, filtered, and paged by key, so that the last page costs what the first does."""

from dataclasses import dataclass
from datetime import datetime

import psycopg
from psycopg.rows import class_row


@dataclass(frozen=True, slots=True)
class ContactFilter:
    """What the list is narrowed to; "" means no matter.

    Attributes:
        search: part of a name, company, address, number, or the whole external id.
        industry, language: a key; a tag.
        state: famine, feast, ok or unreachable.
    """

    search: str = ""
    industry: str = ""
    language: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True)
class ContactLine:
    """A line of the list; `state` is famine, feast, ok or unreachable; `gap` in days.

    `next_at` is when a planned touch leaves; `next_due_at` when the rhythm asks for one.
    """

    id: int
    external_id: str
    first_name: str
    last_name: str
    company: str
    industry_names: dict[str, str]
    language: str
    country: str
    may_email: bool
    may_sms: bool
    gap: float | None
    last_touch_at: datetime | None
    next_at: datetime | None
    next_due_at: datetime | None
    state: str


LIST = """
    SELECT c.id, c.external_id, c.first_name, c.last_name, c.company, c.industry_names, c.language, c.country,
           c.may_email, c.may_sms, c.gap, c.last_touch_at, c.next_due_at, c.state,
           (SELECT min(n.send_at) FROM touches n WHERE n.contact_id = c.id AND n.state IN ('planned', 'retry_wait'))
               AS next_at
    FROM (
        SELECT c.*, i.names AS industry_names, r.gap, r.last_touch_at, r.next_due_at,
               CASE WHEN NOT (c.may_email OR c.may_sms) THEN 'unreachable'
                    WHEN COALESCE(r.last_touch_at, r.started_at) + b.max_gap * interval '1 day' < %(now)s THEN 'famine'
                    WHEN r.last_touch_at + b.min_gap * interval '1 day' > %(now)s AND EXISTS (
                        SELECT FROM touches t WHERE t.contact_id = c.id AND t.sent_at < r.last_touch_at
                          AND t.sent_at > r.last_touch_at - b.min_gap * interval '1 day') THEN 'feast'
                    ELSE 'ok' END AS state
        FROM contacts c JOIN industries i ON i.id = c.industry_id LEFT JOIN rhythms r ON r.contact_id = c.id
        CROSS JOIN LATERAL (SELECT
            COALESCE(r.own_min_gap, i.min_gap) AS min_gap,
            GREATEST(COALESCE(r.own_max_gap, i.max_gap), COALESCE(r.own_min_gap, i.min_gap),
                     CASE WHEN r.floor_gap_until > %(now)s THEN r.floor_gap ELSE 0 END) AS max_gap) AS b
        WHERE c.id > %(after)s
          AND (%(industry)s = '' OR i.key = %(industry)s)
          AND (%(language)s = '' OR c.language = %(language)s)
          AND (%(search)s = '' OR c.external_id = %(search)s OR c.phone LIKE %(like)s
               OR concat_ws(' ', c.first_name, c.last_name, c.company, c.email) ILIKE %(like)s)
    ) c
    WHERE %(state)s = '' OR c.state = %(state)s
    ORDER BY c.id LIMIT %(limit)s
"""


def load_contact_list(
    connection: psycopg.Connection, wanted: ContactFilter, *, now: datetime, after: int, limit: int
) -> list[ContactLine]:
    """Up to `limit` contacts with an id above `after` (0 for the first page), in the order of their ids."""
    escaped = wanted.search.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    values = {
        "now": now,
        "after": after,
        "limit": limit,
        "search": wanted.search,
        "like": f"%{escaped}%",
        "industry": wanted.industry,
        "language": wanted.language,
        "state": wanted.state,
    }
    with connection.cursor(row_factory=class_row(ContactLine)) as cursor:
        return cursor.execute(LIST, values).fetchall()


def load_contact_languages(connection: psycopg.Connection) -> list[str]:
    """The languages that contacts have."""
    return [row[0] for row in connection.execute("SELECT DISTINCT language FROM contacts ORDER BY 1")]
