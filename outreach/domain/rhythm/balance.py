"""Feast or famine: the stretches in which contacts heard from us too often or too rarely, as set work on arrays.

Instants are days since 1970 (UTC), with fractions; a contact is known by its row. One contact is an array of one.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from outreach.domain.rhythm.caps import CAPS

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Ints = NDArray[np.int64]

#: Instants are floats; this much (a tenth of a second) is rounding and nobody's impatience.
_ROUNDING = 1e-6

#: Further apart than any two instants, so that rows and instants sort as one number.
_APART = 1e5


@dataclass(frozen=True, slots=True)
class Made:
    """Touches that were made, by row and then by instant.

    Attributes:
        row: the contact of each.
        at: when.
        load: what it weighs (`load_of`).
        ordinary: False for service and recovery, which reset the clock but never make a feast.
    """

    row: Ints
    at: Floats
    load: Floats
    ordinary: Flags

    @classmethod
    def of(cls, row: ArrayLike, at: ArrayLike, load: ArrayLike, ordinary: ArrayLike) -> Self:
        """Touches in any order."""
        rows, instants = np.asarray(row, np.int64), np.asarray(at, np.float64)
        order = np.lexsort((instants, rows))
        return cls(
            rows[order], instants[order], np.asarray(load, np.float64)[order], np.asarray(ordinary, np.bool_)[order]
        )


@dataclass(frozen=True, slots=True)
class Spans:
    """Stretches of time, each of one contact; they may overlap. The end is outside."""

    row: Ints
    start: Floats
    end: Floats

    def days(self, *, contacts: int, first_day: int, days: int) -> Flags:
        """Whether each contact (rows) ends each day (columns, from `first_day` on) inside one of its stretches."""
        begins = np.clip(np.ceil(self.start).astype(np.int64) - 1 - first_day, 0, days)
        ends = np.clip(np.ceil(self.end).astype(np.int64) - 1 - first_day, 0, days)
        steps = np.zeros((contacts, days + 1), np.int16)
        np.add.at(steps, (self.row, begins), 1)
        np.add.at(steps, (self.row, ends), -1)
        return np.cumsum(steps[:, :days], axis=1, dtype=np.int16) > 0


def famines(made: Made, *, heard_from: Floats, max_gap: Floats, until: float) -> Spans:
    """When silence was longer than the longest gap.

    Args:
        heard_from: the instant from which each contact's first silence counts.
        max_gap: of each contact, in days.
        until: the last silence is cut off here.
    """
    rows = np.arange(len(heard_from))
    later = made.at > heard_from[made.row]
    row = np.concatenate([rows, made.row[later], rows])
    at = np.concatenate([heard_from, made.at[later], np.full(len(rows), until)])
    order = np.lexsort((at, row))
    row, at = row[order], at[order]
    too_long = (row[1:] == row[:-1]) & (np.diff(at) > max_gap[row[1:]] + _ROUNDING)
    silent = row[1:][too_long]
    return Spans(silent, at[:-1][too_long] + max_gap[silent], at[1:][too_long])


def feasts(made: Made, *, min_gap: Floats) -> Spans:
    """When a contact had been written to too early (for the shortest gap from then on), or beyond a cap.

    A cap is exceeded from the touch that was too much until its window has freed.
    """
    close = np.diff(made.at) < min_gap[made.row[1:]] - _ROUNDING
    early = (
        np.concatenate([[False], close & (made.row[1:] == made.row[:-1])]) & made.ordinary if len(made.at) else close
    )
    spans = [(made.row[early], made.at[early], made.at[early] + min_gap[made.row[early]])]
    spent = np.cumsum(made.load)
    before = spent - made.load
    place = made.row * _APART + made.at
    for cap in CAPS:
        first = np.searchsorted(place, place - cap.days + _ROUNDING)
        alone = first == np.arange(len(place))
        over = made.ordinary & ~alone & (spent - before[first] > cap.budget + _ROUNDING)
        # So many of the oldest must leave the window before what remains fits.
        fits = np.searchsorted(before, spent[over] - cap.budget - _ROUNDING)
        spans.append(
            (made.row[over], made.at[over], made.at[np.minimum(fits, np.flatnonzero(over) + 1) - 1] + cap.days)
        )
    row, start, end = (np.concatenate(parts) for parts in zip(*spans, strict=True))
    return Spans(row, start, end)
