"""Weekly hours: when, on the contact's own clock, a message is welcome on each weekday."""

import re
from collections.abc import Mapping
from itertools import pairwise
from typing import NamedTuple

from outreach.domain.calendar.reading import Reading

DAY_KEYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_STRETCH = re.compile(r"(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})")


class Hours(NamedTuple):
    """A stretch of one day, in minutes since local midnight; the end is the first minute outside (24:00 is 1440)."""

    start: int
    end: int

    def __str__(self) -> str:
        return f"{self.start // 60:02}:{self.start % 60:02}-{self.end // 60:02}:{self.end % 60:02}"


#: Seven days from Monday, each with its stretches in order.
WeeklyHours = tuple[tuple[Hours, ...], ...]


def read_hours(value: object, *, reading: Reading, path: str) -> WeeklyHours:
    """The weekly hours that a pack states; faults are noted in `reading`. A day that is not named has none."""
    data: Mapping[str, object] = {} if value is None else reading.mapping(value, path)
    reading.only(data, DAY_KEYS, path)
    return tuple(_read_day(data.get(key), reading=reading, path=f"{path}.{key}") for key in DAY_KEYS)


def _read_day(value: object, *, reading: Reading, path: str) -> tuple[Hours, ...]:
    stretches: list[Hours] = []
    for index, text in enumerate(reading.listing(value, path)):
        stretch = _stretch(text)
        if stretch is None:
            mend = 'Write it like "09:30-11:30", on a clock from 00:00 to 24:00.'
            reading.fault(f"{path}[{index}]", text, reason="these are no hours of a day", mend=mend)
        elif stretch.end <= stretch.start:
            reading.fault(
                f"{path}[{index}]", text, reason="the hours end before they begin", mend="Swap the two times."
            )
        else:
            stretches.append(stretch)
    stretches.sort()
    for earlier, later in pairwise(stretches):
        if later.start < earlier.end:
            reading.fault(path, f"{earlier}, {later}", reason="these hours overlap", mend="Join them into one stretch.")
    return tuple(stretches)


def _stretch(text: object) -> Hours | None:
    """The two times of "09:30-11:30" as they stand, or None if a clock cannot show them."""
    match = _STRETCH.fullmatch(text.strip()) if isinstance(text, str) else None
    if match is None:
        return None
    numbers = [int(number) for number in match.groups()]
    minutes = [hour * 60 + minute for hour, minute in zip(numbers[::2], numbers[1::2], strict=True)]
    if max(numbers[1::2]) > 59 or max(minutes) > 24 * 60:
        return None
    return Hours(*minutes)
