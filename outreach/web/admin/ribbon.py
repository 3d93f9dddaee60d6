"""A year of a contact calendar as a picture: where each stretch lies, in per cent of the year's width."""

from calendar import isleap
from dataclasses import dataclass
from datetime import date, timedelta

from outreach.domain.calendar.contact_calendar import ContactCalendar
from outreach.domain.calendar.hours import Hours

#: A stretch narrower than this, in per cent, has no room for its words.
ROOM_FOR_WORDS = 7.0
MINUTES_OF_DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days of one stance.

    Attributes:
        x, width: place in the year, in per cent.
        first, last: its days, inclusive.
        season: name of the season, "" for plain open days.
        why: the season's reason, "" if it gives none.
        beats: names of other seasons that claim some of these days and are less strict.
    """

    x: float
    width: float
    first: date
    last: date
    stance: str
    season: str
    why: str
    beats: tuple[str, ...] = ()

    @property
    def has_room(self) -> bool:
        """Whether words fit into it."""
        return self.width >= ROOM_FOR_WORDS

    @property
    def days(self) -> int:
        """How many days it lasts."""
        return (self.last - self.first).days + 1


@dataclass(frozen=True, slots=True)
class Month:
    """A month on the axis; `x` and `middle` in per cent."""

    first: date
    x: float
    middle: float


def place_in_year(day: date) -> float:
    """How much of its year lies before `day`, in per cent."""
    length = 366 if isleap(day.year) else 365
    return round(100 * (day.timetuple().tm_yday - 1) / length, 3)


def stretches(calendar: ContactCalendar, *, year: int, country: str) -> list[Stretch]:
    """The year in stretches from left to right, without a hole."""
    whys = {season.name: season.why for season in calendar.seasons}
    one_day = 100 / (366 if isleap(year) else 365)
    return [
        Stretch(
            x=place_in_year(first),
            width=round(one_day * ((last - first).days + 1), 3),
            first=first,
            last=last,
            stance=stance.value,
            season=season,
            why=whys.get(season, ""),
            beats=_beaten(calendar, first, last, country) if season else (),
        )
        for first, last, stance, season in calendar.year_ribbon(year, country)
    ]


def _beaten(calendar: ContactCalendar, first: date, last: date, country: str) -> tuple[str, ...]:
    """The seasons that lose days from `first` to `last` to a stricter one, in the order in which they come up."""
    days = (first + timedelta(days=count) for count in range((last - first).days + 1))
    return tuple(dict.fromkeys(season.name for day in days for season in calendar.explained(day, country)[1:]))


def months(year: int) -> list[Month]:
    """The twelve months of the axis."""
    firsts = [date(year, month, 1) for month in range(1, 13)]
    edges = [place_in_year(first) for first in firsts] + [100.0]
    return [
        Month(first, x, round((x + edges[index + 1]) / 2, 3))
        for index, (first, x) in enumerate(zip(firsts, edges, strict=False))
    ]


@dataclass(frozen=True, slots=True)
class OpenHours:
    """A stretch of a weekday: `words` like 09:30-11:30, `x` and `width` in per cent of the day."""

    words: str
    x: float
    width: float


def week(calendar: ContactCalendar) -> list[tuple[date, list[OpenHours]]]:
    """Seven weekdays from Monday (as days of a week that began on one), each with its hours."""
    monday = date(2024, 1, 1)
    return [
        (monday + timedelta(days=index), [_hours(stretch) for stretch in hours])
        for index, hours in enumerate(calendar.hours)
    ]


def _hours(hours: Hours) -> OpenHours:
    return OpenHours(
        words=str(hours).replace("-", "\N{EN DASH}"),
        x=round(100 * hours.start / MINUTES_OF_DAY, 3),
        width=round(100 * (hours.end - hours.start) / MINUTES_OF_DAY, 3),
    )
