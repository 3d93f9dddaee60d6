"""The gate that messages pass on their way out: the rules, the warm-up and the vendor's own words, in one question.

A worker names what waits and gets back what may go now, and how long the others should wait. What was admitted is
counted; a message that then does not go leaves a gap in the bucket and no harm.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from outreach.domain.pacing.health import SLOW_RATE
from outreach.domain.pacing.limits import Limit, Quota, Rule, Scope, composed, limits_for
from outreach.queueing.pace import Demand, Pace

T = TypeVar("T")

#: What a provider is trusted to bear where no rule says so, which is more than we can send; its answers lower that.
VENDOR_PER_SECOND = 10_000.0
VENDOR_BURST = 20_000.0


@dataclass(frozen=True, slots=True)
class Admission(Generic[T]):
    """What may go, in the order in which it came, and what has to wait for how many seconds."""

    admitted: tuple[T, ...]
    held: tuple[tuple[T, float], ...]


@dataclass(frozen=True, slots=True)
class Gate:
    """Rules and where their buckets are.

    Attributes:
        rules: of the configuration (`read_rules`). zone: IANA name; whose midnight begins a day.
    """

    pace: Pace
    rules: tuple[Rule, ...]
    zone: str

    def admit(
        self,
        waiting: Sequence[T],
        *,
        facts: Callable[[T], Mapping[Scope, str]],
        also: Sequence[Limit | Quota] = (),
    ) -> Admission[T]:
        """Lets through what every limit allows; what has the same limits goes in its order.

        Args:
            facts: what a message has in each scope; PROVIDER always, and ACCOUNT where there are several.
            also: limits that bind all of them beyond the rules: a warm-up's quota, `slowly`.

        Raises:
            redis.RedisError: if Redis does not answer.
        """
        groups: dict[tuple[Limit | Quota, ...], list[int]] = {}
        for place, one in enumerate(waiting):
            groups.setdefault((*self._limits(facts(one)), *also), []).append(place)
        demands = [Demand(limits, len(places)) for limits, places in groups.items()]
        admitted: list[int] = []
        held: list[tuple[int, float]] = []
        for places, grant in zip(groups.values(), self.pace.take_each(demands), strict=True):
            admitted += places[: grant.messages]
            held += [(place, grant.wait) for place in places[grant.messages :]]
        return Admission(
            tuple(waiting[place] for place in sorted(admitted)),
            tuple((waiting[place], wait) for place, wait in sorted(held)),
        )

    def push_back(self, facts: Mapping[Scope, str], *, hold: float = 0.0) -> None:
        """A vendor said "too fast" (429): halves what names it for a while, and rests for `hold` seconds."""
        for limit in self._vendor_limits(facts):
            self.pace.push_back(limit, hold=hold)

    def heed(self, facts: Mapping[Scope, str], *, left: int, seconds: float) -> None:
        """A vendor said how many more it welcomes within `seconds` (X-RateLimit-Remaining, X-RateLimit-Reset)."""
        self.pace.heed(_vendor(facts), left=left, seconds=seconds)

    def _limits(self, facts: Mapping[Scope, str]) -> tuple[Limit | Quota, ...]:
        return (_vendor(facts), *limits_for(self.rules, facts, zone=self.zone))

    def _vendor_limits(self, facts: Mapping[Scope, str]) -> list[Limit]:
        """The buckets that a vendor's "too fast" is about: those of itself and its accounts, of no receiver."""
        named: dict[Scope, str] = {scope: facts[scope] for scope in (Scope.PROVIDER, Scope.ACCOUNT) if scope in facts}
        found = limits_for([rule for rule in self.rules if Scope.PROVIDER in rule.match], named, zone=self.zone)
        return [_vendor(facts), *(one for one in found if isinstance(one, Limit))]


def slowly(channel: str) -> Limit:
    """What binds a channel of which no provider is well."""
    return Limit(f"slowly|{channel}", SLOW_RATE, SLOW_RATE)


def _vendor(facts: Mapping[Scope, str]) -> Limit:
    named = {scope: facts.get(scope, "").lower() for scope in (Scope.ACCOUNT, Scope.PROVIDER)}
    return Limit(f"vendor|{composed(named)}", VENDOR_PER_SECOND, VENDOR_BURST)
