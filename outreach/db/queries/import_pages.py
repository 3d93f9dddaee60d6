"""Imports as their pages show them: what became of each file, and the rows that were refused."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import psycopg
from psycopg.rows import class_row

from outreach.domain.refused import RefusedCell


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


_IMPORT = "SELECT id, kind, file_name, rows_read, rows_landed, rows_refused, imported_at FROM imports"


def load_imports(connection: psycopg.Connection, *, limit: int) -> list[ImportLine]:
    """The latest imports, newest first."""
    with connection.cursor(row_factory=class_row(ImportLine)) as cursor:
        return cursor.execute(f"{_IMPORT} ORDER BY id DESC LIMIT %s", (limit,)).fetchall()


def load_import(connection: psycopg.Connection, import_id: int) -> ImportLine | None:
    """One import, None if there is no such."""
    with connection.cursor(row_factory=class_row(ImportLine)) as cursor:
        return cursor.execute(f"{_IMPORT} WHERE id = %s", (import_id,)).fetchone()


def load_faults(connection: psycopg.Connection, import_id: int, *, limit: int | None = None) -> Iterator[RefusedCell]:
    """The faults of an import in the order of its rows, up to `limit` of them or all."""
    with connection.cursor(row_factory=class_row(RefusedCell)) as cursor:
        yield from cursor.execute(
            'SELECT "row", "column", value, reason, mend, cells FROM import_faults WHERE import_id = %s '
            'ORDER BY "row", id LIMIT %s',
            (import_id, limit),
        )
