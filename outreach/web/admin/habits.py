"""Fading customers: whose silence is unusual for them, the most valued and most unusual first."""

from dataclasses import dataclass

from flask import Blueprint, render_template

from outreach.db.queries.habits import HabitLine, count_labels, load_fading_people
from outreach.domain.rhythm.explain import sentence
from outreach.web.current import business_now, current_outreach

blueprint = Blueprint("habits", __name__)

#: Lines of the page; nobody calls more people in a week.
SHOWN = 100


@dataclass(frozen=True, slots=True)
class HabitView:
    """A customer's habit in a sentence of its own numbers."""

    line: HabitLine
    reason: str


@blueprint.get("/habits")
def show() -> str:
    """The list, and how many customers have which label."""
    today = business_now().date()
    with current_outreach().db.raw_transaction() as connection:
        people = load_fading_people(connection, limit=SHOWN)
        counts = count_labels(connection)
    return render_template(
        "admin/habits.html",
        people=[(person, HabitView(line, sentence(line.reason(today=today)))) for person, line in people],
        counts=counts,
    )
