"""The simulated customers: what stays with a person, and what changes from day to day."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from outreach.simulation.draws import Floats, generator
from outreach.simulation.priors import drawn_traits
from outreach.simulation.seasons import MOST_SHIFT, START, TRADES, Flags
from outreach.simulation.worlds import World

Numbers = NDArray[np.int64]

#: Where customers live, with shares: around the head office, or around the globe.
HOME_ZONES = (("Europe/Berlin", 0.7), ("Europe/London", 0.2), ("Europe/Athens", 0.1))
GLOBE_ZONES = tuple(
    (zone, 1 / 12)
    for zone in (
        *("Europe/Berlin", "Europe/London", "Africa/Cairo", "Asia/Dubai", "Asia/Kolkata", "Asia/Shanghai"),
        *("Asia/Tokyo", "Australia/Sydney", "Pacific/Auckland", "Pacific/Honolulu", "America/Denver", "America/Bogota"),
    )
)
#: The clock of the office that sends blasts.
OFFICE = ZoneInfo("Europe/Berlin")

#: Share of people who read in the morning, the others in the evening (rhythm notes, 4.3 "Hour").
MORNING_PEOPLE = 0.64
#: Shares of mail programs differ from seed to seed by this much (standard deviation of their logarithms); assumed.
PROGRAMS_DIFFER = 0.3
#: Days by which a person's own seasons miss those of the industry (standard deviation); assumed.
OWN_SHIFT = 3.0
#: Attention on the first day (a beta distribution): customers begin somewhere between keen and forgotten; assumed.
_FIRST_ATTENTION = (1.2, 2.0)


@dataclass(frozen=True, slots=True)
class People:
    """What stays with each person; one entry a person.

    Attributes:
        trade: number in `TRADES`. zone: number in `zones`. zones: the time zones that occur.
        shift: days by which the own seasons come later. morning: reads in the morning.
        program: number in `Program`. traits: by the names of `priors`.
    """

    trade: Numbers
    zone: Numbers
    zones: tuple[ZoneInfo, ...]
    shift: Numbers
    morning: Flags
    program: Numbers
    traits: dict[str, Floats]

    @classmethod
    def of(cls, world: World, *, seed: int, people: int) -> "People":
        """The customers of `world`."""
        random = generator(seed, "who people are")
        chances = random.random((4, people))
        shift = np.rint(OWN_SHIFT * random.standard_normal(people))
        places = GLOBE_ZONES if world.globe else HOME_ZONES
        return cls(
            trade=_picked(chances[0], [trade.share for trade in TRADES]),
            zone=_picked(chances[1], [share for _, share in places]),
            zones=tuple(ZoneInfo(name) for name, _ in places),
            shift=np.clip(shift, -MOST_SHIFT, MOST_SHIFT).astype(np.int64),
            morning=chances[2] < MORNING_PEOPLE,
            program=_picked(chances[3], np.array(world.programs) * np.exp(PROGRAMS_DIFFER * random.standard_normal(5))),
            traits=drawn_traits(people, seed=seed, times=world.times, keen_bear_more=world.keen_bear_more),
        )

    def __len__(self) -> int:
        return len(self.trade)

    def ahead_of_office(self, day: int) -> Floats:
        """Hours by which each person's clock is ahead of the office's on `day`."""
        return self.ahead_of_utc(day) - _offset(OFFICE, day)

    def ahead_of_utc(self, day: int) -> Floats:
        """Hours by which each person's clock is ahead of UTC at noon of `day`."""
        return np.array([_offset(zone, day) for zone in self.zones])[self.zone]


@dataclass(slots=True)
class Hearts:
    """What changes: one entry a person.

    Attributes:
        attention: 0 (forgotten us) to 1. fatigue: in plain letters. habit: 0 to 1, share of the full buying habit.
        last_kind: number of the kind of the last touch, -1 for none.
        customer: still buys now and then. reachable: may be written to and has a living address.
        address: the address lives. wronged_until: the day until which a mistake of ours is fresh.
        tuned_out: has stopped looking and said nothing. last_day: of the last touch.
        asked_gap: days that lay between touches when the person asked for fewer; 0 if never.
    """

    attention: Floats
    fatigue: Floats
    habit: Floats
    last_kind: Numbers
    customer: Flags
    reachable: Flags
    address: Flags
    wronged_until: Numbers
    tuned_out: Flags
    last_day: Numbers
    asked_gap: Floats

    @classmethod
    def of(cls, people: People, *, seed: int) -> "Hearts":
        """Everybody as they are on the first day."""
        count = len(people)
        attention = generator(seed, "first attention").beta(*_FIRST_ATTENTION, count)
        floor = people.traits["habit_floor"]
        return cls(
            attention=attention,
            fatigue=np.zeros(count),
            habit=floor + (1 - floor) * attention,
            last_kind=np.full(count, -1),
            customer=np.ones(count, bool),
            reachable=np.ones(count, bool),
            address=np.ones(count, bool),
            wronged_until=np.full(count, -1),
            tuned_out=np.zeros(count, bool),
            last_day=np.zeros(count, np.int64),
            asked_gap=np.zeros(count),
        )


def _picked(chance: Floats, shares: object) -> Numbers:
    edges = np.cumsum(np.asarray(shares, float))
    return np.minimum(np.searchsorted(edges / edges[-1], chance, side="right"), len(edges) - 1).astype(np.int64)


def _offset(zone: ZoneInfo, day: int) -> float:
    at = datetime.combine(START + timedelta(days=day), time(12), UTC).astimezone(zone)
    offset = at.utcoffset()
    assert offset is not None
    return offset / timedelta(hours=1)
