"""Stances and seasons: stretches of the year in which the people of an industry welcome us more, less or not at all."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import chain, pairwise

from outreach.domain.calendar.date_tables import DateTable, Span, chosen_dates
from outreach.domain.calendar.edges import Edge, NamedDay, parse_edge
from outreach.domain.calendar.places import country_of, is_place, regions_to_choose_from
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

#: Years in which movable edges are tried for how long the season lasts; a lunar year comes round in 33.
TRIED_YEARS = range(2020, 2060)

#: No season is longer.
WHOLE_YEAR = timedelta(days=366)

#: A season over New Year that leaves fewer days of the year than this has its edges the wrong way round.
FEWEST_DAYS_OUTSIDE = 31

#: From one day to the next of the same name it is at least a lunar year, or 50 weeks between two Easters.
SHORTEST_YEAR = 350

#: Two edges that follow the same rule move apart by less than this from year to year.
LARGEST_WANDERING = 100

_KEYS = ("key", "name", "stance", "from", "to", "dates", "countries", "why", "source")


@dataclass(frozen=True, slots=True)
class Season:
    """A recurring stretch of the year with one stance, or a table of dated stretches.

    Attributes:
        key: its name inside the calendar.
        name: for staff.
        stance: how welcome we are.
        why: what keeps these people busy, for staff.
        start, end: first and last day (inclusive), said for every year; None if `dates` says them. Each start goes with
            the next end, over New Year if need be.
        dates: first and last days of a dated table; empty if `start` and `end` say them.
        countries: the countries ("GB") and regions ("GB-WLS") whose contacts it is for; empty means all.
        source: who published the dates, for staff.
    """

    key: str
    name: str
    stance: Stance
    why: str = ""
    start: Edge | None = None
    end: Edge | None = None
    dates: tuple[Span, ...] = ()
    countries: frozenset[str] = frozenset()
    source: str = ""

    @property
    def named_days(self) -> tuple[NamedDay, ...]:
        """Edges with a name of their own."""
        edges = (edge for edge in (self.start, self.end) if edge is not None)
        return tuple(edge.anchor for edge in edges if isinstance(edge.anchor, NamedDay))

    def is_for(self, place: str) -> bool:
        """Whether it holds for contacts of `place`; a season of a country holds for its regions, too."""
        return not self.countries or place in self.countries or country_of(place) in self.countries

    def spans(self, year: int) -> tuple[Span, ...]:
        """The parts of the season that lie in `year`, first and last days inclusive; none of a year we do not know."""
        spans: Iterable[Span] = self.dates
        if self.start is not None and self.end is not None:
            # An offset of half a year and the length of a season carry the days of these years at most into this one.
            paired = _paired(self.start, self.end, range(year - 2, year + 2))
            # An end that is further away belongs to another year; the one that was meant is unknown.
            spans = [(start, end) for start, end in paired if end - start <= WHOLE_YEAR]
        first, last = date(year, 1, 1), date(year, 12, 31)
        return tuple((max(start, first), min(end, last)) for start, end in spans if start <= last and end >= first)


def read_season(value: object, *, tables: Mapping[str, DateTable], reading: Reading, path: str) -> Season | None:
    """The season that a pack states, or None with its faults noted in `reading`; `dates` may name one of `tables`."""
    before = len(reading.faults)
    data = reading.mapping(value, path)
    reading.only(data, _KEYS, path)
    words = {name: reading.words(data.get(name), f"{path}.{name}") for name in ("key", "name", "why", "source")}
    if not words["key"] and all(fault.column != f"{path}.key" for fault in reading.faults):
        reading.fault(f"{path}.key", None, reason="a season needs a key", mend="Give it a short name of its own.")
    stance = _stance(data.get("stance"), reading=reading, path=f"{path}.stance")
    places = [
        place
        for index, place in enumerate(reading.listing(data.get("countries"), f"{path}.countries"))
        if _is_place(place, reading=reading, path=f"{path}.countries[{index}]")
    ]
    start = end = None
    dates: tuple[Span, ...] = ()
    source = ""
    if "dates" in data and ("from" in data or "to" in data):
        mend = "Keep `from` and `to` for every year, or `dates` for single years."
        reading.fault(path, words["key"], reason="a season has edges or a table of dates, not both", mend=mend)
    elif "dates" in data:
        dates, source = chosen_dates(data["dates"], tables=tables, reading=reading, path=f"{path}.dates")
    else:
        start = _edge(data.get("from"), reading=reading, path=f"{path}.from")
        end = _edge(data.get("to"), reading=reading, path=f"{path}.to")
        if start and end:
            _check_length(start, end, shown=f"{data['from']} to {data['to']}", reading=reading, path=path)
    if stance is None or len(reading.faults) > before:
        return None
    return Season(
        key=words["key"],
        name=words["name"] or words["key"],
        stance=stance,
        why=words["why"],
        start=start,
        end=end,
        dates=dates,
        countries=frozenset(map(str, places)),
        source=words["source"] or source,
    )


def _stance(value: object, *, reading: Reading, path: str) -> Stance | None:
    if isinstance(value, str) and value in set(Stance):
        return Stance(value)
    reading.fault(path, value, reason="there is no such stance", mend=f"Use one of: {', '.join(Stance)}.")
    return None


def _is_place(value: object, *, reading: Reading, path: str) -> bool:
    if isinstance(value, str) and is_place(value):
        return True
    mend = 'Use a code of ISO 3166 in quotes: "GB" for a country, "GB-WLS" for a region.'
    if isinstance(value, str) and (choice := regions_to_choose_from(country_of(value))):
        mend = f"Regions of {country_of(value)} are {', '.join(sorted(choice))}."
    reading.fault(path, value, reason="this is no code of a country or region", mend=mend)
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


def _paired(start: Edge, end: Edge, years: range) -> Iterator[Span]:
    """Each first day of these years with the next last day, as far as that is known."""
    firsts = chain.from_iterable(map(start.days, years))
    lasts = sorted(chain.from_iterable(map(end.days, range(years.start - 1, years.stop + 2))))
    for first in sorted(firsts):
        last = next((day for day in lasts if day >= first), None)
        if last is not None:
            yield first, last


def _check_length(start: Edge, end: Edge, *, shown: str, reading: Reading, path: str) -> None:
    """Notes a season that ends before it begins, hardly leaves a day of the year, or changes its length wildly."""
    if start.anchor == end.anchor and not 0 <= end.offset - start.offset <= SHORTEST_YEAR - FEWEST_DAYS_OUTSIDE:
        backwards = end.offset < start.offset
        reason = "a season of no days: it ends before it begins" if backwards else "the season hardly leaves a day"
        mend = "Swap the two edges." if backwards else "Shorten it, or write it with fixed days."
        reading.fault(path, shown, reason=reason, mend=mend)
        return
    spans = list(_paired(start, end, TRIED_YEARS))
    length = {first.year: (last - first).days + 1 for first, last in spans}
    longest, shortest = max(length, key=length.__getitem__), min(length, key=length.__getitem__)
    if length[longest] - length[shortest] > LARGEST_WANDERING:
        reason = f"the season would last {length[shortest]} days in {shortest} and {length[longest]} in {longest}"
        reading.fault(path, shown, reason=reason, mend="Count both edges from the same day.")
    elif any(end.days(year) < start.days(year) for year in length if end.days(year)):
        outside = min((later - last).days - 1 for (_, last), (later, _) in pairwise(spans))
        if outside < FEWEST_DAYS_OUTSIDE:
            reason = f"the season would run over New Year and leave {outside} days of the year"
            reading.fault(path, shown, reason=reason, mend="Swap the two edges.")
