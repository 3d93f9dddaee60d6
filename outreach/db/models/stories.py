"""Stories that customers tell, what they permit, and whom they recommend us to."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from outreach.db.base import Base


class StoryRow(Base):
    """A story of a customer; see `domain/care/stories.py`. Its last permission says what may be done with it."""

    __tablename__ = "stories"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id"), index=True)
    #: asked | told | permitted | on_shelf | withdrawn
    state: Mapped[str]
    words: Mapped[str] = mapped_column(server_default="")
    language: Mapped[str] = mapped_column(server_default="")
    #: Digest of its picture, "" if there is none, and the words for those who cannot see it.
    picture: Mapped[str] = mapped_column(server_default="")
    picture_words: Mapped[str] = mapped_column(server_default="")
    asked_at: Mapped[datetime | None]
    told_at: Mapped[datetime | None]
    shelved_at: Mapped[datetime | None]
    shelved_by: Mapped[str] = mapped_column(server_default="")
    withdrawn_at: Mapped[datetime | None]

    __table_args__ = (
        Index("uq_stories_live", "contact_id", unique=True, postgresql_where=text("state <> 'withdrawn'")),
    )


class StoryPicture(Base):
    """The picture of a story, made small and without what the camera wrote; shown to others only from the shelf."""

    __tablename__ = "story_pictures"

    story_id: Mapped[int] = mapped_column(ForeignKey("stories.id"), primary_key=True)
    digest: Mapped[str] = mapped_column(index=True)
    media_type: Mapped[str]
    data: Mapped[bytes]
    thumbnail: Mapped[bytes]


class StoryPermission(Base):
    """One word of a customer on what may be done with a story; append-only, but erasure empties what names a person."""

    __tablename__ = "story_permissions"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    story_id: Mapped[int] = mapped_column(ForeignKey("stories.id"), index=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id"), index=True)
    #: The words, and SHA-256 (hexadecimal) of all that the permission is for.
    words: Mapped[str]
    hash: Mapped[str]
    language: Mapped[str]
    #: Digest of the picture, "" if there was none, and the words for those who cannot see it.
    picture: Mapped[str]
    picture_words: Mapped[str]
    #: full | first | none, and the name as it may be shown.
    name_use: Mapped[str]
    shown_name: Mapped[str]
    wording_use: Mapped[bool]
    picture_use: Mapped[bool]
    #: What the page asked, word by word, by the name of each choice.
    asked: Mapped[dict[str, Any]] = mapped_column(JSONB)
    given_at: Mapped[datetime]
    #: Network address and program, and the message that led there.
    origin: Mapped[str]


class ReferralLink(Base):
    """The address by which a customer recommends us; it names nobody."""

    __tablename__ = "referral_links"

    token: Mapped[str] = mapped_column(primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id"), unique=True)
    made_at: Mapped[datetime]


class Referral(Base):
    """Somebody new came by a recommendation, and confirmed."""

    __tablename__ = "referrals"

    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id"), primary_key=True)
    referrer_id: Mapped[int] = mapped_column(ForeignKey("contacts.id"), index=True)
    came_at: Mapped[datetime]
    #: When the referrer's thanks were asked for, or found to be impossible.
    thanked_at: Mapped[datetime | None]

    __table_args__ = (Index("ix_referrals_unthanked", "came_at", postgresql_where=text("thanked_at IS NULL")),)
