"""How messages arrived, by provider and by receiver. A month of a large base takes seconds to count and is kept."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from outreach.clock import WallClock
from outreach.db.queries.deliverability import ArrivedAt, load_arrivals
from outreach.db.session import Database
from outreach.domain.deliverability import Arrivals, Trouble, added
from outreach.domain.pacing.destinations import destination
from outreach.domain.touch import Channel
from outreach.queueing.scratchpad import Scratchpad

#: Groups of a channel that are told apart; the others are one group together.
SHOWN = 20
#: Stretches of so many days are kept for so long (wall clock).
KEPT_FROM = 30
KEPT_FOR = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Group:
    """What became of the messages of a channel to or through `name`; "" is all the others together."""

    channel: str
    name: str
    arrivals: Arrivals


@dataclass(frozen=True, slots=True)
class Groups:
    """The same messages grouped twice; the largest of a channel come first."""

    providers: tuple[Group, ...]
    destinations: tuple[Group, ...]


def load_groups(db: Database, pad: Scratchpad, *, days: int, now: datetime) -> Groups:
    """How the messages of the last `days` arrived.

    Args:
        now: business time.
    """
    name, wall = f"arrivals {days}", WallClock().now()
    kept = pad.read(name) if days >= KEPT_FROM else None
    if kept and timedelta() <= wall - datetime.fromisoformat(kept["at"]) < KEPT_FOR:
        return Groups(*(tuple(map(_read, kept[side])) for side in ("providers", "destinations")))
    with db.raw_transaction() as connection:
        arrived = load_arrivals(connection, since=now - timedelta(days=days), now=now)
    groups = Groups(by_provider(arrived), by_destination(arrived))
    if days >= KEPT_FROM:
        sides = {"providers": groups.providers, "destinations": groups.destinations}
        pad.write(name, {"at": wall.isoformat()} | {side: list(map(_written, some)) for side, some in sides.items()})
    return groups


def by_provider(arrived: Sequence[ArrivedAt]) -> tuple[Group, ...]:
    """A group for each provider of each channel."""
    return _groups(arrived, lambda one: one.provider)


def by_destination(arrived: Sequence[ArrivedAt]) -> tuple[Group, ...]:
    """A group for each mailbox provider, domain or carrier."""
    return _groups(arrived, lambda one: destination(Channel(one.channel), one.sample))


def _groups(arrived: Sequence[ArrivedAt], name: Callable[[ArrivedAt], str]) -> tuple[Group, ...]:
    parts: defaultdict[tuple[str, str], list[Arrivals]] = defaultdict(list)
    for one in arrived:
        parts[one.channel, name(one)].append(one.arrivals())
    found: list[Group] = []
    for channel in sorted({channel for channel, _ in parts}):
        here = [Group(channel, named, added(some)) for (where, named), some in parts.items() if where == channel]
        here.sort(key=lambda group: (-group.arrivals.messages, group.name))
        found += here[:SHOWN]
        if len(here) > SHOWN:
            found.append(Group(channel, "", added(group.arrivals for group in here[SHOWN:])))
    return tuple(found)


def _written(group: Group) -> list[Any]:
    return [group.channel, group.name, group.arrivals.messages, dict(group.arrivals.cases)]


def _read(kept: Sequence[Any]) -> Group:
    channel, name, messages, cases = kept
    return Group(channel, name, Arrivals(messages, {Trouble(word): number for word, number in cases.items()}))
