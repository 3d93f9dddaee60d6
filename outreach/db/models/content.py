"""What is said and to whom: the business, its industries, campaigns, editions and their contents per locale."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Identity, Integer, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from outreach.db.base import Base


class Business(Base):
    """Who writes: the one row of sender facts that every message needs."""

    __tablename__ = "business"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, server_default=text("1"))
    pack: Mapped[str]
    name: Mapped[str]
    sender_name: Mapped[str]
    sender_email: Mapped[str]
    reply_to: Mapped[str]
    postal_address: Mapped[str]
    phone: Mapped[str]
    website: Mapped[str]
    #: Accent colour of the mails, "#rrggbb".
    colour: Mapped[str]
    locales: Mapped[list[str]] = mapped_column(JSONB)
    default_locale: Mapped[str]
    #: Share of words about ourselves above which publishing needs a written reason.
    about_us_limit: Mapped[float] = mapped_column(server_default=text("0.3"))
    #: An edition that may reach more contacts than this is published by somebody else than asked for it.
    four_eyes_above: Mapped[int] = mapped_column(server_default=text("10000"))
    #: What one segment of a text message costs, and in which currency (ISO 4217); unknown where it is NULL.
    segment_price: Mapped[float | None]
    currency: Mapped[str] = mapped_column(server_default="")
    #: What customers whom we let down may choose from, as {"key": ..., "name": {locale: words}}.
    remedies: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default=text("'[]'"))
    #: Keys of answers that open a recovery case, beside those that always do.
    bad_answers: Mapped[list[str]] = mapped_column(JSONB, server_default=text("'[]'"))
    #: Who is told when a case waits too long: an e-mail address; "" for whoever is administrator.
    escalate_to: Mapped[str] = mapped_column(server_default="")
    #: Where anybody may review us in public: `name` and `url` of each.
    review_links: Mapped[list[dict[str, str]]] = mapped_column(JSONB, server_default=text("'[]'"))
    updated_at: Mapped[datetime]


class Industry(Base):
    """What a contact's business or life runs on; owns a contact calendar and a rhythm band."""

    __tablename__ = "industries"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    #: Name per locale.
    names: Mapped[dict[str, str]] = mapped_column(JSONB)
    min_gap: Mapped[float]
    target_gap: Mapped[float]
    max_gap: Mapped[float]
    #: The calendar as the pack states it; `domain/calendar` reads it.
    calendar: Mapped[dict[str, Any]] = mapped_column(JSONB)
    calendar_version: Mapped[int] = mapped_column(server_default=text("1"))
    updated_at: Mapped[datetime]


class Campaign(Base):
    """A lasting stream with a purpose, class, channel, audience and recurrence."""

    __tablename__ = "campaigns"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    purpose: Mapped[str]
    touch_class: Mapped[str]
    channel: Mapped[str]
    priority: Mapped[int]
    #: issue | series | anniversary | invited
    rule: Mapped[str]
    every_months: Mapped[int] = mapped_column(server_default=text("0"))
    window_days: Mapped[int] = mapped_column(server_default=text("0"))
    #: Keys of industries; empty means all.
    industries: Mapped[list[str]] = mapped_column(JSONB, server_default=text("'[]'"))
    #: Attributes a contact must have.
    needs: Mapped[dict[str, str]] = mapped_column(JSONB, server_default=text("'{}'"))
    #: While this series still has something for a contact, ordinary campaigns wait.
    exclusive: Mapped[bool] = mapped_column(server_default=text("false"))
    #: What would expire unsaid may ride along in the winner's mail.
    mergeable: Mapped[bool] = mapped_column(server_default=text("false"))
    #: What readers may choose to hear or not to hear of, named per locale; empty if it cannot be chosen.
    topic: Mapped[dict[str, str]] = mapped_column(JSONB, server_default=text("'{}'"))
    active: Mapped[bool] = mapped_column(server_default=text("true"))
    #: On which days its editions open, as an RFC 5545 rule ("FREQ=MONTHLY;BYDAY=1TU"); "" if each says for itself.
    recurrence: Mapped[str] = mapped_column(server_default="")
    #: A series that begins anew for whoever has had all of it.
    evergreen: Mapped[bool] = mapped_column(server_default=text("false"))
    #: Of an anniversary: the task that people get on the date (`TaskKind`, "" for none), for whom (valued | all), and
    #: what to ask, each per locale.
    task: Mapped[str] = mapped_column(server_default="")
    task_for: Mapped[str] = mapped_column(server_default="valued")
    task_questions: Mapped[list[dict[str, str]]] = mapped_column(JSONB, server_default=text("'[]'"))
    updated_at: Mapped[datetime]


class Edition(Base):
    """One issue of a newsletter, one tip of a series, one text, one round of check-ins."""

    __tablename__ = "editions"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"), index=True)
    key: Mapped[str]
    position: Mapped[int]
    opens_on: Mapped[date]
    closes_on: Mapped[date]
    #: What staff call it; "" where the key says enough.
    title: Mapped[str] = mapped_column(server_default="")
    #: draft | review | published; only what is published is offered to anybody.
    state: Mapped[str] = mapped_column(server_default="published")
    #: Who declared it: pack | staff. A pack never closes what staff made.
    source: Mapped[str] = mapped_column(server_default="pack")
    #: When staff changed its days, so that a pack leaves them alone.
    edited_at: Mapped[datetime | None]
    #: How often an evergreen series had begun anew when this was made, from 1; and the edition it repeats.
    round: Mapped[int] = mapped_column(server_default=text("1"))
    repeats: Mapped[int | None] = mapped_column(ForeignKey("editions.id"))
    updated_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("campaign_id", "key"),)


class EditionContent(Base):
    """An edition in one locale. `version` grows when the text changes; messages keep the version they were made of."""

    __tablename__ = "edition_contents"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("editions.id"))
    locale: Mapped[str]
    subject: Mapped[str] = mapped_column(server_default="")
    preheader: Mapped[str] = mapped_column(server_default="")
    #: Markdown with blocks, as in the pack.
    body: Mapped[str]
    version: Mapped[int] = mapped_column(server_default=text("1"))
    #: When staff published another text than the pack's, so that a pack leaves it alone.
    edited_at: Mapped[datetime | None]
    updated_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("edition_id", "locale"),)


class Link(Base):
    """A tracked target of an edition; a click token names it, never the address itself."""

    __tablename__ = "links"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("editions.id"))
    url: Mapped[str]

    __table_args__ = (UniqueConstraint("edition_id", "url"),)
