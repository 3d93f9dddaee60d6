"""The day on which somebody has to look again, because something may change by itself."""

from collections.abc import Sequence
from datetime import date, timedelta

from outreach.domain.care.due_services.household import Household
from outreach.domain.care.due_services.rounds import RoundState
from outreach.domain.care.due_services.settle import Case

#: A call belongs into the season, too: it takes a week, and comes no sooner behind a message than this.
CALL_TAKES = timedelta(days=7)
CALL_AFTER = timedelta(days=3)
#: Where nobody of a household can be written to or called we look again after so long; where nothing is in sight, too.
UNREACHED_FOR = timedelta(days=7)
FURTHEST = timedelta(days=180)

_DAY = timedelta(days=1)


def call_on(case: Case, today: date) -> date | None:
    """The day of a call that cannot wait for the next step, because the season will be over."""
    round, end = case.round, case.service.season_end(today)
    if end is None or round is None or round.asked_on is None or case.next_step is None or case.next_step <= end:
        return None
    return max(round.asked_on + CALL_AFTER, end - CALL_TAKES)


def next_look(cases: Sequence[Case], *, household: Household, today: date) -> date:
    """The first day after `today` on which a household's services may need something."""
    days = [today + FURTHEST]
    for case in cases:
        days += _days_of(case, household, today)
    return max(min(days), today + _DAY)


def _days_of(case: Case, household: Household, today: date) -> list[date]:
    """Days on which something about a case may change by itself."""
    round = case.round
    if round is None or not round.is_open:
        return [] if not case.standing.needed else [_wakes(case, today)]
    end = case.service.season_end(today)
    days = [end + _DAY] if end is not None else []
    match round.state:
        case RoundState.BOOKED:
            return [round.booked_on + case.service.settles + _DAY] if round.booked_on else days
        case RoundState.LISTED:
            return [today + _DAY]
        case RoundState.ASKED:
            step = call_on(case, today) or case.next_step
            return [*days, today + _DAY if case.is_waiting or step is None else step]
        case _:
            reached = any(case.service.campaign in one.campaigns for one in household.members)
            return [*days, today + (_DAY if reached else UNREACHED_FOR)]


def _wakes(case: Case, today: date) -> date:
    """When a round may begin."""
    if case.standing.booked is not None:
        return case.standing.booked + case.service.settles + _DAY
    from_day = case.due_on - timedelta(days=case.service.lead_days)
    if case.before is not None and case.before.asked_on is not None:
        from_day = max(from_day, case.before.asked_on + case.service.gap)
    return case.service.next_open(max(from_day, today)) or today + FURTHEST
