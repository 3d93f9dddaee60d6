"""Services that come round, who lives or works together, what is known of each service, and its rounds."""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, Integer, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from outreach.db.base import Base


class ServiceRow(Base):
    """A service of the pack; see `domain/care/due_services/service.py`."""

    __tablename__ = "services"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    #: By locale.
    names: Mapped[dict[str, str]] = mapped_column(JSONB)
    interval_months: Mapped[int]
    lead_days: Mapped[int]
    #: Its edges, `from` and `to`; empty for the whole year.
    season: Mapped[dict[str, str]] = mapped_column(JSONB, server_default=text("'{}'"))
    attempts: Mapped[int]
    gap_days: Mapped[int]
    #: place | person
    holder: Mapped[str]
    #: Keys of industries, and attributes; empty for all.
    industries: Mapped[list[str]] = mapped_column(JSONB, server_default=text("'[]'"))
    needs: Mapped[dict[str, str]] = mapped_column(JSONB, server_default=text("'{}'"))
    #: As the pack says it: "at once", "customer_since + 12 months".
    first: Mapped[str]
    #: Column of the contacts file with the day it was done last; "" if there is none.
    last_attribute: Mapped[str] = mapped_column(server_default="")
    #: Key of the campaign that asks.
    campaign: Mapped[str]
    position: Mapped[int]
    active: Mapped[bool] = mapped_column(server_default=text("true"))
    updated_at: Mapped[datetime]


class HouseholdRow(Base):
    """Contacts who live or work together, as far as their rows say; one alone is a household, too."""

    __tablename__ = "households"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    #: What they share (`db/queries/households.py`): "household 7", "company shops the blue door", "contact 12".
    key: Mapped[str] = mapped_column(unique=True)
    #: Messages about services that were asked for so far.
    messages: Mapped[int] = mapped_column(server_default=text("0"))
    #: When somebody has to look at it again.
    look_at: Mapped[datetime] = mapped_column(index=True)


class HouseholdMember(Base):
    """Which household a contact belongs to."""

    __tablename__ = "household_members"

    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id"), primary_key=True)
    household_id: Mapped[int] = mapped_column(ForeignKey("households.id"), index=True)


class ServiceFact(Base):
    """What is known of one service: done, booked, not needed any more. A fact stays with the place it was told of."""

    __tablename__ = "service_facts"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("services.id"))
    household_id: Mapped[int] = mapped_column(ForeignKey("households.id"), index=True)
    #: None once the person had everything erased and the place stays.
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.id"), index=True)
    #: `FactKind`, `FactSource`.
    kind: Mapped[str]
    source: Mapped[str]
    #: The civil day.
    on_day: Mapped[date]
    signal_id: Mapped[int | None] = mapped_column(ForeignKey("signals.id"))
    noted_at: Mapped[datetime]
    noted_by: Mapped[str] = mapped_column(server_default="")

    __table_args__ = (
        Index(
            "uq_service_facts_signal",
            "signal_id",
            "service_id",
            unique=True,
            postgresql_where=text("signal_id IS NOT NULL"),
        ),
        Index(
            "uq_service_facts_attribute",
            "contact_id",
            "service_id",
            unique=True,
            postgresql_where=text("source = 'attribute'"),
        ),
        Index(
            "uq_service_facts_staff",
            "contact_id",
            "service_id",
            "kind",
            "on_day",
            unique=True,
            postgresql_where=text("source = 'staff'"),
        ),
    )


class ServiceRound(Base):
    """One time that a service is due, of a place or of a person; see `domain/care/due_services/rounds.py`."""

    __tablename__ = "service_rounds"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("services.id"), index=True)
    #: Whose it is: one of the two.
    household_id: Mapped[int | None] = mapped_column(ForeignKey("households.id"))
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.id"))
    #: `RoundState`
    state: Mapped[str]
    due_on: Mapped[date]
    opened_on: Mapped[date]
    attempts: Mapped[int] = mapped_column(server_default=text("0"))
    told: Mapped[bool] = mapped_column(server_default=text("false"))
    asked_on: Mapped[date | None]
    #: Whom the last message or call is for.
    asked_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.id"), index=True)
    #: Of the invitation: "services 12/3".
    cause: Mapped[str] = mapped_column(server_default="")
    listed_on: Mapped[date | None]
    booked_on: Mapped[date | None]
    ended_on: Mapped[date | None]
    #: `Ending`
    ended_as: Mapped[str | None]

    __table_args__ = (
        CheckConstraint("num_nonnulls(household_id, contact_id) = 1", name="one_holder"),
        Index(
            "uq_service_rounds_open_place",
            "household_id",
            "service_id",
            unique=True,
            postgresql_where=text("ended_on IS NULL AND household_id IS NOT NULL"),
        ),
        Index(
            "uq_service_rounds_open_person",
            "contact_id",
            "service_id",
            unique=True,
            postgresql_where=text("ended_on IS NULL AND contact_id IS NOT NULL"),
        ),
        Index("ix_service_rounds_listed", "asked_id", postgresql_where=text("state = 'listed'")),
        Index("ix_service_rounds_household_id", "household_id"),
        Index("ix_service_rounds_contact_id", "contact_id"),
    )
