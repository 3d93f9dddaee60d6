"""Campaigns: what each is for and what became of it so far, edition by edition."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from flask import Blueprint, abort, render_template

from outreach.db.queries.answers import AnswerCount, count_answers
from outreach.db.queries.calendars import load_industry_calendars
from outreach.db.queries.campaigns import load_campaign, load_campaigns, load_editions, load_locales
from outreach.db.queries.next_touches import load_next_touches
from outreach.rendering.questions import Question, questions
from outreach.web.admin.campaign_forms import campaign_forms
from outreach.web.current import current_outreach

blueprint = Blueprint("campaigns", __name__)

SHOWN = 10


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of an edition, and how often each answer was given, the most frequent first."""

    edition_id: int
    edition: str
    asks: str
    answers: tuple[tuple[str, int], ...]

    @property
    def given(self) -> int:
        """Answers in all."""
        return sum(given for _label, given in self.answers)


@blueprint.get("/campaigns")
def show_all() -> str:
    """The list."""
    with current_outreach().db.raw_transaction() as connection:
        campaigns = load_campaigns(connection)
    return render_template("admin/campaigns.html", campaigns=campaigns)


@blueprint.get("/campaigns/<int:campaign_id>")
def show(campaign_id: int) -> str:
    """One campaign with its editions and what goes out next."""
    with current_outreach().db.raw_transaction() as connection:
        campaign = load_campaign(connection, campaign_id)
        if campaign is None:
            abort(404)
        editions = load_editions(connection, campaign_id)
        upcoming = load_next_touches(connection, limit=SHOWN, campaign_id=campaign_id)
        locales = load_locales(connection)
        forms = campaign_forms(connection, campaign_id)
        asked = _asked(count_answers(connection, campaign_id))
        names = {industry.key: industry.names for industry in load_industry_calendars(connection)}
    return render_template(
        "admin/campaign.html",
        campaign=campaign,
        editions=editions,
        upcoming=upcoming,
        locales=locales,
        asked=asked,
        **forms,
        industry_names=[names.get(key, {"en": key}) for key in campaign.industries],
    )


def _asked(counts: Sequence[AnswerCount]) -> list[Asked]:
    found = []
    for (edition_id, key), same in groupby(counts, key=lambda one: (one.edition_id, one.question)):
        answers = list(same)
        # What was answered to words that are gone from the text is named by its keys.
        written = questions(answers[0].body).get(key, Question("", {}))
        found.append(
            Asked(
                edition_id,
                answers[0].edition,
                written.asks or key,
                tuple((written.labels.get(one.answer, one.answer), one.given) for one in answers),
            )
        )
    return found
