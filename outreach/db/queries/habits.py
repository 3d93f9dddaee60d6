"""Habits: signals read as columns, what the nightly look says of each customer, and who is fading."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import psycopg
from numpy.typing import NDArray
from psycopg.rows import class_row

from outreach.db.columns import array_text, read_columns
from outreach.domain.answers import BAD_ANSWERS
from outreach.domain.calendar.contact_calendar import ContactCalendar
from outreach.domain.calendar.remembered import remembered_calendar
from outreach.domain.care.calls import VALUED_SHARE
from outreach.domain.care.habit.events import Events, Ints
from outreach.domain.care.habit.radar import LABELS, SIGNALS, Habit, HabitFacts, Label, habit_reason
from outreach.domain.care.habit.scored import HABITS, EarlyWarning, Scored, Told
from outreach.domain.care.habit.value import HALF_LIFE_DAYS
from outreach.domain.reason import Reason
from outreach.domain.signal import SignalKind

#: What happened longer ago says nothing about a habit of today.
REACH = timedelta(days=3_653)
#: Days from which PostgreSQL counts, as an ordinal of ours.
_POSTGRES_DAY = "- DATE '0001-01-01' + 1"
_NUMBERS = {kind: place for place, habit in enumerate(HABITS) for kind in SIGNALS[habit]}
_GRIEVANCE = len(HABITS)
_NEVER_TOLD = date.min.toordinal()

_KINDS = " ".join(f"WHEN '{kind.value}' THEN {place}" for kind, place in _NUMBERS.items())
DAYS = f"""
    SELECT s.contact_id, CASE s.kind {_KINDS} WHEN '{SignalKind.COMPLAINT.value}' THEN {_GRIEVANCE} END::smallint,
           (s.occurred_at AT TIME ZONE 'UTC')::date {_POSTGRES_DAY}
    FROM signals s
    WHERE s.contact_id = ANY(%(ids)s::bigint[]) AND s.occurred_at > %(since)s AND s.occurred_at <= %(now)s
    UNION ALL
    SELECT a.contact_id, {_GRIEVANCE}::smallint, (a.given_at AT TIME ZONE 'UTC')::date {_POSTGRES_DAY}
    FROM answers a WHERE a.contact_id = ANY(%(ids)s::bigint[]) AND a.answer = ANY(%(bad)s)
"""  # noqa: S608 - built of constants


@dataclass(frozen=True, slots=True)
class Look:
    """The nightly look, its row locked: ids of the contacts to look at next; what the base taught, None before that."""

    ids: list[int]
    fits: dict[str, Any] | None


def next_look(connection: psycopg.Connection, *, today: date, chunk: int) -> Look | None:
    """The next contacts of today's look; None if it is done, or somebody else is at it.

    The row stays locked until the transaction ends, so whoever dies in between leaves nothing but the same contacts to
    look at again.
    """
    connection.execute(
        "INSERT INTO habit_looks (day, after_id) VALUES (%s, NULL) ON CONFLICT (id) DO NOTHING", (date.min,)
    )
    row = connection.execute("SELECT day, after_id, fits FROM habit_looks FOR UPDATE SKIP LOCKED").fetchone()
    if row is None:
        return None
    day, after_id, fits = row
    fresh = day != today
    if not fresh and after_id is None:
        return None
    ids = [
        contact_id
        for (contact_id,) in connection.execute(
            "SELECT id FROM contacts WHERE id > %s ORDER BY id LIMIT %s", (0 if fresh else after_id, chunk)
        )
    ]
    return Look(ids, None if fresh else fits)


def store_look(connection: psycopg.Connection, *, today: date, after_id: int | None, fits: Mapping[str, Any]) -> None:
    """How far the look of today has come; None when it is done."""
    connection.execute("UPDATE habit_looks SET day = %s, after_id = %s, fits = %s", (today, after_id, json.dumps(fits)))


def sample_of_contacts(connection: psycopg.Connection, *, most: int) -> list[int]:
    """Contacts with signals, about `most` of them, spread evenly over all, always the same ones."""
    row = connection.execute("SELECT count(*), COALESCE(max(id), 0) FROM contacts").fetchone()
    step = max(1, (row[0] if row else 0) // most)
    return [
        contact_id
        for (contact_id,) in connection.execute(
            "SELECT id FROM contacts WHERE mod(id, %s) = 0 ORDER BY id LIMIT %s", (step, 2 * most)
        )
    ]


def load_told(connection: psycopg.Connection, ids: Sequence[int], *, now: datetime) -> Told:
    """What signals tell of these contacts, who are numbered in the order of `ids`, which are sorted."""
    values = {"ids": array_text(ids), "since": now - REACH, "now": now, "bad": list(BAD_ANSWERS)}
    rows = read_columns(connection, DAYS, values, {"contact_id": "i8", "habit": "i2", "day": "i4"})
    number = np.searchsorted(np.array(ids, np.int64), rows["contact_id"])

    def of(place: int) -> Events:
        some = rows["habit"] == place
        return Events.of(number[some], rows["day"][some], customers=len(ids))

    return Told({habit: of(place) for place, habit in enumerate(HABITS)}, of(_GRIEVANCE))


@dataclass(frozen=True, slots=True)
class Cohorts:
    """Calendars with the places they are seen from, and the number of each contact's among them."""

    places: list[tuple[ContactCalendar, str]]
    cohort: Ints


