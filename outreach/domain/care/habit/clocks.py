"""The clocks on which silence is measured: they stand still while the customer's industry is closed or quiet, and out
of a seasonal customer's own season.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from outreach.domain.care.habit.events import Events, Floats, Ints
from outreach.domain.care.habit.own_year import Seasons


@dataclass(frozen=True, slots=True)
class Calendars:
    """How many of the days since `first` (ordinal) count for each cohort of customers (cohorts x days, running sums).

    A cohort is an industry in a place; `cohort` is each customer's number.
    """

    first: int
    counted: Floats
    cohort: Ints

    @classmethod
    def of(cls, open_days: Sequence[NDArray[np.bool_]], *, first: int, cohort: Ints) -> "Calendars":
        """From the days that count, one array a cohort."""
        rows = [np.concatenate([[0.0], np.cumsum(days)]) for days in open_days]
        return cls(first, np.stack(rows), cohort)


@dataclass(frozen=True, slots=True)
class Clocks:
    """A clock for each customer, in days."""

    seasons: Seasons
    calendars: Calendars | None = None

    @classmethod
    def of(cls, events: Events, calendars: Calendars | None = None) -> "Clocks":
        """The clocks of these customers."""
        return cls(Seasons.of(events), calendars)

    def at(self, customer: Ints, day: Ints) -> Floats:
        """What each customer's clock shows at `day` (ordinal)."""
        shown = self.seasons.clock(customer, day)
        if self.calendars is None:
            return shown
        table = self.calendars
        place = np.clip(day - table.first, 0, table.counted.shape[1] - 1)
        return np.where(self.seasons.seasonal[customer], shown, table.counted[table.cohort[customer], place])

    def day_at(self, clock: Floats) -> Ints:
        """The first day (ordinal) on which each customer's clock shows its `clock`; -1 where that is too far to see."""
        everyone = np.arange(len(clock))
        days = np.ceil(self.seasons.day_at(everyone, clock))
        if self.calendars is not None:
            table, plain = self.calendars, ~self.seasons.seasonal
            for cohort in range(len(table.counted)):
                some = plain & (table.cohort == cohort)
                place = np.searchsorted(table.counted[cohort], clock[some] - 1e-9)
                days[some] = np.where(place < table.counted.shape[1], table.first + place, -1)
        return np.where(days > _LAST_DAY, -1, days).astype(np.int64)


#: 31 December 9000: nobody plans beyond it.
_LAST_DAY = 3_287_182
