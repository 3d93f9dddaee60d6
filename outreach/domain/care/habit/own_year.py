"""Seasonal customers: whoever does something in the same part of every year is silent in between, and that is no news.

The days of the year of a customer's events are angles; if they point the same way more than chance would make them (the
Rayleigh test, Mardia and Jupp, Directional Statistics, 2000), over two years or more, the customer has a season of its
own: the shortest arc that holds them all, with a margin. Its clock runs in that arc only, so silence out of season is
no silence, and a season that passes without a sign counts in full.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from outreach.domain.care.habit.events import Events, Floats, Ints

YEAR = 365.25
#: Events and different years a season takes, how much they must point one way, and how rarely chance does that.
LEAST_EVENTS, LEAST_YEARS, LEAST_LENGTH, RAREST = 4, 2, 0.6, 0.01
#: Days before and after the arc that belong to it: nobody comes on the same day of each year.
MARGIN = 21.0
#: An arc wider than this is no season.
WIDEST = 0.6 * YEAR


@dataclass(frozen=True, slots=True)
class Seasons:
    """The part of the year in which each customer does things; the whole year for those without a season.

    Attributes:
        seasonal: who has one. begins: day of the year on which it begins. days: how long it is.
    """

    seasonal: NDArray[np.bool_]
    begins: Floats
    days: Floats

    @classmethod
    def of(cls, events: Events) -> "Seasons":
        """Read off all events."""
        counts = np.maximum(events.counts, 1)
        phase = (events.day % YEAR) / YEAR * 2 * np.pi
        across, up = (
            np.bincount(events.customer, weights=turned, minlength=events.customers) / counts
            for turned in (np.cos(phase), np.sin(phase))
        )
        length = np.hypot(across, up)
        # Rayleigh: the chance of such a length is about exp(-n length^2).
        rare = np.exp(-counts * length**2) < RAREST
        begins, days = _arcs(events)
        years = (events.lasts() - events.firsts() + 2 * MARGIN) / YEAR
        seasonal = (
            (events.counts >= LEAST_EVENTS)
            & (_years(events, begins) >= LEAST_YEARS)
            & (years >= LEAST_YEARS - 1)
            & (length >= LEAST_LENGTH)
            & rare
            & (days + 2 * MARGIN <= WIDEST)
        )
        return cls(
            seasonal, np.where(seasonal, (begins - MARGIN) % YEAR, 0.0), np.where(seasonal, days + 2 * MARGIN, YEAR)
        )

    def clock(self, customer: Ints, day: Ints | Floats) -> Floats:
        """The time on each customer's own clock, in days, at `day`; it stands still out of season."""
        since = day - self.begins[customer]
        whole, rest = np.divmod(since, YEAR)
        length = self.days[customer]
        found: Floats = whole * length + np.minimum(rest, length)
        return np.where(self.seasonal[customer], found, day)

    def day_at(self, customer: Ints, clock: Floats) -> Floats:
        """The first day on which each customer's clock shows at least `clock`."""
        length = self.days[customer]
        whole, rest = np.divmod(clock, length)
        # At the very end of a season the clock has shown it all along: the first such day is the season's last.
        ended = (rest == 0) & (whole != 0)
        whole, rest = np.where(ended, whole - 1, whole), np.where(ended, length, rest)
        return np.where(self.seasonal[customer], self.begins[customer] + whole * YEAR + rest, clock)

    def in_season(self, day: int) -> NDArray[np.bool_]:
        """Whether each customer's season is on."""
        return ~self.seasonal | ((day - self.begins) % YEAR <= self.days)


def _arcs(events: Events) -> tuple[Floats, Floats]:
    """Begin (day of the year) and length of the shortest arc that holds all events of each customer."""
    phase = events.day % YEAR
    order = np.lexsort((phase, events.customer))
    sorted_phase, customer = phase[order], events.customer[order]
    start, count = events.starts[customer], events.counts[customer]
    place = np.arange(len(order))
    after = np.where(place + 1 < start + count, place + 1, start)
    gap = (sorted_phase[after] - sorted_phase) % YEAR
    gap = np.where(count == 1, YEAR, gap)
    widest = np.zeros(events.customers)
    np.maximum.at(widest, customer, gap)
    begins = np.zeros(events.customers)
    at_widest = gap >= widest[customer]
    begins[customer[at_widest]] = sorted_phase[after[at_widest]]
    return begins, np.where(events.counts > 0, YEAR - widest, 0.0)


def _years(events: Events, begins: Floats) -> Ints:
    """In how many different years, counted from the begin of its own arc, each customer did something."""
    year = np.floor((events.day - begins[events.customer]) / YEAR).astype(np.int64)
    if not len(year):
        return np.zeros(events.customers, np.int64)
    distinct = np.unique(np.stack([events.customer, year], axis=1), axis=0)
    return np.bincount(distinct[:, 0], minlength=events.customers).astype(np.int64)
