"""Why each edition on offer does not go to a contact now: one answer for every candidate, and exactly one."""

from datetime import UTC, date, datetime

import numpy as np

from outreach.domain.planning.almanac import STANCES, Almanac
from outreach.domain.planning.contacts import Contacts
from outreach.domain.planning.decide import Decisions
from outreach.domain.planning.manners import MANNERS
from outreach.domain.planning.offers import Offers
from outreach.domain.planning.wants import meant_for, wanting
from outreach.domain.reason import Reason
from outreach.domain.rhythm.codes import Code


def verdicts(contacts: Contacts, offers: Offers, almanac: Almanac, decisions: Decisions) -> dict[int, Reason]:
    """For the one contact in `contacts`, a reason for every offer by its place, the winner's included.

    Offers that are not meant for the contact say why; the others wait for the contact's slot.
    """
    meant = meant_for(contacts, offers, now=decisions.now)
    day = almanac.day_of(contacts.cohort, np.maximum(decisions.wished, decisions.now))
    wanted = wanting(contacts, offers, almanac, day=day, meant=meant)
    ordinal = almanac.first + int(day[0])
    stance = STANCES[int(almanac.stance[contacts.cohort[0], day[0]])]
    told = {}
    for place, offer in enumerate(offers.offers):
        numbers = {"campaign": offer.campaign_name}
        if not meant[0, place]:
            code = _not_meant(contacts, offers, place)
            if code is Code.OFFER_AFTER_CASE:
                returns = datetime.fromtimestamp(float(contacts.promotions_from[0]), UTC)
                numbers = {**numbers, "returns": returns.date().isoformat()}
        elif offer.opens_on.toordinal() > ordinal:
            code, numbers = Code.OFFER_OPENS, {**numbers, "opens": offer.opens_on.isoformat()}
        elif offer.closes_on.toordinal() < ordinal:
            code, numbers = Code.OFFER_OVER, {**numbers, "closed": offer.closes_on.isoformat()}
        elif wanted.held[0, place]:
            code = Code.OFFER_HELD
        elif wanted.wants[0, place]:
            code, numbers = Code.OFFER_READY, {**numbers, "slot": date.fromordinal(ordinal).isoformat()}
        elif stance not in MANNERS[int(offers.manner[place])]:
            code = Code.OFFER_SEASON
        elif offer.rule == "anniversary":
            code = Code.OFFER_NO_ANNIVERSARY
        elif offer.rule == "invited":
            code = Code.OFFER_NOT_INVITED
        else:
            code = Code.OFFER_OUT_OF_TURN
        told[place] = Reason(code, numbers)
    return told


def _not_meant(contacts: Contacts, offers: Offers, place: int) -> Code:
    invited = int(offers.invited[place])
    if invited < 0 and contacts.had[0, place]:
        return Code.OFFER_HAD
    if not contacts.channels[0, offers.channel[place]]:
        return Code.OFFER_NO_CHANNEL
    if invited >= 0 and not contacts.invited_until[0, invited]:
        return Code.OFFER_NOT_INVITED
    if not meant_for(contacts, offers, now=np.inf)[0, place]:
        return Code.OFFER_NOT_MEANT
    return Code.OFFER_AFTER_CASE
