"""What a calendar can never do, or soon no longer knows: allowed, but said before anybody waits for it."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from outreach.domain.calendar.contact_calendar import ContactCalendar
from outreach.domain.calendar.season import Season, Stance
from outreach.domain.calendar.windows import LOUD_HOURS
from outreach.domain.rhythm.band import RhythmBand
from outreach.domain.rhythm.explain import day, days
from outreach.domain.touch import Channel


class CalendarWarningCode(StrEnum):
    """What a warning is about."""

    #: A stretch without a usable day is so long that silence must pass the longest gap.
    CLOSED_TOO_LONG = "closed_too_long"
    #: The weekly hours lie wholly in the quiet hours of a channel.
    NO_HOURS_FOR_EMAIL = "no_hours_for_email"
    NO_HOURS_FOR_SMS = "no_hours_for_sms"
    NO_HOURS_FOR_CALL = "no_hours_for_call"
    NO_HOURS_FOR_MEETING = "no_hours_for_meeting"
    #: A table of dates ends before the last of the years.
    TABLE_ENDS = "table_ends"
    #: A season hangs on a named day that nobody has told us for one of the years; it is left out there.
    DATE_UNKNOWN = "date_unknown"


@dataclass(frozen=True, slots=True)
class CalendarWarning:
    """One warning.

    Attributes:
        code: what it is about.
        sentence: for staff.
        numbers: what the sentence is made of: days, dates as ISO text, names.
    """

    code: CalendarWarningCode
    sentence: str
    numbers: Mapping[str, str | int | float]


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Days without a usable one: the first and the last, and the names of the seasons that close them, in order."""

    first: date
    last: date
    seasons: tuple[str, ...]

    @property
    def length(self) -> int:
        return (self.last - self.first).days + 1


def calendar_warnings(
    calendar: ContactCalendar, band: RhythmBand, *, places: Collection[str], years: Collection[int]
) -> list[CalendarWarning]:
    """Everything about a calendar that cannot work in some years, each thing said once.

    Args:
        band: the gaps of the same industry.
        places: countries and regions of the contacts, "" for unknown.
        years: civil years to look at, as a rule this one and the next.
    """
    return [
        *_closed_too_long(calendar, band, places=places, years=years),
        *_channels_without_hours(calendar),
        *(warning for season in calendar.seasons for warning in _of_season(season, years)),
    ]


def _closed_too_long(
    calendar: ContactCalendar, band: RhythmBand, *, places: Collection[str], years: Collection[int]
) -> Iterator[CalendarWarning]:
    where: dict[_Stretch, list[str]] = {}
    for place in places:
        for stretch in _closed_stretches(calendar, place, years):
            # From the last day before to the first day after, one more day goes by than the stretch has.
            if stretch.length + 1 > band.max_gap:
                where.setdefault(stretch, []).append(place)
    told: set[tuple[str, ...]] = set()
    for stretch in sorted(where, key=lambda one: (-one.length, one.first)):
        if stretch.seasons in told:
            continue  # a shorter one of the same seasons, in another year or place
        told.add(stretch.seasons)
        here = where[stretch]
        whom = "" if len(here) == len(places) else f" in {', '.join(place or 'no known country' for place in here)}"
        names = ", ".join(stretch.seasons) or "weekdays without hours"
        first, last = stretch.first.isoformat(), stretch.last.isoformat()
        sentence = (
            f"Nobody{whom} can be written to for {days(stretch.length)}, from {day(first)} to {day(last)} ({names}), "
            f"and the longest gap is {days(band.max_gap)}: silence will pass it. "
            "Shorten the seasons or allow a longer gap."
        )
        numbers: dict[str, str | int | float] = {
            "seasons": names,
            "from": first,
            "to": last,
            "days": stretch.length,
            "max_gap": band.max_gap,
            "places": ", ".join(here),
        }
        yield CalendarWarning(CalendarWarningCode.CLOSED_TOO_LONG, sentence, numbers)


def _closed_stretches(calendar: ContactCalendar, place: str, years: Collection[int]) -> Iterator[_Stretch]:
    """Stretches without a usable day that begin in one of the years, or go on into the first of them."""
    has_hours = [bool(hours) for hours in calendar.hours]
    first: date | None = None
    seasons: dict[str, None] = {}
    on, end = date(min(years) - 1, 7, 1), date(max(years) + 2, 1, 1)
    while on < end:
        stance, season = calendar.stance_on(on, place)
        if has_hours[on.weekday()] and stance is not Stance.CLOSED:
            if first is not None and on.year >= min(years) and first.year <= max(years):
                yield _Stretch(first, on - timedelta(days=1), tuple(seasons))
            first, seasons = None, {}
        else:
            first = first or on
            if stance is Stance.CLOSED and season is not None:
                seasons[season.name] = None
        on += timedelta(days=1)


def _channels_without_hours(calendar: ContactCalendar) -> Iterator[CalendarWarning]:
    for channel in Channel:
        loud = LOUD_HOURS[channel]
        if not any(max(start, loud.start) < min(end, loud.end) for day in calendar.hours for start, end in day):
            sentence = (
                f"All weekly hours lie in the quiet hours of the channel {channel}, outside {loud}: "
                "nothing on it can ever reach these contacts. Give at least one weekday hours inside."
            )
            numbers = {"channel": channel.value, "loud": str(loud)}
            yield CalendarWarning(CalendarWarningCode(f"no_hours_for_{channel}"), sentence, numbers)


def _of_season(season: Season, years: Collection[int]) -> Iterator[CalendarWarning]:
    if season.dates and _runs_out(season.dates, before=date(max(years), 12, 31)):
        last = max(end for _, end in season.dates).isoformat()
        sentence = (
            f"The dates of {season.name} end on {day(last)}; after that the season never comes. "
            "Add the dates that were published since."
        )
        yield CalendarWarning(CalendarWarningCode.TABLE_ENDS, sentence, {"season": season.name, "last": last})
    for named in dict.fromkeys(season.named_days):
        for year in sorted(years):
            if not named.days(year):
                sentence = (
                    f"Nobody has told us the day of {named.name} in {year}: {season.name} is left out there. "
                    "State the dates of that year in a season of its own."
                )
                numbers: dict[str, str | int] = {"season": season.name, "name": named.name, "year": year}
                yield CalendarWarning(CalendarWarningCode.DATE_UNKNOWN, sentence, numbers)
                break


def _runs_out(spans: Sequence[tuple[date, date]], *, before: date) -> bool:
    """Whether a table has no dates for the end of a year, although another year has.

    A table of summer holidays says all about a year once it holds that summer; one of all school holidays does not.
    """
    last = max(end for _, end in spans)
    if last.year != before.year:
        return last < before
    return any(start.year < last.year and (start.month, start.day) > (last.month, last.day) for start, _ in spans)
