"""The demo's clock: one row that says how business time follows wall time."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from outreach.db.models.operations import DemoClock


@dataclass(frozen=True, slots=True)
class DemoTime:
    """Business time was `business_at` at `wall_at` and runs `speed` times as fast as the wall; 0 stands still."""

    business_at: datetime
    wall_at: datetime
    speed: float

    def at(self, wall: datetime) -> datetime:
        """Business time at `wall`; never before `business_at`, even if the wall clock jumps back."""
        return self.business_at + max(wall - self.wall_at, wall - wall) * self.speed


def load_demo_time(session: Session) -> DemoTime | None:
    """The row, or None while no demo has set its clock."""
    row = session.execute(select(DemoClock.business_at, DemoClock.wall_at, DemoClock.speed)).one_or_none()
    return DemoTime(row.business_at, row.wall_at, row.speed) if row else None


def store_demo_time(session: Session, time: DemoTime) -> None:
    """Sets the demo's clock."""
    values = {"business_at": time.business_at, "wall_at": time.wall_at, "speed": time.speed}
    session.execute(
        insert(DemoClock).values(id=1, **values).on_conflict_do_update(index_elements=[DemoClock.id], set_=values)
    )
