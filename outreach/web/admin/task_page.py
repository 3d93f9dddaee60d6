"""One task: what to say and to ask, what was said before, when it is to happen, and the invitation to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_security import current_user

from outreach.db.queries.answers import load_answers
from outreach.db.queries.callers import load_colleagues
from outreach.db.queries.content import load_brand
from outreach.db.queries.task_page import (
    TaskFacts,
    load_deeds,
    load_moves,
    load_replies,
    load_task,
    load_touches_made,
)
from outreach.domain.calendar.remembered import remembered_calendar
from outreach.domain.care.appointments import MINUTES, Appointment, Person, local_instant
from outreach.domain.care.calls import CallTime, call_time
from outreach.domain.care.talking import Deed, talking_points
from outreach.domain.care.tasks import FURTHEST, TaskKind
from outreach.domain.content import Brand
from outreach.domain.errors import BadInput, Fault
from outreach.domain.logged import NOTE_LENGTH
from outreach.domain.reason import Reason
from outreach.domain.rhythm.explain import sentence
from outreach.rendering.catalogs import Catalogs
from outreach.rendering.ics import invitation, method_of
from outreach.rendering.phone_words import PhoneWords
from outreach.services.arrange_task import arrange_task
from outreach.web.admin.contacts import GivenAnswer
from outreach.web.admin.talking_words import point_words
from outreach.web.current import business_now, current_outreach
from outreach.web.locale import CATALOGS

blueprint = Blueprint("task_page", __name__)

#: Answers and signals that are told.
SHOWN = 8

PHONE_WORDS = PhoneWords(Catalogs(CATALOGS))

#: Before a pack was applied nobody has a name.
_NOBODY = Brand("Outreach", "", "", "", "", "", "", "#000000", "en")


@dataclass(frozen=True, slots=True)
class Form:
    """What a form about a task brought that cannot be used, to show it again: the faults, and what was typed."""

    faults: Sequence[Fault] = ()
    note: str = ""
    until: str = ""


@blueprint.get("/tasks/<int:task_id>")
def show(task_id: int) -> str:
    """The page."""
    return task_page(task_id)


def task_page(task_id: int, *, form: Form | None = None) -> str:
    """The page of one task, with what was wrong with a form on it."""
    now = business_now()
    with current_outreach().db.raw_transaction() as connection:
        task = load_task(connection, task_id)
        if task is None:
            abort(404)
        touches, moves = load_touches_made(connection, task.contact_id), load_moves(connection, task.contact_id)
        deeds, replies = load_deeds(connection, task.contact_id), load_replies(connection, task.contact_id)
        answers = load_answers(connection, task.contact_id, limit=SHOWN)
        colleagues = load_colleagues(connection)
    brand, zone = business(), ZoneInfo(task.time_zone)
    done = [Deed(one.kind, one.at, one.amount, one.currency) for one in deeds]
    points = talking_points(done, customer_since=task.customer_since, open_case=task.open_case, now=now)
    return render_template(
        "admin/task.html",
        task=task,
        form=form or Form(),
        time=_time(task, now=now),
        reason=sentence(Reason(task.reason_code, task.reason_numbers)),
        opening=PHONE_WORDS.opening(
            task.reason_code, locale=task.language, staff=staff_name(brand), business=brand.name
        ),
        points=[point_words(point, zone) for point in points],
        questions=PHONE_WORDS.questions(task.questions, locale=task.language, default=brand.default_locale),
        touches=touches,
        deeds=deeds[:SHOWN],
        moves=moves,
        replies=replies,
        answers=[GivenAnswer.of(line) for line in answers],
        colleagues=colleagues,
        note_length=NOTE_LENGTH,
        latest=(now + FURTHEST).astimezone(zone),
        earliest=now.astimezone(zone),
        now=now,
    )


@blueprint.post("/tasks/<int:task_id>/appointment")
def arrange(task_id: int) -> ResponseReturnValue:
    """Sets when it is to happen, or takes that away."""
    typed = request.form.get("at", "").strip()
    with current_outreach().db.raw_transaction() as connection:
        task = load_task(connection, task_id)
    if task is None:
        abort(404)
    try:
        at = local_instant(typed, zone=ZoneInfo(task.time_zone)) if typed else None
        done = arrange_task(db=current_outreach().db, task_id=task_id, at=at, now=business_now())
    except BadInput as refused:
        return task_page(task_id, form=Form(refused.faults, until=typed)), 422
    if not done:
        flash(gettext("Somebody closed that call already."))
    else:
        flash(gettext("The appointment stands.") if at else gettext("There is no appointment any more."))
    return redirect(url_for(".show", task_id=task_id), code=303)


@blueprint.get("/tasks/<int:task_id>/invitation.ics")
def invite(task_id: int) -> Response:
    """The invitation, as a calendar program opens it; of an appointment that is off, that it is."""
    with current_outreach().db.raw_transaction() as connection:
        task = load_task(connection, task_id)
    if task is None or task.sequence is None:
        abort(404)
    appointment = _appointment(task, business())
    file = invitation(appointment, now=business_now())
    response = Response(file, content_type=f"text/calendar; charset=utf-8; method={method_of(appointment)}")
    response.headers["Content-Disposition"] = f'attachment; filename="invitation-{task_id}.ics"'
    return response


def _appointment(task: TaskFacts, brand: Brand) -> Appointment:
    kind, answer_to = TaskKind(task.kind), brand.reply_to or brand.sender_email
    name = " ".join(part for part in (task.first_name, task.last_name) if part) or task.company
    return Appointment(
        uid=task.uid,
        sequence=task.sequence or 0,
        starts_at=task.appointment_at,
        minutes=MINUTES[kind],
        summary=PHONE_WORDS.summary(kind, locale=task.language, business=brand.name),
        description=PHONE_WORDS.description(locale=task.language, email=answer_to, phone=brand.phone),
        organizer=Person(brand.name, answer_to),
        attendee=Person(name, task.email),
    )


def business() -> Brand:
    """Who calls."""
    with current_outreach().db.transaction() as session:
        return load_brand(session) or _NOBODY


def staff_name(brand: Brand) -> str:
    """What whoever is signed in says they are called."""
    return str(current_user.name or brand.sender_name or brand.name)


def _time(task: TaskFacts, *, now: datetime) -> CallTime:
    calendar = remembered_calendar(f"{task.industry_key}@{task.calendar_version}", task.calendar)
    return call_time(calendar, zone=ZoneInfo(task.time_zone), place=task.place, now=now)


def refused_form(refused: BadInput, typed: Mapping[str, str]) -> Form:
    """What to show of a form that cannot be used."""
    return Form(refused.faults, typed.get("note", ""), typed.get("until", ""))