def load_cohorts(connection: psycopg.Connection, ids: Sequence[int]) -> Cohorts:
    """The calendars and places of these contacts (sorted ids)."""
    rows = connection.execute(
        """
        SELECT c.id, i.key || '@' || i.calendar_version, i.calendar::text, COALESCE(NULLIF(c.region, ''), c.country)
        FROM contacts c JOIN industries i ON i.id = c.industry_id WHERE c.id = ANY(%s::bigint[]) ORDER BY c.id
        """,
        (array_text(ids),),
    )
    numbers: dict[tuple[str, str], int] = {}
    places: list[tuple[ContactCalendar, str]] = []
    cohort = []
    for _, key, calendar, place in rows:
        if (key, place) not in numbers:
            numbers[key, place] = len(places)
            places.append((remembered_calendar(key, calendar), place))
        cohort.append(numbers[key, place])
    return Cohorts(places, np.array(cohort, np.int64))


_COLUMNS = (
    *("contact_id", "habit", "label", "count", "first_on", "last_on", "interval", "surprise", "unusual_on"),
    *("season_begins", "season_days", "value", "chance", "p_alive", "expected", "warnings", "scored_on"),
)


def store_habits(connection: psycopg.Connection, ids: Sequence[int], found: Scored, *, today: date) -> int:
    """Writes what is said of these contacts; those who never did anything have no line. Says how many have one."""
    connection.execute("CREATE TEMPORARY TABLE IF NOT EXISTS incoming_habits (LIKE habits) ON COMMIT DELETE ROWS")
    connection.execute("TRUNCATE incoming_habits")
    some = np.flatnonzero(found.habit >= 0)
    with connection.cursor().copy(f"COPY incoming_habits ({', '.join(_COLUMNS)}) FROM STDIN") as copy:
        for row in _rows(ids, found, some, today):
            copy.write_row(row)
    setting = ", ".join(f"{name} = excluded.{name}" for name in _COLUMNS[1:])
    connection.execute(
        f"""
        INSERT INTO habits ({", ".join(_COLUMNS)}) SELECT {", ".join(_COLUMNS)} FROM incoming_habits
        ORDER BY contact_id ON CONFLICT (contact_id) DO UPDATE SET {setting}
        """  # noqa: S608 - the columns are constants of this file
    )
    # Whose signals were taken back has no habit any more.
    connection.execute(
        "DELETE FROM habits WHERE contact_id = ANY(%s::bigint[]) AND scored_on < %s", (array_text(ids), today)
    )
    return len(some)


def _rows(ids: Sequence[int], found: Scored, some: NDArray[np.int64], today: date) -> Iterable[tuple[Any, ...]]:
    """The lines of the contacts at these places."""
    radar, names = found.radar, [one.value for one in EarlyWarning]
    labels, habits = [one.value for one in LABELS], [one.value for one in HABITS]
    warned = [[names[place] for place in np.flatnonzero(row).tolist()] for row in found.warnings[some]]
    columns: list[Sequence[Any]] = [
        np.array(ids, np.int64)[some].tolist(),
        [habits[one] for one in found.habit[some].tolist()],
        [labels[one] for one in radar.label[some].tolist()],
        radar.count[some].tolist(),
        [date.fromordinal(one) for one in radar.first[some].tolist()],
        [date.fromordinal(one) for one in radar.last[some].tolist()],
        radar.interval[some].tolist(),
        np.round(radar.surprise[some], 3).tolist(),
        [date.fromordinal(one) if one > 0 else None for one in radar.unusual_on[some].tolist()],
        np.floor(radar.begins[some]).astype(int).tolist(),
        np.ceil(radar.days[some]).astype(int).tolist(),
        *(np.round(one[some], 4).tolist() for one in (found.value, found.chance, found.p_alive, found.expected)),
        warned,
        [today] * len(some),
    ]
    return zip(*columns, strict=True)


