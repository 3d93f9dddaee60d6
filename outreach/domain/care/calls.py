"""Calls: which contacts somebody should phone because nothing else will break their silence."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from outreach.domain.calendar.contact_calendar import ContactCalendar
from outreach.domain.calendar.season import Stance
from outreach.domain.calendar.windows import next_opening
from outreach.domain.reason import Reason
from outreach.domain.rhythm.codes import Code
from outreach.domain.touch import Channel

#: A purchase counts half after so many days.
VALUE_HALF_LIFE_DAYS = 91
#: The share of all contacts with any value that is called valued.
VALUED_SHARE = 0.2
#: So long before silence passes the longest gap the call is put on the list.
AHEAD = timedelta(days=7)
#: Whom nobody reached in all attempts is called again after so long, if the silence lasts.
REST = timedelta(days=90)
#: How far ahead an hour to call is looked for.
REACH = timedelta(days=90)

#: The planner's reasons to be silent that a call can mend; with any other it will write in time.
REASONS = {
    Code.WAIT_NO_CONTENT: Code.CALL_NO_CONTENT,
    Code.NO_CONSENT: Code.CALL_NO_CONSENT,
    Code.WAIT_NO_HOURS: Code.CALL_NO_HOURS,
}
#: Reasons for a call that any touch of ours takes away.
BROKEN_BY_A_LETTER = frozenset({*REASONS.values(), Code.CALL_NOTHING_PLANNED})
#: Reasons to wait that end by themselves; silence past the longest gap is explained by them.
PATIENT = frozenset({Code.WAIT_PAUSED, Code.WAIT_CLOSED, Code.WAIT_HOURS, Code.WAIT_DEADLINE})


def call_reason(*, waiting_code: str, famine_at: datetime, max_gap: float) -> Reason:
    """Why a contact should be called.

    Args:
        waiting_code: the planner's reason to be silent.
        famine_at: when silence passes the longest gap, which is `max_gap` days.
    """
    by_code = {code.value: reason for code, reason in REASONS.items()}
    code = by_code.get(waiting_code, Code.CALL_NOTHING_PLANNED)
    return Reason(code, {"max_gap": max_gap, "famine": famine_at.isoformat()})


@dataclass(frozen=True, slots=True)
class CallTime:
    """When a contact may be called.

    Attributes:
        now: whether this very moment is inside its hours.
        next_at: the first moment that is; None if there is none in sight.
    """

    now: bool
    next_at: datetime | None


def call_time(calendar: ContactCalendar, *, zone: ZoneInfo, place: str, now: datetime) -> CallTime:
    """Whether this is an hour to call in the contact's season, hours and zone, and when the next one is."""
    opening = next_opening(
        calendar,
        zone=zone,
        country=place,
        after=now,
        latest=now + REACH,
        stances=CALLED_STANCES,
        channel=Channel.CALL,
    )
    return CallTime(opening is not None and opening - now < timedelta(seconds=1), opening)


#: Closed seasons are left alone.
CALLED_STANCES: Collection[Stance] = frozenset(Stance) - {Stance.CLOSED}
