"""A customer's own story: told, permitted piece by piece, shown again, withdrawn.

Looking changes nothing, because mail gateways look at every link. No sign-in: the link in the message is what opens it.
What was agreed to is kept word by word as it stood on the page.
"""

from enum import StrEnum

from flask import Blueprint, Response, abort, request
from werkzeug.wrappers import Response as AnyResponse

from outreach.db.queries.referrals import referral_form
from outreach.db.queries.stories import StoredStory, Teller, load_live_story, load_thumbnail_of
from outreach.domain.care.stories import LONGEST, LONGEST_PICTURE_WORDS, NameUse, Permission
from outreach.domain.errors import BadInput
from outreach.services.tell_story import Form, Told, tell_story
from outreach.services.withdraw_story import withdraw_story
from outreach.web.current import business_now, current_outreach
from outreach.web.public.language import translate
from outreach.web.public.own_page import message_behind, own_page, teller_behind, unknown_link
from outreach.web.public.reviews import review_links
from outreach.web.visitor import origin

#: Posted to from mail programs' browsers without a session: the token is the permission.
blueprint = Blueprint("stories", __name__)

#: The questions as the page's template has them; what was answered is kept with them.
WORDING = "May we use your words, exactly as they stand here?"
NAME = "Which name may stand under them?"
PICTURE = "May we show the picture?"
NAMES = {
    NameUse.FULL: "My full name",
    NameUse.FIRST: "My first name only",
    NameUse.NONE: "No name",
}


class Done(StrEnum):
    """What the page says has happened."""

    NOTHING = ""
    TOLD = "told"
    WITHDRAWN = "withdrawn"
    #: Something in the form cannot be used.
    REFUSED = "refused"
    TOO_OFTEN = "too often"


@blueprint.get("/story/<token>")
def show(token: str) -> AnyResponse:
    """What was told so far, and the form."""
    return _page(token, Done.NOTHING)


@blueprint.post("/story/<token>")
def tell(token: str) -> AnyResponse:
    """Keeps the story and the permissions."""
    touch_id, teller = message_behind(token), teller_behind(token)
    if touch_id is None or teller is None:
        return unknown_link()
    outreach = current_outreach()
    try:
        told = tell_story(
            db=outreach.db, pace=outreach.gate.pace, touch_id=touch_id, form=_form(teller), now=business_now()
        )
    except BadInput as refused:
        return _page(token, Done.REFUSED, wrong=refused.faults[0].column)
    return _page(token, {Told.YES: Done.TOLD, Told.TOO_OFTEN: Done.TOO_OFTEN}.get(told, Done.REFUSED))


@blueprint.post("/story/<token>/withdraw")
def withdraw(token: str) -> AnyResponse:
    """Takes everything back."""
    touch_id = message_behind(token)
    if touch_id is None:
        return unknown_link()
    withdraw_story(db=current_outreach().db, touch_id=touch_id, origin=origin(), now=business_now())
    return _page(token, Done.WITHDRAWN)


@blueprint.get("/story/<token>/picture")
def picture(token: str) -> Response:
    """The picture that was given, small, for the one who gave it."""
    teller = teller_behind(token)
    stored = _stored(teller)
    if stored is None:
        abort(404)
    with current_outreach().db.raw_transaction() as connection:
        data = load_thumbnail_of(connection, stored.id)
    if data is None:
        abort(404)
    response = Response(data, mimetype="image/jpeg")
    response.headers["Cache-Control"] = "no-store"
    return response


def _form(teller: Teller) -> Form:
    """What was filled in; a choice that was not made is a no."""
    name = request.form.get("name", "")
    use = NameUse(name) if name in list(NameUse) else NameUse.NONE
    wording, shows = request.form.get("wording") == "yes", request.form.get("show_picture") == "yes"
    file = request.files.get("picture")
    data = file.read() if file is not None and file.filename else None
    answers = {WORDING: "Yes" if wording else "No", NAME: NAMES[use], PICTURE: "Yes" if shows else "No"}
    locale = teller.locale
    return Form(
        words=request.form.get("words", ""),
        permission=Permission(use, wording=wording, picture=shows),
        language=locale,
        asked={translate(question, locale): translate(answer, locale) for question, answer in answers.items()},
        origin=origin(),
        picture=data,
        picture_name=(file.filename or "")[:100] if file is not None else "",
        picture_words=request.form.get("picture_words", ""),
        keeps_picture=request.form.get("drop_picture") != "yes",
    )


def _stored(teller: Teller | None) -> StoredStory | None:
    if teller is None:
        return None
    with current_outreach().db.raw_transaction() as connection:
        return load_live_story(connection, teller.contact_id)


def _page(token: str, done: Done, *, wrong: str = "") -> AnyResponse:
    """The page as things now stand; what was typed stays where it was refused."""
    teller = teller_behind(token)
    if teller is None:
        return unknown_link()
    stored = _stored(teller)
    with current_outreach().db.raw_transaction() as connection:
        has_friends = referral_form(connection) is not None
    again = done in (Done.REFUSED, Done.TOO_OFTEN)
    return own_page(
        "public/story.html",
        teller.locale,
        status={Done.REFUSED: 422, Done.TOO_OFTEN: 429}.get(done, 200),
        token=token,
        done=done.value,
        wrong=wrong,
        stored=stored if stored and stored.words else None,
        asked_for=stored is not None and not stored.words,
        given=_typed() if again else _given(stored),
        longest=LONGEST,
        longest_picture_words=LONGEST_PICTURE_WORDS,
        review_links=review_links(),
        has_friends=has_friends,
    )


def _typed() -> dict[str, str]:
    return {name: request.form.get(name, "") for name in ("words", "wording", "name", "show_picture", "picture_words")}


def _given(stored: StoredStory | None) -> dict[str, str]:
    """The form as it was sent last; nothing is chosen beforehand."""
    if stored is None or stored.name_use is None:
        return {"words": stored.words if stored else ""}
    return {
        "words": stored.words,
        "wording": "yes" if stored.wording_use else "no",
        "name": stored.name_use,
        "show_picture": "yes" if stored.picture_use else "no",
        "picture_words": stored.picture_words,
    }
