"""Stopwatches, medians and the table."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True, slots=True)
class Timing:
    """How long some work took.

    Attributes:
        items: things done.
        seconds: on the wall. cpu: of this process, all threads; other processes (database, mailbox) are not in it.
    """

    items: int
    seconds: float
    cpu: float

    @property
    def rate(self) -> float:
        """Items a second."""
        return self.items / self.seconds


class Stopwatch:
    """Adds up the time spent in its `with` blocks; only what counts goes inside."""

    def __init__(self) -> None:
        self._seconds = self._cpu = 0.0
        self._began = (0.0, 0.0)

    def __enter__(self) -> None:
        self._began = (time.perf_counter(), time.process_time())

    def __exit__(self, *exception: object) -> None:
        self._seconds += time.perf_counter() - self._began[0]
        self._cpu += time.process_time() - self._began[1]

    def timing(self, items: int) -> Timing:
        """What the blocks took together, for `items` things.

        Raises:
            ValueError: if nothing was done, because a rate of nothing would look like a result.
        """
        if items < 1:
            raise ValueError("the benchmark found nothing to do; more contacts may help")
        return Timing(items, self._seconds, self._cpu)


@dataclass(frozen=True, slots=True)
class Leg:
    """One leg of one run, and the plain way of doing the same."""

    name: str
    ours: Timing
    plain: Timing


@dataclass(frozen=True, slots=True)
class Line:
    """A leg over all runs; every number is the median of the runs'.

    Attributes:
        cpu_us: microseconds of our CPU per item.
        plain_rate: items a second of the baseline.
        ratio: our rate as a multiple of the baseline's of the same run.
    """

    leg: str
    items: float
    seconds: float
    rate: float
    cpu_us: float
    baseline: str
    plain_rate: float
    ratio: float


def summed_up(runs: Sequence[Sequence[Leg]], baselines: dict[str, str]) -> list[Line]:
    """A line for each leg, in the order of `baselines` (leg to what it is compared with)."""
    lines = []
    for name, baseline in baselines.items():
        legs = [leg for run in runs for leg in run if leg.name == name]
        lines.append(
            Line(
                leg=name,
                items=median(leg.ours.items for leg in legs),
                seconds=median(leg.ours.seconds for leg in legs),
                rate=median(leg.ours.rate for leg in legs),
                cpu_us=median(leg.ours.cpu / leg.ours.items * 1e6 for leg in legs),
                baseline=baseline,
                plain_rate=median(leg.plain.rate for leg in legs),
                ratio=median(leg.ours.rate / leg.plain.rate for leg in legs),
            )
        )
    return lines


def print_table(lines: Sequence[Line]) -> None:
    """The table, for people."""
    table = Table()
    for column in ("leg", "items", "seconds", "items/s", "CPU us/item", "baseline", "baseline/s", "ratio"):
        table.add_column(column, justify="left" if column in ("leg", "baseline") else "right", no_wrap=True)
    for line in lines:
        numbers = (f"{line.items:,.0f}", f"{line.seconds:.3f}", f"{line.rate:,.0f}", f"{line.cpu_us:,.0f}")
        table.add_row(line.leg, *numbers, line.baseline, f"{line.plain_rate:,.0f}", f"{line.ratio:.3g}")
    Console(width=120).print(table)
