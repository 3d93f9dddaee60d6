"""Thanks for an answer given by one click in a message.

Looking notes nothing here: the click itself was noted on its way, and counts once it is known to be a person's. Who
chooses another answer on the page posts it, and that counts at once.
"""

from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, abort, make_response, render_template, request, url_for
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from outreach.db.queries.answers import load_asked_in
from outreach.db.queries.consent import addressee
from outreach.db.queries.content import load_brand
from outreach.domain.answers import REMEDY, Answer, read_answer
from outreach.rendering.links import TokenKind
from outreach.rendering.questions import Question, questions
from outreach.services.give_answer import give_answer
from outreach.web.current import business_now, current_outreach
from outreach.web.public.language import spoken, visitors_locale
from outreach.web.public.reviews import review_links

#: The token is the permission, as on every public page.
blueprint = Blueprint("answers", __name__)


@dataclass(frozen=True, slots=True)
class _Asked:
    """The question behind a token, and the answer its link gives."""

    touch_id: UUID
    edition_id: int
    locale: str
    question: Question
    given: Answer


@blueprint.get("/a/<token>")
def thank(token: str) -> Response:
    """Thanks, and offers the other answers; what somebody chose whom we let down has a page of its own."""
    asked = _asked(token)
    if asked and asked.given.question == REMEDY:
        return redirect(url_for("remedies.show", token=token), code=302)
    return _page(token, asked, changed=False)


@blueprint.post("/a/<token>")
def change(token: str) -> Response:
    """Takes another answer instead."""
    asked = _asked(token)
    if asked is None:
        return _page(token, None, changed=False)
    chosen = request.form.get("answer", "")
    if chosen not in asked.question.labels:
        abort(400)
    given = Answer(asked.given.question, chosen)
    give_answer(
        db=current_outreach().db,
        touch_id=asked.touch_id,
        edition_id=asked.edition_id,
        answer=given,
        now=business_now(),
    )
    return _page(token, _Asked(asked.touch_id, asked.edition_id, asked.locale, asked.question, given), changed=True)


def _asked(token: str) -> _Asked | None:
    said = current_outreach().tokens.read(token)
    if said is None or said.kind is not TokenKind.CLICK or said.link_id is None:
        return None
    with current_outreach().db.raw_transaction() as connection:
        reader = addressee(connection, said.touch_id)
        found = load_asked_in(connection, said.link_id, locale=reader.locale) if reader else None
    given = read_answer(found.url) if found else None
    if reader is None or found is None or given is None:
        return None
    question = questions(found.body).get(given.question)
    if question is None or given.answer not in question.labels:
        return None
    return _Asked(said.touch_id, found.edition_id, reader.locale, question, given)


def _page(token: str, asked: _Asked | None, *, changed: bool) -> Response:
    """The page; a token that leads to no question gets thanks without one."""
    with current_outreach().db.transaction() as session:
        brand = load_brand(session)
    locale = asked.locale if asked else visitors_locale()
    page = render_template(
        "public/answer.html",
        **spoken(locale),
        business=brand.name if brand else "Outreach",
        asked=asked,
        changed=changed,
        token=token,
        review_links=review_links(),
    )
    response = make_response(page)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Content-Language"] = locale
    return response
