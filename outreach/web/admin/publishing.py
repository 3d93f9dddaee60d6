"""The gate of an edition: what the rules say, whom it reaches, who asked, and the buttons that let it out."""

from collections.abc import Callable
from functools import lru_cache

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_security import current_user

from outreach.bootstrap import ROOT
from outreach.db.queries.reviews import Verdict
from outreach.domain.content_rules.findings import Finding, FindingCode, Level
from outreach.domain.content_rules.words import SENTENCES
from outreach.domain.errors import BadInput, Fault
from outreach.queueing.jobs import Job
from outreach.rendering.lint_clients import ClientSupport, read_client_support
from outreach.services.ask_for_publication import ask_for_publication
from outreach.services.check_edition import EditionCheck, check_edition
from outreach.services.publish_edition import publish_edition
from outreach.services.review_edition import review_edition
from outreach.web.current import business_now, current_outreach
from outreach.web.formats import number
from outreach.web.locale import language_name
from outreach.web.roles import needs

blueprint = Blueprint("publishing", __name__)

LEVELS = {
    Level.ERROR: _l("Errors"),
    Level.WARNING: _l("Warnings"),
    Level.NOTE: _l("Notes"),
}
#: Values of findings that are locales.
_LOCALES = ("locale", "given", "measure", "language")


@blueprint.get("/editions/<int:edition_id>/publish")
def show(edition_id: int) -> str:
    """The gate."""
    return _page(edition_id)


@blueprint.post("/editions/<int:edition_id>/publish/ask")
@needs("author")
def ask(edition_id: int) -> ResponseReturnValue:
    """Asks for publication of the newest texts."""

    def act() -> None:
        outreach = current_outreach()
        ask_for_publication(
            db=outreach.db,
            renderer_for=outreach.renderer_for,
            edition_id=edition_id,
            falling_back=request.form.getlist("falls_back"),
            reason=request.form.get("reason", ""),
            by_id=current_user.id,
            now=business_now(),
        )
        flash(gettext("Asked. An approver can publish it now."))

    return _answered(edition_id, act)


@blueprint.post("/editions/<int:edition_id>/publish/approve")
@needs("approver")
def approve(edition_id: int) -> ResponseReturnValue:
    """Publishes what was asked for."""

    def act() -> None:
        outreach = current_outreach()
        done = publish_edition(
            db=outreach.db,
            renderer_for=outreach.renderer_for,
            edition_id=edition_id,
            by_id=current_user.id,
            now=business_now(),
        )
        if not done.locales and not done.first_time:
            flash(gettext("It was published already; nothing changed."))
        elif done.first_time:
            flash(gettext("Published. The planner offers it from now on."))
        else:
            flash(gettext("Published. Whatever leaves from now on says the new words."))

    return _answered(edition_id, act)


@blueprint.post("/editions/<int:edition_id>/publish/send-back")
@needs("approver")
def send_back(edition_id: int) -> ResponseReturnValue:
    """Sends it back to its authors with a comment."""
    return _closed(edition_id, Verdict.SENT_BACK, gettext("Sent back with your comment."))


@blueprint.post("/editions/<int:edition_id>/publish/withdraw")
@needs("author")
def withdraw(edition_id: int) -> ResponseReturnValue:
    """Takes the request back."""
    return _closed(edition_id, Verdict.WITHDRAWN, gettext("Withdrawn; readers keep what they have."))


@blueprint.app_template_filter()
def finding_message(finding: Finding) -> str:
    """What a finding says, in the reader's language."""
    return _in_words(SENTENCES[finding.code].message, finding)


@blueprint.app_template_filter()
def finding_mend(finding: Finding) -> str:
    """What to do about it, in the reader's language."""
    return _in_words(SENTENCES[finding.code].mend, finding)


@blueprint.app_template_filter()
def finding_place(finding: Finding) -> str:
    """The address where a finding is mended: the block in the editor of its locale."""
    anchor = f"block-{finding.block}" if finding.block else finding.part or ""
    return f"?locale={finding.locale}" + (f"#{anchor}" if anchor else "") if finding.locale else ""


def _in_words(template: str, finding: Finding) -> str:
    values = {
        name: language_name(str(value))
        if name in _LOCALES
        else number(value, 1)
        if not isinstance(value, str)
        else value
        for name, value in finding.values.items()
    }
    return str(gettext(template)) % values


def _page(edition_id: int, faults: tuple[Fault, ...] = ()) -> str:
    outreach = current_outreach()
    check = check_edition(
        db=outreach.db,
        renderer_for=outreach.renderer_for,
        edition_id=edition_id,
        clients=_clients(),
        now=business_now(),
    )
    if check is None:
        abort(404)
    if any(finding.code is FindingCode.LINK_UNCHECKED for finding in check.findings):
        outreach.queue.wake(Job.CHECK_LINKS)
    return render_template(
        "admin/publish.html",
        check=check,
        edition=check.edition,
        groups=[(level, LEVELS[level], _of_level(check, level)) for level in Level],
        gaps=check.manuscript.missing(),
        faults=faults,
        typed=request.form,
    )


def _of_level(check: EditionCheck, level: Level) -> list[list[Finding]]:
    """The findings of a level; what is the same in several languages stands together."""
    same: dict[object, list[Finding]] = {}
    for finding in check.findings:
        if finding.level is level:
            same.setdefault((finding.code, frozenset(finding.values.items())), []).append(finding)
    return list(same.values())


def _closed(edition_id: int, verdict: Verdict, words: str) -> ResponseReturnValue:
    def act() -> None:
        done = review_edition(
            db=current_outreach().db,
            edition_id=edition_id,
            verdict=verdict,
            comment=request.form.get("comment", ""),
            by_id=current_user.id,
            now=business_now(),
        )
        flash(words if done else gettext("Nothing was waiting; somebody was quicker."))

    return _answered(edition_id, act)


def _answered(edition_id: int, act: Callable[[], None]) -> ResponseReturnValue:
    """Back to the page; with what is wrong and what was typed if `act` refuses."""
    try:
        act()
    except BadInput as refused:
        return _page(edition_id, refused.faults), 422
    return redirect(url_for("admin.publishing.show", edition_id=edition_id), code=303)


@lru_cache(maxsize=1)
def _clients() -> ClientSupport:
    return read_client_support(ROOT / "outreach/web/static/vendor/caniemail/caniemail.json")
