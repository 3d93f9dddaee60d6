"""What people ask of their own data, and the addresses that nobody may bring back."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from outreach.db.base import Base


class DataRequest(Base):
    """Somebody asked on the page of choices for their data; the link went to the address we know, for two days."""

    __tablename__ = "data_requests"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    contact_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("contacts.id"), index=True)
    #: SHA-256 of the token in the link; the token itself is nowhere kept.
    digest: Mapped[bytes] = mapped_column(unique=True)
    asked_at: Mapped[datetime]
    #: sent | failed | unknown | retry_wait, and what the provider said.
    outcome: Mapped[str]
    answer: Mapped[str] = mapped_column(server_default="")


class ErasedAddress(Base):
    """An address whose owner had everything erased, as a keyed hash: it is known again, and cannot be read."""

    __tablename__ = "erased_addresses"

    channel: Mapped[str] = mapped_column(primary_key=True)
    #: HMAC-SHA256 of the address under a key of the product.
    digest: Mapped[bytes] = mapped_column(primary_key=True)
    erased_at: Mapped[datetime]
