"""The days on which seasons begin and end, said once for every year.

An edge is a string: `MM-DD`, a named day like `easter` (see `named_days`) or `first monday of september`, each with
`+ N` or `- N` days behind it if wanted. `02-29` is the last day of February: the 28th in common years.
"""

import re
from calendar import isleap, monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from outreach.domain.calendar.named_days import NAMED_DAYS, Days
from outreach.domain.errors import BadInput, Fault

#: An offset above half a year is nearly always a slip, and another anchor says it better.
LARGEST_OFFSET = 183

FORMS = '"MM-DD", "easter - 14", "black-friday", "first monday of september", "last friday of may + 3"'

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": -1}

_FIXED = re.compile(r"(?P<month>\d{1,2})-(?P<day>\d{1,2})(?:\s*(?P<sign>[+-])\s*(?P<days>\d+))?")
_NAMED = re.compile(r"(?P<name>[a-z][a-z -]*?)\s*(?:(?P<sign>[+-])\s*(?P<days>\d+))?")
_NTH = re.compile(rf"({'|'.join(_ORDINALS)}) ({'|'.join(_WEEKDAYS)}) of ({'|'.join(_MONTHS)})")


@dataclass(frozen=True, slots=True)
class FixedDay:
    """The same day every year; 29 February is the last day of February."""

    month: int
    day: int

    def days(self, year: int) -> Days:
        """The day in `year`."""
        if (self.month, self.day) == (2, 29) and not isleap(year):
            return (date(year, 2, 28),)
        return (date(year, self.month, self.day),)


@dataclass(frozen=True, slots=True)
class NthWeekday:
    """The first to fourth, or the last (-1), of one weekday (0 is Monday) in a month."""

    nth: int
    weekday: int
    month: int

    def days(self, year: int) -> Days:
        """The day in `year`."""
        first_weekday, length = monthrange(year, self.month)
        first = 1 + (self.weekday - first_weekday) % 7
        if self.nth > 0:
            return (date(year, self.month, first + 7 * (self.nth - 1)),)
        return (date(year, self.month, first + (length - first) // 7 * 7),)


@dataclass(frozen=True, slots=True)
class NamedDay:
    """A day with a name of its own, one of `NAMED_DAYS`."""

    name: str

    def days(self, year: int) -> Days:
        """The day in `year`; twice if a lunar year begins and ends in it, never if it is unknown."""
        return NAMED_DAYS[self.name](year)


Anchor = FixedDay | NthWeekday | NamedDay


@dataclass(frozen=True, slots=True)
class Edge:
    """A day of the year: an anchor and a number of days after it (before it if negative)."""

    anchor: Anchor
    offset: int = 0

    def days(self, year: int) -> Days:
        """The days that belong to `year`, one if all is well; an offset may carry them into a neighbouring year."""
        return tuple(day + timedelta(days=self.offset) for day in self.anchor.days(year))


def parse_edge(value: object, *, place: str, path: str) -> Edge:
    """The edge that `value` states.

    Args:
        value: what the pack holds, a string if all is well.
        place: the file, for the fault.
        path: the key path, for the fault.

    Raises:
        BadInput: if it is no edge; the fault's column is `path`.
    """

    def refused(reason: str, mend: str = f"Write it like one of {FORMS}.") -> BadInput:
        return BadInput([Fault(place=place, column=path, value=str(value), reason=reason, mend=mend)])

    if not isinstance(value, str):
        raise refused("an edge of a season is a piece of text", f"Put it in quotes, like one of {FORMS}.")
    text = " ".join(value.lower().split())
    if match := _FIXED.fullmatch(text):
        month, day = int(match["month"]), int(match["day"])
        # 2024 is a leap year, so that 29 February passes.
        if not (1 <= month <= 12 and 1 <= day <= monthrange(2024, month)[1]):
            raise refused("there is no such day in the year", "Write the month first, then the day: MM-DD.")
        return Edge(FixedDay(month, day), _offset(match, refused))
    if match := _NAMED.fullmatch(text):
        offset = _offset(match, refused)
        if match["name"] in NAMED_DAYS:
            return Edge(NamedDay(match["name"]), offset)
        if nth := _NTH.fullmatch(match["name"]):
            ordinal, weekday, month_name = nth.groups()
            nth_weekday = NthWeekday(_ORDINALS[ordinal], _WEEKDAYS.index(weekday), _MONTHS.index(month_name) + 1)
            return Edge(nth_weekday, offset)
        mend = f"Use a named day ({', '.join(NAMED_DAYS)}), or write it like one of {FORMS}."
        raise refused("no day of the year has this name", mend)
    raise refused("no day of the year can be read from this")


def _offset(match: re.Match[str], refused: Callable[[str, str], BadInput]) -> int:
    if match["sign"] is None:
        return 0
    if len(match["days"]) > 3 or int(match["days"]) > LARGEST_OFFSET:
        raise refused(f"an offset goes to {LARGEST_OFFSET} days at most", "Start from a nearer day.")
    return int(match["sign"] + match["days"])