#: What a customer was worth when last seen: the value of today has halved for every 91 days of silence.
WORTH = f"value * power(2, (scored_on - last_on) / {HALF_LIFE_DAYS})"


@dataclass(frozen=True, slots=True)
class HabitLine:
    """What is said of one customer; see `HabitRow`."""

    contact_id: int
    habit: str
    label: str
    count: int
    first_on: date
    last_on: date
    interval: float
    surprise: float
    unusual_on: date | None
    season_begins: int
    season_days: int
    value: float
    chance: float
    p_alive: float
    expected: float
    warnings: list[str]
    scored_on: date

    def reason(self, *, today: date) -> Reason:
        """The customer's own numbers, for a sentence."""
        facts = HabitFacts(
            Habit(self.habit),
            Label(self.label),
            self.count,
            self.first_on,
            self.last_on,
            self.interval,
            self.unusual_on,
            self.season_begins,
            self.season_days,
        )
        return habit_reason(facts, today=today)


def load_habit(connection: psycopg.Connection, contact_id: int) -> HabitLine | None:
    """What is said of a customer, None if nothing is."""
    with connection.cursor(row_factory=class_row(HabitLine)) as cursor:
        return cursor.execute(
            f"SELECT {', '.join(_COLUMNS)} FROM habits WHERE contact_id = %s",  # noqa: S608 - constants
            (contact_id,),
        ).fetchone()


def load_fading(connection: psycopg.Connection, *, limit: int) -> list[HabitLine]:
    """Customers whose silence is unusual for them: the most valued times the most unusual first."""
    with connection.cursor(row_factory=class_row(HabitLine)) as cursor:
        return cursor.execute(
            f"""
            SELECT {", ".join(_COLUMNS)} FROM habits WHERE label IN ('fading', 'alarm')
            ORDER BY {WORTH} * surprise DESC, contact_id LIMIT %s
            """,  # noqa: S608 - constants
            (limit,),
        ).fetchall()


@dataclass(frozen=True, slots=True)
class Person:
    """Who a habit belongs to."""

    contact_id: int
    external_id: str
    first_name: str
    last_name: str
    company: str


def load_fading_people(connection: psycopg.Connection, *, limit: int) -> list[tuple[Person, HabitLine]]:
    """The same with who they are."""
    lines = load_fading(connection, limit=limit)
    with connection.cursor(row_factory=class_row(Person)) as cursor:
        found = cursor.execute(
            """
            SELECT id AS contact_id, external_id, first_name, last_name, company FROM contacts
            WHERE id = ANY(%s) ORDER BY id
            """,
            ([line.contact_id for line in lines],),
        ).fetchall()
    people = {person.contact_id: person for person in found}
    return [(people[line.contact_id], line) for line in lines]


def load_unusual(connection: psycopg.Connection) -> list[tuple[int, date]]:
    """Customers whose silence is unusual for them, and since when."""
    return connection.execute(
        """
        SELECT contact_id, LEAST(unusual_on, scored_on) FROM habits
        WHERE label IN ('fading', 'alarm') ORDER BY contact_id
        """
    ).fetchall()


def load_valued(connection: psycopg.Connection, contacts: Sequence[int]) -> dict[int, HabitLine]:
    """Those of these contacts that are among the most valued fifth of all who ever bought, by contact."""
    with connection.cursor(row_factory=class_row(HabitLine)) as cursor:
        lines = cursor.execute(
            f"""
            SELECT {", ".join(_COLUMNS)} FROM habits WHERE contact_id = ANY(%(contacts)s) AND {WORTH} >= (
                SELECT percentile_disc(%(share)s) WITHIN GROUP (ORDER BY {WORTH} DESC) FROM habits WHERE value > 0)
            ORDER BY contact_id
            """,  # noqa: S608 - constants
            {"contacts": list(contacts), "share": VALUED_SHARE},
        ).fetchall()
    return {line.contact_id: line for line in lines}


def count_labels(connection: psycopg.Connection) -> dict[str, int]:
    """How many customers have each label."""
    return dict(connection.execute("SELECT label, count(*) FROM habits GROUP BY label ORDER BY label").fetchall())
