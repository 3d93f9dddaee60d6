"""Who recommends us: their links, who came by them, and whom we have not thanked yet."""

from dataclasses import dataclass
from datetime import datetime

import psycopg
from psycopg.rows import class_row


def own_link(connection: psycopg.Connection, contact_id: int) -> str | None:
    """The token of a contact's link, None if they never made one."""
    row = connection.execute("SELECT token FROM referral_links WHERE contact_id = %s", (contact_id,)).fetchone()
    return str(row[0]) if row else None


def make_link(connection: psycopg.Connection, contact_id: int, token: str, *, now: datetime) -> None:
    """Gives a contact a link; one that is there stays."""
    connection.execute(
        "INSERT INTO referral_links (token, contact_id, made_at) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
        (token, contact_id, now),
    )


def find_referrer(connection: psycopg.Connection, token: str) -> int | None:
    """Whose link it is; None if it is nobody's."""
    if not token or "\x00" in token:
        return None
    row = connection.execute("SELECT contact_id FROM referral_links WHERE token = %s", (token,)).fetchone()
    return int(row[0]) if row else None


def referral_form(connection: psycopg.Connection) -> str | None:
    """The key of the sign-up form to which friends are led, None if the pack has none."""
    row = connection.execute(
        "SELECT key FROM sign_up_forms WHERE active AND for_referrals ORDER BY key LIMIT 1"
    ).fetchone()
    return str(row[0]) if row else None


def note_referral(connection: psycopg.Connection, contact_id: int, *, referrer_id: int, now: datetime) -> None:
    """Writes down by whose link somebody new came; the first one counts."""
    connection.execute(
        """
        INSERT INTO referrals (contact_id, referrer_id, came_at) VALUES (%s, %s, %s)
        ON CONFLICT (contact_id) DO NOTHING
        """,
        (contact_id, referrer_id, now),
    )


@dataclass(frozen=True, slots=True)
class Recommendations:
    """What a contact's page tells: how many they brought, and who brought them (None: nobody)."""

    brought: int
    by_id: int | None
    by_name: str | None


def load_recommendations(connection: psycopg.Connection, contact_id: int) -> Recommendations:
    """How many came by a contact's link, and by whose link the contact came."""
    with connection.cursor(row_factory=class_row(Recommendations)) as cursor:
        found = cursor.execute(
            """
            SELECT (SELECT count(*)::int FROM referrals WHERE referrer_id = %(id)s) AS brought, c.id AS by_id,
                   COALESCE(NULLIF(concat_ws(' ', NULLIF(c.first_name, ''), NULLIF(c.last_name, '')), ''),
                            c.external_id) AS by_name
            FROM (SELECT 1) AS one LEFT JOIN referrals f ON f.contact_id = %(id)s
            LEFT JOIN contacts c ON c.id = f.referrer_id
            """,
            {"id": contact_id},
        ).fetchone()
    assert found is not None
    return found


@dataclass(frozen=True, slots=True)
class Unthanked:
    """A recommendation that nobody was thanked for; `number` counts the referrer's own, from 1, and names nobody."""

    contact_id: int
    referrer_id: int
    number: int


def lock_unthanked(connection: psycopg.Connection, *, limit: int) -> list[Unthanked]:
    """Recommendations that nobody was thanked for, the oldest first; locked until the transaction ends."""
    with connection.cursor(row_factory=class_row(Unthanked)) as cursor:
        return cursor.execute(
            """
            WITH chosen AS (
                SELECT contact_id, referrer_id, came_at FROM referrals WHERE thanked_at IS NULL
                ORDER BY came_at, contact_id LIMIT %s FOR UPDATE SKIP LOCKED)
            SELECT contact_id, referrer_id, (
                SELECT count(*)::int FROM referrals f WHERE f.referrer_id = chosen.referrer_id
                AND (f.came_at, f.contact_id) <= (chosen.came_at, chosen.contact_id)) AS number
            FROM chosen ORDER BY came_at, contact_id
            """,
            (limit,),
        ).fetchall()


def note_thanked(connection: psycopg.Connection, contact_ids: list[int], *, now: datetime) -> None:
    """Writes down that these recommendations are settled."""
    connection.execute("UPDATE referrals SET thanked_at = %s WHERE contact_id = ANY(%s)", (now, contact_ids))
