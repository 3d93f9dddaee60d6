"""Rounds of evergreen series: who needs a next one, and writing it."""

from dataclasses import dataclass
from datetime import date, datetime

import psycopg
from psycopg.rows import class_row

from outreach.domain.series import ROUND_STEP


@dataclass(frozen=True, slots=True)
class SeriesRule:
    """How a campaign chooses its editions."""

    rule: str
    exclusive: bool
    evergreen: bool


@dataclass(frozen=True, slots=True)
class Rounds:
    """How far an evergreen series has come.

    Attributes:
        last: number of its last round. begun: whether anybody has, or will have, anything of that round.
        ends_on: last day of the editions that are open or will be; None if all are over.
    """

    last: int
    begun: bool
    ends_on: date | None


EVERGREEN = "SELECT id FROM campaigns WHERE active AND evergreen AND rule = 'series' ORDER BY id"
ROUNDS = """
    WITH series AS (
        SELECT id, round, closes_on FROM editions WHERE campaign_id = %(campaign)s AND state = 'published'
    ), newest AS (SELECT max(round) AS round FROM series)
    SELECT newest.round AS last,
           EXISTS (SELECT FROM touches t JOIN series s ON s.id = t.edition_id
                   WHERE s.round = newest.round AND t.state <> 'skipped') AS begun,
           (SELECT max(closes_on) FROM series WHERE closes_on >= %(today)s) AS ends_on
    FROM newest WHERE newest.round IS NOT NULL
"""
#: The series is its first round as it stands now; what was stopped is not repeated.
APPEND = f"""
    WITH made AS (
        INSERT INTO editions (campaign_id, key, position, opens_on, closes_on, title, state, source, round, repeats,
                              updated_at)
        SELECT campaign_id, key || '-round-' || %(round)s, position + (%(round)s - 1) * {ROUND_STEP},
               GREATEST(opens_on, %(today)s), %(ends_on)s, title, 'published', 'staff', %(round)s, id, %(now)s
        FROM editions
        WHERE campaign_id = %(campaign)s AND round = 1 AND state = 'published' AND closes_on >= %(today)s
        ON CONFLICT (campaign_id, key) DO NOTHING
        RETURNING id, repeats
    ), texts AS (
        INSERT INTO edition_contents (edition_id, locale, subject, preheader, body, edited_at, updated_at)
        SELECT made.id, t.locale, t.subject, t.preheader, t.body, %(now)s, %(now)s
        FROM made JOIN edition_contents t ON t.edition_id = made.repeats
    ), addresses AS (
        INSERT INTO links (edition_id, url)
        SELECT made.id, l.url FROM made JOIN links l ON l.edition_id = made.repeats
    )
    SELECT count(*) FROM made
"""  # noqa: S608 - a number of ours
LENGTHEN = """
    UPDATE editions SET closes_on = %(ends_on)s, updated_at = %(now)s
    WHERE campaign_id = %(campaign)s AND state = 'published' AND closes_on BETWEEN %(today)s AND %(ends_on)s::date - 1
"""


def load_series_rule(connection: psycopg.Connection, campaign_id: int) -> SeriesRule | None:
    """How the campaign chooses its editions, None if there is no such campaign."""
    with connection.cursor(row_factory=class_row(SeriesRule)) as cursor:
        statement = "SELECT rule, exclusive, evergreen FROM campaigns WHERE id = %s"
        return cursor.execute(statement, (campaign_id,)).fetchone()


def store_evergreen(connection: psycopg.Connection, campaign_id: int, *, evergreen: bool, now: datetime) -> bool:
    """Writes whether a series begins anew; whether that changed anything."""
    statement = "UPDATE campaigns SET evergreen = %s, updated_at = %s WHERE id = %s AND evergreen <> %s"
    return connection.execute(statement, (evergreen, now, campaign_id, evergreen)).rowcount > 0


def load_evergreen(connection: psycopg.Connection) -> list[int]:
    """Ids of the active series that begin anew."""
    return [campaign for (campaign,) in connection.execute(EVERGREEN)]


def load_rounds(connection: psycopg.Connection, campaign_id: int, *, today: date) -> Rounds | None:
    """How far the series has come, None if nothing of it is published."""
    with connection.cursor(row_factory=class_row(Rounds)) as cursor:
        return cursor.execute(ROUNDS, {"campaign": campaign_id, "today": today}).fetchone()


def append_round(
    connection: psycopg.Connection, campaign_id: int, *, round: int, ends_on: date, today: date, now: datetime
) -> int:
    """Repeats the first round with its texts and links, open from today; says how many editions that made."""
    values = {"campaign": campaign_id, "round": round, "ends_on": ends_on, "today": today, "now": now}
    (made,) = connection.execute(APPEND, values).fetchone() or (0,)
    return int(made)


def lengthen(connection: psycopg.Connection, campaign_id: int, *, ends_on: date, today: date, now: datetime) -> None:
    """Lets every edition of the series that is not over stay open until `ends_on`."""
    values = {"campaign": campaign_id, "ends_on": ends_on, "today": today, "now": now}
    connection.execute(LENGTHEN, values)
