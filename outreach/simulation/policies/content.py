"""What the simulated business has to say through the product's planner: tips, newsletters and offers, by their days."""

from datetime import timedelta

from outreach.domain.planning.values import Offer
from outreach.domain.touch import Channel, TouchClass
from outreach.simulation.seasons import START
from outreach.simulation.touches import Kind

#: A new tip comes every so many days and stays good for half a year; a stock of them is there from the first day.
TIP_EVERY, TIP_LASTS, TIPS_AT_START = 10, 180, 12
#: A newsletter and an offer come every so many days and last until the next one. At a gap of a fortnight that is one in
#: four of either, as in the turns of the fixed cadences.
ISSUE_EVERY = 56

_CAMPAIGNS = {Kind.TIP: "tips", Kind.NEWSLETTER: "newsletter", Kind.OFFER: "offers"}


def editions(days: int) -> list[Offer]:
    """Everything that opens in the first `days` days.

    All are of one class: a class above the others would win every slot for as long as it has something to say, and the
    common practice beside it sends all three kinds in turn.
    """
    planned = [(Kind.TIP, 0, TIP_LASTS + TIP_EVERY * place) for place in range(TIPS_AT_START)]
    planned += [(Kind.TIP, day, TIP_LASTS) for day in range(0, days, TIP_EVERY)]
    planned += [(Kind.NEWSLETTER, day, ISSUE_EVERY) for day in range(0, days, ISSUE_EVERY)]
    planned += [(Kind.OFFER, day, ISSUE_EVERY) for day in range(-ISSUE_EVERY // 2, days, ISSUE_EVERY)]
    return [
        Offer(
            edition_id=number,
            edition_key=f"{_CAMPAIGNS[kind]}-{number:04}",
            campaign_key=_CAMPAIGNS[kind],
            campaign_name=_CAMPAIGNS[kind],
            channel=Channel.EMAIL,
            touch_class=TouchClass.RELATIONSHIP,
            priority=50,
            opens_on=START + timedelta(days=opens),
            closes_on=START + timedelta(days=opens + lasts - 1),
        )
        for number, (kind, opens, lasts) in enumerate(planned, start=1)
    ]


def kind_of(offer: Offer) -> Kind:
    """What kind of touch an edition makes."""
    return next(kind for kind, campaign in _CAMPAIGNS.items() if campaign == offer.campaign_key)
