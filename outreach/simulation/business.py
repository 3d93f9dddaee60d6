"""What a simulated business knows of its customers, and the protocol of a policy that decides whom it writes to."""

from dataclasses import dataclass
from typing import Protocol
from zoneinfo import ZoneInfo

import numpy as np

from outreach.domain.calendar.contact_calendar import ContactCalendar
from outreach.domain.rhythm.band import RhythmBand
from outreach.simulation.draws import Floats
from outreach.simulation.life import Delivered, Life
from outreach.simulation.people import Numbers, People
from outreach.simulation.seasons import START, TRADES, Flags
from outreach.simulation.touches import Kind, Reports, Touches

#: The promise that every policy is measured by: days of the band of every simulated industry (rhythm notes, 4.1).
BAND = RhythmBand(min_gap=5, target_gap=14, max_gap=35)

#: What campaigns say in turn, so that nobody gets the same kind three times running.
TURNS = np.array([Kind.TIP, Kind.NEWSLETTER, Kind.TIP, Kind.OFFER])


@dataclass(frozen=True, slots=True)
class Business:
    """What is known from the first day; people's hearts are not.

    Attributes:
        people: how many customers. trade: the industry of each, in `TRADES`. calendars: as published.
        closed, peak: published days, industry x day. zone: of each, in `zones`.
        mark: a number of each customer's own, 0 to 1, for spreading people over days.
    """

    people: int
    trade: Numbers
    calendars: tuple[ContactCalendar, ...]
    closed: Flags
    peak: Flags
    zone: Numbers
    zones: tuple[ZoneInfo, ...]
    mark: Floats
    _whereabouts: People

    @classmethod
    def of(cls, life: Life) -> "Business":
        """What the business of `life` knows."""
        people, year = life.people, life.year
        mark: Floats = (0.5 + 0.618033988749895 * np.arange(len(people), dtype=np.float64)) % 1.0
        zone, zones = people.zone, people.zones
        return cls(
            len(people), people.trade, year.calendars, year.closed, year.peak, zone, zones, mark, _whereabouts=people
        )

    def closed_on(self, day: int) -> Flags:
        """Who is published as closed on `day`."""
        closed: Flags = self.closed[self.trade, day]
        return closed

    def at_office_hour(self, day: int, hour: float) -> Floats:
        """The hour on each customer's clock when it is `hour` at the office."""
        return hour + self._whereabouts.ahead_of_office(day)

    def ahead_of_utc(self, day: int) -> Floats:
        """Hours by which each customer's clock is ahead of UTC at noon of `day`."""
        return self._whereabouts.ahead_of_utc(day)


def weekday(day: int) -> int:
    """0 for Monday to 6 for Sunday."""
    return (START.weekday() + day) % 7


def is_workday(day: int) -> bool:
    """Monday to Friday."""
    return weekday(day) < 5


class Policy(Protocol):
    """Who is written to, when and with what.

    Attributes:
        less_often: its messages carry a link to ask for fewer, and it keeps to what was asked.
    """

    less_often: bool

    def decide(self, day: int) -> Touches:
        """The touches of `day`; those to people who may not be reached are dropped by whoever sends."""
        ...

    def told(self, day: int, reports: Reports) -> None:
        """What arrived on the morning of `day`, before it is decided."""
        ...

    def sent(self, day: int, delivered: Delivered) -> None:
        """What of the decided touches of `day` was really made."""
        ...


def industries() -> tuple[str, ...]:
    """Keys of the industries, in the order of their numbers."""
    return tuple(trade.key for trade in TRADES)
