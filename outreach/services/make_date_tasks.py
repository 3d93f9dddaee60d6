"""Gives people a task on the dates of customers whom a check-in by mail alone would not do justice."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from outreach.db.queries.daily_jobs import first_run_of
from outreach.db.queries.date_tasks import (
    CalendarPlace,
    DateCampaign,
    DueDate,
    NewDateTask,
    load_calendar_places,
    load_date_campaigns,
    load_due_dates,
    open_date_tasks,
)
from outreach.db.session import Database
from outreach.domain.calendar.contact_calendar import ContactCalendar
from outreach.domain.calendar.remembered import remembered_calendar
from outreach.domain.calendar.season import Stance
from outreach.domain.care.dates import DateRange, due_dates, kept_on, span
from outreach.domain.reason import Reason
from outreach.domain.rhythm.codes import Code


def make_date_tasks(*, db: Database, now: datetime) -> int:
    """Opens the tasks of today's dates, once a (UTC) day of business time, and says how many.

    A date in a closed season waits for its end. One date never makes two tasks, whatever runs twice.
    """
    today = now.astimezone(UTC).date()
    with db.raw_transaction() as connection:
        if not first_run_of(connection, "make_date_tasks", today):
            return 0
        campaigns = load_date_campaigns(connection)
        if not campaigns:
            return 0
        calendars = {(one.industry_id, one.place): _calendar(one) for one in load_calendar_places(connection)}
        ranges = _ranges(calendars, today=today)
        made = 0
        for campaign in campaigns:
            due = load_due_dates(connection, campaign, ranges, now=now)
            tasks = [_task(one, campaign, calendars[one.industry_id, one.place]) for one in due]
            made += open_date_tasks(connection, campaign, tasks, now=now)
        return made


def _calendar(one: CalendarPlace) -> ContactCalendar:
    return remembered_calendar(f"{one.industry_key}@{one.calendar_version}", one.calendar)


def _ranges(calendars: Mapping[tuple[int, str], ContactCalendar], *, today: date) -> dict[tuple[int, str], DateRange]:
    found = {key: due_dates(_stances(calendar, key[1]), today=today) for key, calendar in calendars.items()}
    return {key: days for key, days in found.items() if days is not None}


def _stances(calendar: ContactCalendar, place: str) -> Callable[[date], Stance]:
    return lambda day: calendar.stance_on(day, place)[0]


def _task(one: DueDate, campaign: DateCampaign, calendar: ContactCalendar) -> NewDateTask:
    day = kept_on(_stances(calendar, one.place), one.occasion) or one.occasion
    due_at = datetime.combine(day, time(12), ZoneInfo(one.time_zone)).astimezone(UTC)
    numbers = {"span": span(one.months), "on": one.occasion.isoformat(), "campaign": campaign.name}
    return NewDateTask(one.contact_id, Reason(Code.CALL_ANNIVERSARY, numbers), due_at, one.occasion)
