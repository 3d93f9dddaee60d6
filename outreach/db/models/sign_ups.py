"""Forms by which people sign up, and those who filled one in."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Identity, Index, Integer, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from outreach.db.base import Base


class SignUpFormRow(Base):
    """A sign-up form of the pack; see `domain/sign_up/form.py`."""

    __tablename__ = "sign_up_forms"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    #: Title, and what one agrees to, per locale.
    titles: Mapped[dict[str, str]] = mapped_column(JSONB)
    wordings: Mapped[dict[str, str]] = mapped_column(JSONB)
    industry_id: Mapped[int] = mapped_column(ForeignKey("industries.id"))
    time_zone: Mapped[str]
    country: Mapped[str] = mapped_column(server_default="")
    #: Keys of campaigns.
    topics: Mapped[list[str]] = mapped_column(JSONB, server_default=text("'[]'"))
    #: Names of `SignUpField`.
    asks: Mapped[list[str]] = mapped_column(JSONB, server_default=text("'[]'"))
    #: Whether those come here whom a customer recommends us to.
    for_referrals: Mapped[bool] = mapped_column(server_default=text("false"))
    active: Mapped[bool] = mapped_column(server_default=text("true"))
    updated_at: Mapped[datetime]


class SignUp(Base):
    """Somebody filled a form in, and got a link; until they confirm, they are no contact and nothing is sent to them.

    What was confirmed stays, as the proof of it; what was not is deleted once its link is too old.
    """

    __tablename__ = "sign_ups"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    form_id: Mapped[int] = mapped_column(ForeignKey("sign_up_forms.id"))
    #: SHA-256 of the token in the link; the token itself is nowhere kept.
    digest: Mapped[bytes] = mapped_column(unique=True)
    #: As given, domain lower-cased.
    email: Mapped[str]
    first_name: Mapped[str] = mapped_column(server_default="")
    #: E.164; "" if not given.
    phone: Mapped[str] = mapped_column(server_default="")
    language: Mapped[str]
    #: Keys of the campaigns that were ticked.
    topics: Mapped[list[str]] = mapped_column(JSONB, server_default=text("'[]'"))
    #: What was agreed to, word by word, and in which locale it was read.
    wording: Mapped[str]
    language_seen: Mapped[str]
    asked_at: Mapped[datetime]
    #: Network address and program of whoever filled the form in, and of whoever confirmed.
    asked_from: Mapped[str] = mapped_column(server_default="")
    confirmed_from: Mapped[str] = mapped_column(server_default="")
    #: sent | failed | unknown | retry_wait, and what the provider said.
    outcome: Mapped[str]
    answer: Mapped[str] = mapped_column(server_default="")
    confirmed_at: Mapped[datetime | None]
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.id"), index=True)
    #: Whose link led to the form, if somebody's did.
    referred_by: Mapped[int | None] = mapped_column(ForeignKey("contacts.id"), index=True)

    __table_args__ = (
        Index("ix_sign_ups_email_lower", text("lower(email)"), "asked_at"),
        Index("ix_sign_ups_unconfirmed", "asked_at", postgresql_where=text("confirmed_at IS NULL")),
    )
