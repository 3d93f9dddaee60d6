"""What becomes of the offers that wanted a slot and did not get it: they come later, expire, or ride along."""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from outreach.domain.planning.almanac import CHANNELS, Almanac, Floats, Ints
from outreach.domain.planning.bounds import DAY
from outreach.domain.planning.contacts import Contacts
from outreach.domain.planning.manners import CARRYING, CLASS_RANK
from outreach.domain.planning.offers import Offers
from outreach.domain.planning.slots import Slots
from outreach.domain.touch import Channel

#: At most so many others ride along in one mail.
MOST_MERGED = 2

_EMAIL = CHANNELS.index(Channel.EMAIL)
_CARRYING = [CLASS_RANK[touch_class] for touch_class in CARRYING]


class Fate(IntEnum):
    """What becomes of a loser."""

    #: It can still come in the contact's next slot.
    LATER = 0
    #: It will be over before the next slot.
    EXPIRES = 1
    #: It would be over before the next slot, and rides along in the winner's mail.
    MERGED = 2
    #: An exclusive series comes first.
    HELD = 3


@dataclass(frozen=True, slots=True)
class Losers:
    """One line for each offer that lost a slot.

    Attributes:
        row: place of the contact among those decided. offer: place of the loser. winner: place of the winner.
        fate: number in `Fate`.
        next_at: about when the contact's next slot is, in seconds.
    """

    row: Ints
    offer: Ints
    winner: Ints
    fate: Ints
    next_at: Floats


def losers(contacts: Contacts, offers: Offers, almanac: Almanac, slots: Slots) -> Losers:
    """The losers of all of `slots`.

    The next slot is about one gap away: the contact's own, or the caps' even share of what the winner weighs.
    """
    row, offer = np.nonzero(slots.wanted | slots.held)
    winner = slots.offer[row]
    next_at = slots.send_at[row] + np.maximum(contacts.gap[row], contacts.min_gap[row]) * DAY
    next_day = almanac.first + almanac.day_of(contacts.cohort[row], next_at)
    fate = np.where(slots.expires[row, offer] < next_day, Fate.EXPIRES, Fate.LATER)
    both_mail = (offers.channel[offer] == _EMAIL) & (offers.channel[winner] == _EMAIL)
    carried = np.isin(offers.rank[winner], _CARRYING)
    rides = (fate == Fate.EXPIRES) & offers.mergeable[offer] & both_mail & carried
    # Of those that could ride along, the first in the fixed order of offers do.
    before = np.cumsum(rides) - rides
    first_of_row = np.searchsorted(row, row)
    rides &= before - before[first_of_row] < MOST_MERGED if len(row) else rides
    fate = np.where(rides, Fate.MERGED, fate)
    fate = np.where(slots.held[row, offer], Fate.HELD, fate)
    return Losers(row, offer, winner, fate.astype(np.int64), next_at)
