"""What the simulated business has to say through the product's planner: letters of three kinds, in turn."""

from datetime import timedelta
from math import ceil

from outreach.domain.planning.values import Offer
from outreach.domain.rhythm.caps import DAYS_PER_LOAD
from outreach.domain.touch import Channel, TouchClass
from outreach.simulation.business import TURNS
from outreach.simulation.seasons import START
from outreach.simulation.touches import Kind

#: Letters stay good for so much longer than the simulation, so that none is ever in a hurry.
_AFTERWARDS = timedelta(days=365)


def editions(days: int) -> list[Offer]:
    """As many letters as a contact can get in `days` days, all there from the first.

    Everybody gets the same kinds in the same turns as from the fixed cadences and the oracle, however often, so that
    these differ in when they write and not in what. All are of one class and campaign, and equals go by their keys.
    """
    closes_on = START + timedelta(days=days) + _AFTERWARDS
    return [
        Offer(
            edition_id=number + 1,
            edition_key=f"letter-{number:04}",
            campaign_key="letters",
            campaign_name="letters",
            channel=Channel.EMAIL,
            touch_class=TouchClass.RELATIONSHIP,
            priority=50,
            opens_on=START,
            closes_on=closes_on,
        )
        for number in range(ceil(days / DAYS_PER_LOAD) + len(TURNS))
    ]


def kind_of(offer: Offer) -> Kind:
    """What kind of touch an edition makes."""
    return Kind(int(TURNS[(offer.edition_id - 1) % len(TURNS)]))
