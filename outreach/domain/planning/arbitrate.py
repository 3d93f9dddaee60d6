"""One arbiter: of everything that wants a contact's next slot, the one message that gets it."""

from collections.abc import Iterable
from datetime import date

from outreach.domain.planning.candidates import Candidate
from outreach.domain.planning.values import PlanningContact
from outreach.domain.touch import TouchClass

CLASS_RANK: dict[TouchClass, int] = {touch_class: rank for rank, touch_class in enumerate(TouchClass)}
"""Service first, promotion last; a higher class never loses a slot to a lower one."""

#: What each part of the score can add or take (rhythm notes, 4.5).
URGENCY_POINTS = 40
PRIORITY_POINTS = 20
SAME_KIND_PENALTY = 15


def arbitrate(found: Iterable[Candidate], *, contact: PlanningContact, on: date) -> Candidate:
    """The candidate that gets the contact's slot on the local day `on`.

    The class decides first, then the score; equals are settled by their names, so the order of `found` never matters.

    Raises:
        ValueError: if there is no candidate.
    """

    def standing(candidate: Candidate) -> tuple[int, float, date, str, str, str, int]:
        offer = candidate.offer
        return (
            CLASS_RANK[offer.touch_class],
            -score(candidate, contact=contact, on=on),
            candidate.expires_on,
            offer.campaign_key,
            offer.edition_key,
            offer.channel,
            offer.edition_id,
        )

    return min(found, key=standing)


def score(candidate: Candidate, *, contact: PlanningContact, on: date) -> float:
    """How much a candidate deserves the slot among those of its class.

    Urgency counts from nothing to its full points over the last gap before expiry: what would be gone by the contact's
    next slot should go now. The marketer's priority counts half as much. A repetition of the last touch's campaign
    costs, because novelty recovers with time (Yancey and Settles, KDD 2020).
    """
    lead = contact.band.clip(contact.gap)
    urgency = min(1.0, max(0.0, 1 - (candidate.expires_on - on).days / lead))
    last = max(contact.recent, key=lambda touch: touch.at, default=None)
    repeats = last is not None and last.campaign_key == candidate.offer.campaign_key
    return URGENCY_POINTS * urgency + PRIORITY_POINTS * candidate.offer.priority / 100 - SAME_KIND_PENALTY * repeats
