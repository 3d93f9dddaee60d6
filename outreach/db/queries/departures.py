"""Lets messages leave on a stage, where nobody is written to."""

from datetime import datetime

import psycopg


def depart(connection: psycopg.Connection, *, now: datetime) -> int:
    """Marks every message due at `now` as sent at its planned instant, and moves the rhythms; how many left."""
    return connection.execute(
        """
        WITH left_now AS (
            UPDATE touches SET state = 'sent', sent_at = send_at
            WHERE state IN ('planned', 'retry_wait') AND send_at <= %(now)s RETURNING contact_id, send_at)
        UPDATE rhythms r SET last_touch_at = GREATEST(r.last_touch_at, n.at),
                             next_due_at = GREATEST(r.last_touch_at, n.at) + r.gap * interval '1 day',
                             look_at = %(now)s, updated_at = %(now)s
        FROM (SELECT contact_id, max(send_at) AS at FROM left_now GROUP BY contact_id) AS n
        WHERE n.contact_id = r.contact_id
        """,
        {"now": now},
    ).rowcount


def load_departed(
    connection: psycopg.Connection, *, start: datetime, end: datetime
) -> list[tuple[int, int, str, str, str, datetime]]:
    """Touches that leave from `start` to before `end`: ids of contact and edition, both keys, channel, instant."""
    return connection.execute(
        """
        SELECT t.contact_id, t.edition_id, c.key, e.key, t.channel, COALESCE(t.sent_at, t.send_at) AS at
        FROM touches t JOIN editions e ON e.id = t.edition_id JOIN campaigns c ON c.id = t.campaign_id
        WHERE t.state NOT IN ('skipped', 'failed')
          AND COALESCE(t.sent_at, t.send_at) >= %s AND COALESCE(t.sent_at, t.send_at) < %s
        ORDER BY at, t.contact_id
        """,
        (start, end),
    ).fetchall()
