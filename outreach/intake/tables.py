"""Tables of comma-separated values as people really save them: any encoding, separator and order of columns.

The whole file is judged before its first row is handed out; whatever makes it unusable as a whole is one `BadInput`.
"""

import csv
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from charset_normalizer import from_bytes

from outreach.domain.errors import BadInput, Fault

LARGEST_FILE = 256 * 1024 * 1024
MOST_COLUMNS = 200
LONGEST_HEADER = 64 * 1024
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
        surplus: how many cells the row has beyond the header's.
    """

    number: int
    cells: Mapping[str, str]
    surplus: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """A table that can be read.

    Attributes:
        path: the file. encoding, separator: as detected.
        columns: names in order, in lower case with underscores, mapped ones under their new names.
    """

    path: Path
    encoding: str
    separator: str
    columns: tuple[str, ...]

    def rows(self) -> Iterator[Row]:
        """The rows, one after the other; memory does not grow with the file."""
        with self.path.open(encoding=self.encoding, newline="") as file:
            reader = csv.reader(file, delimiter=self.separator)
            next(reader)
            begins = reader.line_num + 1
            for cells in reader:
                number, begins = begins, reader.line_num + 1
                if any(cell.strip() for cell in cells):
                    named = {name: cell.strip() for name, cell in zip(self.columns, cells, strict=False)}
                    missing = dict.fromkeys(self.columns[len(cells) :], "")
                    yield Row(number, named | missing, surplus=max(0, len(cells) - len(self.columns)))


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
    header = _header_line(path, encoding)
    mapping = {_plain(theirs): ours for theirs, ours in (mapping or {}).items()}
    separator, columns = max(
        ((candidate, _columns(header, candidate, mapping)) for candidate in SEPARATORS),
        key=lambda found: (len(set(found[1]) & set(known)), len(found[1])),
    )
    _check_header(path.name, columns, required=required)
    table = Table(path, encoding, separator, columns)
    _check_rows(table)
    return table


def _check_file(path: Path) -> None:
    if not path.is_file():
        _refuse(path.name, "there is no such file", "Check the name and the folder.", value=str(path))
    if path.stat().st_size == 0:
        _refuse(path.name, "the file is empty", "Bring a table with a header line and at least one row.")
    if path.stat().st_size > LARGEST_FILE:
        size = f"{path.stat().st_size // 1024**2} MB"
        _refuse(path.name, f"the file is larger than {LARGEST_FILE // 1024**2} MB", "Split it.", value=size)
    with path.open("rb") as file:
        start = file.read(4)
    for first_bytes, (kind, mend) in KINDS.items():
        if start.startswith(first_bytes):
            _refuse(path.name, f"this is {kind}, not a table of text", mend)


def _encoding(path: Path) -> str:
    """The encoding: by its mark, else UTF-8 if the whole file is, else the likeliest of a sample."""
    with path.open("rb") as file:
        sample = file.read(SAMPLE)
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if sample.startswith(mark):
            return encoding
    if b"\x00" in sample:
        _refuse(path.name, "the file holds zero bytes, so it is no text", "Save the table as CSV (UTF-8).")
    if _decodes(path, "utf-8"):
        return "utf-8"
    guess = from_bytes(sample).best()
    if guess is None or not _decodes(path, guess.encoding):
        _refuse(path.name, "its encoding cannot be told", "Save the table as CSV in UTF-8.")
    assert guess is not None
    return guess.encoding


def _decodes(path: Path, encoding: str) -> bool:
    try:
        with path.open(encoding=encoding, newline="") as file:
            while file.read(SAMPLE):
                pass
    except UnicodeDecodeError:
        return False
    return True


def _header_line(path: Path, encoding: str) -> str:
    with path.open(encoding=encoding, newline="") as file:
        line = file.readline(LONGEST_HEADER + 1)
    if len(line) > LONGEST_HEADER:
        _refuse(
            path.name,
            f"the header line is longer than {LONGEST_HEADER:,} characters",
            f"Keep to at most {MOST_COLUMNS} columns.",
            line=1,
        )
    return line.rstrip("\r\n")


def _columns(header: str, separator: str, mapping: Mapping[str, str]) -> tuple[str, ...]:
    cells = next(csv.reader([header], delimiter=separator), [])
    return tuple(mapping.get(_plain(cell), _plain(cell)) for cell in cells)


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


def _check_rows(table: Table) -> None:
    """Reads the table once, so that nothing is applied of one that breaks off in the middle."""
    number = 1
    try:
        for row in table.rows():
            number = row.number
    except csv.Error as error:
        _refuse(
            table.path.name,
            f"the row cannot be read ({error})",
            "Look for an unclosed quotation mark or a cell of more than 100,000 characters.",
            line=number + 1,
        )
    if number == 1:
        _refuse(table.path.name, "there are no rows below the header", "Bring a table with at least one row.")


def _refuse(place: str, reason: str, mend: str, *, line: int | None = None, value: str = "") -> None:
    raise BadInput([Fault(place, reason, mend, line=line, value=value)])
