"""Stories of customers: those that wait for our look, the shelf, and what was withdrawn, each with its permission."""

import json

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_security import current_user

from outreach.db.queries.stories import load_thumbnail_of
from outreach.db.queries.story_shelf import load_shelf, load_stories, load_story_proof
from outreach.domain.care.stories import StoryState
from outreach.rendering.story_block import story_block, story_name
from outreach.services.shelve_story import shelve_story
from outreach.web.current import business_now, current_outreach
from outreach.web.locale import direction_of
from outreach.web.roles import needs

blueprint = Blueprint("stories", __name__)


@blueprint.get("/stories")
def show() -> str:
    """All that were told, by where they stand."""
    outreach = current_outreach()
    with outreach.db.raw_transaction() as connection:
        lines = load_stories(connection)
        shelf = load_shelf(connection, base=outreach.settings.public_base_url)
    by_state = {state: [line for line in lines if line.stored.state == state] for state in StoryState}
    return render_template(
        "admin/stories.html",
        waiting=by_state[StoryState.PERMITTED],
        told=by_state[StoryState.TOLD],
        shelf=by_state[StoryState.ON_SHELF],
        withdrawn=by_state[StoryState.WITHDRAWN],
        blocks={one.name: story_block(one.name, one.words) for one in shelf},
        story_name=story_name,
        direction_of=direction_of,
    )


@blueprint.post("/stories/<int:story_id>")
@needs("author")
def move(story_id: int) -> ResponseReturnValue:
    """Puts a story on the shelf, or takes it off."""
    on = request.form.get("do") == "shelve"
    moved = shelve_story(
        db=current_outreach().db,
        story_id=story_id,
        on=on,
        seen=request.form.get("seen", ""),
        by=current_user.name or current_user.email,
        now=business_now(),
    )
    if not moved:
        flash(gettext("The story has changed meanwhile. Please look at it again."))
    elif on:
        flash(gettext("The story is on the shelf. Authors find it in the editor, among the snippets."))
    else:
        flash(gettext("The story is off the shelf, and out of every message that has not left yet."))
    return redirect(url_for(".show"), code=303)


@blueprint.get("/stories/<int:story_id>/picture")
def picture(story_id: int) -> Response:
    """The picture of a story, small."""
    with current_outreach().db.raw_transaction() as connection:
        data = load_thumbnail_of(connection, story_id)
    if data is None:
        abort(404)
    response = Response(data, mimetype="image/jpeg")
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("/stories/<int:story_id>/proof.json")
def proof(story_id: int) -> Response:
    """All that was ever permitted of a story, as a file."""
    with current_outreach().db.raw_transaction() as connection:
        found = load_story_proof(connection, story_id)
    if found is None:
        abort(404)
    words = json.dumps(found, ensure_ascii=False, indent=2, sort_keys=True)
    response = Response(words, mimetype="application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="{story_name(story_id)}.json"'
    response.headers["Cache-Control"] = "no-store"
    return response
