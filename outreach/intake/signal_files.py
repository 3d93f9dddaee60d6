"""A file of signals as columns, without a database: for the shell, where somebody looks at habits in any file."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np

from outreach.domain.care.habit.events import Events
from outreach.domain.care.habit.radar import SIGNALS, Habit
from outreach.domain.care.habit.scored import Told
from outreach.domain.errors import BadInput, Fault
from outreach.domain.refused import RefusedCell, refused_cells
from outreach.domain.signal import KNOWN, REQUIRED, SignalKind, read_signal
from outreach.intake.tables import open_table


@dataclass(frozen=True, slots=True)
class SignalFile:
    """The good rows of a file.

    Attributes:
        customers: external ids, in the order of their numbers. told: what the signals tell.
        rows: good ones. refused: what is wrong with the others.
    """

    customers: tuple[str, ...]
    told: Told
    rows: int
    refused: tuple[RefusedCell, ...]


def read_signal_file(path: Path, *, until: datetime, now: datetime) -> SignalFile:
    """The signals of a file up to `until`; a reference that comes twice is one signal.

    Raises:
        BadInput: if the file cannot be used as a whole, or holds no good row.
    """
    table = open_table(path, required=REQUIRED, known=KNOWN)
    numbers: dict[str, int] = {}
    seen: set[tuple[int, str, str]] = set()
    days: dict[SignalKind, list[tuple[int, int]]] = {kind: [] for kind in SignalKind}
    refused: list[RefusedCell] = []
    rows = 0
    for row in table.rows():
        signal, faults = read_signal(row.cells, now=now)
        faults = [*row.shape_faults(), *faults]
        if signal is None or faults:
            refused += refused_cells(faults, row=row.number, cells=row.cells)
            continue
        rows += 1
        if signal.occurred_at > until:
            continue
        number = numbers.setdefault(signal.external_id, len(numbers))
        name = (number, signal.kind.value, signal.reference)
        if signal.reference and name in seen:
            continue
        seen.add(name)
        days[signal.kind].append((number, signal.occurred_at.date().toordinal()))
    if not rows:
        mend = "Bring a table with at least one good row."
        raise BadInput([Fault(path.name, "no row of it is good", mend), *_first(refused, path.name)])
    return SignalFile(tuple(numbers), _told(days, len(numbers)), rows, tuple(refused))


def _first(refused: list[RefusedCell], place: str) -> list[Fault]:
    return [
        Fault(place, cell.reason, cell.mend, line=cell.row, column=cell.column, value=cell.value)
        for cell in refused[:5]
    ]


def _told(days: Mapping[SignalKind, list[tuple[int, int]]], customers: int) -> Told:
    def events(*kinds: SignalKind) -> Events:
        pairs = np.array([pair for kind in kinds for pair in days[kind]], np.int64).reshape(-1, 2)
        return Events.of(pairs[:, 0], pairs[:, 1], customers=customers)

    return Told({habit: events(*SIGNALS[habit]) for habit in Habit}, events(SignalKind.COMPLAINT))
