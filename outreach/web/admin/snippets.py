"""Snippets: blocks that are used again, each written once per language."""

from collections.abc import Mapping

from flask import Blueprint, Response, abort, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_security import current_user

from outreach.db.queries.drafts import load_drafts
from outreach.db.queries.publishing import load_rules
from outreach.db.queries.snippets import Snippet, load_snippets
from outreach.db.queries.story_shelf import load_shelf
from outreach.domain.errors import BadInput, Fault
from outreach.rendering.story_block import story_block
from outreach.rendering.written import BlockKind, body_of, written_blocks
from outreach.services.discard_snippet import discard_snippet
from outreach.services.keep_snippet import keep_snippet
from outreach.web.current import business_now, current_outreach
from outreach.web.locale import direction_of
from outreach.web.roles import needs

blueprint = Blueprint("snippets", __name__)


@blueprint.get("/library/snippets")
def show_all() -> str:
    """The list."""
    return _list()


@blueprint.get("/library/snippets.json")
def in_locale() -> Response:
    """The snippets in a locale and the stories on the shelf that were told in it, for the editor to choose from."""
    outreach, locale = current_outreach(), request.args.get("locale", "")
    with outreach.db.raw_transaction() as connection:
        found = load_snippets(connection, locale=locale)
        shelf = load_shelf(connection, base=outreach.settings.public_base_url, locale=locale)
    stories = [
        {
            "name": gettext("Story: %(begins)s", begins=f"{one.shown_name} – {one.begins}".strip(" –")),
            "body": story_block(one.name, one.words),
        }
        for one in shelf
    ]
    return jsonify([*({"name": one.name, "body": one.body} for one in found), *stories])


@blueprint.get("/library/snippets/new")
@needs("author")
def new() -> str:
    """The form of a new one; of a block of an edition, with its words in every language, if one is named."""
    edition, block = request.args.get("edition", type=int), request.args.get("block", type=int)
    return _form(None, "", _block_of(edition, block) if edition and block else {}, ())


@blueprint.get("/library/snippets/edit")
@needs("author")
def edit() -> str:
    """The form of one that is there."""
    name = request.args.get("name", "")
    with current_outreach().db.raw_transaction() as connection:
        bodies = {one.locale: one.body for one in load_snippets(connection, name=name)}
    if not bodies:
        abort(404)
    return _form(name, name, bodies, ())


@blueprint.post("/library/snippets")
@needs("author")
def save() -> ResponseReturnValue:
    """Keeps it, or says what is wrong beside what was typed."""
    was, name, bodies = request.form.get("was"), request.form.get("name", ""), _bodies()
    try:
        kept = keep_snippet(
            db=current_outreach().db,
            name=name,
            bodies=bodies,
            was=was,
            by=current_user.name or current_user.email,
            now=business_now(),
        )
    except BadInput as bad:
        return _form(was, name, bodies, bad.faults), 422
    flash(gettext("“%(name)s” is saved.", name=kept))
    return redirect(url_for(".show_all"), code=303)


@blueprint.post("/library/snippets/delete")
@needs("author")
def discard() -> ResponseReturnValue:
    """Forgets it; the page that answers holds all of it, to bring it back."""
    name = request.form.get("name", "")
    bodies = discard_snippet(db=current_outreach().db, name=name)
    return _list(gone=(name, bodies)) if bodies else redirect(url_for(".show_all"), code=303)


def _block_of(edition_id: int, place: int) -> dict[str, str]:
    """The block at `place` (from 1) by locale; translations whose block there is of another kind are left out."""
    with current_outreach().db.raw_transaction() as connection:
        drafts, rules = load_drafts(connection, edition_id), load_rules(connection)
    there = {locale: written_blocks(draft.body)[place - 1 : place] for locale, draft in drafts.items()}
    found = {locale: blocks[0] for locale, blocks in there.items() if blocks}
    own = found.get(rules.default_locale) if rules else None
    kind = own.fence.kind if own else None
    return {locale: body_of([one]) for locale, one in found.items() if kind in (None, one.fence.kind)}


def _bodies() -> dict[str, str]:
    marked = (name for name in request.form if name.startswith("body-"))
    return {name.removeprefix("body-"): request.form[name] for name in marked}


def _list(gone: tuple[str, Mapping[str, str]] | None = None) -> str:
    with current_outreach().db.raw_transaction() as connection:
        found = load_snippets(connection)
        rules = load_rules(connection)
    by_name: dict[str, dict[str, Snippet]] = {}
    for one in found:
        by_name.setdefault(one.name, {})[one.locale] = one
    own = rules.default_locale if rules else ""
    return render_template(
        "admin/library_snippets.html",
        snippets=[(name, texts, texts.get(own) or next(iter(texts.values()))) for name, texts in by_name.items()],
        locales=rules.locales if rules else (),
        gone=gone,
    )


def _form(was: str | None, name: str, bodies: Mapping[str, str], faults: tuple[Fault, ...]) -> str:
    with current_outreach().db.raw_transaction() as connection:
        rules = load_rules(connection)
    own = rules.default_locale if rules else "en"
    locales = [own, *(locale for locale in (rules.locales if rules else ()) if locale != own)]
    return render_template(
        "admin/library_snippet.html",
        was=was,
        name=name,
        fields=[(locale, direction_of(locale), bodies.get(locale, "")) for locale in locales],
        faults=faults,
        kinds=[kind.value for kind in BlockKind],
    )
