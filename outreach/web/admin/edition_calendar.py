"""The calendar of editions: what is open when, what nobody has written yet, and moving an edition with a way back."""

from datetime import date, timedelta

from flask import Blueprint, abort, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from outreach.db.queries.edition_days import EditionDays, load_days_of, load_edition_days, load_recurring
from outreach.db.queries.plans import load_industry_rules
from outreach.domain.errors import BadInput, Fault
from outreach.services.move_edition import Moved, move_edition
from outreach.web.admin.edition_months import build_months, last_of, month_after
from outreach.web.current import business_now, current_outreach
from outreach.web.roles import needs

blueprint = Blueprint("edition_calendar", __name__)

#: Months on one page.
SHOWN = 3
#: Years that the calendar reaches.
YEARS = range(2001, 2200)
#: Where the session keeps the last move until the page has told it.
MOVED = "edition_moved"


@blueprint.get("/edition-calendar")
def show() -> str:
    """The months."""
    return _page(chosen=request.args.get("edition", type=int), told=session.pop(MOVED, None))


@blueprint.get("/edition-calendar/<int:edition_id>/effect")
def effect(edition_id: int) -> str:
    """What moving an edition would come to, in one line."""
    try:
        foreseen = _move(edition_id, _wanted(edition_id, request.args), preview=True)
    except BadInput as refused:
        return render_template("admin/parts/move_effect.html", foreseen=None, faults=refused.faults)
    return render_template("admin/parts/move_effect.html", foreseen=foreseen, faults=())


@blueprint.post("/edition-calendar/<int:edition_id>/move")
@needs("author", "approver")
def move(edition_id: int) -> ResponseReturnValue:
    """Moves an edition, to a day or by days."""
    try:
        moved = _move(edition_id, _wanted(edition_id, request.form))
    except BadInput as refused:
        return _page(chosen=edition_id, faults=refused.faults), 422
    session[MOVED] = {
        "id": edition_id,
        "name": moved.edition.name,
        "was": moved.edition.opens_on.isoformat(),
        "opens_on": moved.opens_on.isoformat(),
        "closes_on": moved.closes_on.isoformat(),
        "taken_back": moved.taken_back,
        "undone": "undo" in request.form,
    }
    return redirect(
        url_for("admin.edition_calendar.show", month=_shown(moved), industry=request.form.get("industry") or None),
        code=303,
    )


def _shown(moved: Moved) -> str:
    """The month to go on with: the one that was looked at if the edition is still to be seen there."""
    first = _first_month(request.form.get("month", ""))
    last = last_of(month_after(first, SHOWN - 1))
    seen = moved.opens_on <= last and moved.closes_on >= first
    return f"{(first if seen else moved.opens_on):%Y-%m}"


def _move(edition_id: int, opens_on: date, *, preview: bool = False) -> Moved:
    moved = move_edition(
        db=current_outreach().db, edition_id=edition_id, opens_on=opens_on, now=business_now(), preview=preview
    )
    return moved or abort(404)


def _wanted(edition_id: int, typed: object) -> date:
    """The day that the form asks for: `opens_on`, or `days` from where the edition is."""
    values = dict(getattr(typed, "items", dict)())
    days = str(values.get("days", "")).strip()
    text = days or str(values.get("opens_on", ""))
    try:
        wanted = _edition(edition_id).opens_on + timedelta(days=int(days)) if days else date.fromisoformat(text)
    except (ValueError, OverflowError):
        fault = Fault("days of the edition", "there is no such day", "Choose a day, or a number of days.", value=text)
        raise BadInput([fault]) from None
    if wanted.year not in YEARS:
        reason = "the calendar does not reach that far"
        raise BadInput([Fault("days of the edition", reason, "Choose a nearer day.", value=wanted.isoformat())])
    return wanted


def _edition(edition_id: int) -> EditionDays:
    with current_outreach().db.raw_transaction() as connection:
        return load_days_of(connection, edition_id) or abort(404)


def _page(*, chosen: int | None, told: dict[str, object] | None = None, faults: tuple[Fault, ...] = ()) -> str:
    first = _first_month(request.values.get("month", ""))
    firsts = [month_after(first, count) for count in range(SHOWN)]
    with current_outreach().db.raw_transaction() as connection:
        industries = load_industry_rules(connection)
        editions = load_edition_days(connection, first=first, last=last_of(firsts[-1]))
        recurring = load_recurring(connection)
        edition = load_days_of(connection, chosen) if chosen else None
    industry = next((one for one in industries if one.key == request.values.get("industry")), None)
    today = business_now().date()
    return render_template(
        "admin/edition_calendar.html",
        months=build_months(firsts, editions=editions, recurring=recurring, industry=industry, today=today),
        before=month_after(first, -SHOWN),
        after=month_after(first, SHOWN),
        today=today,
        industries=industries,
        industry=industry,
        chosen=edition,
        told=told
        and {**told, **{name: date.fromisoformat(str(told[name])) for name in ("was", "opens_on", "closes_on")}},
        faults=faults,
    )


def _first_month(text: str) -> date:
    """The month that the address asks for, like 2026-11; the present one if it says none."""
    try:
        wanted = date.fromisoformat(f"{text}-01")
    except ValueError:
        wanted = business_now().date()
    return wanted.replace(day=1) if wanted.year in YEARS else business_now().date().replace(day=1)
