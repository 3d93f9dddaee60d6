"""The part of the day in which a person reads: two slots and nothing finer, because one person answers too rarely.

Opens and clicks of people add to the slot of their hour on the contact's clock, as much as the mail program is trusted
(rhythm notes, 4.3 "Hour"; personal send times finer than this are statistically hopeless for one person, ibid., 1.2).
"""

import numpy as np
from numpy.typing import NDArray

from outreach.domain.rhythm.pressure import Floats

HALVES = ("", "morning", "evening")
"""The answers: cannot be said, before 14:00, after."""

#: The hour on the contact's clock at which the evening slot begins.
EVENING_FROM = 14
#: What speaks for each slot before anything is known.
MORNING_BEFORE, EVENING_BEFORE = 2.6, 1.4
#: So much must have been seen of a person before anything is said.
ENOUGH = 2.0


def favoured_half(morning: Floats, evening: Floats) -> NDArray[np.str_]:
    """One of `HALVES` for each contact, from the trust in what was read in the morning and in the evening."""
    later = evening + EVENING_BEFORE > morning + MORNING_BEFORE
    said = np.where(later, HALVES[2], HALVES[1])
    return np.where(morning + evening >= ENOUGH, said, HALVES[0])
