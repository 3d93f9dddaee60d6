"""Services that come round: how all of them stand, and what staff know of those of one contact."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, timedelta

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_security import current_user

from outreach.db.queries.offered_services import load_services
from outreach.db.queries.service_counts import Due, count_due
from outreach.domain.care.due_services.facts import FactKind
from outreach.domain.care.due_services.rounds import RoundState
from outreach.domain.care.due_services.service import Service
from outreach.domain.errors import BadInput, Fault
from outreach.queueing.jobs import Job
from outreach.services.note_service import note_service
from outreach.services.unnote_service import unnote_service
from outreach.web.admin.contacts import contact_page
from outreach.web.current import business_now, current_outreach

blueprint = Blueprint("services", __name__)

#: Weeks ahead that the page shows.
WEEKS = 8
_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class ServiceView:
    """A service and how everybody who needs it stands.

    Attributes:
        opens, closes: the days of the season that is on (`is_on`) or comes next; None without one.
        states: how many are in each state; `overdue` of them are due before today and not booked.
        weeks: how many begin to be asked in each of the coming weeks.
    """

    service: Service
    is_on: bool
    opens: date | None
    closes: date | None
    states: Mapping[str, int]
    overdue: int
    weeks: Sequence[int]


@blueprint.get("/services")
def show() -> str:
    """All services on offer."""
    today = business_now().astimezone(UTC).date()
    with current_outreach().db.raw_transaction() as connection:
        views = [_view(one, count_due(connection, one), today=today) for one in load_services(connection)]
    return render_template(
        "admin/services.html",
        views=views,
        states=[state.value for state in RoundState],
        weeks=[today + number * _WEEK for number in range(WEEKS)],
    )


def _view(service: Service, counted: Sequence[Due], *, today: date) -> ServiceView:
    states: Counter[str] = Counter()
    weeks = [0] * WEEKS
    overdue = 0
    for due in counted:
        states[due.state] += due.holders
        if due.due_on < today and due.state != RoundState.BOOKED:
            overdue += due.holders
        asks_from = service.next_open(max(today, due.due_on - timedelta(days=service.lead_days)))
        if due.state == RoundState.RESTING and asks_from and (asks_from - today) // _WEEK < WEEKS:
            weeks[(asks_from - today) // _WEEK] += due.holders
    opens = service.next_open(today) if service.season else None
    return ServiceView(
        service=service,
        is_on=service.in_season(today),
        opens=opens,
        closes=service.season_end(opens) if opens else None,
        states=states,
        overdue=overdue,
        weeks=weeks,
    )


@blueprint.post("/contacts/<int:contact_id>/services/<int:service_id>")
def note(contact_id: int, service_id: int) -> ResponseReturnValue:
    """Writes down that a service was done, is booked, or is not needed any more."""
    kind = request.form.get("kind", "")
    if kind not in set(FactKind):
        abort(400)
    outreach, now = current_outreach(), business_now()
    try:
        on = now.date() if kind == FactKind.NOT_NEEDED else _day(request.form.get("on", ""), f"service {service_id}")
        noted = note_service(
            db=outreach.db,
            contact_id=contact_id,
            service_id=service_id,
            kind=FactKind(kind),
            on=on,
            staff=current_user.email,
            now=now,
        )
    except BadInput as refused:
        return contact_page(contact_id, faults=refused.faults, typed=request.form), 422
    flash(gettext("Written down.") if noted else gettext("That was written down already."))
    return _back(contact_id)


@blueprint.post("/contacts/<int:contact_id>/services/facts/<int:fact_id>/undo")
def undo(contact_id: int, fact_id: int) -> ResponseReturnValue:
    """Takes back what staff wrote down."""
    gone = unnote_service(db=current_outreach().db, contact_id=contact_id, fact_id=fact_id, now=business_now())
    flash(gettext("Taken back.") if gone else gettext("There was nothing to take back."))
    return _back(contact_id)


def _back(contact_id: int) -> ResponseReturnValue:
    current_outreach().queue.wake(Job.LOOK_AFTER_SERVICES)
    return redirect(url_for("admin.contacts.show", contact_id=contact_id), code=303)


def _day(text: str, place: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadInput([Fault(place, "cannot be read", "Choose a day.", column="on", value=text)]) from None
