"""Imports of contacts and signals, with every row that could not be taken."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Identity, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from outreach.db.base import Base


class Import(Base):
    """One file that was brought, and what became of it."""

    __tablename__ = "imports"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    #: contacts | signals
    kind: Mapped[str]
    file_name: Mapped[str]
    sha256: Mapped[str]
    rows_read: Mapped[int]
    rows_landed: Mapped[int]
    rows_refused: Mapped[int]
    imported_at: Mapped[datetime]


class ImportFault(Base):
    """One thing wrong in one row; the row as it was lets it be downloaded, mended and brought again."""

    __tablename__ = "import_faults"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    import_id: Mapped[int] = mapped_column(ForeignKey("imports.id"), index=True)
    row: Mapped[int]
    column: Mapped[str]
    value: Mapped[str]
    reason: Mapped[str]
    mend: Mapped[str]
    cells: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
