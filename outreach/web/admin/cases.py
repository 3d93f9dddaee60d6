"""Recovery cases: the list by deadline and value, and the page on which one is walked to its end."""

from collections.abc import Callable, Mapping, Sequence

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_security import current_user

from outreach.db.queries.case_apologies import load_apology_editions, load_offended
from outreach.db.queries.case_pages import CaseFilter, count_cases, load_case, load_case_list, load_story
from outreach.db.queries.publishing import load_rules
from outreach.db.queries.remedies import load_remedies
from outreach.domain.care.recovery import ENDINGS, LONGEST_COOL_OFF_DAYS, LONGEST_WORDS, CaseEnding, CaseMove, CaseStep
from outreach.domain.content import chosen_locale
from outreach.domain.errors import BadInput, Fault
from outreach.services.apologise import Apologised, apologise
from outreach.services.move_case import move_case
from outreach.services.open_case import open_case
from outreach.services.withdraw_apology import withdraw_apology
from outreach.web.admin.case_words import steps_done
from outreach.web.current import business_now, current_outreach

blueprint = Blueprint("cases", __name__)

#: Lines of the list.
SHOWN = 100
VIEWS = ("all", "mine", "late", "closed")


@blueprint.get("/cases")
def show_all() -> str:
    """The list."""
    view = request.args.get("view", "all")
    if view not in VIEWS:
        abort(404)
    wanted = CaseFilter(
        owner=current_user.email if view == "mine" else "",
        batch_id=request.args.get("batch", type=int),
        late=view == "late",
        closed=view == "closed",
    )
    now = business_now()
    with current_outreach().db.raw_transaction() as connection:
        cases = load_case_list(connection, wanted, now=now, limit=SHOWN)
        counts = count_cases(connection, now=now)
    return render_template("admin/cases.html", cases=cases, counts=counts, view=view, wanted=wanted, shown=SHOWN)


@blueprint.post("/contacts/<int:contact_id>/cases")
def open_one(contact_id: int) -> ResponseReturnValue:
    """Opens a case by hand, from the contact's page or from a reply on it."""
    words, reply = request.form.get("words", ""), request.form.get("reply", type=int)
    try:
        case_id = open_case(
            db=current_outreach().db,
            contact_id=contact_id,
            words=words,
            by=current_user.email,
            reply_id=reply,
            now=business_now(),
        )
    except BadInput as refused:
        flash(str(refused.faults[0]))
        return redirect(url_for("admin.contacts.show", contact_id=contact_id), code=303)
    if case_id is None:
        abort(404)
    flash(gettext("The case is open. Nothing but service and recovery goes out until it is closed."))
    return redirect(url_for(".show", case_id=case_id), code=303)


@blueprint.get("/cases/<int:case_id>")
def show(case_id: int) -> str:
    """One case."""
    return _page(case_id)


@blueprint.post("/cases/<int:case_id>/<step>")
def step(case_id: int, step: str) -> ResponseReturnValue:
    """One step of a case."""
    if step not in _MOVES:
        abort(404)

    def act() -> None:
        move = _MOVES[step](request.form)
        if move_case(db=current_outreach().db, case_id=case_id, move=move, now=business_now()) is None:
            abort(404)
        flash(steps_done(move.step))

    return _answered(case_id, act)


@blueprint.post("/cases/<int:case_id>/apology")
def apology(case_id: int) -> ResponseReturnValue:
    """Sends an apology in the customer's language."""

    def act() -> None:
        done = apologise(
            db=current_outreach().db,
            edition_id=request.form.get("edition", 0, type=int),
            signer=request.form.get("signer", ""),
            words={request.form.get("locale", ""): request.form.get("words", "")},
            by=current_user.email,
            case_id=case_id,
            now=business_now(),
        )
        flash(_told(done))

    return _answered(case_id, act)


