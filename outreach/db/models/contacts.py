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
    #: The number at which somebody else answered; while it is the contact's, nobody calls it.
    wrong_number: Mapped[str] = mapped_column(server_default="")
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
    #: What the person saw; None where nobody knows.
    wording: Mapped[bytes | None] = mapped_column(ForeignKey("consent_wordings.hash"))
    #: The address as given, and from where: network and program, or the file and who brought it. Erasure empties both.
    address: Mapped[str] = mapped_column(server_default="")
    origin: Mapped[str] = mapped_column(server_default="")
    #: `Basis`, and what it is for.
    basis: Mapped[str] = mapped_column(server_default="consent")
    purpose: Mapped[str] = mapped_column(server_default="marketing")
    expires_at: Mapped[datetime | None]
    #: How the person proved that the address is theirs; "" if they did not.
    confirmed_by: Mapped[str] = mapped_column(server_default="")
    #: The rest the database writes itself (migration 0005). Of a withdrawal, the grant that it ends.
    withdraws: Mapped[int | None] = mapped_column(BigInteger)
    #: SHA-256 of salt, address and origin, so that both can be erased and the chain still holds.
    salt: Mapped[bytes | None]
    seal: Mapped[bytes | None]
    #: SHA-256 of this line, which holds that of the contact's line before it.
    previous: Mapped[bytes | None]
    hash: Mapped[bytes | None]

    __table_args__ = (
        UniqueConstraint("contact_id", "previous", postgresql_nulls_not_distinct=True),
        Index("ix_consent_records_expires_at", "expires_at", postgresql_where=text("expires_at IS NOT NULL")),
    )


class ConsentWording(Base):
    """A text that people agreed to, once."""

    __tablename__ = "consent_wordings"

    #: SHA-256 of language and words.
    hash: Mapped[bytes] = mapped_column(primary_key=True)
    words: Mapped[str]
    language: Mapped[str]
    first_used_at: Mapped[datetime]


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
