"""Stances and seasons: stretches of the year in which the people of an industry welcome us more, less or not at all."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from outreach.domain.calendar.edges import Edge, parse_edge
from outreach.domain.calendar.reading import Reading
from outreach.domain.errors import BadInput


class Stance(StrEnum):
    """How welcome we are on a day. Written from the strictest to the most welcoming; the strictest wins an overlap."""

    #: Nobody but service and recovery writes.
    CLOSED = "closed"
    #: The rhythm runs slower, and nothing is sold.
    QUIET = "quiet"
    #: As usual; days that no season covers are open.
    OPEN = "open"
    #: People welcome help most; the rhythm runs a little faster.
    PEAK = "peak"


STRICTNESS: Mapping[Stance, int] = {Stance.CLOSED: 0, Stance.QUIET: 1, Stance.PEAK: 2, Stance.OPEN: 3}
"""Smaller wins an overlap; a peak season wins over an open one, so that a peak inside a wider open season is seen."""

#: Years in which movable edges are tried for whether the season wraps over New Year.
TRIED_YEARS = range(2020, 2060)

#: A season over New Year that leaves fewer days of the year than this has its edges the wrong way round.
FEWEST_DAYS_OUTSIDE = 31

_KEYS = ("key", "name", "stance", "from", "to", "dates", "countries", "why")
_COUNTRY = re.compile("[A-Z]{2}")

Span = tuple[date, date]


@dataclass(frozen=True, slots=True)
class Season:
    """A recurring stretch of the year with one stance, or a table of dated stretches.

    Attributes:
        key: its name inside the calendar.
        name: for staff.
        stance: how welcome we are.
        why: what keeps these people busy, for staff.
        start, end: first and last day (inclusive), said for every year; None if `dates` says them.
        wraps: the season runs over New Year, so its end belongs to the year after its start.
        dates: first and last days of a dated table; empty if `start` and `end` say them.
        countries: ISO 3166 alpha-2 codes of the contacts it is for; empty means all.
    """

    key: str
    name: str
    stance: Stance
    why: str = ""
    start: Edge | None = None
    end: Edge | None = None
    wraps: bool = False
    dates: tuple[Span, ...] = ()
    countries: frozenset[str] = frozenset()

    def is_for(self, country: str) -> bool:
        """Whether it holds for contacts of `country`."""
        return not self.countries or country in self.countries

    def spans(self, year: int) -> tuple[Span, ...]:
        """The parts of the season that lie in `year`, first and last days inclusive."""
        spans = list(self.dates)
        if self.start is not None and self.end is not None:
            # A neighbouring year's season may reach into this one, over New Year or by an offset.
            for of in (year - 1, year, year + 1):
                spans.append((self.start.on(of), self.end.on(of + self.wraps)))
        first, last = date(year, 1, 1), date(year, 12, 31)
        return tuple((max(start, first), min(end, last)) for start, end in spans if start <= last and end >= first)


def read_season(value: object, *, reading: Reading, path: str) -> Season | None:
    """The season that a pack states, or None with its faults noted in `reading`."""
    before = len(reading.faults)
    data = reading.mapping(value, path)
    reading.only(data, _KEYS, path)
    key = data.get("key")
    if not isinstance(key, str) or not key:
        reading.fault(f"{path}.key", key, reason="a season needs a key", mend="Give it a short name of its own.")
    stance = _stance(data.get("stance"), reading=reading, path=f"{path}.stance")
    countries = [
        country
        for index, country in enumerate(reading.listing(data.get("countries"), f"{path}.countries"))
        if _is_country(country, reading=reading, path=f"{path}.countries[{index}]")
    ]
    start = end = None
    wraps = False
    dates: tuple[Span, ...] = ()
    if "dates" in data and ("from" in data or "to" in data):
        mend = "Keep `from` and `to` for every year, or `dates` for single years."
        reading.fault(path, key, reason="a season has edges or a table of dates, not both", mend=mend)
    elif "dates" in data:
        dates = _dates(data["dates"], reading=reading, path=f"{path}.dates")
    else:
        start = _edge(data.get("from"), reading=reading, path=f"{path}.from")
        end = _edge(data.get("to"), reading=reading, path=f"{path}.to")
        if start and end:
            wraps = _wraps(start, end, shown=f"{data['from']} to {data['to']}", reading=reading, path=path)
    if stance is None or len(reading.faults) > before:
        return None
    return Season(
        key=str(key),
        name=str(data.get("name") or key),
        stance=stance,
        why=str(data.get("why") or ""),
        start=start,
        end=end,
        wraps=wraps,
        dates=dates,
        countries=frozenset(map(str, countries)),
    )


def _stance(value: object, *, reading: Reading, path: str) -> Stance | None:
    if isinstance(value, str) and value in set(Stance):
        return Stance(value)
    reading.fault(path, value, reason="there is no such stance", mend=f"Use one of: {', '.join(Stance)}.")
    return None


def _is_country(value: object, *, reading: Reading, path: str) -> bool:
    if isinstance(value, str) and _COUNTRY.fullmatch(value):
        return True
    reading.fault(path, value, reason="this is no country code", mend='Use two capital letters in quotes, like "GB".')
    return False


def _edge(value: object, *, reading: Reading, path: str) -> Edge | None:
    if value is None:
        mend = "Give the season `from` and `to`, or `dates`."
        reading.fault(path, None, reason="the season has no days without this edge", mend=mend)
        return None
    try:
        return parse_edge(value, place=reading.place, path=path)
    except BadInput as bad:
        reading.faults.extend(bad.faults)
        return None


def _wraps(start: Edge, end: Edge, *, shown: str, reading: Reading, path: str) -> bool:
    """Whether the season runs over New Year; faults if that differs from year to year or hardly a day is left."""
    reversed_in = [year for year in TRIED_YEARS if end.on(year) < start.on(year)]
    if not reversed_in:
        return False
    if start.anchor == end.anchor:
        reading.fault(path, shown, reason="a season of no days: it ends before it begins", mend="Swap the two edges.")
    elif len(reversed_in) < len(TRIED_YEARS):
        reason = f"in {reversed_in[0]} the season would end before it begins, in other years not"
        reading.fault(path, shown, reason=reason, mend="Count both edges from the same day.")
    elif start.on(2025) - end.on(2025) <= timedelta(days=FEWEST_DAYS_OUTSIDE):
        days = (start.on(2025) - end.on(2025)).days - 1
        reason = f"the season would run over New Year and leave {days} days of the year"
        reading.fault(path, shown, reason=reason, mend="Swap the two edges.")
    return True


def _dates(value: object, *, reading: Reading, path: str) -> tuple[Span, ...]:
    rows = reading.listing(value, path)
    if not rows:
        mend = 'List pairs of first and last days: [["2026-07-22", "2026-09-01"]].'
        reading.fault(path, None, reason="a season of no days", mend=mend)
    spans: list[Span] = []
    for index, row in enumerate(rows):
        pair = row if isinstance(row, list | tuple) else ()
        days = [_day(item) for item in pair]
        if len(days) != 2 or days[0] is None or days[1] is None:
            mend = 'Write a pair of days: ["2026-07-22", "2026-09-01"].'
            reading.fault(f"{path}[{index}]", row, reason="this is no pair of dates", mend=mend)
        elif days[1] < days[0]:
            reason = "a stretch of no days: it ends before it begins"
            reading.fault(f"{path}[{index}]", f"{days[0]} to {days[1]}", reason=reason, mend="Swap the two days.")
        else:
            spans.append((days[0], days[1]))
    return tuple(spans)


def _day(value: object) -> date | None:
    """A day as YAML or JSON hands it over, or None if it is none."""
    if isinstance(value, date):
        return date(value.year, value.month, value.day)
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
