"""Looks at every customer's habit once a day: a chunk a call, so that whoever dies in between loses a chunk of work."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from outreach.db.queries.habits import (
    REACH,
    Cohorts,
    load_cohorts,
    load_told,
    next_look,
    sample_of_contacts,
    store_habits,
    store_look,
)
from outreach.db.session import Database
from outreach.domain.calendar.contact_calendar import ContactCalendar
from outreach.domain.calendar.season import Stance
from outreach.domain.care.habit.clocks import Calendars, Clocks
from outreach.domain.care.habit.dropout import Dropout
from outreach.domain.care.habit.radar import Fit, Habit
from outreach.domain.care.habit.scored import Fits, Told, learnt, scored
from outreach.domain.care.habit.surprise import Prior

#: Contacts looked at in one transaction, and those whose history teaches.
CHUNK, SAMPLE = 50_000, 20_000
#: How far ahead an unusual day is foretold.
AHEAD = timedelta(days=731)
_PAUSING = (Stance.CLOSED, Stance.QUIET)


@dataclass(frozen=True, slots=True)
class Looked:
    """What one call did: contacts looked at, those with a habit or the beginning of one."""

    contacts: int
    lines: int


def score_habits(*, db: Database, now: datetime, chunk: int = CHUNK) -> Looked:
    """Goes on with today's look until it is done or somebody else is at it; a second call on the day does nothing."""
    contacts = lines = 0
    while True:
        done = _one_chunk(db, now=now, chunk=chunk)
        if done is None:
            return Looked(contacts, lines)
        contacts, lines = contacts + done.contacts, lines + done.lines


def _one_chunk(db: Database, *, now: datetime, chunk: int) -> Looked | None:
    today = now.astimezone(UTC).date()
    with db.raw_transaction() as connection:
        look = next_look(connection, today=today, chunk=chunk)
        if look is None:
            return None
        if look.fits is None:
            sample = sample_of_contacts(connection, most=SAMPLE)
            told, cohorts = load_told(connection, sample, now=now), load_cohorts(connection, sample)
            fits = learnt(told, _clocks(told, cohorts, today), now=today.toordinal())
        else:
            fits = _read(look.fits)
        lines = 0
        if look.ids:
            told, cohorts = load_told(connection, look.ids, now=now), load_cohorts(connection, look.ids)
            found = scored(told, _clocks(told, cohorts, today), fits, now=today.toordinal())
            lines = store_habits(connection, look.ids, found, today=today)
        more = len(look.ids) == chunk
        store_look(connection, today=today, after_id=look.ids[-1] if more else None, fits=_written(fits))
        return Looked(len(look.ids), lines)


def _clocks(told: Told, cohorts: Cohorts, today: date) -> Mapping[Habit, Clocks]:
    """The clocks of each habit: they stand still while the customer's industry is closed or quiet."""
    first, last = (today - REACH).toordinal(), (today + AHEAD).toordinal()
    days = [_open_days(calendar, place, first, last) for calendar, place in cohorts.places]
    calendars = Calendars.of(days, first=first, cohort=cohorts.cohort) if days else None
    return {habit: Clocks.of(events, calendars) for habit, events in told.events.items()}


@lru_cache(maxsize=512)
def _open_days(calendar: ContactCalendar, place: str, first: int, last: int) -> NDArray[np.bool_]:
    """Which days count in an industry's calendar, seen from a country or region."""
    stances = (calendar.stance_on(date.fromordinal(day), place)[0] for day in range(first, last))
    return np.array([stance not in _PAUSING for stance in stances])


def _written(fits: Fits) -> dict[str, Any]:
    return {
        "habits": {
            habit.value: {**asdict(one.prior), "threshold": one.threshold} for habit, one in fits.habits.items()
        },
        "dropout": asdict(fits.dropout),
        "chance": list(fits.chance),
    }


def _read(written: Mapping[str, Any]) -> Fits:
    habits = {
        Habit(name): Fit(Prior(one["r"], one["a"], one["k"]), one["threshold"])
        for name, one in written["habits"].items()
    }
    intercept, slope = written["chance"]
    return Fits(habits, Dropout(**written["dropout"]), (intercept, slope))
