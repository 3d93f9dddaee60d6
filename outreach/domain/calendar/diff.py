"""What differs between two versions of a contact calendar or a rhythm band, in words that staff understand."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import groupby

from outreach.domain.calendar.contact_calendar import ContactCalendar, DayStance
from outreach.domain.calendar.edges import Edge, FixedDay, NthWeekday
from outreach.domain.calendar.hours import Hours
from outreach.domain.calendar.season import Season
from outreach.domain.rhythm.band import RhythmBand
from outreach.domain.rhythm.explain import days, number

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_NTH = {1: "first", 2: "second", 3: "third", 4: "fourth", -1: "last"}

#: A table of dates with more stretches than this is summed up.
MOST_DATES_SAID = 3


class Matter(StrEnum):
    """What a difference is about."""

    BAND = "band"
    HOURS = "hours"
    HOLIDAYS = "holidays"
    SEASON = "season"
    #: A stretch of days whose stance is another one now: what all the other differences come to.
    DAYS = "days"


@dataclass(frozen=True, slots=True)
class CalendarDifference:
    """One difference.

    Attributes:
        matter: what it is about.
        words: the difference, in plain English.
    """

    matter: Matter
    words: str


def differences(
    before: ContactCalendar, after: ContactCalendar, *, years: Collection[int], place: str
) -> list[CalendarDifference]:
    """How `after` differs from `before`: hours, holidays and seasons as stated, then the days of `years` they move.

    Args:
        before, after: two versions of one industry's calendar.
        years: civil years whose days are compared.
        place: country or region of the contacts, for holidays and seasons of single countries; "" if unknown.

    Returns:
        Nothing if the two say the same.
    """
    found = [
        *(CalendarDifference(Matter.HOURS, words) for words in _hours(before, after)),
        *(CalendarDifference(Matter.HOLIDAYS, words) for words in _holidays(before, after)),
        *(CalendarDifference(Matter.SEASON, words) for words in _seasons(before, after)),
    ]
    for year in sorted(years):
        found += [CalendarDifference(Matter.DAYS, words) for words in _moved_days(before, after, year, place)]
    return found


def band_differences(before: RhythmBand, after: RhythmBand) -> list[CalendarDifference]:
    """How the rhythm band `after` differs from `before`."""
    gaps = (
        ("Shortest gap", before.min_gap, after.min_gap),
        ("Usual gap", before.target_gap, after.target_gap),
        ("Longest gap", before.max_gap, after.max_gap),
    )
    return [
        CalendarDifference(Matter.BAND, f"{name}: {number(old)} → {days(new)}") for name, old, new in gaps if old != new
    ]


def _hours(before: ContactCalendar, after: ContactCalendar) -> Iterator[str]:
    for weekday, old, new in zip(_WEEKDAYS, before.hours, after.hours, strict=True):
        if old != new:
            yield f"{weekday}: {_said_hours(old)} → {_said_hours(new)}"


def _said_hours(stretches: tuple[Hours, ...]) -> str:
    return ", ".join(str(stretch).replace("-", "\N{EN DASH}") for stretch in stretches) or "no hours"


def _holidays(before: ContactCalendar, after: ContactCalendar) -> Iterator[str]:
    if before.closed_on_holidays != after.closed_on_holidays:
        yield "Public holidays: " + ("ignored → closed" if after.closed_on_holidays else "closed → ignored")


def _seasons(before: ContactCalendar, after: ContactCalendar) -> Iterator[str]:
    old = {season.key: season for season in before.seasons}
    new = {season.key: season for season in after.seasons}
    for key, season in new.items():
        if key not in old:
            yield f"New season {season.name}: {season.stance}, {said_span(season)}"
        else:
            changes = [
                f"{said(old[key])} → {said(season)}" for said in _SAID_OF_A_SEASON if said(old[key]) != said(season)
            ]
            if not changes and old[key].dates != season.dates:
                changes = ["other dates"]
            if changes:
                yield f"{season.name}: {'; '.join(changes)}"
    for key, season in old.items():
        if key not in new:
            yield f"{season.name} is no longer a season (it was {season.stance}, {said_span(season)})"
    if [key for key in old if key in new] != [key for key in new if key in old]:
        yield "The seasons stand in another order; of equally strict ones the first wins"


def said_span(season: Season) -> str:
    """The days of a season as people say them: `12 February to 15 February`, `14 days before Easter to Easter`."""
    if season.start is None or season.end is None:
        if len(season.dates) > MOST_DATES_SAID:
            return f"{len(season.dates)} stretches, {_said_dates(season.dates[0][0], season.dates[-1][1])}"
        return ", ".join(_said_dates(first, last) for first, last in season.dates)
    return f"{_said_edge(season.start)} to {_said_edge(season.end)}"


def _said_countries(season: Season) -> str:
    return "for " + (", ".join(sorted(season.countries)) or "all countries")


def _said_name(season: Season) -> str:
    return f"called {season.name}"


def _said_stance(season: Season) -> str:
    return season.stance.value


_SAID_OF_A_SEASON: tuple[Callable[[Season], str], ...] = (_said_name, _said_stance, said_span, _said_countries)


def _said_edge(edge: Edge) -> str:
    match edge.anchor:
        case FixedDay(month, day):
            anchor = f"{day} {_MONTHS[month - 1]}"
        case NthWeekday(nth, weekday, month):
            anchor = f"the {_NTH[nth]} {_WEEKDAYS[weekday]} of {_MONTHS[month - 1]}"
        case named:
            anchor = named.name.replace("-", " ").title()
    if not edge.offset:
        return anchor
    return f"{days(abs(edge.offset))} {'after' if edge.offset > 0 else 'before'} {anchor}"


def _moved_days(before: ContactCalendar, after: ContactCalendar, year: int, place: str) -> Iterator[str]:
    """Stretches of days of one year that changed their stance in the same way, each with the season that says so."""
    new_year = date(year, 1, 1)
    pairs = enumerate(zip(before.year(year, place), after.year(year, place), strict=True))
    for change, run in groupby(pairs, key=lambda numbered: _change(*numbered[1])):
        if change:
            ordinals = [ordinal for ordinal, _ in run]
            first, last = new_year + timedelta(days=ordinals[0]), new_year + timedelta(days=ordinals[-1])
            yield f"{_said_dates(first, last)}: {change}"


def _change(before: DayStance, after: DayStance) -> str:
    """`open → closed (Harvest)`, or "" for a day that keeps its stance."""
    if before[0] == after[0]:
        return ""
    if after[1] is not None:
        why = f" ({after[1].name})"
    else:
        why = f" ({before[1].name} no longer)" if before[1] is not None else ""
    return f"{before[0]} → {after[0]}{why}"


def _said_dates(first: date, last: date) -> str:
    """`22 to 31 July 2026`, as short as the two days allow."""
    end = f"{last.day} {_MONTHS[last.month - 1]} {last.year}"
    if first == last:
        return end
    if first.year != last.year:
        return f"{first.day} {_MONTHS[first.month - 1]} {first.year} to {end}"
    if first.month != last.month:
        return f"{first.day} {_MONTHS[first.month - 1]} to {end}"
    return f"{first.day} to {end}"
