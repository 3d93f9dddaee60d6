"""What each class of touch may do: its rank, the days it may write on, and whether it waits for the rhythm at all."""

from outreach.domain.calendar.season import Stance
from outreach.domain.touch import TouchClass

#: Classes that do not wait for the rhythm, the cap or the season; they count all the same.
URGENT = frozenset({TouchClass.SERVICE, TouchClass.RECOVERY})

#: Classes whose mails may carry others along: a check-in or an apology comes alone.
CARRYING = frozenset({TouchClass.RELATIONSHIP, TouchClass.PROMOTION})

CLASS_RANK: dict[TouchClass, int] = {touch_class: rank for rank, touch_class in enumerate(TouchClass)}
"""Service first, promotion last; a higher class never loses a slot to a lower one."""

ALLOWED_STANCES: dict[TouchClass, frozenset[Stance]] = {
    TouchClass.SERVICE: frozenset(Stance),
    TouchClass.RECOVERY: frozenset(Stance),
    TouchClass.CARE: frozenset(Stance) - {Stance.CLOSED},
    TouchClass.RELATIONSHIP: frozenset(Stance) - {Stance.CLOSED},
    TouchClass.PROMOTION: frozenset(Stance) - {Stance.CLOSED, Stance.QUIET},
}
"""On which days a class may write."""

#: The distinct sets of stances, by their number in arrays.
MANNERS = (
    ALLOWED_STANCES[TouchClass.SERVICE],
    ALLOWED_STANCES[TouchClass.RELATIONSHIP],
    ALLOWED_STANCES[TouchClass.PROMOTION],
)
#: The manner of the rhythm itself: the days on which any ordinary class may write.
ORDINARY = 1
