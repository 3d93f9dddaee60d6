"""What can go wrong, as one tree.

OutreachError
├── BadInput             somebody handed us a file, a form or a setting that cannot be used; carries every fault found
├── ImpossibleTransition a message was asked to move to a state its present one does not lead to
└── NotReady             a part we depend on (database, queue, wheel) is missing; the text says how to mend it
"""

from collections.abc import Sequence
from dataclasses import dataclass


class OutreachError(Exception):
    """The root of everything this product raises on purpose."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with something a person gave us.

    Attributes:
        place: the file (or form, or setting) as the person knows it.
        reason: what is wrong, in plain words, without a full stop.
        mend: what to do about it, as an imperative sentence.
        line: line of a text file or row of a table, counted from 1 with the header as 1; None for the whole file.
        column: column name of a table, key path of a YAML file, or column number of a template; "" if none.
        value: the offending value, shortened; "" if none.
    """

    place: str
    reason: str
    mend: str
    line: int | None = None
    column: str = ""
    value: str = ""

    def __str__(self) -> str:
        where = self.place
        if self.line is not None:
            where += f", line {self.line}"
        if self.column:
            where += f", {self.column}"
        value = f" {shortened(self.value)!r}:" if self.value else ""
        return f"{where}:{value} {self.reason}. {self.mend}"


def shortened(value: str, limit: int = 60) -> str:
    """`value` cut to `limit` characters, so that a hostile cell cannot fill a screen."""
    return value if len(value) <= limit else value[: limit - 1] + "…"


class BadInput(OutreachError):
    """Input that cannot be used; nothing of it was applied. The command line answers with exit code 2."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


class ImpossibleTransition(OutreachError):
    """A message was asked to move to a state that its present state does not lead to."""


class NotReady(OutreachError):
    """A part the product depends on is missing; the message says what to do about it."""
