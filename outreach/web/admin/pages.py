"""All pages of staff under one roof that asks for a sign-in, so that a new page cannot forget to."""

from flask import Blueprint, request, session
from flask.typing import ResponseReturnValue
from flask_security import auth_required

from outreach.settings import Mode
from outreach.web.admin import (
    calendar_history,
    calendars,
    campaign_forms,
    campaigns,
    case_batches,
    cases,
    contact_forms,
    contacts,
    deliverability,
    demo_clock,
    edition_calendar,
    editions,
    forecast,
    goodbyes,
    habits,
    imports,
    journeys,
    library,
    mailbox,
    offers,
    proofs,
    publishing,
    services,
    sign_up_forms,
    snippets,
    stories,
    task_page,
    tasks,
    today,
)
from outreach.web.current import current_outreach, demo_time
from outreach.web.locale import CATALOGS, SESSION_KEY, staff_locales
from outreach.web.returning import go_back

blueprint = Blueprint("admin", __name__)
for family in (
    today,
    calendars,
    calendar_history,
    campaigns,
    campaign_forms,
    edition_calendar,
    editions,
    forecast,
    contacts,
    contact_forms,
    services,
    tasks,
    cases,
    case_batches,
    task_page,
    goodbyes,
    journeys,
    habits,
    imports,
    library,
    mailbox,
    deliverability,
    demo_clock,
    publishing,
    proofs,
    snippets,
    sign_up_forms,
    stories,
    offers,
):
    blueprint.register_blueprint(family.blueprint)


@blueprint.before_request
@auth_required("session")
def ask_for_sign_in() -> None:
    """Lets nobody pass who has not signed in."""


@blueprint.post("/language")
def choose_language() -> ResponseReturnValue:
    """Keeps the language of these pages for the session."""
    wanted = request.form.get("locale", "")
    if wanted in staff_locales(CATALOGS):
        session[SESSION_KEY] = wanted
    return go_back()


#: The pages of care by their blueprints, in the order of their navigation.
CARE_PAGES = {
    "admin.tasks": "admin.tasks.show",
    "admin.cases": "admin.cases.show_all",
    "admin.habits": "admin.habits.show",
    "admin.goodbyes": "admin.goodbyes.show",
    "admin.services": "admin.services.show",
    "admin.journeys": "admin.journeys.show_all",
    "admin.stories": "admin.stories.show",
    "admin.offers": "admin.offers.show",
}


@blueprint.app_context_processor
def demo_banner() -> dict[str, object]:
    """What the layout needs: the banner of the demo (`demo` is None outside the demo), and the pages of care."""
    if request.blueprint is None or not request.blueprint.startswith(blueprint.name):
        return {}
    demo = current_outreach().settings.mode is Mode.DEMO
    return {"demo": demo_time() if demo else None, "speeds": demo_clock.SPEEDS, "care_pages": CARE_PAGES}
