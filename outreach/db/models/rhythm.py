"""Each contact's rhythm: the present gap, when the next touch is due, and every change of the gap."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Identity, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from outreach.db.base import Base


class Rhythm(Base):
    """A contact's rhythm, materialised so that "who is due" is one indexed question."""

    __tablename__ = "rhythms"

    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id"), primary_key=True)
    #: Present cadence in days, inside the industry's band.
    gap: Mapped[float]
    #: When we began to know the contact; silence is counted from here until the first touch.
    started_at: Mapped[datetime]
    last_touch_at: Mapped[datetime | None]
    #: When the next touch is due by the rhythm.
    next_due_at: Mapped[datetime]
    #: When the planner should look at the contact again; never null, so nobody is forgotten.
    look_at: Mapped[datetime]
    paused_until: Mapped[datetime | None]
    #: Why there is no planned touch, from the planner's last look; "" while one is planned.
    waiting_code: Mapped[str]
    waiting: Mapped[str]
    updated_at: Mapped[datetime]

    __table_args__ = (Index("ix_rhythms_look_at", "look_at"),)


class CadenceChange(Base):
    """One step of a contact's gap, with the sentence that explains it; append-only."""

    __tablename__ = "cadence_changes"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id"), index=True)
    touch_id: Mapped[UUID | None] = mapped_column(ForeignKey("touches.id"))
    changed_at: Mapped[datetime]
    gap_before: Mapped[float]
    gap_after: Mapped[float]
    reason_code: Mapped[str]
    reason_numbers: Mapped[dict[str, Any]] = mapped_column(JSONB)
    reason: Mapped[str]
