"""What comes back: raw batches from providers as they arrived, and the events read out of them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, String, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from outreach.db.base import Base


class RawBatch(Base):
    """One verified request from a provider (or one recorded visit of our own links), stored before we answer.

    Workers read batches with SKIP LOCKED and stamp `applied_at`; reading one twice is harmless, because every event in
    it carries a key of its own.
    """

    __tablename__ = "raw_batches"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    #: Name of the reader that understands the body: a provider's name, or "tracking" for our own links.
    source: Mapped[str]
    received_at: Mapped[datetime]
    body: Mapped[bytes]
    applied_at: Mapped[datetime | None]
    #: Why it could not be read, "" if it could.
    fault: Mapped[str] = mapped_column(server_default="")

    __table_args__ = (Index("ix_raw_batches_waiting", "id", postgresql_where=text("applied_at IS NULL")),)


class EventRow(Base):
    """One event, once: `key` is unique whoever reports it and however often."""

    __tablename__ = "events"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    touch_id: Mapped[UUID | None] = mapped_column(ForeignKey("touches.id"), index=True)
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.id"), index=True)
    type: Mapped[str]
    actor: Mapped[str]
    #: Of an open or click: the chance that a person made it, and the clues, weightiest first; None if never weighed.
    probability: Mapped[float | None]
    evidence: Mapped[list[str]] = mapped_column(ARRAY(String), server_default=text("'{}'"))
    occurred_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    data: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))

    __table_args__ = (
        Index("ix_events_occurred_at", "occurred_at"),
        Index(
            "ix_events_troubles",
            "occurred_at",
            postgresql_where=text("type IN ('bounced', 'complained', 'deferred')"),
        ),
        Index("ix_events_from", text("(data ->> 'from')"), postgresql_where=text("data ? 'intent'")),
    )


class DomainPatternRow(Base):
    """A program on a network that visited most messages to a domain within seconds of their sending."""

    __tablename__ = "domain_patterns"

    domain: Mapped[str] = mapped_column(primary_key=True)
    network: Mapped[str] = mapped_column(primary_key=True)
    user_agent: Mapped[str] = mapped_column(primary_key=True)
    found_at: Mapped[datetime]


class TextAnswer(Base):
    """What we owe somebody who texted STOP, START or HELP: one text, soon, or none."""

    __tablename__ = "text_answers"

    #: Of the event that asks for it, so that a text that arrives twice is answered once.
    event_key: Mapped[str] = mapped_column(primary_key=True)
    #: Names the answer to the provider.
    id: Mapped[UUID] = mapped_column(server_default=text("gen_random_uuid()"))
    number: Mapped[str]
    intent: Mapped[str]
    asked_at: Mapped[datetime]
    #: waiting, sending, or what became of it: sent, failed, unknown, late.
    state: Mapped[str] = mapped_column(server_default="waiting")
    answer: Mapped[str] = mapped_column(server_default="")

    __table_args__ = (Index("ix_text_answers_waiting", "asked_at", postgresql_where=text("state = 'waiting'")),)
