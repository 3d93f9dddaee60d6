"""Policies by name: what businesses commonly do, what an all-knowing one would do, and what the product does."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from outreach.domain.errors import BadInput, Fault
from outreach.simulation.business import Business, Policy
from outreach.simulation.life import Life
from outreach.simulation.policies.blasts import Blast, Capped, Silence, Uncoordinated
from outreach.simulation.policies.cadences import CalendarGap
from outreach.simulation.policies.oracle import Oracle
from outreach.simulation.policies.product import Product
from outreach.simulation.policies.tiers import Tiers


@dataclass(frozen=True, slots=True)
class Choice:
    """A policy that can be asked for.

    Attributes:
        what: for people. make: builds it; only the oracle looks into the second argument.
    """

    what: str
    make: Callable[[Business, Life], Policy]


def _fixed(gap: int) -> Choice:
    return Choice(f"industry calendar and {gap} days for everybody", lambda business, _: CalendarGap(business, gap=gap))


#: What everything is measured from, and what it is measured against.
SILENCE, ORACLE = "silence", "oracle"
#: The policy that has to keep the promises.
PRODUCT = "product"

POLICIES: Mapping[str, Choice] = {
    SILENCE: Choice("nobody is ever written to", lambda business, _: Silence()),
    "uncoordinated": Choice("five campaigns, each on its own", lambda business, _: Uncoordinated(business)),
    "frequency-cap": Choice("the same, 16 h apart and at most 2 in 7 days", lambda business, _: Capped(business)),
    "weekly-blast": Choice("everybody every Tuesday", lambda business, _: Blast(business, every=7)),
    "monthly-blast": Choice("everybody every 28 days", lambda business, _: Blast(business, every=28)),
    "tiers": Choice("weekly, fortnightly or monthly by opens", lambda business, _: Tiers(business)),
    **{f"calendar-{gap}": _fixed(gap) for gap in (7, 10, 14, 21, 28)},
    PRODUCT: Choice(
        "this product's planner and what it learns", lambda business, life: Product(business, days=life.days)
    ),
    "product-14": Choice(
        "the same, told by the marketer to aim at 14 days",
        lambda business, life: Product(business, days=life.days, target=14.0),
    ),
    ORACLE: Choice("knows attention, fatigue, tolerance and true seasons", Oracle),
}


def policy_named(name: str) -> Choice:
    """The policy called `name`.

    Raises:
        BadInput: if there is none.
    """
    if name in POLICIES:
        return POLICIES[name]
    mend = f"Use one of: {', '.join(POLICIES)}."
    raise BadInput([Fault(place="--policy", value=name, reason="there is no such policy", mend=mend)])
