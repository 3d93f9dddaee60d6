"""How well a provider does lately, and who carries what.

Health is the share of hand-overs that failed through the provider's fault, where what lies back by a half-life counts
half. Two thresholds keep it from flapping: a provider is bad from `BAD_FROM` on and good again only at `GOOD_AGAIN`.
A bad provider gets nothing while another is good; so its evidence grows old, and once too little of it is left the
provider is tried with a trickle. If none is good, we stay with the better one, slowly, and say so.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

#: What happened that long ago counts half.
HALF_LIFE = timedelta(minutes=5)
#: Hand-overs (so weighted) below which nothing is concluded.
ENOUGH = 20.0
#: Shares of failures. A few mailboxes that say "later" are no fault of the provider, so the lower one is not 0.
BAD_FROM = 0.30
GOOD_AGAIN = 0.10
#: Share of its weight that a provider on trial gets.
TRICKLE = 0.05
#: With none of them good, the other one must fail by so much less before we change over.
WORTH_CHANGING = 0.10
#: With none of them good, messages of a channel that still go in a second: enough to learn, too few to waste.
SLOW_RATE = 5.0


class Standing(StrEnum):
    """What we hold of a provider."""

    #: It carries its share.
    GOOD = "good"
    #: It fails too often and carries nothing while another one is good.
    BAD = "bad"
    #: It was bad, nothing recent is known, and a trickle shall tell.
    ON_TRIAL = "on_trial"


@dataclass(frozen=True, slots=True)
class Health:
    """What is known of one provider.

    Attributes:
        standing: the verdict so far.
        failed, tried: hand-overs, weighted by age as of `at`.
        at: when they were weighted last; None before the first.
    """

    standing: Standing = Standing.GOOD
    failed: float = 0.0
    tried: float = 0.0
    at: datetime | None = None

    @property
    def share(self) -> float:
        """Share of hand-overs that failed; 0 where nothing is known."""
        return self.failed / self.tried if self.tried else 0.0


def noted(health: Health, *, tried: int, failed: int, now: datetime) -> Health:
    """The health after `tried` more hand-overs of which `failed` failed; with 0 of both, as it is `now`.

    Args:
        failed: not more than `tried`; only what is the provider's fault (no connection, 429, 5xx, silence), never a
            refused address.
    """
    aged = _aged(health, now)
    known = replace(aged, tried=aged.tried + tried, failed=aged.failed + failed)
    if known.tried < ENOUGH:
        # Too little to conclude anything; but one who was bad is not trusted at once.
        return known if known.standing is Standing.GOOD else replace(known, standing=Standing.ON_TRIAL)
    if known.share >= BAD_FROM:
        return replace(known, standing=Standing.BAD)
    if known.share <= GOOD_AGAIN:
        return replace(known, standing=Standing.GOOD)
    # Between the thresholds it stays what it was; one on trial did better than when it was bad, and stays on trial.
    return known


def _aged(health: Health, now: datetime) -> Health:
    if health.at is None or now <= health.at:  # a clock that was put back ages nothing
        return replace(health, at=health.at or now)
    left = 0.5 ** ((now - health.at) / HALF_LIFE)
    return replace(health, failed=health.failed * left, tried=health.tried * left, at=now)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A provider that may carry a channel.

    Attributes:
        name: of the provider. weight: its share in good times, relative to the others; above 0.
    """

    name: str
    weight: float
    health: Health


@dataclass(frozen=True, slots=True)
class Shares:
    """Who carries how much.

    Attributes:
        by_name: shares that add up to 1; only names that carry something.
        none_good: nobody is good; the channel should go slowly (`SLOW_RATE`), and staff should know.
        leaning_on: the one that carries on while nobody is good, "" otherwise.
    """

    by_name: Mapping[str, float]
    none_good: bool = False
    leaning_on: str = ""

    def pick(self, draw: float) -> str:
        """The name at `draw`, a number from 0 to below 1."""
        reached = 0.0
        for name, share in self.by_name.items():
            reached += share
            if draw < reached:
                return name
        return next(reversed(dict(self.by_name)))  # shares may add up to a hair below 1


def shares(candidates: Sequence[Candidate], *, leaning_on: str = "") -> Shares:
    """Who carries how much now.

    Args:
        candidates: at least one, names unique, their health as of now (`noted` with nothing new).
        leaning_on: who carried on so far while nobody is good.
    """
    good = [one for one in candidates if one.health.standing is Standing.GOOD]
    on_trial = [one for one in candidates if one.health.standing is Standing.ON_TRIAL]
    if good:
        weights = {one.name: one.weight for one in good} | {one.name: one.weight * TRICKLE for one in on_trial}
        total = sum(weights.values())
        return Shares({name: weight / total for name, weight in weights.items()})
    best = min(candidates, key=lambda one: one.health.share)
    held = next((one for one in candidates if one.name == leaning_on), best)
    if held.health.share - best.health.share < WORTH_CHANGING:
        best = held
    trials = {one.name: TRICKLE for one in on_trial if one.name != best.name}
    return Shares({best.name: 1.0 - sum(trials.values()), **trials}, none_good=True, leaning_on=best.name)
