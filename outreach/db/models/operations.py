"""What keeps the machine in order: heartbeats, the demo's clock, channels that stand still, and days of sending."""

from datetime import date, datetime

from sqlalchemy import BigInteger, Identity, Index, Integer, text
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


class ChannelHalt(Base):
    """A time in which a channel claimed nothing; at most one stands for a channel. Business time."""

    __tablename__ = "channel_halts"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    channel: Mapped[str]
    #: complaints | bounces | blocks | credential | staff
    cause: Mapped[str]
    reason: Mapped[str]
    halted_at: Mapped[datetime]
    #: E-mail address of the member of staff; "the product" if nobody did.
    halted_by: Mapped[str]
    resumed_at: Mapped[datetime | None]
    resumed_by: Mapped[str] = mapped_column(server_default="")
    resume_reason: Mapped[str] = mapped_column(server_default="")

    __table_args__ = (
        Index("uq_channel_halts_standing", "channel", unique=True, postgresql_where=text("resumed_at IS NULL")),
    )


class SendingDay(Base):
    """A day on which a sender's domain wrote, and how much; what its warm-up grows by."""

    __tablename__ = "sending_days"

    sender: Mapped[str] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    messages: Mapped[int]
