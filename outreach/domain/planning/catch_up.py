"""Catching up: after an outage nobody is written to in a burst; each contact gets its own place in the coming days."""

import numpy as np

from outreach.domain.planning.almanac import Floats, Ints
from outreach.domain.planning.bounds import DAY
from outreach.domain.planning.dither import fraction

#: A look that is so many days overdue was missed: the planner did not run.
MISSED_AFTER = 1.0
#: The work of an outage is spread over as many days as it lasted, but over no more than these.
SPREAD_AT_MOST = 7.0


def not_before(contact_id: Ints, *, look_at: Floats, now: float) -> Floats:
    """Before when each contact must not be written to because its turn was missed; -inf where it was not.

    Args:
        look_at: when the planner should have looked at each contact; -inf if it never had a turn.
        now: in seconds, like `look_at`.
    """
    late = np.where(np.isfinite(look_at), now - look_at, 0.0) / DAY
    spread = np.minimum(late, SPREAD_AT_MOST) * fraction(contact_id, stream=1)
    return np.where(late > MISSED_AFTER, now + spread * DAY, -np.inf)
