"""An almanac: for each cohort and day the stance, the season and the stretches open on each channel, as arrays.

Contacts who share an industry, a time zone and a place share their days, so days are worked out once a cohort and
looked up for a million contacts. Days are numbered from the almanac's first day; instants are seconds since 1970 (UTC).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Self
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from outreach.domain.calendar.contact_calendar import ContactCalendar
from outreach.domain.calendar.season import Stance
from outreach.domain.calendar.windows import open_seconds
from outreach.domain.planning.manners import MANNERS
from outreach.domain.touch import Channel

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

#: Channels that the planner writes on, in the order of their number in arrays.
CHANNELS = (Channel.EMAIL, Channel.SMS)

STANCES = tuple(Stance)

#: Where a day is cut into a morning and an evening part, for people who answer in one of them.
NOON_BREAK = time(14)

#: An almanac begins this long before it is needed, for what is overdue, ...
REACHES_BACK = 60
#: ... and no valid calendar is closed for longer than it reaches ahead.
REACHES_AHEAD = 400


@dataclass(frozen=True, slots=True)
class Cohort:
    """Contacts who share their days.

    Attributes:
        calendar: of their industry.
        zone: their time zone.
        place: ISO 3166 country or region, "" if unknown; for holidays.
    """

    calendar: ContactCalendar = field(hash=False)
    zone: ZoneInfo
    place: str


@dataclass(frozen=True, slots=True)
class Almanac:
    """The days of some cohorts; axes are cohort, channel, manner, day and stretch, as far as each array has them.

    Attributes:
        first: the first day, as an ordinal (`date.toordinal`). days: how many there are.
        midnights: the beginning of each local day, and of the one behind the last.
        breaks: the noon break of each day.
        stance: number in `STANCES`. season: number in `seasons`, -1 for none.
        starts, ends: open stretches; the end is the first second outside. An empty one ends where it starts.
        next_open: the first day from this one on with an opening; `days` if there is none.
        last_open: the last day up to this one with an opening; -1 if there is none.
        seasons: names.
    """

    first: int
    days: int
    midnights: Floats
    breaks: Floats
    stance: NDArray[np.int8]
    season: NDArray[np.int16]
    starts: Floats
    ends: Floats
    next_open: NDArray[np.int32]
    last_open: NDArray[np.int32]
    seasons: tuple[str, ...]

    @classmethod
    def of(cls, cohorts: Sequence[Cohort], *, now: datetime, days: int = REACHES_AHEAD) -> Self:
        """The almanac of `cohorts` for the days around `now` and `days` ahead."""
        # The first of a month, so that the pages of a cohort are made once a month and not once a day.
        first = (now - timedelta(days=REACHES_BACK)).date().replace(day=1)
        length = REACHES_BACK + 32 + days
        return cls._bound([_page(cohort, first, length) for cohort in cohorts], first=first, days=length)

    @classmethod
    def _bound(cls, pages: Sequence["_Page"], *, first: date, days: int) -> Self:
        names = tuple(dict.fromkeys(name for page in pages for name in page.seasons))
        widest = max((page.starts.shape[2] for page in pages), default=1)
        places = {name: place for place, name in enumerate(names)}
        renumbered = [np.array([places[name] for name in page.seasons] + [-1], np.int16)[page.season] for page in pages]
        return cls(
            first=first.toordinal(),
            days=days,
            midnights=np.stack([page.midnights for page in pages]),
            breaks=np.stack([page.breaks for page in pages]),
            stance=np.stack([page.stance for page in pages]),
            season=np.stack(renumbered),
            starts=np.stack([_widened(page.starts, widest) for page in pages]),
            ends=np.stack([_widened(page.ends, widest) for page in pages]),
            next_open=np.stack([page.next_open for page in pages]),
            last_open=np.stack([page.last_open for page in pages]),
            seasons=names,
        )

    def day_of(self, cohort: Ints, at: Floats) -> Ints:
        """The local day of each instant, as a number from the first day; the ends stand for all that lies outside."""
        rough = np.floor((at - self.midnights[cohort, 0]) / 86400.0)
        day: Ints = np.clip(np.nan_to_num(rough), 0, self.days - 1).astype(np.int64)
        # A day with a clock change is an hour shorter or longer, so the guess is off by one near midnight.
        day -= (at < self.midnights[cohort, day]) & (day > 0)
        day += (at >= self.midnights[cohort, day + 1]) & (day < self.days - 1)
        return day

    def ordinal_of(self, cohort: Ints, at: Floats) -> Ints:
        """The local day of each instant as an ordinal; of one before the almanac it may be off near midnight."""
        start = self.midnights[cohort, 0]
        earlier = np.floor((at - start) / 86400.0).astype(np.int64)
        ordinal: Ints = self.first + np.where(at < start, earlier, self.day_of(cohort, at))
        return ordinal

    def covers(self, now: datetime) -> bool:
        """Whether this is still the almanac that would be made at `now`."""
        return self.first == (now - timedelta(days=REACHES_BACK)).date().replace(day=1).toordinal()

    def date_at(self, day: int) -> date:
        """The civil day with this number."""
        return date.fromordinal(self.first + day)


@dataclass(frozen=True, slots=True)
class _Page:
    """One cohort's days; like `Almanac` without the axis of cohorts."""

    midnights: Floats
    breaks: Floats
    stance: NDArray[np.int8]
    season: NDArray[np.int64]
    starts: Floats
    ends: Floats
    next_open: NDArray[np.int32]
    last_open: NDArray[np.int32]
    seasons: tuple[str, ...]


