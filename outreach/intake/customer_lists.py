"""Customer numbers as staff bring them: pasted line by line, or as a table with a column `external_id`."""

import csv
from collections.abc import Iterator

from outreach.domain.errors import BadInput, Fault

#: Octets of a pasted or uploaded list: 50,000 numbers with room for other columns.
LARGEST_LIST = 8 * 1024 * 1024
_COLUMN = "external_id"
_SEPARATORS = ",;\t|"


def pasted_numbers(text: str) -> list[str]:
    """The numbers in a pasted text: one a line, or with commas, semicolons or tabs between them; each once."""
    parts = text.replace(";", "\n").replace(",", "\n").replace("\t", "\n").split("\n")
    return list(dict.fromkeys(part.strip() for part in parts if part.strip()))


def listed_numbers(data: bytes) -> list[str]:
    """The numbers in an uploaded file: its column `external_id`, or all of it if it has one column without a header.

    Raises:
        BadInput: if it is too large, no text, or a table without that column.
    """
    if len(data) > LARGEST_LIST:
        raise BadInput([_fault("is too large", "Split it.", value=f"{len(data):,} octets")])
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadInput([_fault("is not UTF-8", "Save the table as CSV in UTF-8.")]) from None
    if "\x00" in text:
        raise BadInput([_fault("is no text", "Save the table as CSV in UTF-8.")])
    lines = text.splitlines()
    head = lines[0] if lines else ""
    separator = max(_SEPARATORS, key=head.count)
    if _COLUMN not in head.lower():
        if separator in head:
            mend = f"Name the column with the customers' numbers {_COLUMN}."
            raise BadInput([_fault("has no such column", mend, value=_COLUMN)])
        return pasted_numbers(text)
    return list(dict.fromkeys(_cells(lines, separator)))


def _cells(lines: list[str], separator: str) -> Iterator[str]:
    rows = csv.reader(lines, delimiter=separator)
    try:
        names = [name.strip().lower() for name in next(rows)]
        if _COLUMN not in names:
            mend = f"Name the column with the customers' numbers {_COLUMN}."
            raise BadInput([_fault("has no such column", mend, value=_COLUMN)])
        place = names.index(_COLUMN)
        for cells in rows:
            if len(cells) > place and cells[place].strip():
                yield cells[place].strip()
    except csv.Error as error:
        raise BadInput([_fault(f"cannot be read ({error})", "Save the table as CSV in UTF-8.")]) from None


def _fault(reason: str, mend: str, *, value: str = "") -> Fault:
    return Fault("list", reason, mend, column="file", value=value)
