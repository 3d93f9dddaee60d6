"""The daily rhythm score: what it is counted from, and the days once they are scored."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import psycopg
from numpy.typing import NDArray
from psycopg.rows import class_row

from outreach.db.columns import read_columns
from outreach.domain.calendar.remembered import remembered_calendar
from outreach.domain.calendar.season import Stance
from outreach.domain.rhythm.balance import Ints, Made, Spans
from outreach.domain.rhythm.codes import Code
from outreach.domain.rhythm.load import load_of
from outreach.domain.rhythm.score import LOOKS_BACK, DayTotal, Kept
from outreach.domain.touch import Channel, TouchClass

#: The industry of the rows that tell of the whole base.
EVERYBODY = 0

Records = NDArray[Any]

_EPOCH = date(1970, 1, 1)
_CLASSES, _WAYS = tuple(TouchClass), tuple(Channel)
_LOADS = np.array([[load_of(touch_class, way) for way in _WAYS] for touch_class in _CLASSES])
_ORDINARY = np.array([one not in (TouchClass.SERVICE, TouchClass.RECOVERY) for one in _CLASSES])


@dataclass(frozen=True, slots=True)
class KeptChunk:
    """Some contacts to be measured, with the industry of each; `last_id` is where the next chunk goes on."""

    kept: Kept
    industry: Ints
    last_id: int


@dataclass(frozen=True, slots=True)
class ScoredDay:
    """A row of `rhythm_days`; `industry_id` is `EVERYBODY` for the whole base."""

    day: date
    industry_id: int
    reachable: int
    famine: int
    feast: int
    touches: int
    index: float
    variation: float
    busy_share: float
    score: float
    spread: list[int]


@dataclass(frozen=True, slots=True)
class Cause:
    """An industry with its contact-days in famine and in feast over the days looked at."""

    key: str
    names: dict[str, str]
    famine: int
    feast: int


_PLACE = "CASE WHEN c.region <> '' THEN c.region ELSE c.country END"

PEOPLE = f"""
    SELECT c.id, c.industry_id, hashtextextended({_PLACE}, 0), date_part('epoch', r.started_at) / 86400,
           COALESCE(r.own_min_gap, i.min_gap),
           GREATEST(COALESCE(r.own_max_gap, i.max_gap), COALESCE(r.own_min_gap, i.min_gap),
                    CASE WHEN r.floor_gap_until > %(until)s THEN r.floor_gap ELSE 0 END)
    FROM contacts c JOIN rhythms r ON r.contact_id = c.id JOIN industries i ON i.id = c.industry_id
    WHERE c.id > %(after)s AND (c.may_email OR c.may_sms)
    ORDER BY c.id LIMIT %(limit)s
"""  # noqa: S608 - a constant of this file

_PEOPLE_COLUMNS = {
    "id": "i8",
    "industry_id": "i4",
    "place_key": "i8",
    **dict.fromkeys(("started", "min_gap", "max_gap"), "f8"),
}

TOUCHES = f"""
    SELECT t.contact_id, date_part('epoch', COALESCE(t.sent_at, t.send_at)) / 86400,
           array_position(ARRAY{[one.value for one in _CLASSES]}, t.touch_class) - 1,
           array_position(ARRAY{[one.value for one in _WAYS]}, t.channel) - 1
    FROM touches t
    WHERE t.contact_id BETWEEN %(first)s AND %(last)s AND t.state IN ('sent', 'unknown') AND t.merged_into IS NULL
      AND COALESCE(t.sent_at, t.send_at) >= %(since)s AND COALESCE(t.sent_at, t.send_at) < %(until)s
    UNION ALL
    SELECT l.contact_id, date_part('epoch', l.at) / 86400, {_CLASSES.index(TouchClass.CARE)},
           array_position(ARRAY{[one.value for one in _WAYS]}, l.channel) - 1
    FROM logged_touches l
    WHERE l.contact_id BETWEEN %(first)s AND %(last)s AND l.at >= %(since)s AND l.at < %(until)s
"""  # noqa: S608 - a constant of this file

_TOUCH_COLUMNS = {"contact_id": "i8", "at": "f8", "touch_class": "i4", "channel": "i4"}

# A pause lasts until its day, or until the contact says something else.
PAUSES = f"""
    SELECT p.contact_id, p.starts, LEAST(p.until, p.changed)
    FROM (SELECT contact_id, reason_code, date_part('epoch', changed_at) / 86400 AS starts,
                 ((reason_numbers->>'until')::date - date '1970-01-01')::float AS until,
                 date_part('epoch', lead(changed_at) OVER (PARTITION BY contact_id ORDER BY changed_at, id)) / 86400
                     AS changed
          FROM cadence_changes
          WHERE contact_id BETWEEN %(first)s AND %(last)s
            AND reason_code IN ('{Code.CADENCE_PAUSED}', '{Code.CADENCE_RESUMED}')) AS p
    WHERE p.reason_code = '{Code.CADENCE_PAUSED}'
"""  # noqa: S608 - a constant of this file

_PAUSE_COLUMNS = {"contact_id": "i8", "starts": "f8", "ends": "f8"}

SEASONS = f"""
    SELECT i.id, i.key, i.calendar_version, i.calendar::text, p.place, hashtextextended(p.place, 0)
    FROM (SELECT DISTINCT c.industry_id, {_PLACE} AS place
          FROM contacts c WHERE c.id BETWEEN %(first)s AND %(last)s) AS p
    JOIN industries i ON i.id = p.industry_id
