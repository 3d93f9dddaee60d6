"""The planner's decision for one contact: the next touch with its instant, or a reason to wait and when to look again.

Hard limits come first (pause, channels, shortest gap, cap, calendar, hours), then the rhythm's wish, and over both the
floor: silence never passes the longest gap if anything can be said in time.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from outreach.domain.planning import reasons
from outreach.domain.planning.candidates import URGENT, is_meant_for
from outreach.domain.planning.slots import final_opening, first_opening, first_slot, last_slot
from outreach.domain.planning.timing import timing
from outreach.domain.planning.values import Decision, Offer, PlannedTouch, PlanningContact
from outreach.domain.reason import Reason

#: How far an opening is searched for; no valid calendar is closed for longer.
SEARCHES_AHEAD = timedelta(days=400)

#: However far the next touch is, a contact is looked at once a week, so a lost wake-up costs a week and no more.
LOOKS_AGAIN_WITHIN = timedelta(days=7)

#: Consent and new content arrive from outside; who waits for either is looked at daily.
LOOKS_AGAIN_DAILY = timedelta(days=1)

#: Once a planned touch should have left, what waits behind it gets its own answer.
LOOKS_AGAIN_AFTER_TOUCH = timedelta(hours=1)

_SOON = timedelta(minutes=1)


def plan_contacts(
    contacts: Iterable[PlanningContact], offers: Iterable[Offer], *, now: datetime, horizon: timedelta
) -> list[Decision]:
    """One decision for each of `contacts`, in their order; arguments as in `plan_contact`."""
    # A day on either side, because it may be yesterday or tomorrow where the contact lives.
    yesterday = (now - timedelta(days=1)).date()
    living = tuple(offer for offer in offers if offer.closes_on >= yesterday)
    return [plan_contact(contact, living, now=now, horizon=horizon) for contact in contacts]


def plan_contact(contact: PlanningContact, offers: Sequence[Offer], *, now: datetime, horizon: timedelta) -> Decision:
    """The decision for `contact`.

    Args:
        contact: whom to decide about.
        offers: every edition, those that open later included.
        now: the present instant (aware, UTC).
        horizon: how far ahead touches are planned; one that lies further is waited for.

    Returns:
        A decision whose touch, if any, leaves between `now` and `now + horizon`; `look_again_at` is always after `now`.
    """
    if contact.paused_until is not None and contact.paused_until > now:
        return _wait(contact, reasons.paused(contact, contact.paused_until), now=now, look=contact.paused_until)
    if not contact.channels:
        return _wait(contact, reasons.unreachable(), now=now, look=now + LOOKS_AGAIN_DAILY)
    until = now + horizon
    meant = [offer for offer in offers if is_meant_for(contact, offer)]
    urgent = [offer for offer in meant if offer.touch_class in URGENT]
    coming = first_slot(contact, urgent, after=now, latest=until + LOOKS_AGAIN_WITHIN) if urgent else None
    if coming is not None and coming.send_at <= until:
        return _send(contact, coming, reasons.due_by_service(coming), now=now)
    ordinary = [offer for offer in meant if offer.touch_class not in URGENT]
    decision = _plan_ordinary(contact, ordinary, now=now, horizon=horizon)
    if coming is not None and decision.touch is None:
        return replace(decision, look_again_at=min(decision.look_again_at, coming.send_at - horizon))
    return decision


def _plan_ordinary(contact: PlanningContact, offers: Sequence[Offer], *, now: datetime, horizon: timedelta) -> Decision:
    """The decision among offers that keep to the rhythm."""
    bounds, until = timing(contact), now + horizon
    earliest = bounds.earliest(now)
    wished = max(earliest, bounds.due)
    opening = first_opening(contact, after=wished, latest=wished + SEARCHES_AHEAD)
    touch = first_slot(contact, offers, after=wished, latest=until) if opening and opening <= until else None
    arrives = touch.send_at if touch else opening
    if arrives is None or arrives > bounds.famine_from or (touch is None and bounds.famine_from <= until):
        kept = last_slot(contact, offers, after=earliest, latest=bounds.famine_from)
        if kept is not None and kept.send_at <= until:
            return _send(contact, kept, reasons.due_by_floor(contact, kept, bounds), now=now)
        # Content may still arrive for an opening that lies ahead, so the contact is looked at in time for it.
        final = kept.send_at if kept else final_opening(contact, after=earliest, latest=bounds.famine_from)
        if final is not None and final > until:
            reason = reasons.kept_for_deadline(contact, final, bounds)
            return _wait(contact, reason, now=now, look=final - horizon)
        if final is not None and touch is None:
            return _wait(contact, reasons.without_content(contact, bounds), now=now, look=now + LOOKS_AGAIN_DAILY)
    if arrives is None:
        return _wait(contact, reasons.without_hours(), now=now, look=now + LOOKS_AGAIN_WITHIN)
    if arrives > until:
        reason = reasons.not_yet(contact, bounds, wished=wished, opening=arrives, now=now)
        return _wait(contact, reason, now=now, look=arrives - horizon)
    if touch is None:
        return _wait(contact, reasons.without_content(contact, bounds), now=now, look=now + LOOKS_AGAIN_DAILY)
    return _send(contact, touch, reasons.due_by_rhythm(contact, touch, bounds), now=now)


def _send(contact: PlanningContact, touch: PlannedTouch, reason: Reason, *, now: datetime) -> Decision:
    return Decision(contact.contact_id, touch, reason, max(touch.send_at, now) + LOOKS_AGAIN_AFTER_TOUCH)


def _wait(contact: PlanningContact, reason: Reason, *, now: datetime, look: datetime) -> Decision:
    return Decision(contact.contact_id, None, reason, min(max(look, now + _SOON), now + LOOKS_AGAIN_WITHIN))
