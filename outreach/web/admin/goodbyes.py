"""Why customers left: our verdicts with their clues, and what staff say instead."""

from dataclasses import dataclass

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_security import current_user

from outreach.db.queries.goodbyes import GoodbyeLine, count_goodbyes, load_goodbyes
from outreach.domain.care.goodbyes import Goodbye
from outreach.domain.reason import Reason
from outreach.domain.rhythm.explain import sentence
from outreach.domain.wishes import PAUSE_MONTHS, Wish, WishKind
from outreach.services.correct_goodbye import correct_goodbye
from outreach.services.open_case import open_case
from outreach.services.set_wish import set_wish
from outreach.web.current import business_now, current_outreach
from outreach.web.returning import go_back

blueprint = Blueprint("goodbyes", __name__)

#: Lines of the page; whoever needs more chooses a kind.
SHOWN = 100


@dataclass(frozen=True, slots=True)
class GoodbyeView:
    """A goodbye as pages show it: the line, and its clue in a sentence."""

    line: GoodbyeLine
    reason: str

    @classmethod
    def of(cls, line: GoodbyeLine) -> "GoodbyeView":
        """The view of a line."""
        return cls(line, sentence(Reason(line.reason_code, line.reason_numbers)))


@blueprint.get("/goodbyes")
def show() -> str:
    """Open goodbyes, of one kind or all."""
    kind = request.args.get("kind", "")
    if kind and kind not in set(Goodbye):
        abort(404)
    with current_outreach().db.raw_transaction() as connection:
        lines = load_goodbyes(connection, goodbye=kind, limit=SHOWN)
        counts = count_goodbyes(connection)
    return render_template(
        "admin/goodbyes.html",
        views=[GoodbyeView.of(line) for line in lines],
        counts=counts,
        kinds=list(Goodbye),
        kind=kind,
        pause_months=PAUSE_MONTHS,
    )


@blueprint.post("/goodbyes/<int:goodbye_id>")
def correct(goodbye_id: int) -> ResponseReturnValue:
    """Takes what staff say, or takes it back; whose life has changed may be left alone for some months."""
    said = request.form.get("said", "")
    if said and said not in set(Goodbye):
        abort(400)
    contact_id = correct_goodbye(
        db=current_outreach().db,
        goodbye_id=goodbye_id,
        said=Goodbye(said) if said else None,
        by=current_user.email,
        now=business_now(),
    )
    months = request.form.get("months", type=int) or 0
    if contact_id is not None and said == Goodbye.CIRCUMSTANCES and months in PAUSE_MONTHS:
        set_wish(
            db=current_outreach().db,
            contact_id=contact_id,
            wish=Wish(WishKind.PAUSE, months=months),
            source=current_user.email,
            now=business_now(),
        )
    if contact_id is not None and said == Goodbye.WE_FAILED:
        words = gettext("Left because we let them down, says %(who)s.", who=current_user.email)
        open_case(
            db=current_outreach().db, contact_id=contact_id, words=words, by=current_user.email, now=business_now()
        )
    if contact_id is None:
        flash(gettext("That goodbye is over: the customer came back, or we know better by now."))
    else:
        flash(gettext("Written down.") if said else gettext("Taken back."))
    if request.form.get("back"):
        return go_back()
    return redirect(url_for("admin.goodbyes.show"), code=303)
