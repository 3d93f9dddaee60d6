"""Which editions want a contact on a day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from outreach.domain.calendar.season import Stance
from outreach.domain.planning.values import Offer, PlanningContact
from outreach.domain.touch import TouchClass

#: Classes that do not wait for the rhythm, the cap or the season; they count all the same.
URGENT = frozenset({TouchClass.SERVICE, TouchClass.RECOVERY})

ALLOWED_STANCES: dict[TouchClass, frozenset[Stance]] = {
    TouchClass.SERVICE: frozenset(Stance),
    TouchClass.RECOVERY: frozenset(Stance),
    TouchClass.CARE: frozenset(Stance) - {Stance.CLOSED},
    TouchClass.RELATIONSHIP: frozenset(Stance) - {Stance.CLOSED},
    TouchClass.PROMOTION: frozenset(Stance) - {Stance.CLOSED, Stance.QUIET},
}
"""On which days a class may write."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An offer that wants a contact, and until when it can.

    Attributes:
        offer: the edition.
        expires_on: last civil day on which it may reach this contact.
    """

    offer: Offer
    expires_on: date


def candidates(contact: PlanningContact, offers: Iterable[Offer], *, on: date, stance: Stance) -> list[Candidate]:
    """The offers that want `contact` on a civil day of its own zone, in the order of `offers`.

    An offer wants a contact that it is meant for, on a channel that is allowed, on a day it is open and its class may
    write, if the contact has not had it. Of a series only the next one wants: the first that is neither had nor past.
    An anniversary wants from its day for `window_days`, once.

    Args:
        contact: whom.
        offers: every edition there is, those to come included, for the order of a series.
        on: the day.
        stance: of that day.
    """
    offers = tuple(offers)
    next_position = _next_positions(contact, offers, on)
    found = []
    for offer in offers:
        if not _may_reach(contact, offer, on) or stance not in ALLOWED_STANCES[offer.touch_class]:
            continue
        if offer.rule == "series" and offer.position != next_position[offer.campaign_key]:
            continue
        expires_on = _expiry(contact, offer, on)
        if expires_on is not None:
            found.append(Candidate(offer, expires_on))
    return found


def is_meant_for(contact: PlanningContact, offer: Offer) -> bool:
    """Whether `offer` could ever reach `contact`: industry, attributes, channel, and not had before."""
    return (
        offer.channel in contact.channels
        and offer.edition_id not in contact.had_editions
        and (not offer.industries or contact.industry_key in offer.industries)
        and all(contact.attributes.get(name) == value for name, value in offer.needs.items())
    )


def anniversary_before(since: date, every_months: int, on: date) -> date | None:
    """The last anniversary of `since` up to `on`, or None before the first.

    Anniversaries are civil dates counted from the day itself: of 29 February they fall on the 28th in common years and
    on the 29th again in leap years.

    >>> anniversary_before(date(2024, 2, 29), 12, date(2027, 6, 1))
    datetime.date(2027, 2, 28)
    """
    months = (on.year - since.year) * 12 + on.month - since.month
    for count in (months // every_months, months // every_months - 1):
        day = since + relativedelta(months=count * every_months)
        if count >= 1 and day <= on:
            return day
    return None


def _may_reach(contact: PlanningContact, offer: Offer, on: date) -> bool:
    return offer.opens_on <= on <= offer.closes_on and is_meant_for(contact, offer)


def _next_positions(contact: PlanningContact, offers: Iterable[Offer], on: date) -> dict[str, int]:
    """Of each series, the first position that the contact has not had and that is not past."""
    positions: dict[str, int] = {}
    for offer in offers:
        if offer.rule == "series" and offer.edition_id not in contact.had_editions and on <= offer.closes_on:
            positions[offer.campaign_key] = min(offer.position, positions.get(offer.campaign_key, offer.position))
    return positions


def _expiry(contact: PlanningContact, offer: Offer, on: date) -> date | None:
    """The last day on which `offer` may reach `contact`, or None if its rule does not want the contact on this day."""
    if offer.rule != "anniversary":
        return offer.closes_on
    if contact.customer_since is None:
        return None
    day = anniversary_before(contact.customer_since, offer.every_months, on)
    if day is None or on > day + timedelta(days=offer.window_days):
        return None
    # Another edition of the campaign may have kept this anniversary already.
    if any(
        touch.campaign_key == offer.campaign_key and touch.at.astimezone(contact.zone).date() >= day
        for touch in contact.recent
    ):
        return None
    return min(offer.closes_on, day + timedelta(days=offer.window_days))
