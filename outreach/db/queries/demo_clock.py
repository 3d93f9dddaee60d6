"""The demo's clock: one row that says how business time follows wall time."""

from dataclasses import dataclass
from datetime import datetime

import psycopg
from psycopg.rows import class_row


@dataclass(frozen=True, slots=True)
class DemoTime:
    """Business time was `business_at` at `wall_at` and runs `speed` times as fast as the wall; 0 stands still."""

    business_at: datetime
    wall_at: datetime
    speed: float

    def at(self, wall: datetime) -> datetime:
        """Business time at `wall`; never before `business_at`, even if the wall clock jumps back."""
        return self.business_at + max(wall - self.wall_at, wall - wall) * self.speed


def load_demo_time(connection: psycopg.Connection) -> DemoTime | None:
    """The row, or None while no demo has set its clock."""
    with connection.cursor(row_factory=class_row(DemoTime)) as cursor:
        return cursor.execute("SELECT business_at, wall_at, speed FROM demo_clock").fetchone()


def store_demo_time(connection: psycopg.Connection, time: DemoTime) -> None:
    """Sets the demo's clock."""
    connection.execute(
        """
        INSERT INTO demo_clock (id, business_at, wall_at, speed) VALUES (1, %(business)s, %(wall)s, %(speed)s)
        ON CONFLICT (id) DO UPDATE SET business_at = %(business)s, wall_at = %(wall)s, speed = %(speed)s
        """,
        {"business": time.business_at, "wall": time.wall_at, "speed": time.speed},
    )
