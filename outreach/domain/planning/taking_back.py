"""Which planned touches a changed calendar or band no longer allows, so that they are taken back and planned anew."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from outreach.domain.calendar.contact_calendar import ContactCalendar
from outreach.domain.calendar.season import Stance
from outreach.domain.calendar.windows import open_seconds
from outreach.domain.planning.manners import ALLOWED_STANCES, URGENT
from outreach.domain.reason import Reason
from outreach.domain.rhythm.band import RhythmBand
from outreach.domain.rhythm.codes import Code
from outreach.domain.rhythm.explain import day, days
from outreach.domain.touch import Channel, TouchClass

#: Gaps are days as decimals; this much of one is rounding.
_ROUNDING = 1e-6

_DAY = 86400.0


@dataclass(frozen=True, slots=True)
class Rules:
    """What an industry asks of every ordinary touch: one version of its calendar and band."""

    calendar: ContactCalendar
    band: RhythmBand


@dataclass(frozen=True, slots=True)
class WaitingTouch:
    """A planned touch that nobody has claimed.

    Attributes:
        campaign_name: for the sentence.
        zone, place: of the contact; the place is a country or region, "" if unknown.
        last_at: newest touch of the contact before this one, made or planned; None for none.
        own_min_gap: the contact's own shortest gap where staff set one.
        floor_gap: days between touches the contact asked for; 0 if it did not.
    """

    id: UUID
    contact_id: int
    edition_id: int
    campaign_name: str
    channel: Channel
    touch_class: TouchClass
    send_at: datetime
    zone: ZoneInfo
    place: str
    last_at: datetime | None
    own_min_gap: float | None = None
    floor_gap: float = 0.0


def taken_back(touch: WaitingTouch, *, before: Rules, after: Rules) -> Reason | None:
    """Why the change from `before` to `after` takes `touch` back, or None if it may stay.

    Only what the change forbids is taken back: a touch that the old rules would not have allowed either was planned
    for another reason, and the last check before it leaves judges it. Service and recovery do not follow the calendar.
    """
    if touch.touch_class in URGENT:
        return None
    why = _objection(touch, after)
    if not why or _objection(touch, before):
        return None
    return Reason(Code.TAKEN_BACK, {"campaign": touch.campaign_name, "why": why, "send_at": touch.send_at.isoformat()})


def _objection(touch: WaitingTouch, rules: Rules) -> str:
    """What speaks against the touch by these rules, in words that follow a colon; "" for nothing."""
    local = touch.send_at.astimezone(touch.zone)
    said_day = day(local.date().isoformat())
    stance, season = rules.calendar.stance_on(local.date(), touch.place)
    if stance not in ALLOWED_STANCES[touch.touch_class]:
        named = f" ({season.name})" if season else ""
        return f"{said_day} is {stance} now{named}" + (", and nothing is sold then" if stance is Stance.QUIET else "")
    second = touch.send_at.timestamp()
    stretches = open_seconds(rules.calendar.hours_on(local.date()), touch.zone, local.toordinal(), touch.channel)
    if not any(start <= second < end for start, end in stretches):
        return f"{local:%H:%M} on {said_day} is outside the hours now"
    own = rules.band.min_gap if touch.own_min_gap is None else touch.own_min_gap
    shortest = max(own, touch.floor_gap)
    since = (touch.send_at - touch.last_at).total_seconds() / _DAY if touch.last_at else shortest
    if since < shortest - _ROUNDING:
        return f"it would come {days(since)} after the last touch, and the shortest gap is {days(shortest)} now"
    return ""
