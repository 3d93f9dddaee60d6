"""Business time. Doors read it once per request or job and hand it down as `now`; nobody below reads a clock.

In production business time is the wall's. In the demo it runs faster, by one row in the database that every process
reads, so that a day can pass in half a minute; every page then says so.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol

from outreach.db.queries.demo_clock import DemoTime, load_demo_time
from outreach.db.session import Database


class Clock(Protocol):
    """Tells business time."""

    def now(self) -> datetime:
        """The present business instant (aware, UTC)."""
        ...


class WallClock:
    """Business time is the wall's."""

    def now(self) -> datetime:
        """The present instant (aware, UTC)."""
        return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class DemoClock:
    """Business time by the demo's row, read at every call, so that a step of the clock is seen at once."""

    db: Database
    wall: Clock = field(default_factory=WallClock)

    def now(self) -> datetime:
        """The present business instant; the wall's until the demo has set its clock."""
        time, wall = self.time(), self.wall.now()
        return time.at(wall) if time else wall

    def time(self) -> DemoTime | None:
        """How business time follows the wall's, or None while no demo has set it."""
        with self.db.raw_transaction() as connection:
            return load_demo_time(connection)
