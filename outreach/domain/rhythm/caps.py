"""The caps: the most contact a person may have in a rolling window, over all channels together, counted in loads."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from outreach.domain.rhythm.load import CHANNEL_LOADS
from outreach.domain.touch import Channel


@dataclass(frozen=True, slots=True)
class Cap:
    """At most `budget` loads in any stretch of `days` days."""

    days: float
    budget: float


#: Five plain letters in four weeks (rhythm notes, 4.1), and never more than two and a half in one.
CAPS = (Cap(28, 5.0), Cap(7, 2.5))

#: The days that one load takes of the longest window. A shorter gap would fill the window in a burst and then fall
#: silent until it frees, the very feast and famine the cap is there to prevent.
DAYS_PER_LOAD = max(cap.days / cap.budget for cap in CAPS)

#: Days between two plain letters that spread the cap evenly.
EVEN_SHARE = DAYS_PER_LOAD * CHANNEL_LOADS[Channel.EMAIL]

#: Loads are sums of decimals; this much is rounding and no touch.
_ROUNDING = 1e-9

_DAY = 86400.0


def cap_frees_at(at: NDArray[np.float64], loads: NDArray[np.float64], *, load: float) -> NDArray[np.float64]:
    """The first instant at which one more touch of `load` keeps every cap, for each contact.

    Args:
        at: instants of the touches made and planned (contacts x touches, newest first), in seconds; -inf for none. The
            next touch is meant to follow them all.
        loads: of these touches; 0 for none.

    Returns:
        Seconds; -inf where nothing holds it back.
    """
    frees = np.full(len(at), -np.inf)
    if not at.shape[1]:
        return frees
    spent = np.cumsum(loads, axis=1)
    rows = np.arange(len(at))
    for cap in CAPS:
        # So many of the newest touches may stay in the window; the one before them must have left it.
        fitting = (spent <= cap.budget - load + _ROUNDING).sum(axis=1)
        too_many = fitting < at.shape[1]
        leaving = at[rows, np.minimum(fitting, at.shape[1] - 1)]
        frees = np.maximum(frees, np.where(too_many, leaving + cap.days * _DAY, -np.inf))
    return frees


def cap_kept(touches: Sequence[tuple[datetime, float]]) -> bool:
    """Whether no window that ends with one of `touches` (instant and load each, in any order) holds more than its cap.

    A single touch above a budget is its own affair: it is alone in its window.
    """
    made = sorted(touches)
    for cap in CAPS:
        for last, (until, _) in enumerate(made):
            inside = [load for at, load in made[: last + 1] if at > until - timedelta(days=cap.days)]
            if len(inside) > 1 and sum(inside) > cap.budget + _ROUNDING:
                return False
    return True
