"""Pressure: how much contact a person still feels, as a bucket that every touch fills and that time empties.

Everything here works on arrays, one place a contact; a single contact is an array of one. Days are days since any fixed
instant, fractions included; pressure is measured in loads (`load.py`).
"""

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

#: Days in which pressure halves (rhythm notes, 4.1).
HALF_LIFE = 10.0


class Timing(IntEnum):
    """What kind of day a touch met, as its number in arrays."""

    #: An ordinary day.
    ORDINARY = 0
    #: A quiet season: the contact is busy.
    BUSY = 1
    #: A peak season: the contact is open to help.
    KEEN = 2


LOAD_FACTORS = np.array([1.0, 1.8, 1.0])
"""What the load of a touch is multiplied by, by timing: who is busy feels it more (ibid.)."""


def drained(pressure: Floats, *, days: Floats) -> Floats:
    """What is left of `pressure` after `days`; days before 0 count as 0."""
    left: Floats = pressure * np.exp2(-np.maximum(days, 0.0) / HALF_LIFE)
    return left


def weight(load: Floats, *, timing: Ints) -> Floats:
    """How much a touch of `load` adds on a day of this timing."""
    heavier: Floats = load * LOAD_FACTORS[timing]
    return heavier


def met(pressure: Floats, *, added: Floats) -> Floats:
    """The pressure a touch meets: what is left of the earlier ones and half of what it adds itself (ibid., 4.3)."""
    return pressure + added / 2
