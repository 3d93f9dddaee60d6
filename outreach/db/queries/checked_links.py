"""Addresses in what staff write, and what they answered when they were tried."""

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta

import psycopg

from outreach.domain.content_rules.facts import LinkAnswer, LinkVerdict

#: What an address answered holds for a day.
FRESH = timedelta(days=1)

BODIES = """
    SELECT DISTINCT ON (e.id, t.locale) t.body, c.channel
    FROM editions e
    JOIN campaigns c ON c.id = e.campaign_id
    JOIN (SELECT edition_id, locale, 0 AS number, body FROM edition_contents
          UNION ALL SELECT edition_id, locale, number, body FROM revisions) AS t ON t.edition_id = e.id
    WHERE c.active AND e.closes_on >= %(today)s
    ORDER BY e.id, t.locale, t.number DESC
"""


def load_open_bodies(connection: psycopg.Connection, *, today: date) -> list[tuple[str, str]]:
    """The newest body in every locale of every edition that is not over, with its channel."""
    return connection.execute(BODIES, {"today": today}).fetchall()


def load_answers(connection: psycopg.Connection, urls: Collection[str]) -> dict[str, LinkAnswer]:
    """What these addresses answered last, however long ago; those that were never tried are left out."""
    rows = connection.execute("SELECT url, verdict, answer FROM checked_links WHERE url = ANY(%s)", (list(urls),))
    return {url: LinkAnswer(LinkVerdict(verdict), answer) for url, verdict, answer in rows}


def load_fresh(connection: psycopg.Connection, urls: Collection[str], *, now: datetime) -> set[str]:
    """Those of `urls` that were tried within the last day."""
    rows = connection.execute(
        "SELECT url FROM checked_links WHERE url = ANY(%s) AND checked_at > %s", (list(urls), now - FRESH)
    )
    return {url for (url,) in rows}


def store_answers(connection: psycopg.Connection, answers: Mapping[str, LinkAnswer], *, now: datetime) -> None:
    """Keeps what addresses answered."""
    with connection.cursor() as cursor:
        cursor.executemany(
            """
            INSERT INTO checked_links (url, verdict, answer, checked_at) VALUES (%s, %s, %s, %s)
            ON CONFLICT (url) DO UPDATE
            SET verdict = excluded.verdict, answer = excluded.answer, checked_at = excluded.checked_at
            """,
            # In one order, so that two workers never wait for each other.
            [(url, one.verdict.value, one.answer, now) for url, one in sorted(answers.items())],
        )
