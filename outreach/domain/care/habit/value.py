"""Who will buy again: a purchase count that decays, and the chance that goes with it.

On the public CDNOW data it ranks as well as trained models (docs/decisions/0015-habits.md); it needs no fit, and a new
purchase changes it by one.
"""

import numpy as np
from numpy.typing import NDArray

from outreach.domain.care.habit.events import Events, Floats

#: A purchase counts half after so many days; between 56 and 182 the ranking hardly differs.
HALF_LIFE_DAYS = 91.0
#: Intercept and slope on ln(value) of the chance to buy within 39 weeks, fitted on CDNOW; a tenant's own are fitted
#: once it has `ENOUGH_OUTCOMES`.
CHANCE = (0.27, 1.17)
CHANCE_WEEKS = 39
ENOUGH_OUTCOMES = 500
#: Values below are as good as none.
_LEAST = 1e-6
_STEPS, _CLOSE = 50, 1e-10


def values(events: Events, *, now: int) -> Floats:
    """The value of each customer on the day `now` (ordinal)."""
    return events.decayed(now=now, half_life=HALF_LIFE_DAYS)


def chances(value: Floats, parameters: tuple[float, float] = CHANCE) -> Floats:
    """The chance of each to buy within 39 weeks."""
    intercept, slope = parameters
    found: Floats = 1 / (1 + np.exp(-(intercept + slope * np.log(np.maximum(value, _LEAST)))))
    return found


def fit_chances(value: Floats, bought: NDArray[np.bool_]) -> tuple[float, float]:
    """The two numbers of greatest likelihood, by Newton's method; those of CDNOW if there are too few outcomes.

    Args:
        value: as of 39 weeks ago. bought: whether each has bought since.
    """
    if len(value) < ENOUGH_OUTCOMES or bought.all() or not bought.any():
        return CHANCE
    design = np.stack([np.ones(len(value)), np.log(np.maximum(value, _LEAST))], axis=1)
    beta = np.array(CHANCE)
    for _ in range(_STEPS):
        chance = 1 / (1 + np.exp(-np.clip(design @ beta, -30, 30)))
        slope = design.T @ (bought - chance)
        bend = (design * (chance * (1 - chance))[:, None]).T @ design + 1e-9 * np.eye(2)
        step = np.linalg.solve(bend, slope)
        beta = beta + np.clip(step, -2, 2)
        if np.abs(step).max() < _CLOSE:
            break
    return float(beta[0]), float(beta[1])
