"""The phone list: whom to call, why, and whether it is an hour to call there; each closing can be taken back."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_security import current_user

from outreach.db.queries.tasks import TaskLine, load_closed_task, load_open_tasks
from outreach.domain.calendar.remembered import remembered_calendar
from outreach.domain.care_calls import CallTime, Outcome, call_time
from outreach.domain.errors import BadInput, Fault
from outreach.domain.logged import NOTE_LENGTH
from outreach.domain.reason import Reason
from outreach.domain.rhythm.explain import sentence
from outreach.services.close_task import close_task
from outreach.services.reopen_task import reopen_task
from outreach.web.current import business_now, current_outreach

blueprint = Blueprint("tasks", __name__)

#: Lines of the list; nobody makes more calls in a day.
SHOWN = 50


@dataclass(frozen=True, slots=True)
class Call:
    """A line of the list as the page shows it.

    Attributes:
        days: of silence so far.
        touches: when and what the last touches were: instant, channel, name ("" if made by hand).
    """

    task: TaskLine
    time: CallTime
    reason: str
    days: float
    touches: list[tuple[datetime, str, str]]


@blueprint.get("/tasks")
def show() -> str:
    """The list."""
    return _page()


@blueprint.post("/tasks/<int:task_id>")
def close(task_id: int) -> ResponseReturnValue:
    """Closes a task."""
    outcome, note = request.form.get("outcome", ""), request.form.get("note", "")
    if outcome not in set(Outcome):
        abort(400)
    try:
        closed = close_task(
            db=current_outreach().db,
            task_id=task_id,
            outcome=Outcome(outcome),
            note=note,
            staff=current_user.email,
            now=business_now(),
        )
    except BadInput as refused:
        return _page(faults={task_id: (refused.faults[0], note)}), 422
    if not closed:
        flash(gettext("Somebody closed that call already."))
    return redirect(url_for("admin.tasks.show", closed=task_id if closed else None), code=303)


@blueprint.post("/tasks/<int:task_id>/undo")
def undo(task_id: int) -> ResponseReturnValue:
    """Takes the closing of a task back."""
    opened = reopen_task(db=current_outreach().db, task_id=task_id, now=business_now())
    flash(gettext("The call is on the list again.") if opened else gettext("There was nothing to take back."))
    return redirect(url_for("admin.tasks.show"), code=303)


def _page(faults: dict[int, tuple[Fault, str]] | None = None) -> str:
    now, closed_id = business_now(), request.args.get("closed", type=int)
    with current_outreach().db.raw_transaction() as connection:
        tasks = load_open_tasks(connection, now=now, limit=SHOWN)
        closed = load_closed_task(connection, closed_id) if closed_id else None
    return render_template(
        "admin/tasks.html",
        calls=[_call(task, now=now) for task in tasks],
        closed=closed,
        faults=faults or {},
        note_length=NOTE_LENGTH,
        now=now,
    )


def _call(task: TaskLine, *, now: datetime) -> Call:
    calendar = remembered_calendar(f"{task.industry_key}@{task.calendar_version}", task.calendar)
    return Call(
        task=task,
        time=call_time(calendar, zone=ZoneInfo(task.time_zone), place=task.place, now=now),
        reason=sentence(Reason(task.reason_code, task.reason_numbers)),
        days=(now - task.since).total_seconds() / 86400,
        touches=[(datetime.fromisoformat(one["at"]), one["channel"], one["name"]) for one in task.touches],
    )
