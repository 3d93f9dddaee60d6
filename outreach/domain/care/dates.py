"""Relationship dates: on which anniversaries of `customer_since` people, and not only mails, turn to a contact."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from outreach.domain.calendar.season import Stance

#: A date that was missed, because nothing ran, is still kept for so many days.
GRACE_DAYS = 7
#: No closed season is longer.
LONGEST_CLOSED = 366


@dataclass(frozen=True, slots=True)
class DateRange:
    """Days after `after` up to and including `until`."""

    after: date
    until: date


def due_dates(stance_on: Callable[[date], Stance], *, today: date) -> DateRange | None:
    """Whose anniversaries are to be kept by people now: those on days of this range; None if those of none.

    An anniversary belongs to its own day or, where that is closed, to the first day after it that is not. It is due
    on that day and for `GRACE_DAYS` after it. Of two anniversaries that one closed season holds only the later counts.

    Args:
        stance_on: of a contact's industry, in its country.
    """
    until = _last_not_closed(stance_on, today)
    after = _last_not_closed(stance_on, today - timedelta(days=GRACE_DAYS + 1))
    if until is None:
        return None
    if after is None:
        after = today - timedelta(days=LONGEST_CLOSED + GRACE_DAYS)
    return DateRange(after, until) if after < until else None


def kept_on(stance_on: Callable[[date], Stance], day: date) -> date | None:
    """The day that an anniversary on `day` belongs to; None if everything after it is closed."""
    coming = (day + timedelta(days=count) for count in range(LONGEST_CLOSED))
    return next((one for one in coming if stance_on(one) is not Stance.CLOSED), None)


def _last_not_closed(stance_on: Callable[[date], Stance], day: date) -> date | None:
    past = (day - timedelta(days=count) for count in range(LONGEST_CLOSED))
    return next((one for one in past if stance_on(one) is not Stance.CLOSED), None)


def span(months: int) -> str:
    """How long, in plain English: `6 months`, `2 years`, `2 years and 6 months`."""
    years, rest = divmod(months, 12)
    parts = [_counted(years, "year"), _counted(rest, "month")]
    return " and ".join(part for part in parts if part)


def _counted(count: int, word: str) -> str:
    return f"{count} {word}{'' if count == 1 else 's'}" if count else ""
