"""Each contact's rhythm: the present gap, when the next touch is due, every change of the gap, and the daily score."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, ForeignKey, Identity, Index, Integer, text
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
    #: The contact's own band where staff set one; None follows the industry.
    own_min_gap: Mapped[float | None]
    own_max_gap: Mapped[float | None]
    #: "Less often" said by the contact: no gap below this many days, until then.
    floor_gap: Mapped[float | None]
    floor_gap_until: Mapped[datetime | None]
    #: Messages before this instant teach nothing any more: staff took back what was learnt.
    learn_from: Mapped[datetime | None]
    #: How much contact this person bears, as far as we know; None before anything was learnt.
    capacity: Mapped[float | None]
    #: Part of the day and channel this person answers in: "", morning, evening; "", email, sms.
    favours_hours: Mapped[str] = mapped_column(server_default="")
    favours_channel: Mapped[str] = mapped_column(server_default="")
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


class RhythmLearning(Base):
    """What the whole base taught: the one row of numbers that every contact's learning starts from."""

    __tablename__ = "rhythm_learning"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, server_default=text("1"))
    #: How much less our customers bear than the prior says, in natural logarithms; 0 or below.
    shift: Mapped[float] = mapped_column(server_default=text("0"))
    #: Share of each class of mail program, by name.
    client_mix: Mapped[dict[str, float]] = mapped_column(JSONB, server_default=text("'{}'"))
    #: All gaps are multiplied by this where the base bears less, or complaints are too many; 1 is normal.
    slowdown: Mapped[float] = mapped_column(server_default=text("1"))
    updated_at: Mapped[datetime]


class RhythmDay(Base):
    """Feast, famine and the rhythm score of one civil day (UTC), of an industry or (industry 0) of everybody."""

    __tablename__ = "rhythm_days"

    day: Mapped[date] = mapped_column(primary_key=True)
    industry_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    #: Contacts that can be reached, and of them those in famine and in feast on that day.
    reachable: Mapped[int]
    famine: Mapped[int]
    feast: Mapped[int]
    touches: Mapped[int]
    #: Over the 90 days up to this one: feast-or-famine index, variation of gaps, share of touches in busy seasons.
    index: Mapped[float]
    variation: Mapped[float]
    busy_share: Mapped[float]
    score: Mapped[float]
    #: Contacts by their own index over these days: 0, up to 1, 5, 20, above.
    spread: Mapped[list[int]] = mapped_column(ARRAY(Integer))


class CalendarVersion(Base):
    """An industry's calendar and band as they stood, append-only; the newest is in force."""

    __tablename__ = "calendar_versions"

    industry_id: Mapped[int] = mapped_column(ForeignKey("industries.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    calendar: Mapped[dict[str, Any]] = mapped_column(JSONB)
    min_gap: Mapped[float]
    target_gap: Mapped[float]
    max_gap: Mapped[float]
    #: Where it came from: "pack hearth-energy", the name of a member of staff.
    source: Mapped[str]
    #: Planned touches that this version took back.
    moved: Mapped[int]
    since: Mapped[datetime]
