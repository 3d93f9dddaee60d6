"""The editor of an edition: its texts in every language, block by block, beside each other; its revisions."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, Response, abort, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_security import current_user

from outreach.db.queries.calendars import load_industry_calendars
from outreach.db.queries.campaigns import CampaignLine, load_campaign
from outreach.db.queries.drafts import DraftMoved, DraftText, EditionFacts, load_drafts, load_edition, load_revisions
from outreach.db.queries.new_editions import NewEdition, load_copyable
from outreach.db.queries.publishing import Rules, load_manuscript, load_rules
from outreach.domain.content import fallback_chain
from outreach.domain.content_rules.facts import Manuscript
from outreach.domain.errors import BadInput, Fault
from outreach.rendering.conditions import FIELDS
from outreach.rendering.merge import NAMES
from outreach.rendering.written import PURPOSE_OF, BlockKind, Purpose
from outreach.services.create_edition import create_edition
from outreach.services.restore_revision import restore_revision
from outreach.services.save_text import save_text
from outreach.web.admin.edition_changes import changes_between
from outreach.web.admin.edition_form import TextForm, first_text
from outreach.web.admin.edition_look import look_at
from outreach.web.current import business_now, current_outreach
from outreach.web.locale import direction_of
from outreach.web.roles import may, needs

blueprint = Blueprint("editions", __name__)

#: Editions offered to begin from.
COPYABLE = 24
#: Days for which a new edition is open unless staff say otherwise.
USUAL_DAYS = 28


@dataclass(frozen=True, slots=True)
class Tab:
    """A language of the business: missing | draft | published | behind (the business's own text is newer)."""

    locale: str
    state: str
    wanted_by: int


@dataclass(frozen=True, slots=True)
class ChainStep:
    """Contacts of one language: the locales tried for them and the one they get, None for nothing."""

    language: str
    contacts: int
    chain: tuple[str, ...]
    given: str | None


@dataclass(frozen=True, slots=True)
class Desk:
    """An edition as it lies on the writer's desk."""

    edition: EditionFacts
    drafts: dict[str, DraftText]
    rules: Rules
    manuscript: Manuscript

    def tabs(self) -> list[Tab]:
        """The languages, the business's own first."""
        wanted = dict.fromkeys(self.rules.locales, 0)
        for step in self.manuscript.steps():
            wanted[step.wanted] = wanted.get(step.wanted, 0) + step.contacts
        own = self.rules.default_locale
        order = [own, *(locale for locale in self.rules.locales if locale != own)]
        return [Tab(locale, self._state(locale), wanted[locale]) for locale in order]

    def chain(self) -> list[ChainStep]:
        """Who gets which language, most readers first."""
        own = self.rules.default_locale
        return [
            ChainStep(step.language, step.contacts, fallback_chain(step.language, own), step.given)
            for step in self.manuscript.steps()
        ]

    def _state(self, locale: str) -> str:
        text, own = self.drafts.get(locale), self.drafts.get(self.rules.default_locale)
        if text is None or not text.body.strip():
            return "missing"
        if own is not None and own.saved_at > text.saved_at and own.locale != locale:
            return "behind"
        return "published" if text.published_at else "draft"


@blueprint.get("/editions/new")
@needs("author")
def new() -> str:
    """The form of a new edition."""
    return _new_page(_campaign(request.args.get("campaign", type=int)), dict(request.args), ())


@blueprint.post("/editions/new")
@needs("author")
def create() -> ResponseReturnValue:
    """Makes it and opens it."""
    campaign, typed = _campaign(request.form.get("campaign", type=int)), dict(request.form)
    try:
        edition_id = create_edition(
            db=current_outreach().db,
            new=NewEdition(
                campaign_id=campaign.id,
                title=typed.get("title", "").strip(),
                opens_on=_day(typed.get("opens", ""), "opens"),
                closes_on=_day(typed.get("closes", ""), "closes"),
                copy_of=request.form.get("copy_of", type=int),
            ),
            by=_who(),
            now=business_now(),
        )
    except BadInput as bad:
        return _new_page(campaign, typed, bad.faults), 422
    if edition_id is None:
        abort(404)
    flash(gettext("The edition is a draft. Nobody gets it before it is published."))
    return redirect(url_for(".write", edition_id=edition_id))


@blueprint.get("/editions/<int:edition_id>")
def write(edition_id: int) -> str:
    """The editor."""
    desk = _desk(edition_id)
    return _editor(desk, _locale(desk, request.args.get("locale", "")), None)


@blueprint.post("/editions/<int:edition_id>")
@needs("author")
def save(edition_id: int) -> ResponseReturnValue:
    """Saves the text, after what a button did to it; answers in JSON where the page saves by itself."""
    desk = _desk(edition_id)
    locale = _locale(desk, request.form.get("locale", ""))
    form = TextForm.posted(request.form, channel=desk.edition.channel).changed(request.form.get("do", ""))
    wants_json = request.accept_mimetypes.best == "application/json"
    try:
        number = save_text(
            db=current_outreach().db,
            edition_id=edition_id,
            locale=locale,
            began_from=request.form.get("began_from", 0, type=int),
            subject=form.subject,
            preheader=form.preheader,
            body=form.body,
            by=_who(),
            now=business_now(),
        )
    except DraftMoved as moved:
        if wants_json:
            return jsonify(newest=moved.number), 409
        return _editor(desk, locale, form, moved=moved.number), 409
    except BadInput as bad:
        if wants_json:
            return jsonify(faults=[f"{fault.reason}. {fault.mend}" for fault in bad.faults]), 422
        return _editor(desk, locale, form, faults=bad.faults), 422
    if wants_json:
        return jsonify(number=number)
    deed = request.form.get("do", "")
    kept = form.place_of(deed.removeprefix("keep:")) if deed.startswith("keep:") else None
    if kept is not None:
        return redirect(url_for("admin.snippets.new", edition=edition_id, block=kept + 1), code=303)
    place = f"block-{len(form.cards)}" if deed.startswith("add:") else None
    return redirect(url_for(".write", edition_id=edition_id, locale=locale, _anchor=place), code=303)


@blueprint.post("/editions/<int:edition_id>/begin")
@needs("author")
def begin(edition_id: int) -> ResponseReturnValue:
    """Begins a translation with the words of another language, to be written over."""
    desk = _desk(edition_id)
    locale, source = _locale(desk, request.form.get("locale", "")), desk.drafts.get(request.form.get("from", ""))
    there = desk.drafts.get(locale)
    if source is None or (there and there.body.strip()):
        return redirect(url_for(".write", edition_id=edition_id, locale=locale), code=303)
    save_text(
        db=current_outreach().db,
        edition_id=edition_id,
        locale=locale,
        began_from=there.number if there else 0,
        subject=source.subject,
        preheader=source.preheader,
        body=source.body,
        by=_who(),
        now=business_now(),
        origin="copied",
    )
    flash(gettext("These are the words of the other language. Write over them; blocks and addresses are in place."))
    return redirect(url_for(".write", edition_id=edition_id, locale=locale, beside=source.locale), code=303)


@blueprint.post("/editions/<int:edition_id>/look")
def look(edition_id: int) -> Response:
    """What there is to say about the text as it stands in the form, saved or not."""
    desk = _desk(edition_id)
    locale = _locale(desk, request.form.get("locale", ""))
    form = TextForm.posted(request.form, channel=desk.edition.channel)
    return jsonify(look_at(form, edition=desk.edition, locale=locale, manuscript=desk.manuscript))


@blueprint.get("/editions/<int:edition_id>/history")
def history(edition_id: int) -> str:
    """The revisions of a text, each with what it changed."""
    desk = _desk(edition_id)
    locale = _locale(desk, request.args.get("locale", ""))
    with current_outreach().db.raw_transaction() as connection:
        revisions = load_revisions(connection, edition_id, locale)
    before = [*revisions[1:], None]
    return render_template(
        "admin/edition_history.html",
        edition=desk.edition,
        tabs=desk.tabs(),
        locale_shown=locale,
        dir_shown=direction_of(locale),
        revisions=[(one, changes_between(old, one)) for one, old in zip(revisions, before, strict=True)],
    )


@blueprint.post("/editions/<int:edition_id>/history/restore")
@needs("author")
def restore(edition_id: int) -> ResponseReturnValue:
    """Takes the text back to how it was once."""
    desk = _desk(edition_id)
    locale = _locale(desk, request.form.get("locale", ""))
    number = request.form.get("number", -1, type=int)
    done = restore_revision(
        db=current_outreach().db, edition_id=edition_id, locale=locale, number=number, by=_who(), now=business_now()
    )
    if done is None:
        abort(404)
    flash(gettext("The text is as it was in revision %(number)s. The newer ones are kept below.", number=number))
    return redirect(url_for(".history", edition_id=edition_id, locale=locale), code=303)


def _editor(
    desk: Desk,
    locale: str,
    form: TextForm | None,
    *,
    faults: tuple[Fault, ...] = (),
    moved: int | None = None,
) -> str:
    edition, text = desk.edition, desk.drafts.get(locale)
    beside = request.args.get("beside", "")
    if beside not in desk.drafts or beside == locale:
        beside = desk.rules.default_locale if desk.rules.default_locale != locale else ""
    other = desk.drafts.get(beside)
    with current_outreach().db.raw_transaction() as connection:
        industries = load_industry_calendars(connection)
    saved = _form_of(edition, text)
    shown = form or saved
    return render_template(
        "admin/edition.html",
        edition=edition,
        tabs=desk.tabs(),
        chain=desk.chain(),
        locale_shown=locale,
        dir_shown=direction_of(locale),
        text=text,
        form=shown,
        saved=saved if moved is not None else None,
        began_from=moved if moved is not None else (text.number if text else 0),
        beside=beside if other else "",
        dir_beside=direction_of(beside) if other else "ltr",
        other=_form_of(edition, other) if other else None,
        kinds=list(BlockKind),
        purposes=list(Purpose),
        purpose_of=PURPOSE_OF,
        names=[name for name in NAMES if edition.rule == "invited" or not name.startswith("occasion.")],
        condition_fields=FIELDS,
        industries=[(one.key, one.names) for one in industries],
        said=look_at(shown, edition=edition, locale=locale, manuscript=desk.manuscript),
        faults=faults,
        may_write=may("author"),
    )


def _form_of(edition: EditionFacts, text: DraftText | None) -> TextForm:
    if text is None or not text.body.strip():
        empty = first_text(edition.channel)
        return replace(empty, subject=text.subject, preheader=text.preheader) if text else empty
    return TextForm.of(subject=text.subject, preheader=text.preheader, body=text.body, channel=edition.channel)


def _desk(edition_id: int) -> Desk:
    with current_outreach().db.raw_transaction() as connection:
        edition, rules = load_edition(connection, edition_id), load_rules(connection)
        if edition is None or rules is None or edition.channel not in ("email", "sms"):
            abort(404)
        return Desk(edition, load_drafts(connection, edition_id), rules, load_manuscript(connection, edition, rules))


def _locale(desk: Desk, wanted: str) -> str:
    """The locale that is asked for, the business's own if none is."""
    if wanted and wanted not in desk.rules.locales:
        abort(404)
    return wanted or desk.rules.default_locale


def _campaign(campaign_id: int | None) -> CampaignLine:
    with current_outreach().db.raw_transaction() as connection:
        campaign = load_campaign(connection, campaign_id) if campaign_id is not None else None
    return campaign or abort(404)


def _new_page(campaign: CampaignLine, typed: dict[str, Any], faults: tuple[Fault, ...]) -> str:
    with current_outreach().db.raw_transaction() as connection:
        copyable = load_copyable(connection, campaign.id, limit=COPYABLE)
    opens = _or_none(str(typed.get("opens", ""))) or business_now().date() + timedelta(days=7)
    closes = _or_none(str(typed.get("closes", ""))) or min(opens, date.max - timedelta(days=USUAL_DAYS)) + timedelta(
        days=USUAL_DAYS - 1
    )
    return render_template(
        "admin/edition_new.html",
        campaign=campaign,
        copyable=copyable,
        opens=opens,
        closes=closes,
        typed=typed,
        faults=faults,
    )


def _or_none(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _day(text: str, column: str) -> date:
    day = _or_none(text)
    if day is None:
        mend = gettext("Choose one in the calendar.")
        raise BadInput([Fault("edition", gettext("this is no day"), mend, column=column, value=text)])
    return day


def _who() -> str:
    return str(current_user.name or current_user.email)
