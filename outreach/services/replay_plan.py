"""Drives the real planner through a stretch of time on a stage, with everything but the customers' answers."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from outreach.db.queries.departures import depart, load_departed
from outreach.db.session import Database
from outreach.db.stage import staged
from outreach.domain.errors import BadInput, Fault
from outreach.domain.planning.forecast import STEP, ForecastTouch
from outreach.domain.planning.rehearsal import ticks

#: The two services that a replay drives, as the ticks of a running product do.
Tick = Callable[[Database, datetime], object]


@dataclass(frozen=True, slots=True)
class Replay:
    """What the planner did.

    Attributes:
        touches: every touch that left, by instant.
        really: how many left by day in what really happened, for stretches that have passed.
    """

    touches: list[ForecastTouch]
    really: dict[date, int]

    def by_day(self) -> Counter[date]:
        """Touches by civil day (UTC)."""
        return Counter(touch.send_at.date() for touch in self.touches)


def replay_plan(
    *,
    db: Database,
    start: datetime,
    end: datetime,
    now: datetime,
    mature: Tick,
    plan: Tick,
    step: timedelta = STEP,
    progress: Callable[[int, int], None] | None = None,
) -> Replay:
    """Lives from `start` to `end` on a copy of the ledger as it was at `start`; the ledger itself is left alone.

    Messages leave at their planned instants, nobody answers, and whatever the planner would do it does.

    Args:
        mature, plan: the services that let silence teach and plan touches, given a database and an instant.
        progress: told (done, of how many) as it goes.

    Raises:
        BadInput: if `end` does not lie after `start`.
    """
    if end <= start:
        mend = "Give a later end."
        raise BadInput([Fault("replay", "it ends before it begins", mend, value=f"{start:%Y-%m-%d} to {end:%Y-%m-%d}")])
    instants = ticks(start, days=(end - start) / timedelta(days=1), step=step)
    with db.raw_transaction() as connection:
        really = Counter(row[5].date() for row in load_departed(connection, start=start, end=min(end, now)))
    with staged(db, as_of=start, now=now) as stage:
        for number, instant in enumerate(instants, start=1):
            with stage.raw_transaction() as connection:
                depart(connection, now=instant)
            mature(stage, instant)
            plan(stage, instant)
            if progress:
                progress(number, len(instants))
        with stage.raw_transaction() as connection:
            touches = [ForecastTouch(*row) for row in load_departed(connection, start=start, end=end)]
    return Replay(touches, dict(really))
