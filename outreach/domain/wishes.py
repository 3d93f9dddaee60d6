"""Stated wishes: what a contact asks of its own rhythm. They always win over what was learnt."""

import math
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import StrEnum
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta

from outreach.domain.errors import BadInput, Fault

#: Months that a contact may pause for with one press.
PAUSE_MONTHS = (1, 3, 6)
#: A pause that staff set ends after so many months at the latest: who wants no more at all unsubscribes.
LONGEST_PAUSE_MONTHS = 24


class WishKind(StrEnum):
    """What was asked for; also the type of the event that tells of it."""

    #: Fewer touches, for a year.
    LESS_OFTEN = "less_often"
    #: More touches: no gap longer than two thirds of the present one, never below the shortest gap.
    MORE_OFTEN = "more_often"
    #: The contact's usual rhythm again: takes `LESS_OFTEN` and `MORE_OFTEN` back.
    USUAL_RHYTHM = "usual_rhythm"
    #: Nothing at all until a day.
    PAUSE = "pause"
    #: Takes `PAUSE` back.
    END_PAUSE = "end_pause"


#: What "more often" makes of a gap.
_MORE_OFTEN_SHARE = 2 / 3


def more_often_gap(gap: float, *, min_gap: float) -> float:
    """The longest gap from now on, in whole days, of somebody with `gap` who asks to hear more often."""
    return max(min_gap, float(math.floor(gap * _MORE_OFTEN_SHARE)), 1.0)


@dataclass(frozen=True, slots=True)
class Wish:
    """A wish.

    Attributes:
        until: for a pause, the first civil day on which we may write again, where the contact lives.
        months: how long it lasts from today, if that was said instead.
    """

    kind: WishKind
    until: date | None = None
    months: int = 0

    def ends_on(self, *, today: date) -> date:
        """The day on which a pause that starts `today` ends.

        Raises:
            BadInput: if it lies not after `today`, or too far away.
        """
        return checked_pause(self.until or paused_months(self.months, today=today), today=today)


def paused_months(months: int, *, today: date) -> date:
    """The day on which a pause of so many months from `today` ends; the last of a month where it has no such day."""
    return today + relativedelta(months=months)


def checked_pause(until: date, *, today: date) -> date:
    """`until`, if a pause may end then.

    Raises:
        BadInput: if it lies not after `today`, or too far away.
    """
    furthest = today + relativedelta(months=LONGEST_PAUSE_MONTHS)
    if today < until <= furthest:
        return until
    raise BadInput(
        [
            Fault(
                place="pause",
                column="until",
                value=until.isoformat(),
                reason=f"a pause ends after today and by {furthest.isoformat()}",
                mend="Choose a day in between; who wants no more at all can be unsubscribed.",
            )
        ]
    )


def starts_at(day: date, *, zone: ZoneInfo) -> datetime:
    """The instant at which a civil day starts in a zone, in UTC."""
    return datetime.combine(day, time(), zone).astimezone(UTC)
