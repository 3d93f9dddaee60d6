"""Puts valued contacts on the phone list whose silence nothing else will break in time."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from outreach.db.queries.daily_jobs import first_run_of
from outreach.db.queries.tasks import close_moot_tasks, load_silent_contacts, open_call_tasks
from outreach.db.session import Database
from outreach.domain.calendar.remembered import remembered_calendar
from outreach.domain.calendar.season import Stance
from outreach.domain.care.calls import call_reason


def make_call_tasks(*, db: Database, now: datetime) -> int:
    """Opens call tasks, once a (UTC) day of business time, and says how many; a tick too soon does nothing.

    A contact whose industry is closed today is left alone; tomorrow is another day. Tasks whose contacts were touched
    meanwhile are closed.
    """
    with db.raw_transaction() as connection:
        if not first_run_of(connection, "make_call_tasks", now.astimezone(UTC).date()):
            return 0
        close_moot_tasks(connection, now=now)
        tasks = []
        for one in load_silent_contacts(connection, now=now):
            calendar = remembered_calendar(f"{one.industry_key}@{one.calendar_version}", one.calendar)
            today = now.astimezone(ZoneInfo(one.time_zone)).date()
            if calendar.stance_on(today, one.place)[0] is not Stance.CLOSED:
                reason = call_reason(waiting_code=one.waiting_code, famine_at=one.famine_at, max_gap=one.max_gap)
                tasks.append((one.contact_id, reason, max(one.famine_at, now)))
        return open_call_tasks(connection, tasks, now=now)
