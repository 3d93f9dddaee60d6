"""What the whole base taught: the one row that every contact's learning starts from."""

import json
from datetime import datetime

import psycopg

from outreach.domain.rhythm.mail_programs import PRIOR_MIX, Program
from outreach.domain.rhythm.tuning import Tuning


def load_tuning(connection: psycopg.Connection) -> Tuning:
    """The row as it stands; the numbers of the notes while there is none."""
    row = connection.execute("SELECT shift, client_mix, slowdown FROM rhythm_learning").fetchone()
    if row is None:
        return Tuning()
    shift, mix, slowdown = row
    return Tuning(shift, tuple(mix.get(one.name.lower(), PRIOR_MIX[one]) for one in Program), slowdown)


def tuned_at(connection: psycopg.Connection) -> datetime | None:
    """When the row was written last, the row locked until the transaction ends; None while there is none."""
    row = connection.execute("SELECT updated_at FROM rhythm_learning FOR NO KEY UPDATE").fetchone()
    return row[0] if row else None


def store_tuning(connection: psycopg.Connection, tuning: Tuning, *, now: datetime) -> None:
    """Writes the row."""
    mix = {one.name.lower(): tuning.mix[one] for one in Program}
    connection.execute(
        """
        INSERT INTO rhythm_learning (id, shift, client_mix, slowdown, updated_at) VALUES (1, %s, %s, %s, %s)
        ON CONFLICT (id) DO UPDATE SET shift = EXCLUDED.shift, client_mix = EXCLUDED.client_mix,
                                       slowdown = EXCLUDED.slowdown, updated_at = EXCLUDED.updated_at
        """,
        (tuning.shift, json.dumps(mix), tuning.slowdown, now),
    )


def mails_and_complaints(connection: psycopg.Connection, *, since: datetime) -> tuple[int, int]:
    """Mails sent since an instant, and complaints that came in since."""
    row = connection.execute(
        """
        SELECT (SELECT count(*) FROM touches WHERE sent_at >= %(since)s AND channel = 'email'),
               (SELECT count(*) FROM events WHERE type = 'complained' AND occurred_at >= %(since)s)
        """,
        {"since": since},
    ).fetchone()
    assert row is not None
    return row[0], row[1]


def a_sample(connection: psycopg.Connection, *, since: datetime, limit: int) -> list[int]:
    """Up to `limit` contacts who got a message since an instant, the same ones every time."""
    rows = connection.execute(
        """
        SELECT contact_id FROM touches WHERE sent_at >= %s GROUP BY contact_id
        ORDER BY hashint8(contact_id) LIMIT %s
        """,
        (since, limit),
    )
    return [row[0] for row in rows]
