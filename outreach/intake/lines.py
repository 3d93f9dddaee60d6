"""Lines of a text file for the csv reader, none of them longer than memory should hold."""

from collections.abc import Iterator
from typing import TextIO

#: Characters of one row, over however many lines it runs.
LONGEST_ROW = 1024 * 1024
LONGEST_LINE = 128 * 1024  # no more than the csv module takes as one cell


class LongLine(Exception):
    """A line or row that is longer than any table has; `beginning` is how it begins."""

    def __init__(self, limit: int, beginning: str) -> None:
        super().__init__(f"it is longer than {limit:,} characters")
        self.beginning = beginning


class Lines(Iterator[str]):
    """The lines of `file`; whoever reads rows from them says when a row has ended.

    Attributes:
        number: of the line handed out last, counted from 1.
        row_begins: number of the first line of the present row.
        quote_is_open: the row that was handed out last runs over several lines with an odd number of quotation marks.
    """

    def __init__(self, file: TextIO) -> None:
        self.file = file
        self.number = 0
        self.row_begins = 1
        self.quote_is_open = False
        self.length = self.quotes = 0

    def __next__(self) -> str:
        line = self.file.readline(LONGEST_LINE + 1)
        if not line:
            raise StopIteration
        self.number += 1
        self.length += len(line)
        if len(line) > LONGEST_LINE or self.length > LONGEST_ROW:
            raise LongLine(LONGEST_LINE if len(line) > LONGEST_LINE else LONGEST_ROW, line)
        self.quotes += line.count('"')
        return line

    def end_row(self) -> None:
        """The lines so far made a row; the next one begins another."""
        self.quote_is_open = self.number > self.row_begins and self.quotes % 2 == 1
        self.row_begins = self.number + 1
        self.length = self.quotes = 0
