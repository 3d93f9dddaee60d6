"""What staff write and keep before anybody gets it: revisions, snippets, images, reviews, proofs, checked links."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, Integer, LargeBinary, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from outreach.db.base import Base


class Revision(Base):
    """An edition in one locale as it was saved once. The newest is the draft; what readers get is `EditionContent`."""

    __tablename__ = "revisions"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("editions.id"))
    locale: Mapped[str]
    #: From 1, for each locale by itself; who saves names the number they began from.
    number: Mapped[int]
    subject: Mapped[str] = mapped_column(server_default="")
    preheader: Mapped[str] = mapped_column(server_default="")
    body: Mapped[str]
    #: pack | saved | restored | copied
    origin: Mapped[str]
    saved_by: Mapped[str] = mapped_column(server_default="")
    saved_at: Mapped[datetime]
    #: When readers began to get exactly this.
    published_at: Mapped[datetime | None]

    __table_args__ = (UniqueConstraint("edition_id", "locale", "number"),)


class Review(Base):
    """Somebody asked for an edition to be published, and what became of that; append-only but for the answer."""

    __tablename__ = "reviews"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("editions.id"), index=True)
    #: Of the texts in all locales, so that what is approved is what is published.
    fingerprint: Mapped[str]
    #: Contacts it may reach, share of words about ourselves, and the reason given where that is above the limit.
    audience: Mapped[int]
    about_us: Mapped[float]
    reason: Mapped[str] = mapped_column(server_default="")
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    asked_at: Mapped[datetime]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    decided_at: Mapped[datetime | None]
    #: "" | published | sent back | withdrawn
    verdict: Mapped[str] = mapped_column(server_default="")
    comment: Mapped[str] = mapped_column(server_default="")


class Snippet(Base):
    """A block that is used again: kept once per locale under a name."""

    __tablename__ = "snippets"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    name: Mapped[str]
    locale: Mapped[str]
    body: Mapped[str]
    saved_by: Mapped[str] = mapped_column(server_default="")
    saved_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("name", "locale"),)


class Image(Base):
    """A picture for mails, made small enough; served under its digest, so that it never changes."""

    __tablename__ = "images"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    #: SHA-256 of `data`, hexadecimal.
    digest: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    media_type: Mapped[str]
    width: Mapped[int]
    height: Mapped[int]
    data: Mapped[bytes] = mapped_column(LargeBinary)
    thumbnail: Mapped[bytes] = mapped_column(LargeBinary)
    #: Words for those who cannot see it, per locale.
    alt: Mapped[dict[str, str]] = mapped_column(JSONB, server_default=text("'{}'"))
    saved_by: Mapped[str] = mapped_column(server_default="")
    saved_at: Mapped[datetime]


class CheckedLink(Base):
    """What an address in an edition answered when it was tried last."""

    __tablename__ = "checked_links"

    url: Mapped[str] = mapped_column(primary_key=True)
    #: alive | dead | refused | slow
    verdict: Mapped[str]
    #: Status line or reason, shortened.
    answer: Mapped[str] = mapped_column(server_default="")
    checked_at: Mapped[datetime]


class Proof(Base):
    """A marked trial copy that staff sent to an address of their own; no touch, and in nobody's rhythm."""

    __tablename__ = "proofs"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("editions.id"), index=True)
    locale: Mapped[str]
    address: Mapped[str]
    sent_by: Mapped[str]
    sent_at: Mapped[datetime]
    #: sent | failed | unknown | retry_wait
    outcome: Mapped[str]
    answer: Mapped[str] = mapped_column(server_default="")


class GivenAnswer(Base):
    """What a contact answered to a question in a message; a later answer replaces an earlier one.

    A click may turn out to have been a machine's, and its answer goes; one given on the page of answers stays.
    """

    __tablename__ = "answers"

    touch_id: Mapped[UUID] = mapped_column(ForeignKey("touches.id"), primary_key=True)
    #: Names the question within the edition.
    question: Mapped[str] = mapped_column(primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id"))
    edition_id: Mapped[int] = mapped_column(ForeignKey("editions.id"))
    answer: Mapped[str]
    given_at: Mapped[datetime]
    #: Given on our own page, and so by a person for certain.
    confirmed: Mapped[bool] = mapped_column(server_default=text("false"))

    __table_args__ = (
        Index("ix_answers_contact_id", "contact_id", "given_at"),
        Index("ix_answers_given_at", "given_at"),
        Index("ix_answers_edition_id", "edition_id"),
    )
