"""Contacts, what they allow us, and the addresses that must never be written to again."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from outreach.db.base import Base


class Contact(Base):
    """A customer. `may_email` and `may_sms` are projections of the consent ledger, kept for set-based planning."""

    __tablename__ = "contacts"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    external_id: Mapped[str] = mapped_column(unique=True)
    #: As given, domain lower-cased; "" if the contact has none.
    email: Mapped[str] = mapped_column(server_default="")
    #: E.164; "" if the contact has none.
    phone: Mapped[str] = mapped_column(server_default="")
    first_name: Mapped[str] = mapped_column(server_default="")
    last_name: Mapped[str] = mapped_column(server_default="")
    company: Mapped[str] = mapped_column(server_default="")
    industry_id: Mapped[int] = mapped_column(ForeignKey("industries.id"), index=True)
    #: BCP 47, one of the pack's locales or an ancestor of one ("zh-Hans", "cy").
    language: Mapped[str]
    #: IANA name.
    time_zone: Mapped[str]
    #: ISO 3166 alpha-2; "" if unknown.
    country: Mapped[str] = mapped_column(server_default="")
    #: ISO 3166-2 with its country, "DE-BY", for regional holidays and school terms; "" if unknown.
    region: Mapped[str] = mapped_column(server_default="")
    customer_since: Mapped[date | None]
    attributes: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
    may_email: Mapped[bool] = mapped_column(server_default=text("false"))
    may_sms: Mapped[bool] = mapped_column(server_default=text("false"))
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    __table_args__ = (Index("ix_contacts_email_lower", text("lower(email)")), Index("ix_contacts_phone", "phone"))


class ConsentRecord(Base):
    """One line of the append-only consent ledger: who allowed or withdrew what, how and when."""

    __tablename__ = "consent_records"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id"), index=True)
    channel: Mapped[str]
    granted: Mapped[bool]
    #: How we know: "import contacts.csv row 14", "unsubscribe link", "complaint".
    source: Mapped[str]
    #: When the person said so (their or the source's clock).
    given_at: Mapped[datetime]
    recorded_at: Mapped[datetime]


class Suppression(Base):
    """An address that must not be written to on a channel, whoever owns it; an import can never undo it."""

    __tablename__ = "suppressions"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    channel: Mapped[str]
    #: Lower-cased e-mail address or E.164 number.
    address: Mapped[str]
    #: bounced | complained | unsubscribed | by hand
    reason: Mapped[str]
    since: Mapped[datetime]
    #: For how long; None for good.
    until: Mapped[datetime | None]

    __table_args__ = (UniqueConstraint("channel", "address"),)


class TopicRefusal(Base):
    """A campaign that a contact does not want to hear from; everything else goes on."""

    __tablename__ = "topic_refusals"

    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id"), primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"), primary_key=True)
    #: Where it was said: "choices page".
    source: Mapped[str]
    refused_at: Mapped[datetime]


class Signal(Base):
    """What a customer does with the business: purchase, visit, question, complaint, booking, reply."""

    __tablename__ = "signals"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id"))
    kind: Mapped[str]
    occurred_at: Mapped[datetime]
    amount: Mapped[float | None]
    currency: Mapped[str] = mapped_column(server_default="")
    reference: Mapped[str] = mapped_column(server_default="")

    __table_args__ = (UniqueConstraint("contact_id", "kind", "occurred_at", "reference"),)
