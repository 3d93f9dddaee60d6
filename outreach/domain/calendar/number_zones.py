"""In which zones the owner of a telephone number may be, where nobody knows better.

Metadata knows the area that a number was given out to, not where its owner is; numbers move with people. Where what the
contact declared and what the number says contradict each other, a text waits until it is day by both.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import phonenumbers
from phonenumbers import timezone

from outreach.domain.calendar.windows import in_quiet_hours
from outreach.domain.touch import Channel

#: Areas whose metadata name one zone although they lie in two (the Florida panhandle).
ALSO_IN = {"+1850": "America/Chicago", "+1448": "America/Chicago"}
#: Steps in which a common hour is looked for: every zone of today lies on a quarter of an hour.
STEP = timedelta(minutes=15)


def candidate_zones(number: str, declared: ZoneInfo) -> tuple[ZoneInfo, ...]:
    """The zones in which it must be day before a text goes to `number`.

    Only `declared` where the number does not contradict it or says nothing.

    >>> [str(zone) for zone in candidate_zones("+442920180000", ZoneInfo("Europe/London"))]
    ['Europe/London']
    """
    others = _zones_of(number)
    return (declared,) if declared in others else (declared, *others)


def common_day(zones: Sequence[ZoneInfo], *, after: datetime, latest: datetime) -> datetime | None:
    """The first instant from `after` on at which texts disturb nobody in any of `zones`; None up to `latest`."""
    at = after
    while at <= latest:
        if not any(in_quiet_hours(at, zone=zone, channel=Channel.SMS) for zone in zones):
            return at
        # On to the next quarter of an hour by the clock that all zones share.
        at = datetime.fromtimestamp((at.timestamp() // STEP.total_seconds() + 1) * STEP.total_seconds(), at.tzinfo)
    return None


@lru_cache(maxsize=100_000)
def _zones_of(number: str) -> tuple[ZoneInfo, ...]:
    try:
        names = timezone.time_zones_for_number(phonenumbers.parse(number, None))
    except phonenumbers.NumberParseException:
        return ()
    also = tuple(zone for area, zone in ALSO_IN.items() if number.startswith(area))
    found = []
    for name in dict.fromkeys((*names, *also)):
        try:
            found.append(ZoneInfo(name))
        except ZoneInfoNotFoundError:
            continue  # Etc/Unknown: satellites, and numbers that nobody was given
    return tuple(found)
