"""One arbiter: of everything that wants a contact's next slot, the one message that gets it."""

import numpy as np

from outreach.domain.planning.almanac import Flags, Floats, Ints
from outreach.domain.planning.contacts import Contacts
from outreach.domain.planning.offers import Offers

#: What each part of the score can add or take (rhythm notes, 4.5).
URGENCY_POINTS = 40
PRIORITY_POINTS = 20
SAME_CAMPAIGN_PENALTY = 15
LATELY_PENALTY = 5
CHANNEL_POINTS = 5

#: How many touches before the last one still make a campaign stale.
LATELY = 2

_LOWEST = np.iinfo(np.int64).max


def arbitrate(contacts: Contacts, offers: Offers, *, wants: Flags, expires: Ints, on: Ints) -> Ints:
    """The place of the offer that gets each contact's slot on its local day `on` (ordinal); -1 where none wants it.

    The class decides first, then the score; equals are settled by their names, so the order in which editions were
    written down never matters.
    """
    if not len(offers):
        return np.full(len(contacts), -1, np.int64)
    rank = np.where(wants, offers.rank, _LOWEST)
    best = rank.min(axis=1, keepdims=True)
    points = np.where(wants & (rank == best), score(contacts, offers, expires=expires, on=on), -np.inf)
    winner = points.argmax(axis=1)
    return np.where(wants.any(axis=1), winner, -1)


def score(contacts: Contacts, offers: Offers, *, expires: Ints, on: Ints) -> Floats:
    """How much each offer deserves each contact's slot, among those of its class.

    Urgency counts from nothing to its full points over the last gap before expiry: what would be gone by the contact's
    next slot should go now. The marketer's priority counts half as much. A repetition of the last touch's campaign
    costs, and a little of the ones before, because novelty recovers with time (Yancey and Settles, KDD 2020). The
    channel on which the contact answers is preferred.
    """
    lead = contacts.gap[:, None]
    urgency = np.clip(1 - (expires - on[:, None]) / lead, 0.0, 1.0)
    points = URGENCY_POINTS * urgency + PRIORITY_POINTS * offers.priority / 100
    for place in range(min(contacts.recent_campaign.shape[1], LATELY + 1)):
        same = contacts.recent_campaign[:, place][:, None] == offers.campaign
        points -= same * float(LATELY_PENALTY if place else SAME_CAMPAIGN_PENALTY)
    favoured: Floats = CHANNEL_POINTS * (contacts.favours_channel[:, None] == offers.channel).astype(float)
    return points + favoured
