"""Tables of comma-separated values as people really save them: any encoding, separator and order of columns.

The whole file is judged before its first row is handed out; whatever makes it unusable as a whole is one `BadInput`.
Memory stays bounded whatever the file: lines, rows and columns have limits, and rows are handed out one by one.
"""

import csv
import hashlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from typing import NoReturn

from charset_normalizer import from_bytes

from outreach.domain.errors import BadInput, Fault
from outreach.domain.refused import CellFault, as_typed
from outreach.intake.lines import Lines, LongLine

LARGEST_FILE = 256 * 1024 * 1024
MOST_COLUMNS = 200
SAMPLE = 256 * 1024
SEPARATORS = (",", ";", "\t", "|")

#: First bytes of files that are no text, and what to do instead.
KINDS = {
    b"PK\x03\x04": ("an Excel workbook or another zip archive", "Save it as CSV (UTF-8) and bring that file."),
    b"\xd0\xcf\x11\xe0": ("an old Excel workbook", "Save it as CSV (UTF-8) and bring that file."),
    b"%PDF": ("a PDF", "Export the table as CSV."),
    b"\x1f\x8b": ("a gzip archive", "Unpack it first."),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table.

    Attributes:
        number: line of the file it begins on; the header is line 1.
        cells: text by column name, blanks around it taken off; a missing cell is "".
        surplus: how many cells the row has beyond the header's; negative if it has fewer.
    """

    number: int
    cells: Mapping[str, str]
    surplus: int = 0

    def shape_faults(self) -> list[CellFault]:
        """What is wrong if the row has not as many cells as the header: nobody knows then which cell is whose."""
        if self.surplus == 0:
            return []
        count = f"{abs(self.surplus)} {'more' if self.surplus > 0 else 'fewer'}"
        reason = f"the row has {'more' if self.surplus > 0 else 'fewer'} cells than the header"
        mend = "Give it a cell for every column, and put quotes around separators inside a cell."
        return [CellFault("", count, reason, mend)]


@dataclass(frozen=True, slots=True)
class Table:
    """A table that can be read.

    Attributes:
        path: the file. encoding, separator: as detected.
        columns: names in order, in lower case with underscores, mapped ones under their new names.
        row_count: rows below the header.
        sha256: of the file, in hexadecimal.
    """

    path: Path
    encoding: str
    separator: str
    columns: tuple[str, ...]
    row_count: int = 0
    sha256: str = ""

    def rows(self) -> Iterator[Row]:
        """The rows, one after the other; memory does not grow with the file."""
        with self.path.open(encoding=self.encoding, newline="") as file:
            yield from self._rows(Lines(file))

    def check(self) -> int:
        """Reads the table once, so that nothing is applied of one that breaks off in the middle; counts the rows.

        Raises:
            BadInput: if some row cannot be read, or there is none.
        """
        place, number, count = self.path.name, 1, 0
        with self.path.open(encoding=self.encoding, newline="") as file:
            lines = Lines(file)
            try:
                for row in self._rows(lines):
                    number, count = row.number, count + 1
            except (csv.Error, LongLine) as error:
                mend = "Look for a quotation mark that is not closed, or a cell of more than 100,000 characters."
                _refuse(place, f"the row cannot be read ({error})", mend, line=lines.row_begins)
        if lines.quote_is_open:
            reason = "a quotation mark is opened in this row and never closed, so it swallows all that follows"
            _refuse(place, reason, 'Close it, or write "" for a quotation mark inside a cell.', line=number)
        if not count:
            _refuse(place, "there are no rows below the header", "Bring a table with at least one row.")
        return count

    def _rows(self, lines: Lines) -> Iterator[Row]:
        reader = csv.reader(lines, delimiter=self.separator)
        next(reader)
        lines.end_row()
        for cells in reader:
            number = lines.row_begins
            if any(cell.strip() for cell in cells):
                named = {name: as_typed(cell.strip()) for name, cell in zip(self.columns, cells, strict=False)}
                missing = dict.fromkeys(self.columns[len(cells) :], "")
                yield Row(number, named | missing, surplus=len(cells) - len(self.columns))
            lines.end_row()


def open_table(
    path: Path, *, required: Collection[str], known: Collection[str], mapping: Mapping[str, str] | None = None
) -> Table:
    """The table in `path`.

    Args:
        required: columns it must have. known: columns that mean something; they tell the separator.
        mapping: names of the file's columns to ours, for files with other headers.

    Raises:
        BadInput: with the one thing that makes the file unusable, or all faults of its header.
    """
    _check_file(path)
    encoding = _encoding(path)
    mapping = {_plain(theirs): ours for theirs, ours in (mapping or {}).items()}
    headers = {separator: _header(path, encoding, separator) for separator in SEPARATORS}
    named = {
        separator: tuple(mapping.get(_plain(cell), _plain(cell)) for cell in header)
        for separator, header in headers.items()
    }
    separator = max(SEPARATORS, key=lambda one: (len(set(named[one]) & set(known)), len(named[one])))
    _check_header(path.name, named[separator], required=required)
    columns = tuple(name or f"column_{number}" for number, name in enumerate(named[separator], start=1))
    table = Table(path, encoding, separator, columns)
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    return replace(table, row_count=table.check(), sha256=sha256)


def _check_file(path: Path) -> None:
    if not path.is_file():
        _refuse(path.name, "there is no such file", "Check the name and the folder.", value=str(path))
    if path.stat().st_size == 0:
        _refuse(path.name, "the file is empty", "Bring a table with a header line and at least one row.")
    if path.stat().st_size > LARGEST_FILE:
        size = f"{path.stat().st_size // 1024**2} MB"
        _refuse(path.name, f"the file is larger than {LARGEST_FILE // 1024**2} MB", "Split it.", value=size)
    try:
        with path.open("rb") as file:
            start = file.read(4)
    except OSError as error:
        _refuse(path.name, f"the file cannot be read ({error.strerror})", "Check who may read it.", value=str(path))
    for first_bytes, (kind, mend) in KINDS.items():
        if start.startswith(first_bytes):
            _refuse(path.name, f"this is {kind}, not a table of text", mend)


def _encoding(path: Path) -> str:
    """The encoding: by its mark, else UTF-8 if the whole file is, else the likeliest of a sample."""
    with path.open("rb") as file:
        sample = file.read(SAMPLE)
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if sample.startswith(mark):
            if not _decodes(path, encoding):
                reason = f"the file begins in {encoding.removesuffix('-sig').upper()} and goes on in something else"
                _refuse(path.name, reason, "Save the whole table as CSV in UTF-8.")
            return encoding
    if b"\x00" in sample:
        _refuse_zero(path)
    if _decodes(path, "utf-8"):
        return "utf-8"
    # A sample that ends inside a character would speak against the right encoding.
    guess = from_bytes(sample[: sample.rfind(b"\n") + 1] or sample).best()
    if guess is None or not _decodes(path, guess.encoding):
        _refuse(path.name, "its encoding cannot be told", "Save the table as CSV in UTF-8.")
    return guess.encoding


def _decodes(path: Path, encoding: str) -> bool:
    """Whether the whole file is written in `encoding`.

    Raises:
        BadInput: if it is and holds a zero character, so it is no text.
    """
    try:
        with path.open(encoding=encoding, newline="") as file:
            while part := file.read(SAMPLE):
                if "\0" in part:
                    _refuse_zero(path)
    except UnicodeError:
        return False
    return True


def _refuse_zero(path: Path) -> NoReturn:
    _refuse(path.name, "the file holds zero bytes, so it is no text", "Save the table as CSV in UTF-8.")


def _header(path: Path, encoding: str, separator: str) -> list[str]:
    with path.open(encoding=encoding, newline="") as file:
        lines = Lines(file)
        try:
            return next(csv.reader(lines, delimiter=separator), [])
        except LongLine as error:
            columns = max(error.beginning.count(one) for one in SEPARATORS)
            mend = f"Keep the columns that matter, at most {MOST_COLUMNS}."
            _refuse(path.name, f"the header is too long ({error})", mend, line=1, value=f"{columns:,} columns or more")
        except csv.Error as error:
            _refuse(path.name, f"the header cannot be read ({error})", "Save the table as CSV in UTF-8.", line=1)


def _plain(name: str) -> str:
    return "_".join(name.strip().lower().replace("-", " ").split())


def _check_header(place: str, columns: tuple[str, ...], *, required: Collection[str]) -> None:
    if len(columns) > MOST_COLUMNS:
        _refuse(
            place,
            f"there are more than {MOST_COLUMNS} columns",
            "Keep the columns that matter.",
            line=1,
            value=f"{len(columns):,} columns",
        )
    faults = []
    for name in required:
        if name not in columns:
            near = get_close_matches(name, columns, n=1)
            mend = f"Rename {near[0]!r} to {name!r}, or map it." if near else "Add it to the header line."
            faults.append(Fault(place, "the column is missing", mend, line=1, column=f"column {name}"))
    for name in sorted({name for name in columns if name and columns.count(name) > 1}):
        faults.append(Fault(place, "two columns have this name", "Keep one of them.", line=1, column=f"column {name}"))
    if faults:
        raise BadInput(faults)


def _refuse(place: str, reason: str, mend: str, *, line: int | None = None, value: str = "") -> NoReturn:
    raise BadInput([Fault(place, reason, mend, line=line, value=value)])
