"""The numbers of every planning reason: what a sentence needs, and what reproduces the decision."""

from datetime import datetime, timedelta

from outreach.domain.calendar.season import Stance
from outreach.domain.planning.timing import Timing
from outreach.domain.planning.values import PlannedTouch, PlanningContact, RecentTouch
from outreach.domain.reason import Reason, ReasonNumber
from outreach.domain.rhythm.caps import CAP_TOUCHES, CAP_WINDOW
from outreach.domain.rhythm.codes import Code

_DAY = timedelta(days=1)

_BY_STANCE = {Stance.QUIET: Code.DUE_QUIET, Stance.PEAK: Code.DUE_PEAK}


def due_by_service(touch: PlannedTouch) -> Reason:
    """Why a message that does not wait for the rhythm goes out."""
    return Reason(Code.DUE_SERVICE, {"campaign": touch.offer.campaign_name})


def due_by_rhythm(contact: PlanningContact, touch: PlannedTouch, bounds: Timing) -> Reason:
    """Why an ordinary message goes out at its instant, which is the first after the rhythm came round."""
    if touch.send_at > bounds.famine_from:
        return due_by_floor(contact, touch, bounds)
    numbers: dict[str, ReasonNumber] = {
        "campaign": touch.offer.campaign_name,
        "due": _local_day(contact, bounds.due),
        "gap": contact.gap,
        "rhythm": bounds.rhythm,
    }
    if bounds.last is None:
        return Reason(Code.DUE_FIRST, numbers)
    numbers["since"] = (touch.send_at - bounds.last.at) / _DAY
    numbers["last"] = _named(bounds.last)
    if bounds.season is not None:
        numbers["season"] = bounds.season.name
    return Reason(_BY_STANCE.get(bounds.stance, Code.DUE_RHYTHM), numbers)


def due_by_floor(contact: PlanningContact, touch: PlannedTouch, bounds: Timing) -> Reason:
    """Why an ordinary message goes out before, at or after the instant at which silence passes the longest gap."""
    numbers = {"campaign": touch.offer.campaign_name, "gap": contact.gap, **_floor(contact, bounds)}
    stance, season = contact.calendar.stance_on(bounds.famine_from.astimezone(contact.zone).date(), contact.country)
    if stance is not Stance.CLOSED or season is None:
        return Reason(Code.DUE_DEADLINE, numbers)
    numbers["season"] = season.name
    before = touch.send_at <= bounds.famine_from
    return Reason(Code.DUE_BEFORE_CLOSED if before else Code.DUE_AFTER_CLOSED, numbers)


def paused(contact: PlanningContact, until: datetime) -> Reason:
    """Why a contact who asked for a pause is left alone."""
    return Reason(Code.WAIT_PAUSED, {"until": _local_day(contact, until)})


def unreachable() -> Reason:
    """Why a contact without a channel is left alone."""
    return Reason(Code.NO_CONSENT)


def kept_for_deadline(contact: PlanningContact, opening: datetime, bounds: Timing) -> Reason:
    """Why the touch waits for `opening`, the last one before the floor."""
    numbers = {"opening": _local_day(contact, opening), **_floor(contact, bounds)}
    return Reason(Code.WAIT_DEADLINE, numbers)


def without_content(contact: PlanningContact, bounds: Timing) -> Reason:
    """Why a contact that is due gets nothing."""
    return Reason(Code.WAIT_NO_CONTENT, {"due": _local_day(contact, bounds.due)})


def without_hours() -> Reason:
    """Why a contact is never reached: the industry's hours lie wholly in the quiet hours of its channels."""
    return Reason(Code.WAIT_NO_HOURS)


def not_yet(contact: PlanningContact, bounds: Timing, *, wished: datetime, opening: datetime, now: datetime) -> Reason:
    """Why the next touch lies beyond the planning horizon.

    Args:
        contact: whose.
        bounds: of the touch.
        wished: the first instant from `now` that rhythm, shortest gap and cap allow.
        opening: the first opening from then on.
        now: the present instant.
    """
    stance, season = contact.calendar.stance_on(wished.astimezone(contact.zone).date(), contact.country)
    numbers: dict[str, ReasonNumber] = {"opening": _local_day(contact, opening)}
    if stance is Stance.CLOSED and season is not None:
        return Reason(Code.WAIT_CLOSED, {**numbers, "season": season.name})
    if wished <= now:
        return Reason(Code.WAIT_HOURS, numbers)
    code = bounds.binding()
    if code is Code.WAIT_MIN_GAP and bounds.last is not None:
        numbers |= {"min_gap": contact.band.min_gap, "last": _named(bounds.last), "until": _local_day(contact, wished)}
    elif code is Code.WAIT_CAP:
        numbers |= {"cap_touches": CAP_TOUCHES, "cap_days": CAP_WINDOW / _DAY, "until": _local_day(contact, wished)}
    else:
        numbers |= {"due": _local_day(contact, wished), "gap": contact.gap, "rhythm": bounds.rhythm}
    return Reason(code, numbers)


def _floor(contact: PlanningContact, bounds: Timing) -> dict[str, ReasonNumber]:
    return {"max_gap": contact.band.max_gap, "famine": _local_day(contact, bounds.famine_from)}


def _local_day(contact: PlanningContact, instant: datetime) -> str:
    return instant.astimezone(contact.zone).date().isoformat()


def _named(touch: RecentTouch) -> str:
    """A touch as a sentence names it: "the Weekly tips"."""
    return f"the {touch.campaign_name}" if touch.campaign_name else "the last touch"