"""  # noqa: S608 - a constant of this file


def load_kept(connection: psycopg.Connection, *, after: int, limit: int, days: range) -> KeptChunk | None:
    """Up to `limit` reachable contacts after the id `after`, to be measured on `days` (since 1970); None if no more."""
    until = _midnight(days.stop)
    people = read_columns(connection, PEOPLE, {"after": after, "limit": limit, "until": until}, _PEOPLE_COLUMNS)
    if not len(people):
        return None
    first_day = days.start - LOOKS_BACK
    # Older than every longest gap: who heard nothing since is in famine on the first measured day in any case.
    since = first_day - int(np.ceil(people["max_gap"].max())) - 1
    ids = people["id"]
    values: dict[str, Any] = {"first": int(ids[0]), "last": int(ids[-1])}
    span = {"since": _midnight(since), "until": until}
    touches, row = _of(ids, read_columns(connection, TOUCHES, {**values, **span}, _TOUCH_COLUMNS))
    pauses, paused = _of(ids, read_columns(connection, PAUSES, values, _PAUSE_COLUMNS))
    season = np.zeros(len(people), np.int64)
    rows = connection.execute(SEASONS, values).fetchall()
    width = days.stop - first_day
    closed, busy = np.zeros((len(rows), width), np.bool_), np.zeros((len(rows), width), np.bool_)
    for number, (industry_id, key, version, text, place, place_key) in enumerate(rows):
        season[(people["industry_id"] == industry_id) & (people["place_key"] == place_key)] = number
        calendar = remembered_calendar(f"{key} {version}", text)
        for day in range(width):
            stance = calendar.stance_on(_EPOCH + timedelta(days=first_day + day), place)[0]
            closed[number, day] = stance is Stance.CLOSED
            busy[number, day] = stance in (Stance.CLOSED, Stance.QUIET)
    kept = Kept(
        made=Made.of(
            row,
            touches["at"],
            _LOADS[touches["touch_class"], touches["channel"]],
            _ORDINARY[touches["touch_class"]],
        ),
        heard_from=np.maximum(people["started"], float(since)),
        known_from=people["started"],
        min_gap=people["min_gap"],
        max_gap=people["max_gap"],
        season=season,
        first_day=first_day,
        closed=closed,
        busy=busy,
        paused=Spans(paused, pauses["starts"], pauses["ends"]),
    )
    return KeptChunk(kept, people["industry_id"].astype(np.int64), int(ids[-1]))


def first_unscored_day(connection: psycopg.Connection) -> date | None:
    """The day after the newest score, else the one on which we began to know somebody reachable; None if nobody."""
    row = connection.execute(
        """
        SELECT COALESCE(
            (SELECT max(day) + 1 FROM rhythm_days),
            (SELECT (min(r.started_at) AT TIME ZONE 'UTC')::date
             FROM rhythms r JOIN contacts c ON c.id = r.contact_id WHERE c.may_email OR c.may_sms))
        """
    ).fetchone()
    return row[0] if row else None


def store_days(connection: psycopg.Connection, totals: Mapping[tuple[date, int], DayTotal]) -> None:
    """Writes scored days (day and industry); one that is there already stays as it is."""
    with connection.cursor() as cursor:
        cursor.executemany(
            """
            INSERT INTO rhythm_days (day, industry_id, reachable, famine, feast, touches, index, variation, busy_share,
                                     score, spread)
            VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT (day, industry_id) DO NOTHING
            """,
            [
                (
                    *key,
                    *(one.reachable, one.famine, one.feast, one.touches),
                    *(one.window.index, one.window.variation, one.window.busy_share, one.window.score),
                    list(one.spread),
                )
                for key, one in totals.items()
            ],
        )


def load_trend(connection: psycopg.Connection, *, days: int) -> dict[int, list[ScoredDay]]:
    """The newest `days` scored days of each industry (and `EVERYBODY`), oldest first."""
    with connection.cursor(row_factory=class_row(ScoredDay)) as cursor:
        rows = cursor.execute(
            """
            SELECT * FROM rhythm_days WHERE day > (SELECT max(day) FROM rhythm_days) - %s::int
            ORDER BY industry_id, day
            """,
            (days,),
        ).fetchall()
    trends: dict[int, list[ScoredDay]] = {}
    for row in rows:
        trends.setdefault(row.industry_id, []).append(row)
    return trends


def load_causes(connection: psycopg.Connection, *, days: int) -> list[Cause]:
    """Industries with contact-days in famine or feast in the newest `days` scored days."""
    with connection.cursor(row_factory=class_row(Cause)) as cursor:
        return cursor.execute(
            """
            SELECT i.key, i.names, sum(d.famine)::int AS famine, sum(d.feast)::int AS feast
            FROM rhythm_days d JOIN industries i ON i.id = d.industry_id
            WHERE d.day > (SELECT max(day) FROM rhythm_days) - %s::int
            GROUP BY i.id HAVING sum(d.famine) + sum(d.feast) > 0 ORDER BY i.id
            """,
            (days,),
        ).fetchall()


def _of(ids: Ints, lines: Records) -> tuple[Records, Ints]:
    """The lines that are of one of these contacts (ids ascending), and the row of each."""
    row = np.minimum(np.searchsorted(ids, lines["contact_id"]), len(ids) - 1)
    ours = ids[row] == lines["contact_id"]
    return lines[ours], row[ours]


def _midnight(day: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=day)
