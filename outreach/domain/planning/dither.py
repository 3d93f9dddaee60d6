"""Reproducible chance: a contact's own fraction, so that ten thousand people do not march in step.

Whole-number arithmetic modulo 2^64 only (splitmix64; Steele, Lea and Flood, OOPSLA 2014), so every machine and every
split into batches gives the same numbers.
"""

import numpy as np
from numpy.typing import NDArray

from outreach.domain.planning.almanac import Floats, Ints

#: The golden ratio's fraction: multiples of it spread evenly over the unit interval (rhythm notes, 4.4 (2)).
_GOLDEN = 0.618

_ADDED = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)


def fraction(contact_id: Ints, *, stream: int = 0) -> Floats:
    """Each contact's own number, from 0 to below 1, always the same; another one in each stream."""
    seed = contact_id.astype(np.uint64) ^ np.uint64(stream << 48)
    mixed: NDArray[np.uint64] = seed * _ADDED + _ADDED
    mixed = (mixed ^ (mixed >> np.uint64(30))) * _FIRST
    mixed = (mixed ^ (mixed >> np.uint64(27))) * _SECOND
    return ((mixed ^ (mixed >> np.uint64(31))) >> np.uint64(11)) / float(1 << 53)


def dithered(contact_id: Ints, last_touch_day: Ints) -> Floats:
    """A factor for each next gap, from 0.9 to below 1.1, another one after each touch.

    Args:
        contact_id: whose.
        last_touch_day: the local day of the last touch as an ordinal.
    """
    step = (fraction(contact_id) + _GOLDEN * last_touch_day) % 1.0
    return 1 + 0.1 * (2 * step - 1)
