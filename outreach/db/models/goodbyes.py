"""Goodbyes: why a customer left, as far as anybody can tell."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, String, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from outreach.db.base import Base


class GoodbyeRow(Base):
    """One verdict on one silence; at most one of a contact is open."""

    __tablename__ = "goodbyes"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id"))
    #: finished | we_failed | circumstances | habit_lost
    goodbye: Mapped[str]
    #: The clue that decided, and all that were found.
    clue: Mapped[str]
    clues: Mapped[list[str]] = mapped_column(ARRAY(String))
    confidence: Mapped[float]
    #: Since when the silence is unusual, or when somebody said so.
    since: Mapped[datetime]
    reason_code: Mapped[str]
    reason_numbers: Mapped[dict[str, Any]] = mapped_column(JSONB)
    #: Nobody tries to bring this contact back, so that the others can be compared with it.
    held_out: Mapped[bool]
    judged_at: Mapped[datetime]
    #: What staff say instead, or the same as the verdict where they agree; "" while nobody has looked.
    said: Mapped[str] = mapped_column(server_default="")
    said_by: Mapped[str] = mapped_column(server_default="")
    said_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    #: came_back | judged_anew
    ended_as: Mapped[str] = mapped_column(server_default="")

    __table_args__ = (
        Index("uq_goodbyes_open", "contact_id", unique=True, postgresql_where=text("ended_at IS NULL")),
        Index("ix_goodbyes_contact_id_judged_at", "contact_id", "judged_at"),
    )
