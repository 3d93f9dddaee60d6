"""Contacts: the list with its filters, and the page of one contact that answers for its rhythm."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from flask import Blueprint, abort, render_template, request, url_for

from outreach.db.queries.answers import AnswerLine, load_answers
from outreach.db.queries.calendars import load_industry_calendars
from outreach.db.queries.contact_list import ContactFilter, load_contact_languages, load_contact_list
from outreach.db.queries.contact_page import load_campaign_name, load_contact_page
from outreach.db.queries.goodbyes import load_goodbyes_of
from outreach.db.queries.habits import load_habit
from outreach.db.queries.journeys import load_enrolments_of
from outreach.db.queries.referrals import load_recommendations
from outreach.db.queries.said_words import LAST_HEARD
from outreach.db.queries.task_page import load_contact_tasks, wrong_number_of
from outreach.domain.care.goodbyes import Goodbye
from outreach.domain.errors import Fault
from outreach.domain.logged import NOTE_LENGTH
from outreach.domain.reason import Reason
from outreach.domain.rhythm.explain import sentence
from outreach.domain.wishes import PAUSE_MONTHS
from outreach.rendering.questions import Question, questions
from outreach.services.explain_contact import explain_contact
from outreach.services.explain_services import explain_services
from outreach.services.score_contact import score_contact
from outreach.services.weigh_last_words import weigh_last_words
from outreach.web.admin.contact_answers import answers
from outreach.web.admin.contact_timeline import gap_picture, timeline
from outreach.web.admin.goodbyes import GoodbyeView
from outreach.web.admin.habits import HabitView
from outreach.web.admin.journey_views import EnrolmentView
from outreach.web.current import business_now, current_outreach, staff_zone

blueprint = Blueprint("contacts", __name__)

PAGE = 50
STATES = ("famine", "feast", "ok", "unreachable")
#: Characters of a search that are looked for.
SEARCH_LENGTH = 100
#: Answers and journeys on the page of a contact.
SHOWN_ANSWERS = 8
SHOWN_JOURNEYS = 8


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """What a contact answered to which question, in the words of the message; keys where those are gone."""

    question: str
    answer: str
    campaign_name: str
    given_at: datetime

    @classmethod
    def of(cls, line: AnswerLine) -> Self:
        """The answer of a line of the ledger."""
        asked = questions(line.body).get(line.question, Question("", {}))
        label = asked.labels.get(line.answer, line.answer)
        return cls(asked.asks or line.question, label, line.campaign_name, line.given_at)


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
    return contact_page(contact_id)


def contact_page(contact_id: int, *, faults: Sequence[Fault] = (), typed: Mapping[str, str] | None = None) -> str:
    """The page of one contact, with what was wrong with a form on it and what was typed into it."""
    outreach, now = current_outreach(), business_now()
    with outreach.db.raw_transaction() as connection:
        page = load_contact_page(connection, contact_id, now=now)
        given = load_answers(connection, contact_id, limit=SHOWN_ANSWERS)
        enrolments = load_enrolments_of(connection, contact_id, limit=SHOWN_JOURNEYS)
        recommendations = load_recommendations(connection, contact_id)
        habit = load_habit(connection, contact_id)
        goodbyes = load_goodbyes_of(connection, contact_id)
        tasks = load_contact_tasks(connection, contact_id)
        wrong_number = wrong_number_of(connection, contact_id)
    if page is None:
        abort(404)
    explained = explain_contact(db=outreach.db, contact_id=contact_id, now=now)
    expected_name = ""
    if explained and explained.expected:
        with outreach.db.raw_transaction() as connection:
            expected_name = load_campaign_name(connection, edition_id=explained.expected.edition_id)
    return render_template(
        "admin/contact.html",
        page=page,
        contact=page.contact,
        answers=answers(page, now=now),
        explained=explained,
        kept=score_contact(db=outreach.db, contact_id=contact_id, now=now),
        expected_name=expected_name,
        given=[GivenAnswer.of(line) for line in given],
        heard=weigh_last_words(db=outreach.db, contact_id=contact_id),
        heard_last=LAST_HEARD,
        recommendations=recommendations,
        habit=HabitView(habit, sentence(habit.reason(today=now.date()))) if habit else None,
        goodbyes=[GoodbyeView.of(line) for line in goodbyes],
        kinds=list(Goodbye),
        services=explain_services(db=outreach.db, contact_id=contact_id, now=now),
        tasks=[(task, sentence(Reason(task.reason_code, task.reason_numbers))) for task in tasks],
        wrong_number=wrong_number,
        entries=timeline(page),
        journeys=[EnrolmentView.of(line) for line in enrolments],
        picture=gap_picture(page, now=now),
        faults=faults,
        typed=typed or {},
        pause_months=PAUSE_MONTHS,
        note_length=NOTE_LENGTH,
        local_now=now.astimezone(staff_zone()),
        now=now,
    )