@lru_cache(maxsize=1024)
def _zone_days(zone: ZoneInfo, first: date, days: int) -> tuple[Floats, Floats, Flags]:
    """Midnights (one more than days), noon breaks, and which days keep one offset from UTC throughout."""
    start = datetime.combine(first, time())
    local = [(start + timedelta(days=day)).replace(tzinfo=zone) for day in range(days + 1)]
    midnights = np.array([at.timestamp() for at in local])
    breaks = np.array([datetime.combine(at.date(), NOON_BREAK, zone).timestamp() for at in local[:-1]])
    offsets = np.array([at.utcoffset() == (at + timedelta(hours=12)).utcoffset() for at in local[:-1]])
    regular: Flags = (np.diff(midnights) == 86400.0) & offsets
    return midnights, breaks, regular


@lru_cache(maxsize=1024)
def _page(cohort: Cohort, first: date, days: int) -> _Page:
    midnights, breaks, regular = _zone_days(cohort.zone, first, days)
    stance, season, names = _stances(cohort, first, days)
    starts, ends = _stretches(cohort, first, midnights, regular)
    open_on = (ends > starts).any(axis=2)
    allowed = np.array([[STANCES[number] in manner for number in range(len(STANCES))] for manner in MANNERS])[:, stance]
    usable: Flags = np.asarray(open_on)[:, None, :] & allowed[None, :, :]
    return _Page(midnights, breaks, stance, season, starts, ends, _next(usable), _last(usable), names)


def _stances(cohort: Cohort, first: date, days: int) -> tuple[NDArray[np.int8], NDArray[np.int64], tuple[str, ...]]:
    last = first + timedelta(days=days - 1)
    told = [pair for year in range(first.year, last.year + 1) for pair in cohort.calendar.year(year, cohort.place)]
    told = told[(first - date(first.year, 1, 1)).days :][:days]
    names = tuple(dict.fromkeys(season.name for _, season in told if season))
    places = {name: place for place, name in enumerate(names)}
    numbers = {stance: number for number, stance in enumerate(STANCES)}
    stance = np.array([numbers[stance] for stance, _ in told], np.int8)
    season = np.array([places[season.name] if season else len(names) for _, season in told], np.int64)
    return stance, season, names


def _stretches(cohort: Cohort, first: date, midnights: Floats, regular: Flags) -> tuple[Floats, Floats]:
    """Open stretches by channel, day and place in the day."""
    days = len(regular)
    stretches: list[list[tuple[tuple[int, int], ...]]] = [[()] * days for _ in CHANNELS]
    monday = (first.weekday() + np.arange(days)) % 7
    for number, channel in enumerate(CHANNELS):
        for weekday in range(7):
            # Any regular day of the weekday tells the hours of all of them, in seconds since midnight.
            plain = open_seconds(cohort.calendar.hours[weekday], ZoneInfo("UTC"), 7 * 100_000 + 1 + weekday, channel)
            base = (7 * 100_000 + 1 + weekday - date(1970, 1, 1).toordinal()) * 86400
            hours = tuple((start - base, end - base) for start, end in plain)
            for day in np.flatnonzero(monday == weekday):
                stretches[number][day] = (
                    tuple((int(midnights[day]) + start, int(midnights[day]) + end) for start, end in hours)
                    if regular[day]
                    else open_seconds(
                        cohort.calendar.hours[weekday], cohort.zone, first.toordinal() + int(day), channel
                    )
                )
    widest = max(1, max(len(day) for channel_days in stretches for day in channel_days))
    padded = np.zeros((len(CHANNELS), days, widest, 2))
    for number, channel_days in enumerate(stretches):
        for place, day_stretches in enumerate(channel_days):
            if day_stretches:
                padded[number, place, : len(day_stretches)] = day_stretches
    return padded[..., 0].copy(), padded[..., 1].copy()


def _widened(stretches: Floats, widest: int) -> Floats:
    return np.pad(stretches, ((0, 0), (0, 0), (0, widest - stretches.shape[2])))


def _next(usable: Flags) -> NDArray[np.int32]:
    days = usable.shape[2]
    marked = np.where(usable, np.arange(days), days)
    return np.minimum.accumulate(marked[..., ::-1], axis=2)[..., ::-1].astype(np.int32)


def _last(usable: Flags) -> NDArray[np.int32]:
    marked = np.where(usable, np.arange(usable.shape[2]), -1)
    return np.maximum.accumulate(marked, axis=2).astype(np.int32)


def seconds(at: datetime) -> float:
    """An aware instant as seconds since 1970."""
    return at.timestamp()


def instant(at: float) -> datetime:
    """Seconds since 1970 as an aware instant in UTC."""
    return datetime.fromtimestamp(at, UTC)
