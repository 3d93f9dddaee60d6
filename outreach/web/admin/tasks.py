"""The phone list: whom to call, why, what to say first, and whether it is an hour to call there.

Every outcome can be taken back.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_security import current_user

from outreach.db.queries.answers import AnswerLine, load_answers_of
from outreach.db.queries.callers import load_colleagues
from outreach.db.queries.task_list import (
    TaskLine,
    count_tasks,
    load_moved_task,
    load_open_tasks,
    load_self_closed,
)
from outreach.db.queries.task_page import load_task
from outreach.domain.calendar.remembered import remembered_calendar
from outreach.domain.care.appointments import local_instant
from outreach.domain.care.calls import CallTime, call_time
from outreach.domain.care.tasks import FURTHEST, MOVES, Outcome
from outreach.domain.content import Brand
from outreach.domain.errors import BadInput
from outreach.domain.logged import NOTE_LENGTH
from outreach.domain.reason import Reason
from outreach.domain.refused import csv_line
from outreach.domain.rhythm.explain import sentence
from outreach.rendering.phone_words import Spoken
from outreach.services.close_task import close_task
from outreach.services.give_task import give_task
from outreach.services.reopen_task import reopen_task
from outreach.services.set_caller import MOST, set_caller
from outreach.web.admin.contacts import GivenAnswer
from outreach.web.admin.task_page import PHONE_WORDS, Form, business, refused_form, staff_name, task_page
from outreach.web.current import business_now, current_outreach
from outreach.web.formats import person
from outreach.web.roles import needs

blueprint = Blueprint("tasks", __name__)

#: Lines of the list; nobody makes more calls in a day.
SHOWN = 50
#: Lines of the file.
EXPORTED = 5_000
#: Answers that a line tells.
SHOWN_ANSWERS = 2
#: For so long it is told what closed itself, so many of them.
TOLD, MOST_TOLD = timedelta(days=3), 10
COLUMNS = (
    *("place", "external_id", "name", "company", "kind", "phone", "number_is_wrong", "language", "local_time"),
    *("inside_hours", "reason", "source", "due", "attempts", "owner"),
)


@dataclass(frozen=True, slots=True)
class Call:
    """A line of the list as the page shows it.

    Attributes:
        days: of silence so far.
        touches: when and what the last touches were: instant, channel, name ("" if made by hand).
        signals: when and what the contact did last. notes: of earlier calls: instant, outcome, note.
    """

    task: TaskLine
    time: CallTime
    reason: str
    opening: Spoken
    days: float
    touches: list[tuple[datetime, str, str]]
    signals: list[tuple[datetime, str]]
    notes: list[tuple[datetime, str, str]]
    answers: list[GivenAnswer]
    earliest: datetime


@blueprint.get("/tasks")
def show() -> str:
    """The list."""
    return _page()


@blueprint.get("/tasks.csv")
def export() -> Response:
    """The list as a table; cells that a spreadsheet would run begin with a quote."""
    now = business_now()
    with current_outreach().db.raw_transaction() as connection:
        tasks = load_open_tasks(connection, now=now, limit=EXPORTED, owner_id=_owner())
    response = Response("\ufeff" + "".join(_table(tasks, now=now)), mimetype="text/csv")
    response.headers["Content-Disposition"] = 'attachment; filename="phone-list.csv"'
    return response


@blueprint.post("/tasks/<int:task_id>")
def close(task_id: int) -> ResponseReturnValue:
    """Writes down what came of a task."""
    outcome = request.form.get("outcome", "")
    if outcome not in {known.value for known, move in MOVES.items() if move.by_staff}:
        abort(400)
    try:
        closed = close_task(
            db=current_outreach().db,
            task_id=task_id,
            outcome=Outcome(outcome),
            note=request.form.get("note", ""),
            staff=current_user.email,
            until=_until(task_id) if outcome == Outcome.CALL_LATER else None,
            seen=request.form.get("seen", type=int),
            now=business_now(),
        )
    except BadInput as refused:
        form = refused_form(refused, request.form)
        return task_page(task_id, form=form) if _from_page() else _page(forms={task_id: form}), 422
    if not closed:
        flash(gettext("Somebody closed that call already."))
    return redirect(url_for(".show", closed=task_id if closed else None, whose=_whose()), code=303)


@blueprint.post("/tasks/<int:task_id>/undo")
def undo(task_id: int) -> ResponseReturnValue:
    """Takes back what came of a task last."""
    move = request.form.get("move", type=int)
    opened = reopen_task(db=current_outreach().db, task_id=task_id, move_id=move, now=business_now())
    flash(gettext("The call is on the list again.") if opened else gettext("There was nothing to take back."))
    contact = request.form.get("contact", type=int)
    back = url_for("admin.contacts.show", contact_id=contact) if contact else url_for(".show")
    return redirect(back, code=303)


@blueprint.post("/tasks/<int:task_id>/owner")
def give(task_id: int) -> ResponseReturnValue:
    """Gives a task to a colleague, or to nobody."""
    staff_id = request.form.get("staff", type=int)
    given = give_task(db=current_outreach().db, task_id=task_id, staff_id=staff_id, now=business_now())
    flash(gettext("It is theirs now.") if given and staff_id else gettext("It is nobody’s now."))
    back = url_for("admin.task_page.show", task_id=task_id) if _from_page() else url_for(".show", whose=_whose())
    return redirect(back, code=303)


@blueprint.post("/tasks/callers/<int:staff_id>")
@needs()
def allow(staff_id: int) -> ResponseReturnValue:
    """Says how many calls a colleague takes a day; an empty field means none."""
    text = request.form.get("quota", "").strip()
    try:
        set_caller(db=current_outreach().db, staff_id=staff_id, quota=_number(text) if text else None)
        flash(gettext("It counts from now on."))
    except BadInput as refused:
        flash(" ".join(f"{fault.value} {fault.reason}. {fault.mend}" for fault in refused.faults))
    return redirect(url_for(".show", _anchor="callers"), code=303)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0


def _whose() -> str:
    """Whose tasks are wanted: mine or all; "" if nobody said, which is all."""
    wanted = request.values.get("whose", "")
    return wanted if wanted in ("mine", "all") else ""


def _owner() -> int | None:
    return int(current_user.id) if _whose() == "mine" else None


def _from_page() -> bool:
    return request.form.get("page") == "task"


def _until(task_id: int) -> datetime | None:
    """When to call again, on the customer's clock."""
    typed = request.form.get("until", "").strip()
    with current_outreach().db.raw_transaction() as connection:
        task = load_task(connection, task_id)
    return local_instant(typed, zone=ZoneInfo(task.time_zone)) if typed and task else None


