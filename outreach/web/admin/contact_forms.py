"""The forms on a contact's page: touches made by hand, wishes, a band of its own; each can be taken back there."""

import math
from collections.abc import Callable
from datetime import date, datetime

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_security import current_user

from outreach.domain.errors import BadInput, Fault
from outreach.domain.logged import LoggedTouch
from outreach.domain.wishes import PAUSE_MONTHS, Wish, WishKind
from outreach.services.log_touch import log_touch
from outreach.services.mend_number import mend_number
from outreach.services.set_own_band import set_own_band
from outreach.services.set_wish import set_wish
from outreach.services.unlog_touch import unlog_touch
from outreach.web.admin.contacts import contact_page
from outreach.web.current import business_now, current_outreach, staff_zone

blueprint = Blueprint("contact_forms", __name__)


@blueprint.post("/contacts/<int:contact_id>/touches")
def log(contact_id: int) -> ResponseReturnValue:
    """Writes a call, visit or reply down."""
    now = business_now()

    def act() -> None:
        at = _instant(request.form.get("at", ""))
        told = {"channel": request.form.get("channel", ""), "note": request.form.get("note", "")}
        touch = LoggedTouch.checked(at=at, now=now, **told)
        done = log_touch(
            db=current_outreach().db, contact_id=contact_id, touch=touch, staff=current_user.email, now=now
        )
        if done is None:
            abort(404)
        flash(gettext("Written down.") if done.logged_id else gettext("That was written down already."))
        if done.taken_back:
            flash(gettext("What was planned too soon after it is taken back and planned anew."))

    return _answered(contact_id, act)


@blueprint.post("/contacts/<int:contact_id>/touches/<int:logged_id>/undo")
def unlog(contact_id: int, logged_id: int) -> ResponseReturnValue:
    """Takes a logged touch back."""
    unlog_touch(db=current_outreach().db, contact_id=contact_id, logged_id=logged_id, now=business_now())
    flash(gettext("Taken back; the rhythm counts from the touch before."))
    return redirect(url_for("admin.contacts.show", contact_id=contact_id), code=303)


@blueprint.post("/contacts/<int:contact_id>/wishes")
def wish(contact_id: int) -> ResponseReturnValue:
    """Writes down what the contact told staff."""

    def act() -> None:
        changed = set_wish(
            db=current_outreach().db,
            contact_id=contact_id,
            wish=_wish(),
            source=current_user.email,
            now=business_now(),
        )
        flash(gettext("The wish counts from now on.") if changed else gettext("It was so already; nothing changed."))

    return _answered(contact_id, act)


@blueprint.post("/contacts/<int:contact_id>/band")
def band(contact_id: int) -> ResponseReturnValue:
    """Sets a band of the contact's own; empty fields follow the industry."""

    def act() -> None:
        changed = set_own_band(
            db=current_outreach().db,
            contact_id=contact_id,
            min_gap=_days("shortest"),
            max_gap=_days("longest"),
            now=business_now(),
        )
        flash(gettext("The band counts from now on.") if changed else gettext("It was so already; nothing changed."))

    return _answered(contact_id, act)


@blueprint.post("/contacts/<int:contact_id>/number")
def right_number(contact_id: int) -> ResponseReturnValue:
    """Takes the mark off the contact's number that somebody else answered at it."""
    mended = mend_number(db=current_outreach().db, contact_id=contact_id)
    flash(gettext("The number may be called again.") if mended else gettext("It was so already; nothing changed."))
    return redirect(url_for("admin.contacts.show", contact_id=contact_id), code=303)


def _answered(contact_id: int, act: Callable[[], None]) -> ResponseReturnValue:
    """Back to the page; with what is wrong and what was typed if `act` refuses."""
    try:
        act()
    except BadInput as refused:
        return contact_page(contact_id, faults=refused.faults, typed=request.form), 422
    return redirect(url_for("admin.contacts.show", contact_id=contact_id), code=303)


def _wish() -> Wish:
    kind = request.form.get("kind", "")
    if kind not in set(WishKind):
        abort(400)
    if kind != WishKind.PAUSE:
        return Wish(WishKind(kind))
    months = request.form.get("months", type=int)
    if months in PAUSE_MONTHS:
        return Wish(WishKind.PAUSE, months=months)
    return Wish(WishKind.PAUSE, until=_day(request.form.get("until", "")))


def _instant(text: str) -> datetime:
    """What an input of type datetime-local says, on the clock of whoever typed it."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise BadInput([_unreadable("touch", "at", text, "Choose day and time.")]) from None
    return at if at.tzinfo else at.replace(tzinfo=staff_zone())


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadInput([_unreadable("pause", "until", text, "Choose a day.")]) from None


def _days(name: str) -> float | None:
    text = request.form.get(name, "").strip().replace(",", ".")
    if not text:
        return None
    try:
        days = float(text)
    except ValueError:
        days = math.nan
    if not math.isfinite(days):
        raise BadInput([_unreadable("band", name, text, "Write a number of days, or leave the field empty.")])
    return days


def _unreadable(place: str, column: str, value: str, mend: str) -> Fault:
    return Fault(place, "cannot be read", mend, column=column, value=value)