@blueprint.post("/cases/<int:case_id>/apology/undo")
def undo_apology(case_id: int) -> ResponseReturnValue:
    """Takes back an apology that has not left."""
    done = withdraw_apology(db=current_outreach().db, case_id=case_id, now=business_now())
    flash(gettext("The apology is taken back.") if done else gettext("It has left already, or there is none."))
    return redirect(url_for(".show", case_id=case_id), code=303)


def _told(done: Apologised) -> str:
    if done.invited:
        return str(gettext("The apology goes out at the next hour that suits the customer."))
    if done.unreachable:
        return str(gettext("This customer cannot be reached in writing. Please call."))
    return str(gettext("An apology is on its way or was sent already."))


def _answered(case_id: int, act: Callable[[], None]) -> ResponseReturnValue:
    """Back to the page; with what is wrong and what was typed if `act` refuses."""
    try:
        act()
    except BadInput as refused:
        return _page(case_id, faults=refused.faults, typed=request.form), 422
    return redirect(url_for(".show", case_id=case_id), code=303)


def _page(case_id: int, *, faults: Sequence[Fault] = (), typed: Mapping[str, str] | None = None) -> str:
    now = business_now()
    with current_outreach().db.raw_transaction() as connection:
        case = load_case(connection, case_id)
        if case is None:
            abort(404)
        story = load_story(connection, case_id)
        remedies, rules = load_remedies(connection), load_rules(connection)
        editions = load_apology_editions(connection, today=now.date())
        offended = load_offended(connection, case_ids=[case_id], now=now)
    default = rules.default_locale if rules else "en"
    spoken = rules.locales if rules else (default,)
    return render_template(
        "admin/case.html",
        case=case,
        story=story,
        remedies={remedy.key: remedy.names for remedy in remedies},
        editions=editions,
        offended=offended[0] if offended else None,
        reads=chosen_locale(case.language, spoken, default) or default,
        endings=ENDINGS,
        longest=LONGEST_WORDS,
        longest_cool_off=LONGEST_COOL_OFF_DAYS,
        faults=faults,
        typed=typed or {},
        now=now,
    )


def _words(form: Mapping[str, str]) -> str:
    return form.get("words", "").strip()


def _take(_form: Mapping[str, str]) -> CaseMove:
    return CaseMove(CaseStep.TAKE, by=current_user.email)


def _listen(form: Mapping[str, str]) -> CaseMove:
    return CaseMove(CaseStep.LISTEN, by=current_user.email, words=_words(form))


def _offer(form: Mapping[str, str]) -> CaseMove:
    wanted = tuple(request.form.getlist("remedy"))
    with current_outreach().db.raw_transaction() as connection:
        known = {remedy.key for remedy in load_remedies(connection)}
    if not known.issuperset(wanted):
        abort(400)
    return CaseMove(CaseStep.OFFER, by=current_user.email, words=_words(form), remedies=wanted)


def _agree(form: Mapping[str, str]) -> CaseMove:
    return CaseMove(CaseStep.AGREE, by=current_user.email, words=_words(form))


def _close(form: Mapping[str, str]) -> CaseMove:
    said = form.get("ending", "")
    if said and said not in ENDINGS:
        abort(400)
    ending = CaseEnding(said) if said else None
    return CaseMove(CaseStep.CLOSE, by=current_user.email, words=_words(form), ending=ending)


def _reopen(_form: Mapping[str, str]) -> CaseMove:
    return CaseMove(CaseStep.REOPEN, by=current_user.email)


def _cool_off(form: Mapping[str, str]) -> CaseMove:
    typed = form.get("days", "").strip()
    days = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 6 else None
    return CaseMove(CaseStep.COOL_OFF, by=current_user.email, cool_off_days=days)


_MOVES: Mapping[str, Callable[[Mapping[str, str]], CaseMove]] = {
    "take": _take,
    "listen": _listen,
    "offer": _offer,
    "agree": _agree,
    "close": _close,
    "reopen": _reopen,
    "cool-off": _cool_off,
}
