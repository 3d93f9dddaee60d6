"""Imports a table of signals: what customers did with the business."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from outreach.db.queries.imports import lock_imports, store_import
from outreach.db.queries.signal_touches import count_as_touches
from outreach.db.queries.signals import LandedSignals, land_signals
from outreach.db.session import Database
from outreach.domain.errors import Fault
from outreach.domain.refused import RefusedCell, as_faults, refused_cells
from outreach.domain.signal import KNOWN, REQUIRED, NewSignal, differing, read_signal, stranger
from outreach.intake.tables import Table, open_table

#: Rows between two calls of `progress`.
PROGRESS_EVERY = 1_000


@dataclass(frozen=True, slots=True)
class SignalReport:
    """What became of a file.

    Attributes:
        new, same: signals that are new, that were there already.
        waiting: kept until their contacts are known.
        refused: everything that a person should see, the waiting rows included.
    """

    import_id: int
    file_name: str
    rows_read: int
    new: int
    same: int
    waiting: int
    refused: tuple[RefusedCell, ...]

    @property
    def faults(self) -> list[Fault]:
        """The refused cells as sentences."""
        return as_faults(self.refused, place=self.file_name)


def import_signals(
    *, db: Database, path: Path, now: datetime, progress: Callable[[int, int], None] | None = None
) -> SignalReport:
    """Brings the signals of a file in, in one transaction; a signal that is there already stays one.

    What belongs to a contact nobody knows is kept, and becomes the contact's once it is imported.

    A visit or a reply is a touch: it sets the contact's clock if nothing newer is known.

    Raises:
        BadInput: if the file cannot be used as a whole; nothing of it was applied.
    """
    table = open_table(path, required=REQUIRED, known=KNOWN)
    refused: list[RefusedCell] = []
    with db.raw_transaction() as connection:
        lock_imports(connection)
        good = _good(table, refused, now=now, progress=progress)
        landed = land_signals(connection, good, source=f"file {path.name}", now=now)
        count_as_touches(connection, now=now)
        refused = sorted([*refused, *_noticed(table, landed)], key=lambda cell: cell.row)
        import_id = store_import(
            connection,
            kind="signals",
            file_name=path.name,
            sha256=table.sha256,
            rows_read=table.row_count,
            rows_landed=landed.new + landed.same,
            refused=refused,
            now=now,
        )
    return SignalReport(
        import_id, path.name, table.row_count, landed.new, landed.same, len(landed.waiting), tuple(refused)
    )


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


def _noticed(table: Table, landed: LandedSignals) -> Iterator[RefusedCell]:
    """What somebody should look at: rows of contacts nobody knows, and rows that say something else than was known."""
    for row in table.rows() if landed.waiting or landed.differing else ():
        if row.number in landed.waiting:
            yield from refused_cells([stranger(row.cells["external_id"])], row=row.number, cells=row.cells)
        elif row.number in landed.differing:
            yield from refused_cells([differing(row.cells["reference"])], row=row.number, cells=row.cells)
