"""Something that went wrong for many at once: whom it is about, a look before it is done, one apology for all."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_security import current_user

from outreach.db.queries.case_apologies import load_apology_editions
from outreach.db.queries.case_batches import SignalChoice, load_batch, load_batches
from outreach.db.queries.case_pages import load_batch_languages
from outreach.db.queries.publishing import load_rules
from outreach.domain.care.recovery import ENDINGS, LONGEST_WORDS, CaseEnding
from outreach.domain.content import chosen_locale
from outreach.domain.errors import BadInput, Fault
from outreach.domain.signal import SignalKind
from outreach.intake.customer_lists import listed_numbers, pasted_numbers
from outreach.services.apologise import apologise
from outreach.services.close_batch import close_batch
from outreach.services.confirm_batch import confirm_batch
from outreach.services.draft_batch import draft_batch
from outreach.services.take_back_batch import take_back_batch
from outreach.web.current import business_now, current_outreach, staff_zone
from outreach.web.formats import number
from outreach.web.roles import needs

blueprint = Blueprint("case_batches", __name__)

#: Batches in the list.
SHOWN = 20


@blueprint.get("/cases/batches")
def show_all() -> str:
    """The newest batches, and the form for another."""
    return _list_page()


@blueprint.post("/cases/batches")
@needs("approver")
def draft() -> ResponseReturnValue:
    """Writes a batch down that waits for a yes."""
    file = request.files.get("file")
    try:
        numbers = pasted_numbers(request.form.get("numbers", ""))
        numbers += listed_numbers(file.read()) if file and file.filename else []
        drafted = draft_batch(
            db=current_outreach().db,
            title=request.form.get("title", ""),
            words=request.form.get("words", ""),
            external_ids=numbers,
            choice=_choice(),
            by=current_user.email,
            now=business_now(),
        )
    except BadInput as refused:
        return _list_page(faults=refused.faults, typed=request.form), 422
    if drafted.unknown:
        flash(gettext("Nobody has these numbers: %(numbers)s", numbers=", ".join(drafted.unknown)))
    return redirect(url_for(".show", batch_id=drafted.id), code=303)


@blueprint.get("/cases/batches/<int:batch_id>")
def show(batch_id: int) -> str:
    """One batch."""
    return _page(batch_id)


@blueprint.post("/cases/batches/<int:batch_id>/confirm")
@needs("approver")
def confirm(batch_id: int) -> ResponseReturnValue:
    """Opens its cases."""
    outreach = current_outreach()
    done = confirm_batch(
        db=outreach.db, queue=outreach.queue, batch_id=batch_id, by=current_user.email, now=business_now()
    )
    flash(gettext("The cases are being opened.") if done else gettext("That was done already."))
    return redirect(url_for(".show", batch_id=batch_id), code=303)


@blueprint.post("/cases/batches/<int:batch_id>/undo")
@needs("approver")
def undo(batch_id: int) -> ResponseReturnValue:
    """Takes it back, as far as nobody has touched its cases."""
    closed = take_back_batch(db=current_outreach().db, batch_id=batch_id, by=current_user.email, now=business_now())
    if closed is None:
        flash(gettext("That was done already."))
    else:
        flash(gettext("Taken back. Cases that nobody had touched are closed: %(count)s.", count=number(closed)))
    return redirect(url_for(".show", batch_id=batch_id), code=303)


@blueprint.post("/cases/batches/<int:batch_id>/close")
@needs("approver")
def close(batch_id: int) -> ResponseReturnValue:
    """Closes the cases of those who have not said a word."""
    said = request.form.get("ending", "")
    if said not in ENDINGS:
        abort(400)
    try:
        closed = close_batch(
            db=current_outreach().db,
            batch_id=batch_id,
            ending=CaseEnding(said),
            words=request.form.get("words", ""),
            by=current_user.email,
            now=business_now(),
        )
    except BadInput as refused:
        return _page(batch_id, faults=refused.faults, typed=request.form), 422
    flash(gettext("Cases closed: %(count)s. Those whose customers said something stay open.", count=number(closed)))
    return redirect(url_for(".show", batch_id=batch_id), code=303)


@blueprint.post("/cases/batches/<int:batch_id>/apology")
@needs("approver")
def apology(batch_id: int) -> ResponseReturnValue:
    """Sends an apology to everyone with an open case of it."""
    said = {name.removeprefix("words-"): text for name, text in request.form.items() if name.startswith("words-")}
    try:
        done = apologise(
            db=current_outreach().db,
            edition_id=request.form.get("edition", 0, type=int),
            signer=request.form.get("signer", ""),
            words=said,
            by=current_user.email,
            batch_id=batch_id,
            now=business_now(),
        )
    except BadInput as refused:
        return _page(batch_id, faults=refused.faults, typed=request.form), 422
    flash(
        gettext(
            "Customers who get the apology: %(invited)s. Who had one already: %(already)s. "
            "Who cannot be reached in writing: %(unreachable)s.",
            invited=number(done.invited),
            already=number(done.already),
            unreachable=number(done.unreachable),
        )
    )
    return redirect(url_for(".show", batch_id=batch_id), code=303)


def _choice() -> SignalChoice | None:
    """Everyone with such a signal; None if no kind is chosen."""
    kind = request.form.get("kind", "")
    if not kind:
        return None
    if kind not in set(SignalKind):
        abort(400)
    first, last = _day("from"), _day("to")
    zone = staff_zone()
    return SignalChoice(
        kind,
        start=datetime.combine(first, time(), zone),
        end=datetime.combine(last + timedelta(days=1), time(), zone),
        reference=request.form.get("reference", "").strip(),
    )


def _day(name: str) -> date:
    typed = request.form.get(name, "")
    try:
        return date.fromisoformat(typed)
    except ValueError:
        raise BadInput([Fault("batch", "cannot be read", "Choose a day.", column=name, value=typed)]) from None


def _list_page(*, faults: Sequence[Fault] = (), typed: Mapping[str, str] | None = None) -> str:
    with current_outreach().db.raw_transaction() as connection:
        batches = load_batches(connection, limit=SHOWN)
    return render_template(
        "admin/case_batches.html",
        batches=batches,
        kinds=list(SignalKind),
        longest=LONGEST_WORDS,
        faults=faults,
        typed=typed or {},
    )


def _page(batch_id: int, *, faults: Sequence[Fault] = (), typed: Mapping[str, str] | None = None) -> str:
    with current_outreach().db.raw_transaction() as connection:
        batch = load_batch(connection, batch_id)
        if batch is None:
            abort(404)
        languages = load_batch_languages(connection, batch_id)
        editions = load_apology_editions(connection, today=business_now().date())
        rules = load_rules(connection)
    readers: dict[str, int] = {}
    for language, count in languages.items():
        spoken = chosen_locale(language, rules.locales, rules.default_locale) if rules else None
        locale = spoken or (rules.default_locale if rules else "en")
        readers[locale] = readers.get(locale, 0) + count
    return render_template(
        "admin/case_batch.html",
        batch=batch,
        readers=readers,
        editions=editions,
        endings=ENDINGS,
        longest=LONGEST_WORDS,
        faults=faults,
        typed=typed or {},
    )
