"""Invitations: one edition for one contact, because of one cause."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from outreach.db.base import Base


class Invitation(Base):
    """Lets one contact have one edition of a campaign whose rule is `invited`; a touch that names it has taken it up.

    The planner decides when, and whether at all: an invitation is a wish, not an order.
    """

    __tablename__ = "invitations"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id"))
    edition_id: Mapped[int] = mapped_column(ForeignKey("editions.id"))
    #: First and last civil day in the contact's zone.
    opens_on: Mapped[date]
    closes_on: Mapped[date]
    #: What it is about ("journey 12/3"), so that the same cause invites once.
    cause: Mapped[str]
    #: What `{{ occasion.<name> }}` prints: name to locale to text; locale "" is for every language.
    words: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
    made_at: Mapped[datetime]
    #: When it was withdrawn, and why.
    closed_at: Mapped[datetime | None]
    closed_as: Mapped[str] = mapped_column(server_default="")

    __table_args__ = (
        UniqueConstraint("contact_id", "cause", "edition_id"),
        Index("ix_invitations_open", "contact_id", "edition_id", postgresql_where=text("closed_at IS NULL")),
    )
