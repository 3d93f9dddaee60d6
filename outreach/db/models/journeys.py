"""Journeys, each as it stands and as it stood, and the contacts that are or were in them."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, Integer, String, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from outreach.db.base import Base


class JourneyRow(Base):
    """A journey as it stands; who enters now goes this version."""

    __tablename__ = "journeys"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    #: As packs write it, without its key (`intake/journeys.py`).
    definition: Mapped[dict[str, Any]] = mapped_column(JSONB)
    version: Mapped[int] = mapped_column(server_default=text("1"))
    #: Nobody enters a journey that is switched off, and who is in it stands still.
    active: Mapped[bool] = mapped_column(server_default=text("true"))
    #: pack | staff
    source: Mapped[str] = mapped_column(server_default="pack")
    #: When staff last changed it; a pack leaves it alone then.
    edited_at: Mapped[datetime | None]
    updated_at: Mapped[datetime]


class JourneyVersion(Base):
    """A journey as it stood, append-only; contacts finish the version on which they entered."""

    __tablename__ = "journey_versions"

    journey_id: Mapped[int] = mapped_column(ForeignKey("journeys.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    definition: Mapped[dict[str, Any]] = mapped_column(JSONB)
    #: "pack hearth-energy", the address of a member of staff.
    source: Mapped[str]
    since: Mapped[datetime]


class Enrolment(Base):
    """One contact's way through one journey, because of one occasion."""

    __tablename__ = "enrolments"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id"))
    journey_id: Mapped[int] = mapped_column(ForeignKey("journeys.id"))
    version: Mapped[int]
    exclusive: Mapped[bool]
    #: waiting | under_way | over
    place: Mapped[str]
    #: Label of the step, since when (moved on by the time it stood still), and when to look again.
    step: Mapped[str]
    since: Mapped[datetime]
    due_at: Mapped[datetime]
    #: Names the occasion ("signal 7"), so that it begins the journey once; when that was.
    entered_by: Mapped[str]
    began_at: Mapped[datetime]
    entered_at: Mapped[datetime]
    #: Labels of the steps that invited; the place, from 1, names the invitation ("journey 12/3").
    invited: Mapped[list[str]] = mapped_column(ARRAY(String), server_default=text("'{}'"))
    asking: Mapped[bool] = mapped_column(server_default=text("false"))
    asked_at: Mapped[datetime | None]
    held_since: Mapped[datetime | None]
    #: case | switched_off
    held_by: Mapped[str] = mapped_column(server_default="")
    ended_at: Mapped[datetime | None]
    #: goal | exit | done | refused | taken_out
    ended_as: Mapped[str] = mapped_column(server_default="")
    #: What happened: a list of [at, step, what, detail].
    log: Mapped[list[Any]] = mapped_column(JSONB, server_default=text("'[]'"))
    #: When we last looked, by the database's clock, so that signals that came since are found.
    looked_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))

    __table_args__ = (
        UniqueConstraint("contact_id", "journey_id", "entered_by"),
        Index("uq_enrolments_open", "contact_id", "journey_id", unique=True, postgresql_where=text("ended_at IS NULL")),
        Index(
            "uq_enrolments_exclusive",
            "contact_id",
            unique=True,
            postgresql_where=text("exclusive AND place = 'under_way'"),
        ),
        Index("ix_enrolments_due", "due_at", postgresql_where=text("ended_at IS NULL")),
        Index("ix_enrolments_asking", "contact_id", postgresql_where=text("asking AND ended_at IS NULL")),
        Index("ix_enrolments_journey_id", "journey_id", "step"),
    )
