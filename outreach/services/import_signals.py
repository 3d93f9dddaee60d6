"""Imports a table of signals: what customers did with the business."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import psycopg

from outreach.db.queries.early_touches import take_back_early
from outreach.db.queries.imports import land_signals, lock_imports, signalled_touches, store_import
from outreach.db.queries.touch_clock import reset_clock
from outreach.db.session import Database
from outreach.domain.errors import Fault
from outreach.domain.refused import CellFault, RefusedCell, as_faults, refused_cells
from outreach.domain.rhythm.explain import day
from outreach.domain.signal import KNOWN, REQUIRED, NewSignal, read_signal
from outreach.intake.tables import Table, open_table

#: Rows between two calls of `progress`.
PROGRESS_EVERY = 1_000


@dataclass(frozen=True, slots=True)
class SignalReport:
    """What became of a file: rows read, signals that are new, that were there already, and everything refused."""

    import_id: int
    file_name: str
    rows_read: int
    new: int
    same: int
    refused: tuple[RefusedCell, ...]

    @property
    def faults(self) -> list[Fault]:
        """The refused cells as sentences."""
        return as_faults(self.refused, place=self.file_name)


def import_signals(
    *, db: Database, path: Path, now: datetime, progress: Callable[[int, int], None] | None = None
) -> SignalReport:
    """Brings the signals of a file in, in one transaction; a signal that is there already stays one.

    A visit or a reply is a touch: it sets the contact's clock if nothing newer is known.

    Raises:
        BadInput: if the file cannot be used as a whole; nothing of it was applied.
    """
    table = open_table(path, required=REQUIRED, known=KNOWN)
    refused: list[RefusedCell] = []
    with db.raw_transaction() as connection:
        lock_imports(connection)
        new, same, unknown = land_signals(connection, _good(table, refused, now=now, progress=progress))
        _reset_clocks(connection, now=now)
        refused = sorted([*refused, *_strangers(table, unknown)], key=lambda cell: cell.row)
        import_id = store_import(
            connection,
            kind="signals",
            file_name=path.name,
            sha256=table.sha256,
            rows_read=table.row_count,
            rows_landed=new + same,
            refused=refused,
            now=now,
        )
    return SignalReport(import_id, path.name, table.row_count, new, same, tuple(refused))


def _reset_clocks(connection: psycopg.Connection, *, now: datetime) -> None:
    touched = signalled_touches(connection, now=now)
    moved = reset_clock(connection, {contact_id: at for contact_id, _, at in touched}, now=now)
    why = {contact_id: f"{kind} on {day(at.isoformat())}" for contact_id, kind, at in touched if contact_id in moved}
    take_back_early(connection, why, now=now)


def _good(
    table: Table, refused: list[RefusedCell], *, now: datetime, progress: Callable[[int, int], None] | None
) -> Iterator[tuple[int, NewSignal]]:
    """The good rows with their numbers; what is wrong with the others is added to `refused`."""
    for count, row in enumerate(table.rows(), start=1):
        signal, faults = read_signal(row.cells, now=now)
        faults = [*row.shape_faults(), *faults]
        if signal is None or faults:
            refused += refused_cells(faults, row=row.number, cells=row.cells)
        else:
            yield row.number, signal
        if progress and (count % PROGRESS_EVERY == 0 or count == table.row_count):
            progress(count, table.row_count)


def _strangers(table: Table, numbers: frozenset[int]) -> Iterator[RefusedCell]:
    """The rows of these numbers, whose contacts nobody knows."""
    for row in table.rows() if numbers else ():
        if row.number in numbers:
            mend = "Import the contact first, or correct the id."
            fault = CellFault("external_id", row.cells["external_id"], "belongs to no contact we know", mend)
            yield from refused_cells([fault], row=row.number, cells=row.cells)
