"""Tables of dates that follow no rule, such as school terms; seasons name a table or list the dates themselves."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from outreach.domain.calendar.reading import Reading

Span = tuple[date, date]
"""First and last day, both inclusive."""

_KEYS = ("source", "dates")
_NAME = re.compile("[a-z0-9][a-z0-9-]{0,62}")


@dataclass(frozen=True, slots=True)
class DateTable:
    """A table of dates that several seasons share.

    Attributes:
        source: who published it, for staff.
        spans: its stretches, in the order of the table; none if it could not be read, which was a fault of its own.
    """

    source: str
    spans: tuple[Span, ...]

    def inline(self) -> list[list[str]]:
        """The dates as a season lists them, in ISO text."""
        return [[first.isoformat(), last.isoformat()] for first, last in self.spans]


def read_date_tables(value: object, *, reading: Reading, path: str) -> dict[str, DateTable]:
    """The tables that a pack states, by name; faults are noted in `reading`."""
    tables: dict[str, DateTable] = {}
    for name, entry in ({} if value is None else reading.mapping(value, path)).items():
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            mend = "Use small letters, digits and hyphens, at most 63, in quotes if there are only digits."
            reading.fault(path, name, reason="this is no name of a table", mend=mend)
            continue
        data = reading.mapping(entry, f"{path}.{name}")
        reading.only(data, _KEYS, f"{path}.{name}")
        source = reading.words(data.get("source"), f"{path}.{name}.source")
        if not source:
            mend = "Say who published the dates and when, on one line."
            reading.fault(f"{path}.{name}.source", None, reason="the table has no source", mend=mend)
        tables[name] = DateTable(source, read_dates(data.get("dates"), reading=reading, path=f"{path}.{name}.dates"))
    return tables


def chosen_dates(
    value: object, *, tables: Mapping[str, DateTable], reading: Reading, path: str
) -> tuple[tuple[Span, ...], str]:
    """The dates that a season lists, or those of the table it names, with the table's source."""
    if not isinstance(value, str):
        return read_dates(value, reading=reading, path=path), ""
    if value not in tables:
        mend = f"Use one of: {', '.join(sorted(tables))}." if tables else "State it under `date_tables` of the pack."
        reading.fault(path, value, reason="there is no such table of dates", mend=mend)
        return (), ""
    return tables[value].spans, tables[value].source


def read_dates(value: object, *, reading: Reading, path: str) -> tuple[Span, ...]:
    """The pairs of first and last days in a list; faults are noted in `reading`."""
    rows: Sequence[object] = reading.listing(value, path)
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
