"""What a customer whom we let down would like us to do: the page behind an apology.

Looking notes nothing here: the click in the mail is noted on its way. The button on the page writes the choice on the
case at once, with whatever the customer adds.
"""

from enum import StrEnum
from uuid import UUID

from flask import Blueprint, abort, make_response, render_template, request
from werkzeug.wrappers import Response

from outreach.db.queries.answers import load_asked_in
from outreach.db.queries.consent import addressee
from outreach.db.queries.content import load_brand
from outreach.db.queries.publishing import load_rules
from outreach.db.queries.remedies import load_remedies
from outreach.domain.answers import REMEDY, read_answer
from outreach.domain.care.recovery import LONGEST_WORDS
from outreach.domain.errors import BadInput
from outreach.rendering.links import Token, TokenKind
from outreach.services.choose_remedy import Chosen, choose_remedy
from outreach.web.current import business_now, current_outreach
from outreach.web.public.language import spoken, visitors_locale

#: The token is the permission, as on every public page.
blueprint = Blueprint("remedies", __name__)


class Done(StrEnum):
    """What the page says has happened."""

    NOTHING = ""
    NOTED = "noted"
    OVER = "over"
    REFUSED = "refused"


@blueprint.get("/amends/<token>")
def show(token: str) -> Response:
    """The remedies, with the one that was clicked chosen already."""
    return _page(token, Done.NOTHING)


@blueprint.post("/amends/<token>")
def choose(token: str) -> Response:
    """Takes the choice, and what the customer says."""
    said = _token(token)
    if said is None:
        return _page(token, Done.NOTHING)
    chosen, words = request.form.get("remedy", ""), request.form.get("words", "")
    with current_outreach().db.raw_transaction() as connection:
        known = [remedy.key for remedy in load_remedies(connection)]
    if chosen and chosen not in known:
        abort(400)
    if not chosen and not words.strip():
        return _page(token, Done.REFUSED, words=words)
    try:
        done = choose_remedy(
            db=current_outreach().db, touch_id=said.touch_id, remedy=chosen, words=words, now=business_now()
        )
    except BadInput:
        return _page(token, Done.REFUSED, chosen=chosen, words=words)
    return _page(token, Done.NOTED if done is Chosen.NOTED else Done.OVER, chosen=chosen)


def _token(token: str) -> Token | None:
    said = current_outreach().tokens.read(token)
    return said if said and said.kind is TokenKind.CLICK and said.link_id is not None else None


def _clicked(touch_id: UUID, link_id: int) -> tuple[str, str] | None:
    """The locale of the message and the remedy whose link was followed; None if the link is none of a remedy."""
    with current_outreach().db.raw_transaction() as connection:
        reader = addressee(connection, touch_id)
        found = load_asked_in(connection, link_id, locale=reader.locale) if reader else None
    answer = read_answer(found.url) if found else None
    if reader is None or answer is None or answer.question != REMEDY:
        return None
    return reader.locale, answer.answer


def _page(token: str, done: Done, *, chosen: str = "", words: str = "") -> Response:
    """The page; a token that is not ours gets the same answer as one that never was."""
    said = _token(token)
    clicked = _clicked(said.touch_id, said.link_id) if said and said.link_id is not None else None
    with current_outreach().db.transaction() as session:
        brand = load_brand(session)
    locale, first = clicked or (visitors_locale(), "")
    business = brand.name if brand else "Outreach"
    if clicked is None:
        page = render_template("public/unknown_link.html", **spoken(locale), business=business)
        return _sent(page, locale, status=404)
    with current_outreach().db.raw_transaction() as connection:
        remedies, rules = load_remedies(connection), load_rules(connection)
    default = rules.default_locale if rules else locale
    page = render_template(
        "public/remedies.html",
        **spoken(locale),
        business=business,
        phone=brand.phone if brand else "",
        token=token,
        done=done.value,
        remedies=[(remedy.key, remedy.name(locale, default)) for remedy in remedies],
        chosen=chosen or first,
        words=words,
        longest=LONGEST_WORDS,
    )
    return _sent(page, locale, status=422 if done is Done.REFUSED else 200)


def _sent(page: str, locale: str, *, status: int) -> Response:
    response = make_response(page, status)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Content-Language"] = locale
    return response
