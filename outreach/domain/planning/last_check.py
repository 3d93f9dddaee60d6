"""The last look before a message leaves: may it still, and is this an hour to write?

Everything may have changed since the plan: consent withdrawn, address barred, a pause, the edition expired, hours of
outage. So the claim checks once more, in the transaction that claims.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from outreach.domain.calendar.contact_calendar import ContactCalendar
from outreach.domain.calendar.number_zones import candidate_zones, common_day
from outreach.domain.calendar.windows import in_quiet_hours, next_opening
from outreach.domain.planning.dither import fraction
from outreach.domain.planning.manners import ALLOWED_STANCES, URGENT
from outreach.domain.touch import Channel, TouchClass

#: A message this late is still sent although its window has just closed, but never into quiet hours.
GRACE = timedelta(minutes=30)
#: A message this late was missed by an outage. It no longer belongs to its hour, and finds another one together with
#: all the others: spread over as much time as it is late, but over no more than `SPREAD_AT_MOST`.
MISSED_AFTER = timedelta(hours=12)
SPREAD_AT_MOST = timedelta(days=3)
#: How far ahead another hour is looked for.
REACH = timedelta(days=60)
#: How long a message waits before it is asked again whether a recovery case is still open.
CASE_WAIT = timedelta(days=1)
_DESPITE_A_CASE = frozenset({TouchClass.SERVICE, TouchClass.RECOVERY})
#: Times that the calendar and the zones of a number may take turns before they are held not to agree: days of `REACH`.
_ATTEMPTS = 120


@dataclass(frozen=True, slots=True)
class Go:
    """It may leave now."""


@dataclass(frozen=True, slots=True)
class Later:
    """It may leave, but not before this instant (aware, UTC)."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Never:
    """It must not leave; why, in plain words."""

    reason: str


LastCheck = Go | Later | Never


@dataclass(frozen=True, slots=True)
class Departure:
    """What the last check needs to know about a claimed message.

    Attributes:
        address: where it would go; "" if the contact has lost it.
        consented, suppressed: as of this transaction. consent_expired: what allowed the channel ended by itself.
        meant: whether the contact still is whom the campaign is for.
        called_off: what it was about is settled without it.
        has_case: a recovery case is open; until it is closed, only service and recovery messages leave.
        paused_until: the contact's own wish, or None.
        send_at: the planned instant.
        closes_on: last civil day of the edition in the contact's zone.
    """

    contact_id: int
    channel: Channel
    touch_class: TouchClass
    address: str
    consented: bool
    consent_expired: bool
    has_case: bool
    meant: bool
    called_off: bool
    suppressed: bool
    paused_until: datetime | None
    send_at: datetime
    closes_on: date
    calendar: ContactCalendar
    zone: ZoneInfo
    country: str


def check_last(departure: Departure, *, now: datetime) -> LastCheck:
    """Whether the message goes, waits or is withheld."""
    reason = _barred(departure)
    if reason:
        return Never(reason)
    if departure.paused_until and departure.paused_until > now:
        return Later(departure.paused_until)
    if departure.has_case and departure.touch_class not in _DESPITE_A_CASE:
        tomorrow = now + CASE_WAIT
        late = tomorrow.astimezone(departure.zone).date() > departure.closes_on
        return Never("a recovery case is open, and its last day has passed") if late else Later(tomorrow)
    opening = _opening(departure, now=now)
    if opening is None:
        return Never("no hour to write is left")
    if opening.astimezone(departure.zone).date() > departure.closes_on:
        return Never("its last day has passed")
    return Go() if opening <= now else Later(opening)


def _opening(departure: Departure, *, now: datetime) -> datetime | None:
    """The first instant that suits the calendar, and for a text every zone that its number may be in; None if none."""
    after = _earliest(departure, now=now)
    for _ in range(_ATTEMPTS):
        opening = next_opening(
            departure.calendar,
            zone=departure.zone,
            country=departure.country,
            after=after,
            latest=now + REACH,
            stances=ALLOWED_STANCES[departure.touch_class],
            channel=departure.channel,
        )
        if opening is None or departure.channel is not Channel.SMS:
            return opening
        start = max(opening, now)
        common = common_day(candidate_zones(departure.address, departure.zone), after=start, latest=now + REACH)
        if common is None or common == start:
            return opening if common else None
        after = common
    return None


def _earliest(departure: Departure, *, now: datetime) -> datetime:
    """The instant from which an opening is looked for; an opening up to `now` lets the message go."""
    late = now - departure.send_at
    if late > MISSED_AFTER and departure.touch_class not in URGENT:
        return now + float(fraction(np.array([departure.contact_id]))[0]) * min(late, SPREAD_AT_MOST)
    if in_quiet_hours(now, zone=departure.zone, channel=departure.channel):
        return now
    return max(departure.send_at, now - GRACE)


def _barred(departure: Departure) -> str:
    if not departure.address:
        return "no address"
    if departure.suppressed:
        return "the address is barred"
    if not departure.consented:
        return "consent was withdrawn"
    if departure.consent_expired:
        return "consent has expired"
    if not departure.meant:
        return "it is not meant for this contact any more"
    if departure.called_off:
        return "its occasion is over"
    return ""
