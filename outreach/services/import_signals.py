"""Imports a table of signals: what customers did with the business."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from outreach.db.queries.imports import IncomingSignal, land_signals, lock_imports, store_import
from outreach.db.session import Database
from outreach.domain.errors import Fault, shortened
from outreach.domain.refused import RefusedCell
from outreach.domain.signal import KNOWN, REQUIRED, read_signal
from outreach.intake.tables import Row, open_table

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
        return [
            Fault(self.file_name, cell.reason, cell.mend, line=cell.row, column=cell.column, value=cell.value)
            for cell in self.refused
        ]


def import_signals(
    *, db: Database, path: Path, now: datetime, progress: Callable[[int, int], None] | None = None
) -> SignalReport:
    """Brings the signals of a file in, in one transaction; a signal that is there already stays one.

    Raises:
        BadInput: if the file cannot be used as a whole; nothing of it was applied.
    """
    table = open_table(path, required=REQUIRED, known=KNOWN)
    good: list[IncomingSignal] = []
    refused: list[RefusedCell] = []
    rows: dict[int, Row] = {}
    total = sum(1 for _ in table.rows()) if progress else 0
    for count, row in enumerate(table.rows(), start=1):
        rows[row.number] = row
        signal, faults = read_signal(row.cells, now=now)
        refused += [
            RefusedCell(row.number, fault.column, shortened(fault.value), fault.reason, fault.mend, row.cells)
            for fault in faults
        ]
        if signal is not None:
            good.append(
                IncomingSignal(
                    row.number,
                    signal.external_id,
                    signal.kind,
                    signal.occurred_at,
                    signal.amount,
                    signal.currency,
                    signal.reference,
                )
            )
        if progress and (count % PROGRESS_EVERY == 0 or count == total):
            progress(count, total)
    with db.raw_transaction() as connection:
        lock_imports(connection)
        new, same, unknown = land_signals(connection, good)
        for number in unknown:
            cells = rows[number].cells
            refused.append(
                RefusedCell(
                    number,
                    "external_id",
                    shortened(cells["external_id"]),
                    "belongs to no contact we know",
                    "Import the contact first, or correct the id.",
                    cells,
                )
            )
        import_id = store_import(
            connection,
            kind="signals",
            file_name=path.name,
            sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
            rows_read=len(rows),
            rows_landed=new + same,
            refused=sorted(refused, key=lambda cell: cell.row),
            now=now,
        )
    return SignalReport(import_id, path.name, len(rows), new, same, tuple(refused))
