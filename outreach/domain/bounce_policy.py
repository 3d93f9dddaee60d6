"""When an address that bounces is left alone, and for how long.

The verdict is computed from every bounce of the address that is known. More of them never take a suppression back,
move its beginning later or a pause's end earlier; so it does not matter in which order, or how often, they are
reported.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from outreach.domain.bounce import BounceKind

#: Bounces that lie further apart have nothing to do with each other.
WITHIN = timedelta(days=30)
#: So many messages that came back for a passing reason, on as many different days (UTC), and the address is worn out.
WORN_OUT = 3
#: How long a pause lasts after the bounce that caused it.
PAUSE = timedelta(days=30)


class CarrierAction(StrEnum):
    """What a report about a text asks for; in its data as `carrier_action`, it alone decides."""

    #: Nothing: the number is not at fault.
    NONE = "none"
    #: The number can never be reached.
    SUPPRESS = "suppress"
    #: The same, once a second message says so.
    SUPPRESS_AFTER_2 = "suppress_after_2"
    #: The number is left alone for a while.
    PAUSE = "pause"
    #: The same, once a second or third message says so.
    PAUSE_AFTER_2 = "pause_after_2"
    PAUSE_AFTER_3 = "pause_after_3"


#: How many messages within `WITHIN` it takes, by what is asked for.
_FOR_GOOD = {CarrierAction.SUPPRESS: 1, CarrierAction.SUPPRESS_AFTER_2: 2}
_FOR_A_WHILE = {CarrierAction.PAUSE: 1, CarrierAction.PAUSE_AFTER_2: 2, CarrierAction.PAUSE_AFTER_3: 3}


@dataclass(frozen=True, slots=True)
class KnownBounce:
    """A message to an address that did not arrive.

    Attributes:
        at: when (aware).
        kind: what it says about the address.
        action: what a carrier's report asks for; None for mail.
    """

    touch_id: UUID
    at: datetime
    kind: BounceKind
    action: CarrierAction | None = None


@dataclass(frozen=True, slots=True)
class LeftAlone:
    """An address must not be written to from `since` on, until `until` (None: for good)."""

    since: datetime
    until: datetime | None = None


def verdict_on(bounces: Sequence[KnownBounce]) -> LeftAlone | None:
    """What the bounces of one address mean for it; None if it may be written to."""
    by_mail = [one for one in bounces if one.action is None]
    moments = [one.at for one in by_mail if one.kind is BounceKind.DEAD]
    moments += _reached([one for one in by_mail if one.kind is BounceKind.PASSING], WORN_OUT, days=WORN_OUT)
    for action, count in _FOR_GOOD.items():
        moments += _reached([one for one in bounces if one.action is action], count)
    if moments:
        return LeftAlone(min(moments))
    pauses: list[datetime] = []
    for action, count in _FOR_A_WHILE.items():
        pauses += _reached([one for one in bounces if one.action is action], count)
    return LeftAlone(min(pauses), max(pauses) + PAUSE) if pauses else None


def _reached(bounces: Sequence[KnownBounce], count: int, *, days: int = 1) -> list[datetime]:
    """The moments at which the bounces up to then were of so many messages on so many days within `WITHIN`."""
    ordered = sorted(bounces, key=lambda one: (one.at, one.touch_id))
    moments, first = [], 0
    for last, one in enumerate(ordered):
        while one.at - ordered[first].at > WITHIN:
            first += 1
        window = ordered[first : last + 1]
        messages = {bounce.touch_id for bounce in window}
        if len(messages) >= count and len({bounce.at.astimezone(UTC).date() for bounce in window}) >= days:
            moments.append(one.at)
    return moments
