"""Warm-up: a sender nobody knows starts small and grows with every day on which it wrote.

Mailbox providers watch what a domain does over days; a pause teaches them nothing, so only days with sending count, and
after a long silence the domain is a stranger again.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from outreach.domain.pacing.limits import Quota

#: Days of silence after which a sender is a stranger again; the large mailbox providers remember for about a month.
FORGOTTEN_AFTER = 30
#: Days back that can matter: no ramp is longer.
LOOKS_BACK = 366


@dataclass(frozen=True, slots=True)
class WarmUp:
    """A ramp.

    Attributes:
        first: messages on the first day; at least 1.
        growth: times as many on each further day with sending; above 1.
        enough: messages a day from which on the ramp is over.
    """

    first: int
    growth: float
    enough: int


def allowance(ramp: WarmUp, sent_on: Collection[date], *, today: date) -> int | None:
    """Messages that `today` may carry; None once the ramp is over.

    Args:
        sent_on: days on which this sender wrote; today and days to come are not counted.
    """
    days = 0
    upcoming = today
    for past in sorted((one for one in set(sent_on) if one < today), reverse=True):
        if upcoming - past > timedelta(days=FORGOTTEN_AFTER):
            break
        days, upcoming = days + 1, past
        if ramp.first * ramp.growth**days >= ramp.enough:
            return None
    return int(ramp.first * ramp.growth**days) if ramp.first < ramp.enough else None


def warm_up_quota(ramp: WarmUp, sender: str, *, sent_on: Collection[date], today: date, zone: str) -> Quota | None:
    """Today's quota of a sender's domain while it warms up, None once it is known."""
    most = allowance(ramp, sent_on, today=today)
    return None if most is None else Quota(f"warm-up|{sender.lower()}", most, zone)
