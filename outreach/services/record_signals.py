"""Records signals that a program tells, in one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from outreach.db.queries.signal_touches import count_as_touches
from outreach.db.queries.signals import land_signals
from outreach.db.session import Database
from outreach.domain.refused import RefusedCell, refused_cells
from outreach.domain.signal import NewSignal, differing, read_signal, stranger

#: Signals taken at once.
MOST = 1_000


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of the signals; `refused` names each by its place, those that wait for their contacts included."""

    new: int
    same: int
    waiting: int
    refused: tuple[RefusedCell, ...]


def record_signals(*, db: Database, signals: Sequence[Mapping[str, str]], source: str, now: datetime) -> Recorded:
    """Writes the good ones of `signals` (values by column, as in a table); the same ones again change nothing.

    A visit or a reply is a touch: it sets the contact's clock if nothing newer is known.

    Args:
        source: who tells, "API key till".
    """
    good: list[tuple[int, NewSignal]] = []
    refused: list[RefusedCell] = []
    for place, cells in enumerate(signals):
        signal, faults = read_signal(cells, now=now)
        refused += refused_cells(faults, row=place, cells=cells)
        if signal is not None:
            good.append((place, signal))
    with db.raw_transaction() as connection:
        landed = land_signals(connection, good, source=source, now=now)
        count_as_touches(connection, now=now)
    for place in sorted(landed.waiting):
        refused += refused_cells([stranger(signals[place]["external_id"])], row=place, cells=signals[place])
    for place in sorted(landed.differing):
        refused += refused_cells([differing(signals[place]["reference"])], row=place, cells=signals[place])
    return Recorded(landed.new, landed.same, len(landed.waiting), tuple(sorted(refused, key=lambda cell: cell.row)))
