"""What customers do with the business, as it is told: signals, those of contacts nobody knows yet, and who may tell."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, Integer, String, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from outreach.db.base import Base


class Signal(Base):
    """What a customer does with the business: purchase, visit, question, complaint, booking, reply."""

    __tablename__ = "signals"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id"))
    kind: Mapped[str]
    occurred_at: Mapped[datetime]
    amount: Mapped[float | None]
    currency: Mapped[str] = mapped_column(server_default="")
    #: Names it in the business's own books; the same one twice is one signal.
    reference: Mapped[str] = mapped_column(server_default="")
    #: When we were told (the database's clock), so that what comes late is found.
    recorded_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))

    __table_args__ = (
        UniqueConstraint("contact_id", "kind", "occurred_at", "reference"),
        Index(
            "uq_signals_reference",
            "contact_id",
            "kind",
            "reference",
            unique=True,
            postgresql_where=text("reference <> ''"),
        ),
        Index("ix_signals_complaints", "occurred_at", postgresql_where=text("kind = 'complaint'")),
        Index("ix_signals_kind_occurred_at", "kind", "occurred_at"),
        # Those that name a service: "chimney:2026-0417".
        Index("ix_signals_services", "recorded_at", postgresql_where=text("strpos(reference, ':') > 0")),
    )


class WaitingSignal(Base):
    """A signal of a contact nobody knows yet; it becomes the contact's as soon as there is one with its id."""

    __tablename__ = "waiting_signals"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    external_id: Mapped[str]
    kind: Mapped[str]
    occurred_at: Mapped[datetime]
    amount: Mapped[float | None]
    currency: Mapped[str] = mapped_column(server_default="")
    reference: Mapped[str] = mapped_column(server_default="")
    #: Who told us: "file signals.csv", "API key till".
    source: Mapped[str]
    received_at: Mapped[datetime]

    __table_args__ = (
        Index(
            "uq_waiting_signals_reference",
            "external_id",
            "kind",
            "reference",
            unique=True,
            postgresql_where=text("reference <> ''"),
        ),
        Index(
            "uq_waiting_signals_instant",
            "external_id",
            "kind",
            "occurred_at",
            unique=True,
            postgresql_where=text("reference = ''"),
        ),
    )


class ApiKey(Base):
    """Lets a program of the business speak to us; only a digest of the key is kept."""

    __tablename__ = "api_keys"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    name: Mapped[str]
    #: SHA-256 of the key.
    digest: Mapped[bytes] = mapped_column(unique=True)
    #: What it may do: "signals".
    scopes: Mapped[list[str]] = mapped_column(ARRAY(String))
    made_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]

    __table_args__ = (Index("uq_api_keys_name", "name", unique=True, postgresql_where=text("revoked_at IS NULL")),)
