"""Rows of a table that could not be taken, and the file in which a person gets them back to mend."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from outreach.domain.errors import Fault, shortened

#: What spreadsheets take for the beginning of a formula, full-width forms included (OWASP ASVS 5.0, 1.2.10).
FORMULA_STARTS = (
    "=",
    "+",
    "-",
    "@",
    "\t",
    "\r",
    "\N{FULLWIDTH EQUALS SIGN}",
    "\N{FULLWIDTH PLUS SIGN}",
    "\N{FULLWIDTH HYPHEN-MINUS}",
    "\N{FULLWIDTH COMMERCIAL AT}",
)


@dataclass(frozen=True, slots=True)
class CellFault:
    """One thing wrong with one cell; the row and the file are the reader's to add. `column` "" means the whole row."""

    column: str
    value: str
    reason: str
    mend: str


@dataclass(frozen=True, slots=True)
class RefusedCell:
    """One thing wrong with one row, and the row as it was.

    Attributes:
        row: its line in the file, the header being line 1.
        column: "" if the row as a whole is at fault.
        value: shortened.
    """

    row: int
    column: str
    value: str
    reason: str
    mend: str
    cells: Mapping[str, str]


def refused_cells(faults: Iterable[CellFault], *, row: int, cells: Mapping[str, str]) -> list[RefusedCell]:
    """The faults of a row, with the row they stand in."""
    return [RefusedCell(row, fault.column, shortened(fault.value), fault.reason, fault.mend, cells) for fault in faults]


def as_faults(refused: Iterable[RefusedCell], *, place: str) -> list[Fault]:
    """The refused cells of the file `place` as sentences."""
    return [
        Fault(place, cell.reason, cell.mend, line=cell.row, column=cell.column, value=cell.value) for cell in refused
    ]


def spreadsheet_safe(value: str) -> str:
    """`value` with a quote before it if a spreadsheet would run it as a formula, also behind leading blanks."""
    return "'" + value if value.startswith(FORMULA_STARTS) or value.lstrip().startswith(FORMULA_STARTS) else value


def as_typed(value: str) -> str:
    """`value` without the quote that `spreadsheet_safe` puts before it, so that a mended file can be brought again."""
    return value[1:] if value.startswith("'") and spreadsheet_safe(value[1:]) == value else value


def refused_csv(refused: Iterable[RefusedCell]) -> Iterator[str]:
    """Lines of a table with each refused row once: its line, its cells as they were, and what is wrong."""
    by_row: dict[int, list[RefusedCell]] = {}
    for cell in refused:
        by_row.setdefault(cell.row, []).append(cell)
    columns = list(dict.fromkeys(column for wrong in by_row.values() for column in wrong[0].cells))
    yield csv_line(["row", *columns, "what is wrong"])
    for row, wrong in by_row.items():
        words = " ".join(f"{cell.column}: {cell.reason}. {cell.mend}".removeprefix(": ") for cell in wrong)
        yield csv_line([str(row), *(str(wrong[0].cells.get(column, "")) for column in columns), words])


def csv_line(cells: Sequence[str]) -> str:
    """A line of a table that spreadsheets run no part of."""
    out = io.StringIO()
    csv.writer(out).writerow([spreadsheet_safe(cell) for cell in cells])
    return out.getvalue()
