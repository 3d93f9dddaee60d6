"""Deadlines in working days of the customer: Monday to Friday, without the public holidays of their place."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from outreach.domain.calendar.public_holidays import public_holidays

#: Working days until the customer has a first answer, and until the case is over.
ANSWER_DAYS = 2
SOLVE_DAYS = 10
#: A working day ends at this hour, where the customer is.
DAY_ENDS = time(18)


@dataclass(frozen=True, slots=True)
class Deadlines:
    """By when the customer has a first answer, and by when it is put right (aware, UTC)."""

    answer_by: datetime
    solve_by: datetime


def deadlines(opened_at: datetime, *, zone: ZoneInfo, place: str) -> Deadlines:
    """The deadlines of a case that opens at this instant; the day itself does not count.

    Args:
        zone: the customer's. place: ISO 3166 country or region, "" if unknown.
    """
    today = opened_at.astimezone(zone).date()
    return Deadlines(
        answer_by=_end_of(workday_after(today, days=ANSWER_DAYS, place=place), zone),
        solve_by=_end_of(workday_after(today, days=SOLVE_DAYS, place=place), zone),
    )


def workday_after(day: date, *, days: int, place: str) -> date:
    """The working day that is so many working days after `day`."""
    while days:
        day += timedelta(days=1)
        if day.weekday() < 5 and day not in public_holidays(place, day.year):
            days -= 1
    return day


def _end_of(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, DAY_ENDS, zone).astimezone(UTC)
