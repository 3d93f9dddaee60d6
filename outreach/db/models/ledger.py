"""The ledger: every touch, with its decision, its state and every attempt to send it."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, Numeric, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from outreach.db.base import Base


class Touch(Base):
    """One decision to reach one contact. The id is made when planning, before any queue or provider sees it.

    `send_at` and `sent_at` are business time (the demo's clock may run fast); `lease_until` is the database's clock,
    because a lease guards against a dead process, not against the calendar.
    """

    __tablename__ = "touches"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id"))
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"))
    edition_id: Mapped[int] = mapped_column(ForeignKey("editions.id"))
    channel: Mapped[str]
    touch_class: Mapped[str]
    state: Mapped[str]
    #: Business time of the decision.
    decided_at: Mapped[datetime]
    send_at: Mapped[datetime]
    reason_code: Mapped[str]
    reason_numbers: Mapped[dict[str, Any]] = mapped_column(JSONB)
    #: The sentence, in plain English.
    reason: Mapped[str]
    #: The contact's gap when this was decided, in days.
    gap: Mapped[float]
    #: Claiming: who holds it, until when (database clock), how often it was tried; updates are fenced with these.
    owner: Mapped[str] = mapped_column(server_default="")
    lease_until: Mapped[datetime | None]
    attempt: Mapped[int] = mapped_column(server_default=text("0"))
    #: Locale it was rendered in, once it was.
    locale: Mapped[str] = mapped_column(server_default="")
    #: Address it went to, once it was rendered.
    address: Mapped[str] = mapped_column(server_default="")
    provider: Mapped[str] = mapped_column(server_default="")
    #: The line of the consent ledger that the last check relied on; None if there was none.
    consent_id: Mapped[int | None] = mapped_column(BigInteger)
    sent_at: Mapped[datetime | None]
    #: Why it was skipped or failed, "" otherwise.
    outcome: Mapped[str] = mapped_column(server_default="")
    #: First human open or click; a later one only adds an event.
    opened_at: Mapped[datetime | None]
    clicked_at: Mapped[datetime | None]
    #: Set once the touch has taught the cadence what silence teaches.
    matured_at: Mapped[datetime | None]
    #: The invitation that it takes up; None for what needs none.
    invitation_id: Mapped[int | None] = mapped_column(ForeignKey("invitations.id"))
    #: The touch whose mail carries this one along.
    merged_into: Mapped[UUID | None]

    __table_args__ = (
        UniqueConstraint("edition_id", "contact_id", "channel", "invitation_id", postgresql_nulls_not_distinct=True),
        Index(
            "uq_touches_invitation_id", "invitation_id", unique=True, postgresql_where=text("invitation_id IS NOT NULL")
        ),
        Index("ix_touches_contact_id_send_at", "contact_id", "send_at"),
        Index("ix_touches_due", "send_at", postgresql_where=text("state IN ('planned', 'retry_wait')")),
        Index("ix_touches_leased", "lease_until", postgresql_where=text("state IN ('claimed', 'sending')")),
        Index("ix_touches_unmatured", "sent_at", postgresql_where=text("state = 'sent' AND matured_at IS NULL")),
        Index("ix_touches_sent_at", "sent_at"),
        Index("ix_touches_merged_into", "merged_into", postgresql_where=text("merged_into IS NOT NULL")),
        Index("ix_touches_failed_address", text("lower(address)"), postgresql_where=text("state = 'failed'")),
        Index("ix_touches_refused", "send_at", postgresql_where=text("state = 'failed' AND sent_at IS NULL")),
        Index("ix_touches_unknown", "send_at", postgresql_where=text("state = 'unknown'")),
    )


class Attempt(Base):
    """One try to send a message; append-only."""

    __tablename__ = "attempts"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    touch_id: Mapped[UUID] = mapped_column(ForeignKey("touches.id"), index=True)
    number: Mapped[int]
    provider: Mapped[str]
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime]
    #: sent | failed | unknown | retry_wait
    outcome: Mapped[str]
    #: SMTP or HTTP code with its text, shortened.
    answer: Mapped[str] = mapped_column(server_default="")
    #: The provider's own name for the message.
    reference: Mapped[str] = mapped_column(server_default="")
    #: Of a text: for how many the provider wants to be paid, 0 until it says so; NULL for a mail.
    segments: Mapped[int | None]
    #: What it cost, once the provider says so, in a currency (ISO 4217).
    price: Mapped[Decimal | None] = mapped_column(Numeric(12, 6))
    currency: Mapped[str] = mapped_column(server_default="")

    __table_args__ = (
        Index("ix_attempts_unpriced", "reference", postgresql_where=text("segments IS NOT NULL AND price IS NULL")),
    )


class Withheld(Base):
    """An edition that wanted a contact's slot and did not get it: who won, and what becomes of it; append-only."""

    __tablename__ = "withheld"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id"))
    edition_id: Mapped[int] = mapped_column(ForeignKey("editions.id"))
    at: Mapped[datetime]
    #: lost.later | lost.expires | lost.merged | held.series | taken.back ...
    reason_code: Mapped[str]
    reason_numbers: Mapped[dict[str, Any]] = mapped_column(JSONB)

    __table_args__ = (Index("ix_withheld_contact_id_at", "contact_id", "at"),)


class LoggedTouch(Base):
    """A touch that a person made outside the product and wrote down: a call, a visit, a reply."""

    __tablename__ = "logged_touches"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id"))
    #: call | meeting | email | sms
    channel: Mapped[str]
    at: Mapped[datetime]
    note: Mapped[str] = mapped_column(server_default="")
    #: E-mail address of the member of staff.
    logged_by: Mapped[str] = mapped_column(server_default="")
    recorded_at: Mapped[datetime]

    __table_args__ = (Index("ix_logged_touches_contact_id_at", "contact_id", "at"),)


class Task(Base):
    """A touch that a person should make: at most one open task of a kind for a contact. `TaskMove` has its history."""

    __tablename__ = "tasks"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id"), index=True)
    #: call | video | visit
    kind: Mapped[str]
    reason_code: Mapped[str]
    reason_numbers: Mapped[dict[str, Any]] = mapped_column(JSONB)
    due_at: Mapped[datetime]
    made_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    #: `Outcome`; "" while open.
    outcome: Mapped[str] = mapped_column(server_default="")
    note: Mapped[str] = mapped_column(server_default="")
    closed_by: Mapped[str] = mapped_column(server_default="")
    #: What asked for it: "case 12", "service 5", "journey 3".
    source: Mapped[str | None]
    #: `Standing`: attempts without a conversation, hidden until when, and whether the customer agreed to that.
    attempts: Mapped[int] = mapped_column(server_default=text("0"))
    not_before: Mapped[datetime | None]
    promised: Mapped[bool] = mapped_column(server_default=text("false"))
    #: What the customer said: "finished".
    said: Mapped[str] = mapped_column(server_default="")
    #: What the customer did that closed it: a kind of signal, or "answer".
    cause: Mapped[str] = mapped_column(server_default="")
    #: What the customer does after this closes it; when it was made if NULL.
    watched_from: Mapped[datetime | None]
    #: Whose it is, and since when.
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id", ondelete="SET NULL"))
    given_at: Mapped[datetime | None]
    #: Of a relationship date: the campaign that asks for it, and the date.
    campaign_id: Mapped[int | None] = mapped_column(ForeignKey("campaigns.id"))
    occasion: Mapped[date | None]
    appointment_at: Mapped[datetime | None]
    #: Names the appointment in calendars; the number grows with every change, NULL before the first.
    uid: Mapped[UUID] = mapped_column(server_default=text("gen_random_uuid()"))
    sequence: Mapped[int | None]

    __table_args__ = (
        Index("uq_tasks_open", "contact_id", "kind", unique=True, postgresql_where=text("closed_at IS NULL")),
        Index(
            "uq_tasks_occasion",
            "contact_id",
            "campaign_id",
            "occasion",
            unique=True,
            postgresql_where=text("occasion IS NOT NULL"),
        ),
        Index("ix_tasks_owner_id_given_at", "owner_id", "given_at"),
    )
