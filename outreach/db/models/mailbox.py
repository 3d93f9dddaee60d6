"""What the built-in mailbox received: the place where demo and development mail ends instead of in the world."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from outreach.db.base import Base


class MailboxMessage(Base):
    """One mail or text as it arrived. Not unique by message on purpose: a doubled message must show as two."""

    __tablename__ = "mailbox_messages"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    received_at: Mapped[datetime]
    channel: Mapped[str]
    sender: Mapped[str]
    recipient: Mapped[str]
    subject: Mapped[str]
    #: The touch it carries, read from X-Outreach-Message; None for mail that is none of ours.
    touch_id: Mapped[UUID | None] = mapped_column(index=True)
    language: Mapped[str]
    #: The whole message as received (RFC 5322), or the text of an SMS.
    raw: Mapped[bytes]
    #: The name that a vendor's stand-in gave it; "" for what came straight to the mailbox.
    reference: Mapped[str] = mapped_column(server_default="")
    #: When the demo's simulated readers looked at it; None if they have not.
    read_at: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_mailbox_messages_received_at", "received_at"),
        Index("ix_mailbox_messages_unread", "id", postgresql_where=text("read_at IS NULL")),
    )


class ReaderAction(Base):
    """What a simulated reader of the demo will do with a message at some later instant of business time.

    The row goes when it is done.
    """

    __tablename__ = "mailbox_reader_actions"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("mailbox_messages.id", ondelete="CASCADE"), index=True)
    due_at: Mapped[datetime] = mapped_column(index=True)
    kind: Mapped[str]
    #: An address to visit, or the word to report.
    target: Mapped[str]
    data: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
