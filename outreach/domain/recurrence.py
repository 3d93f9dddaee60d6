"""On which days the editions of a campaign open: every so many weeks or months, as RFC 5545 writes it.

Only rules that a sentence can say are taken: a weekday every so many weeks, and a numbered weekday or a day of the
month every so many months. Weeks and months are counted from January 2001, so that a rule alone says every date:
quarters begin in January, April, July and October.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from itertools import islice

from dateutil.rrule import MONTHLY, WEEKLY, rrule, weekday

from outreach.domain.errors import BadInput, Fault

#: Weeks and months are counted from this Monday, the first of a January.
COUNTED_FROM = date(2001, 1, 1)
#: Most weeks or months between two dates.
MOST_WEEKS, MOST_MONTHS = 26, 12
#: Every month has this many days; later ones are written from the end.
SHORTEST_MONTH = 28
LAST = -1
#: As RFC 5545 writes weekdays, from Monday.
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")

_KNOWN = ("FREQ", "INTERVAL", "BYDAY", "BYMONTHDAY", "WKST")


class Unit(StrEnum):
    """What a recurrence counts."""

    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Recurrence:
    """A rule like "the first Tuesday of the month".

    Attributes:
        interval: every so many weeks or months.
        weekday: from Monday, 0; None for a day of the month.
        nth: which of the weekdays of a month, 1 to 4 or -1 for the last; 0 for weeks and days of the month.
        month_day: 1 to 28, or -1 for the last; 0 where a weekday is meant.

    Raises:
        BadInput: if these do not fit together.
    """

    unit: Unit
    interval: int = 1
    weekday: int | None = None
    nth: int = 0
    month_day: int = 0

    def __post_init__(self) -> None:
        """Refuses what no sentence could say."""
        faults = list(_faults(self))
        if faults:
            raise BadInput(faults)

    @property
    def rrule(self) -> str:
        """As RFC 5545 writes it: `FREQ=MONTHLY;BYDAY=1TU`."""
        parts = [f"FREQ={'WEEKLY' if self.unit is Unit.WEEK else 'MONTHLY'}"]
        if self.interval > 1:
            parts.append(f"INTERVAL={self.interval}")
        if self.weekday is not None:
            parts.append(f"BYDAY={self.nth or ''}{WEEKDAYS[self.weekday]}")
        else:
            parts.append(f"BYMONTHDAY={self.month_day}")
        return ";".join(parts)


def read_rrule(text: str, *, place: str = "recurrence", column: str = "") -> Recurrence:
    """The recurrence that an RFC 5545 rule says.

    >>> read_rrule("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO")
    Recurrence(unit=<Unit.WEEK: 'week'>, interval=2, weekday=0, nth=0, month_day=0)

    Raises:
        BadInput: if it is no such rule, or one that we do not keep.
    """

    def refuse(reason: str, mend: str, value: str) -> BadInput:
        return BadInput([Fault(place, reason, mend, column=column, value=value)])

    parts = [part.partition("=") for part in text.strip().upper().removeprefix("RRULE:").split(";")]
    given = {name.strip(): value.strip() for name, _, value in parts}
    if len(given) != len(parts) or not all(given.values()):
        raise refuse("it is no rule of RFC 5545", "Write it like FREQ=MONTHLY;BYDAY=1TU.", text)
    for name in given:
        if name not in _KNOWN:
            raise refuse("a recurrence of editions has no such part", f"Use {', '.join(_KNOWN[:4])} only.", name)
    if given.get("WKST", "MO") != "MO":
        raise refuse("weeks begin on Monday here", "Remove it.", given["WKST"])
    units = {"WEEKLY": Unit.WEEK, "MONTHLY": Unit.MONTH}
    if given.get("FREQ") not in units:
        raise refuse("it says neither weeks nor months", "Write FREQ=WEEKLY or FREQ=MONTHLY.", given.get("FREQ", text))
    by_day = (
        re.fullmatch(r"([+-]?[0-9])?(MO|TU|WE|TH|FR|SA|SU)", given["BYDAY"], re.ASCII) if "BYDAY" in given else None
    )
    if "BYDAY" in given and by_day is None:
        raise refuse("it is not one weekday", "Write one, like 1TU, -1FR or MO.", given["BYDAY"])
    for name in ("INTERVAL", "BYMONTHDAY"):
        if not re.fullmatch(r"[+-]?[0-9]{1,4}", given.get(name, "1"), re.ASCII):
            raise refuse("it is no whole number", "Write one.", given[name])
    try:
        return Recurrence(
            unit=units[given["FREQ"]],
            interval=int(given.get("INTERVAL", "1")),
            weekday=WEEKDAYS.index(by_day[2]) if by_day else None,
            nth=int(by_day[1] or 0) if by_day else 0,
            month_day=int(given.get("BYMONTHDAY", "0")),
        )
    except BadInput as refused:
        raise BadInput(
            [Fault(place, fault.reason, fault.mend, column=column, value=fault.value) for fault in refused.faults]
        ) from None


def next_dates(recurrence: Recurrence, *, after: date, count: int) -> list[date]:
    """The next `count` dates later than `after`, in order; fewer where the calendar ends."""
    by_weekday = None
    if recurrence.weekday is not None:
        by_weekday = weekday(recurrence.weekday, recurrence.nth or None)
    rule = rrule(
        WEEKLY if recurrence.unit is Unit.WEEK else MONTHLY,
        dtstart=datetime.combine(COUNTED_FROM, time.min),
        interval=recurrence.interval,
        byweekday=by_weekday,
        bymonthday=recurrence.month_day or None,
    )
    return [found.date() for found in islice(rule.xafter(datetime.combine(after, time.max), inc=False), count)]


def _faults(rule: Recurrence) -> Sequence[Fault]:
    def fault(reason: str, mend: str, value: object) -> Fault:
        return Fault("recurrence", reason, mend, value=str(value))

    weekly = rule.unit is Unit.WEEK
    most = MOST_WEEKS if weekly else MOST_MONTHS
    found = []
    if not 1 <= rule.interval <= most:
        found.append(fault("it is too many, or none, to count by", f"Use 1 to {most}.", rule.interval))
    if rule.weekday is not None and not 0 <= rule.weekday < len(WEEKDAYS):
        found.append(fault("there is no such weekday", "Use 0 for Monday to 6 for Sunday.", rule.weekday))
    if weekly:
        if rule.weekday is None or rule.nth or rule.month_day:
            found.append(fault("a rule by weeks needs a weekday and nothing else", "Write it like BYDAY=MO.", ""))
    elif (rule.weekday is None) == (rule.month_day == 0):
        found.append(fault("a rule by months needs either a weekday or a day", "Write BYDAY=1TU or BYMONTHDAY=15.", ""))
    elif rule.weekday is not None and not (1 <= rule.nth <= 4 or rule.nth == LAST):
        found.append(fault("not every month has it", "Use 1 to 4, or -1 for the last.", rule.nth))
    elif rule.weekday is None and (rule.nth or not (1 <= rule.month_day <= SHORTEST_MONTH or rule.month_day == LAST)):
        mend = f"Use 1 to {SHORTEST_MONTH}, or -1 for the last day."
        found.append(fault("not every month has that day", mend, rule.month_day))
    return found
