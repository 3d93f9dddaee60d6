"""Slots: the instants at which something we have to say can reach a contact."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from outreach.domain.calendar.windows import last_opening, local_days, next_opening, opening_on
from outreach.domain.planning.arbitrate import arbitrate
from outreach.domain.planning.candidates import ALLOWED_STANCES, candidates
from outreach.domain.planning.dither import fraction
from outreach.domain.planning.values import Offer, PlannedTouch, PlanningContact
from outreach.domain.touch import TouchClass

#: Days on which the rhythm may send at all; what is allowed beyond that is each class's own affair.
RHYTHM_STANCES = ALLOWED_STANCES[TouchClass.RELATIONSHIP]

_ONE_DAY = timedelta(days=1)


def first_opening(contact: PlanningContact, *, after: datetime, latest: datetime) -> datetime | None:
    """The first instant from `after` to `latest` at which the rhythm may reach `contact` on any of its channels."""
    openings = [
        next_opening(
            contact.calendar,
            zone=contact.zone,
            country=contact.country,
            after=after,
            latest=latest,
            stances=RHYTHM_STANCES,
            channel=channel,
            spread=fraction(contact.contact_id),
        )
        for channel in contact.channels
    ]
    return min((opening for opening in openings if opening is not None), default=None)


def final_opening(contact: PlanningContact, *, after: datetime, latest: datetime) -> datetime | None:
    """An instant on the last day between `after` and `latest` on which the rhythm may reach `contact`, or None."""
    openings = [
        last_opening(
            contact.calendar,
            zone=contact.zone,
            country=contact.country,
            after=after,
            latest=latest,
            stances=RHYTHM_STANCES,
            channel=channel,
            spread=fraction(contact.contact_id),
        )
        for channel in contact.channels
    ]
    return max((opening for opening in openings if opening is not None), default=None)


def first_slot(
    contact: PlanningContact, offers: Sequence[Offer], *, after: datetime, latest: datetime
) -> PlannedTouch | None:
    """The winner of the first local day from `after` to `latest` on which anything wants `contact` and can reach it.

    Only the day is bound by `latest`: its slot may lie later on that day, so that the edge of a planning horizon does
    not crowd everybody into the hours before it.
    """
    for ordinal in local_days(after, latest, zone=contact.zone):
        slot = _slot_on(contact, offers, day=date.fromordinal(ordinal), after=after, latest=latest + _ONE_DAY)
        if slot is not None:
            return slot
    return None


def last_slot(
    contact: PlanningContact, offers: Sequence[Offer], *, after: datetime, latest: datetime
) -> PlannedTouch | None:
    """The winner of the last local day between `after` and `latest`, at an instant between them, or None."""
    for ordinal in reversed(local_days(after, latest, zone=contact.zone)):
        slot = _slot_on(contact, offers, day=date.fromordinal(ordinal), after=after, latest=latest)
        if slot is not None:
            return slot
    return None


def _slot_on(
    contact: PlanningContact, offers: Sequence[Offer], *, day: date, after: datetime, latest: datetime
) -> PlannedTouch | None:
    """The winner of one local day, among the offers whose channel has an opening on it from `after` to `latest`."""
    stance, _ = contact.calendar.stance_on(day, contact.country)
    found = candidates(contact, offers, on=day, stance=stance)
    if not found:
        return None
    openings = {
        channel: opening_on(
            contact.calendar,
            day=day,
            zone=contact.zone,
            after=after,
            latest=latest,
            channel=channel,
            spread=fraction(contact.contact_id),
        )
        for channel in {candidate.offer.channel for candidate in found}
    }
    reachable = [candidate for candidate in found if openings[candidate.offer.channel] is not None]
    if not reachable:
        return None
    winner = arbitrate(reachable, contact=contact, on=day).offer
    send_at = openings[winner.channel]
    return None if send_at is None else PlannedTouch(winner, send_at)
