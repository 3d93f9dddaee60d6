"""Contacts: the list with its filters, and the page of one contact that tells its rhythm in a sentence."""

from typing import Any

from flask import Blueprint, abort, render_template, request, url_for

from outreach.db.queries.calendars import load_industry_calendars
from outreach.db.queries.contact_list import ContactFilter, load_contact_languages, load_contact_list
from outreach.db.queries.contact_page import TouchLine, load_contact_page
from outreach.web.admin.contact_timeline import gap_picture, made_at, timeline
from outreach.web.current import business_now, current_outreach

blueprint = Blueprint("contacts", __name__)

PAGE = 50
WAITING = frozenset({"planned", "retry_wait"})
STATES = ("famine", "feast", "ok", "unreachable")
#: Characters of a search that are looked for.
SEARCH_LENGTH = 100


@blueprint.get("/contacts")
def show_all() -> str:
    """The list, narrowed by the address's own parameters."""
    wanted = ContactFilter(
        search=request.args.get("q", "").strip()[:SEARCH_LENGTH],
        industry=request.args.get("industry", ""),
        language=request.args.get("language", ""),
        state=request.args.get("state", "") if request.args.get("state") in STATES else "",
    )
    after = max(request.args.get("after", 0, type=int), 0)
    with current_outreach().db.raw_transaction() as connection:
        contacts = load_contact_list(connection, wanted, now=business_now(), after=after, limit=PAGE + 1)
        industries = load_industry_calendars(connection)
        languages = load_contact_languages(connection)
    kept: dict[str, Any] = {
        "q": wanted.search,
        "industry": wanted.industry,
        "language": wanted.language,
        "state": wanted.state,
    }
    kept = {name: value for name, value in kept.items() if value}
    more = len(contacts) > PAGE
    return render_template(
        "admin/contacts.html",
        contacts=contacts[:PAGE],
        wanted=wanted,
        industries=industries,
        languages=languages,
        next_page=url_for(".show_all", after=contacts[PAGE - 1].id, **kept) if more else None,
        first_page=url_for(".show_all", **kept) if after else None,
    )


@blueprint.get("/contacts/<int:contact_id>")
def show(contact_id: int) -> str:
    """One contact."""
    with current_outreach().db.raw_transaction() as connection:
        page = load_contact_page(connection, contact_id)
    if page is None:
        abort(404)
    now = business_now()
    return render_template(
        "admin/contact.html",
        page=page,
        contact=page.contact,
        last=max((touch for touch in page.touches if made_at(touch)), key=_made_or_planned, default=None),
        planned=min((touch for touch in page.touches if touch.state in WAITING), key=_made_or_planned, default=None),
        entries=timeline(page),
        picture=gap_picture(page, now=now),
        now=now,
    )


def _made_or_planned(touch: TouchLine) -> float:
    return (touch.sent_at or touch.send_at).timestamp()
