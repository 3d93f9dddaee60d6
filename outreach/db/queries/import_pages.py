"""Imports as their pages show them: what became of each file, and the rows that were refused."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg
from psycopg.rows import class_row


@dataclass(frozen=True, slots=True)
class ImportLine:
    """One file that was brought; numbers of rows."""

    id: int
    kind: str
    file_name: str
    rows_read: int
    rows_landed: int
    rows_refused: int
    imported_at: datetime


@dataclass(frozen=True, slots=True)
class FaultLine:
    """One thing wrong in one row (the header is row 1), and the row's cells by column."""

    row: int
    column: str
    value: str
    reason: str
    mend: str
    cells: dict[str, Any]


_IMPORT = "SELECT id, kind, file_name, rows_read, rows_landed, rows_refused, imported_at FROM imports"


def load_imports(connection: psycopg.Connection, *, limit: int) -> list[ImportLine]:
    """The latest imports, newest first."""
    with connection.cursor(row_factory=class_row(ImportLine)) as cursor:
        return cursor.execute(f"{_IMPORT} ORDER BY id DESC LIMIT %s", (limit,)).fetchall()


def load_import(connection: psycopg.Connection, import_id: int) -> ImportLine | None:
    """One import, None if there is no such."""
    with connection.cursor(row_factory=class_row(ImportLine)) as cursor:
        return cursor.execute(f"{_IMPORT} WHERE id = %s", (import_id,)).fetchone()


def load_faults(connection: psycopg.Connection, import_id: int, *, limit: int | None = None) -> Iterator[FaultLine]:
    """The faults of an import in the order of its rows, up to `limit` of them or all."""
    with connection.cursor(row_factory=class_row(FaultLine)) as cursor:
        yield from cursor.execute(
            'SELECT "row", "column", value, reason, mend, cells FROM import_faults WHERE import_id = %s '
            'ORDER BY "row", id LIMIT %s',
            (import_id, limit),
        )
