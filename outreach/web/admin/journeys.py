"""Journeys: what each does, who stands where, what would happen; staff switch, change and take them back here."""

from collections.abc import Sequence

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_security import current_user

from outreach.db.queries.journeys import (
    JourneyLine,
    count_endings,
    count_standing,
    load_edition_ids,
    load_edition_rules,
    load_industry_keys,
    load_journey,
    load_journeys,
    load_versions,
)
from outreach.domain.errors import BadInput, Fault
from outreach.domain.journeys.journey import Journey
from outreach.domain.journeys.standing import Ending
from outreach.intake.journeys import LONGEST, read_journey, written_journey
from outreach.services.save_journey import restore_journey, save_journey
from outreach.services.switch_journey import switch_journey
from outreach.services.take_out_of_journey import take_out_of_journey
from outreach.web.admin.journey_views import conditions_words, entry_words, rehearsals, step_views
from outreach.web.current import business_now, current_outreach
from outreach.web.roles import needs

blueprint = Blueprint("journeys", __name__)


@blueprint.get("/journeys")
def show_all() -> str:
    """The list."""
    with current_outreach().db.raw_transaction() as connection:
        lines = load_journeys(connection)
    journeys = [(line, Journey.of(line.key, line.definition)) for line in lines]
    return render_template(
        "admin/journeys.html", journeys=[(line, journey, entry_words(journey)) for line, journey in journeys]
    )


@blueprint.get("/journeys/<key>")
def show(key: str) -> str:
    """One journey with its steps, the contacts at each, its ends, what would happen, and its versions."""
    return _page(key)


@blueprint.post("/journeys/<key>/switch")
@needs("author")
def switch(key: str) -> ResponseReturnValue:
    """Switches it on or off."""
    outreach, active = current_outreach(), request.form.get("active") == "1"
    switched = switch_journey(db=outreach.db, queue=outreach.queue, key=key, active=active, now=business_now())
    if not switched:
        flash(gettext("It was so already; nothing changed."))
    elif active:
        flash(gettext("Switched on. Whoever stood still goes on."))
    else:
        flash(gettext("Switched off. Nobody enters, and whoever is in it stands still."))
    return redirect(url_for("admin.journeys.show", key=key), code=303)


@blueprint.post("/journeys/<key>/restore")
@needs("author")
def restore(key: str) -> ResponseReturnValue:
    """Makes an earlier version the newest one again."""
    version = request.form.get("version", 0, type=int)
    try:
        restored = restore_journey(
            db=current_outreach().db, key=key, version=version, by=current_user.email, now=business_now()
        )
    except BadInput as refused:
        return _page(key, faults=refused.faults), 422
    flash(gettext("Taken back.") if restored else gettext("There was nothing to take back."))
    return redirect(url_for("admin.journeys.show", key=key), code=303)


@blueprint.get("/journeys/<key>/edit")
@needs("author")
def edit(key: str) -> str:
    """The journey as it is written, to be changed."""
    line = _journey(key)
    return _editor(line, written_journey(line.definition), seen=line.version)


@blueprint.post("/journeys/<key>/edit")
@needs("author")
def save(key: str) -> ResponseReturnValue:
    """Keeps what is written, or only shows what would happen."""
    line, text = _journey(key), request.form.get("text", "")
    seen = request.form.get("seen", 0, type=int)
    try:
        if request.form.get("act") == "try":
            with current_outreach().db.raw_transaction() as connection:
                rules, industries = load_edition_rules(connection), load_industry_keys(connection)
            definition = read_journey(text, key=key, rules=rules, industries=industries)
            return _editor(line, text, seen=seen, tried=Journey.of(key, definition))
        saved = save_journey(
            db=current_outreach().db, key=key, text=text, seen=seen, by=current_user.email, now=business_now()
        )
    except BadInput as refused:
        return _editor(line, text, seen=seen, faults=refused.faults), 422
    if saved:
        flash(gettext("Saved. Who enters from now on goes this way; who is in it goes on as before."))
    else:
        flash(gettext("It says what it said before; nothing changed."))
    return redirect(url_for("admin.journeys.show", key=key), code=303)


@blueprint.post("/contacts/<int:contact_id>/journeys/<int:enrolment_id>/out")
def take_out(contact_id: int, enrolment_id: int) -> ResponseReturnValue:
    """Takes a contact out."""
    taken = take_out_of_journey(
        db=current_outreach().db,
        contact_id=contact_id,
        enrolment_id=enrolment_id,
        by=current_user.email,
        now=business_now(),
    )
    flash(gettext("Taken out; what was planned of it is taken back.") if taken else gettext("That journey was over."))
    return redirect(url_for("admin.contacts.show", contact_id=contact_id), code=303)


def _journey(key: str) -> JourneyLine:
    with current_outreach().db.raw_transaction() as connection:
        line = load_journey(connection, key)
    if line is None:
        abort(404)
    return line


def _page(key: str, *, faults: Sequence[Fault] = ()) -> str:
    line = _journey(key)
    journey = Journey.of(key, line.definition)
    with current_outreach().db.raw_transaction() as connection:
        standing = count_standing(connection, line.id)
        endings = count_endings(connection, line.id)
        editions = load_edition_ids(connection, journey.editions)
        versions = load_versions(connection, line.id)
    steps = step_views(journey, standing=standing, editions=editions)
    known = {step.label for step in steps}
    return render_template(
        "admin/journey.html",
        line=line,
        journey=journey,
        begins=entry_words(journey),
        goal=conditions_words(journey.goal),
        way_out=conditions_words(journey.exit),
        steps=steps,
        queued=standing.get("", 0),
        # Who entered an earlier version may stand at a step that is gone.
        elsewhere=sum(count for label, count in standing.items() if label and label not in known),
        endings=[(ending.value, endings.get(ending, 0)) for ending in Ending],
        rehearsals=rehearsals(journey),
        versions=versions,
        faults=faults,
    )


def _editor(
    line: JourneyLine, text: str, *, seen: int, faults: Sequence[Fault] = (), tried: Journey | None = None
) -> str:
    return render_template(
        "admin/journey_edit.html",
        line=line,
        text=text,
        seen=seen,
        longest=LONGEST,
        faults=faults,
        rehearsals=rehearsals(tried) if tried else None,
    )
