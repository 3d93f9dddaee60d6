"""The numbers of a day, and who is written to too rarely or too often."""

from dataclasses import dataclass
from datetime import datetime

import psycopg
from psycopg.rows import class_row


@dataclass(frozen=True, slots=True)
class DayNumbers:
    """What a stretch of business time saw.

    Attributes:
        planned: messages still to leave in it. sent: messages that left.
        opened, clicked: messages that a person opened or clicked in it, whenever they had left.
        bounced: messages that came back in it.
    """

    planned: int
    sent: int
    opened: int
    clicked: int
    bounced: int


@dataclass(frozen=True, slots=True)
class OutOfBand:
    """A contact outside its rhythm band: its own where staff set one, else its industry's.

    Attributes:
        days: past the longest gap (famine), or short of the shortest (feast).
        last_touch_at: None if there was none.
        next_at: when the next planned touch leaves, None if none is planned.
        waiting_code: why none is planned, "" if one is.
        total: how many such contacts there are, in every row.
    """

    contact_id: int
    external_id: str
    first_name: str
    last_name: str
    company: str
    industry_names: dict[str, str]
    days: float
    last_touch_at: datetime | None
    next_at: datetime | None
    waiting_code: str
    total: int


NUMBERS = """
    SELECT (SELECT count(*) FROM touches WHERE state IN ('planned', 'retry_wait') AND send_at < %(end)s) AS planned,
           (SELECT count(*) FROM touches WHERE sent_at >= %(start)s AND sent_at < %(end)s) AS sent,
           count(DISTINCT touch_id) FILTER (WHERE type IN ('opened', 'clicked') AND actor = 'human') AS opened,
           count(DISTINCT touch_id) FILTER (WHERE type = 'clicked' AND actor = 'human') AS clicked,
           count(DISTINCT touch_id) FILTER (WHERE type = 'bounced') AS bounced
    FROM events WHERE occurred_at >= %(start)s AND occurred_at < %(end)s
"""

_PERSON = """
    c.id AS contact_id, c.external_id, c.first_name, c.last_name, c.company, i.names AS industry_names,
    r.last_touch_at, r.waiting_code,
    (SELECT min(n.send_at) FROM touches n
     WHERE n.contact_id = c.id AND n.state IN ('planned', 'retry_wait')) AS next_at,
    (count(*) OVER ())::int AS total
"""

# The longest gap gives way to a shortest one above it, and to the wish to hear less often.
_BAND = """
    CROSS JOIN LATERAL (SELECT
        COALESCE(r.own_min_gap, i.min_gap) AS min_gap,
        GREATEST(COALESCE(r.own_max_gap, i.max_gap), COALESCE(r.own_min_gap, i.min_gap),
                 CASE WHEN r.floor_gap_until > %(now)s THEN r.floor_gap ELSE 0 END) AS max_gap) AS b
"""

FAMINE = f"""
    SELECT {_PERSON},
           extract(epoch FROM %(now)s - COALESCE(r.last_touch_at, r.started_at))::float / 86400 - b.max_gap AS days
    FROM rhythms r JOIN contacts c ON c.id = r.contact_id JOIN industries i ON i.id = c.industry_id {_BAND}
    WHERE (c.may_email OR c.may_sms)
      AND COALESCE(r.last_touch_at, r.started_at) + b.max_gap * interval '1 day' < %(now)s
    ORDER BY days DESC, c.id LIMIT %(limit)s
"""  # noqa: S608 - a constant of this file

FEAST = f"""
    SELECT {_PERSON}, b.min_gap - extract(epoch FROM t.sent_at - before.sent_at)::float / 86400 AS days
    FROM (SELECT id, contact_id, sent_at, touch_class FROM touches
          WHERE sent_at > %(now)s - (SELECT max(min_gap) FROM industries) * interval '1 day'
          UNION
          SELECT own.id, own.contact_id, own.sent_at, own.touch_class
          FROM rhythms o JOIN touches own ON own.contact_id = o.contact_id AND own.sent_at = o.last_touch_at
          WHERE o.last_touch_at + o.own_min_gap * interval '1 day' > %(now)s) AS t
    JOIN contacts c ON c.id = t.contact_id JOIN industries i ON i.id = c.industry_id
    JOIN rhythms r ON r.contact_id = c.id {_BAND}
    JOIN LATERAL (
        SELECT max(earlier.sent_at) AS sent_at FROM touches earlier
        WHERE earlier.contact_id = t.contact_id AND earlier.sent_at < t.sent_at) AS before ON true
    WHERE t.sent_at + b.min_gap * interval '1 day' > %(now)s AND t.sent_at = r.last_touch_at
      AND t.touch_class NOT IN ('service', 'recovery')
      AND t.sent_at - before.sent_at < b.min_gap * interval '1 day'
    ORDER BY days DESC, c.id LIMIT %(limit)s
"""  # noqa: S608 - a constant of this file


def load_day_numbers(connection: psycopg.Connection, *, start: datetime, end: datetime) -> DayNumbers:
    """The numbers from `start` to before `end`; what is overdue counts as planned for it."""
    with connection.cursor(row_factory=class_row(DayNumbers)) as cursor:
        row = cursor.execute(NUMBERS, {"start": start, "end": end}).fetchone()
    assert row is not None
    return row


def load_famine(connection: psycopg.Connection, *, now: datetime, limit: int) -> list[OutOfBand]:
    """Reachable contacts whose silence is longer than their longest gap, the longest silence first."""
    with connection.cursor(row_factory=class_row(OutOfBand)) as cursor:
        return cursor.execute(FAMINE, {"now": now, "limit": limit}).fetchall()


def load_feast(connection: psycopg.Connection, *, now: datetime, limit: int) -> list[OutOfBand]:
    """Contacts whose last touch came too early and the shortest gap after it is not over; service never counts."""
    with connection.cursor(row_factory=class_row(OutOfBand)) as cursor:
        return cursor.execute(FEAST, {"now": now, "limit": limit}).fetchall()