def _page(forms: dict[int, Form] | None = None) -> str:
    now, closed_id = business_now(), request.args.get("closed", type=int)
    with current_outreach().db.raw_transaction() as connection:
        tasks = load_open_tasks(connection, now=now, limit=SHOWN, owner_id=_owner())
        answers = load_answers_of(connection, [task.contact_id for task in tasks], limit=SHOWN_ANSWERS)
        closed = load_moved_task(connection, closed_id) if closed_id else None
        counts = count_tasks(connection, now=now, staff_id=int(current_user.id))
        by_themselves = load_self_closed(connection, since=now - TOLD, limit=MOST_TOLD)
        colleagues = load_colleagues(connection)
    brand = business()
    calls = [_call(task, answers.get(task.contact_id, []), brand=brand, now=now) for task in tasks]
    return render_template(
        "admin/tasks.html",
        calls=calls,
        closed=closed,
        by_themselves=by_themselves,
        counts=counts,
        whose=_whose() or "all",
        colleagues=colleagues,
        most=MOST,
        forms=forms or {},
        no_form=Form(),
        note_length=NOTE_LENGTH,
        furthest=FURTHEST,
        now=now,
    )


def _call(task: TaskLine, answers: list[AnswerLine], *, brand: Brand, now: datetime) -> Call:
    return Call(
        task=task,
        time=_time(task, now=now),
        reason=sentence(Reason(task.reason_code, task.reason_numbers)),
        opening=PHONE_WORDS.opening(
            task.reason_code, locale=task.language, staff=staff_name(brand), business=brand.name
        ),
        days=(now - task.since).total_seconds() / 86400,
        touches=[(datetime.fromisoformat(one["at"]), one["channel"], one["name"]) for one in task.touches],
        signals=[(datetime.fromisoformat(one["at"]), one["kind"]) for one in task.signals],
        notes=[(datetime.fromisoformat(one["at"]), one["outcome"], one["note"]) for one in task.notes],
        answers=[GivenAnswer.of(line) for line in answers],
        earliest=now.astimezone(ZoneInfo(task.time_zone)),
    )


def _time(task: TaskLine, *, now: datetime) -> CallTime:
    calendar = remembered_calendar(f"{task.industry_key}@{task.calendar_version}", task.calendar)
    return call_time(calendar, zone=ZoneInfo(task.time_zone), place=task.place, now=now)


def _table(tasks: list[TaskLine], *, now: datetime) -> Iterator[str]:
    yield csv_line(COLUMNS)
    for place, task in enumerate(tasks, start=1):
        there = now.astimezone(ZoneInfo(task.time_zone))
        yield csv_line(
            [
                *(str(place), task.external_id, person(task), task.company, task.kind, task.phone),
                *("yes" if task.number_is_wrong else "no", task.language, there.strftime("%Y-%m-%d %H:%M")),
                "yes" if _time(task, now=now).now else "no",
                sentence(Reason(task.reason_code, task.reason_numbers)),
                *(task.source or "", task.due_at.isoformat(), str(task.attempts), task.owner),
            ]
        )
