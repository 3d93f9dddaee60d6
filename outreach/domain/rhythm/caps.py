"""The cap: the most touches a contact may have in a rolling window, over all channels together."""

from collections.abc import Sequence
from datetime import datetime, timedelta

#: At most this many touches in any `CAP_WINDOW` (rhythm notes, 4.1).
CAP_TOUCHES = 5

CAP_WINDOW = timedelta(days=28)

#: Days between touches that spread the cap evenly. A shorter gap would fill the window in a burst and then fall silent
#: until it frees, the very feast and famine the cap is there to prevent.
EVEN_SHARE = CAP_WINDOW / CAP_TOUCHES / timedelta(days=1)


def cap_frees_at(touches: Sequence[datetime]) -> datetime | None:
    """The first instant at which one more touch keeps the cap, or None if it would at any time.

    Args:
        touches: instants of all touches made and planned, in any order. The next touch is meant to follow them all.
    """
    if len(touches) < CAP_TOUCHES:
        return None
    return sorted(touches)[-CAP_TOUCHES] + CAP_WINDOW
