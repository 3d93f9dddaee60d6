"""The forms of a campaign's page: on which days its editions open, their order, and whether the series begins anew."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from itertools import groupby

import psycopg
from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from outreach.db.queries.edition_days import EditionDays, load_recurrence, load_series
from outreach.db.queries.rounds import SeriesRule, load_series_rule
from outreach.domain.errors import BadInput, Fault
from outreach.domain.recurrence import LAST, SHORTEST_MONTH, Recurrence, Unit, next_dates, read_rrule
from outreach.domain.series import places_fixed
from outreach.services.order_series import order_series
from outreach.services.set_evergreen import set_evergreen
from outreach.services.set_recurrence import set_recurrence
from outreach.web.current import business_now, current_outreach
from outreach.web.recurrence_words import recurrence_words, weekday_words
from outreach.web.roles import needs

blueprint = Blueprint("campaign_forms", __name__)

#: Dates that a rule is shown with.
SHOWN_DATES = 5

#: How often, as unit and interval.
EVERY = {
    "": _l("Each edition says for itself"),
    "week-1": _l("Every week"),
    "week-2": _l("Every second week"),
    "week-4": _l("Every four weeks"),
    "month-1": _l("Every month"),
    "month-2": _l("Every second month"),
    "month-3": _l("Every quarter"),
    "month-6": _l("Every half-year"),
    "month-12": _l("Every year in January"),
}
#: Which weekday of the month; 0 for a day of the month.
NTH = {
    1: _l("on the first"),
    2: _l("on the second"),
    3: _l("on the third"),
    4: _l("on the fourth"),
    LAST: _l("on the last"),
    0: _l("on day"),
}


@dataclass(frozen=True, slots=True)
class RecurrenceForm:
    """What the form shows: its choices, and what they come to.

    Attributes:
        every: a key of `EVERY`, or another unit and interval that a pack has brought.
    """

    every: str
    nth: int
    weekday: int
    month_day: int
    sentence: str
    dates: tuple[date, ...]


@dataclass(frozen=True, slots=True)
class Round:
    """One round of a series in its order; the first `fixed` editions keep their places."""

    number: int
    editions: tuple[EditionDays, ...]
    fixed: int


def campaign_forms(connection: psycopg.Connection, campaign_id: int) -> dict[str, object]:
    """What the page of a campaign needs for these forms."""
    recurring = load_recurrence(connection, campaign_id)
    rule = load_series_rule(connection, campaign_id)
    stored = read_rrule(recurring.recurrence) if recurring and recurring.recurrence else None
    return {
        "recurrence": _shown(stored),
        "series_rule": rule,
        "rounds": _rounds(load_series(connection, campaign_id), rule),
        **_choices(),
    }


@blueprint.get("/campaigns/<int:campaign_id>/recurrence")
def try_recurrence(campaign_id: int) -> str:
    """The form as it is chosen, with the dates it comes to; nothing is kept."""
    chosen: Recurrence | None = None
    faults: tuple[Fault, ...] = ()
    try:
        chosen = _chosen(request.args)
    except BadInput as refused:
        faults = refused.faults
    return render_template(
        "admin/parts/recurrence.html",
        recurrence=_shown(chosen),
        campaign_id=campaign_id,
        faults=faults,
        **_choices(),
    )


@blueprint.post("/campaigns/<int:campaign_id>/recurrence")
@needs("author", "approver")
def keep_recurrence(campaign_id: int) -> ResponseReturnValue:
    """Keeps what was chosen."""

    def act() -> bool:
        return set_recurrence(
            db=current_outreach().db, campaign_id=campaign_id, recurrence=_chosen(request.form), now=business_now()
        )

    return _answered(
        campaign_id, act, gettext("Kept. The calendar of editions shows the days that nobody has written for.")
    )


@blueprint.post("/campaigns/<int:campaign_id>/order")
@needs("author", "approver")
def order(campaign_id: int) -> ResponseReturnValue:
    """Puts the editions of a round in the order that the form gives; `up` or `down` names one that changes places."""

    def act() -> bool:
        wanted = [int(one) for one in request.form.get("order", "").split(",") if one.strip().isdecimal()]
        for name, step in (("up", -1), ("down", 1)):
            moving = request.form.get(name, type=int)
            if moving in wanted:
                place = wanted.index(moving)
                wanted.insert(max(place + step, 0), wanted.pop(place))
        return order_series(db=current_outreach().db, campaign_id=campaign_id, order=wanted, now=business_now())

    return _answered(campaign_id, act, gettext("The series has another order now."))


@blueprint.post("/campaigns/<int:campaign_id>/evergreen")
@needs("author", "approver")
def evergreen(campaign_id: int) -> ResponseReturnValue:
    """Lets the series begin anew, or end."""
    wanted = "evergreen" in request.form

    def act() -> bool:
        return set_evergreen(db=current_outreach().db, campaign_id=campaign_id, evergreen=wanted, now=business_now())

    words = (
        gettext("Whoever has had all of it begins anew.")
        if wanted
        else gettext("The series ends with its last edition.")
    )
    return _answered(campaign_id, act, words)


def _answered(campaign_id: int, act: Callable[[], bool], words: str) -> ResponseReturnValue:
    with current_outreach().db.raw_transaction() as connection:
        if load_recurrence(connection, campaign_id) is None:
            abort(404)
    try:
        flash(words if act() else gettext("It was so already; nothing changed."))
    except BadInput as refused:
        for fault in refused.faults:
            flash(f"{fault.reason[:1].upper()}{fault.reason[1:]}. {fault.mend}")
    return redirect(url_for("admin.campaigns.show", campaign_id=campaign_id), code=303)


def _choices() -> dict[str, object]:
    return {
        "every_choices": EVERY,
        "nth_choices": NTH,
        "weekday_choices": {number: weekday_words(number) for number in range(7)},
        "month_days": [*range(1, SHORTEST_MONTH + 1)],
    }


def _chosen(typed: MultiDict[str, str]) -> Recurrence | None:
    """The rule that the form says, None for none.

    Raises:
        BadInput: if it says none that can be kept.
    """
    unit, _, interval = typed.get("every", "").partition("-")
    if not unit:
        return None
    nth = typed.get("nth", 1, type=int)
    weekday = typed.get("weekday", 1, type=int)
    text = f"FREQ={'WEEKLY' if unit == Unit.WEEK else 'MONTHLY'};INTERVAL={interval or 1};"
    if unit == Unit.MONTH and nth == 0:
        return read_rrule(f"{text}BYMONTHDAY={typed.get('month_day', 1, type=int)}")
    names = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
    return read_rrule(f"{text}BYDAY={nth if unit == Unit.MONTH else ''}{names[weekday % len(names)]}")


def _shown(rule: Recurrence | None) -> RecurrenceForm:
    if rule is None:
        return RecurrenceForm("", nth=1, weekday=1, month_day=1, sentence="", dates=())
    return RecurrenceForm(
        every=f"{rule.unit}-{rule.interval}",
        nth=rule.nth if rule.weekday is not None else 0,
        weekday=1 if rule.weekday is None else rule.weekday,
        month_day=rule.month_day or 1,
        sentence=recurrence_words(rule),
        dates=tuple(next_dates(rule, after=business_now().date(), count=SHOWN_DATES)),
    )


def _rounds(series: list[EditionDays], rule: SeriesRule | None) -> list[Round]:
    if rule is None or rule.rule != "series":
        return []
    rounds = []
    for number, group in groupby(series, key=lambda edition: edition.round):
        editions = tuple(group)
        order = [edition.id for edition in editions]
        fixed = places_fixed(order, begun={edition.id for edition in editions if edition.begun})
        rounds.append(Round(number, editions, fixed))
    return rounds
