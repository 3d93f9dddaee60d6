"""What keeps the machine in order: heartbeats, and the demo's clock."""

from datetime import datetime

from sqlalchemy import Integer, text
from sqlalchemy.orm import Mapped, mapped_column

from outreach.db.base import Base


class Heartbeat(Base):
    """When a part of the product last did its work, for the health card on Today."""

    __tablename__ = "heartbeats"

    part: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    note: Mapped[str] = mapped_column(server_default="")


class DemoClock(Base):
    """The demo's time: business time was `business_at` at `wall_at` and runs `speed` times as fast as the wall."""

    __tablename__ = "demo_clock"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, server_default=text("1"))
    business_at: Mapped[datetime]
    wall_at: Mapped[datetime]
    speed: Mapped[float]
