"""Unsubscribing, and what may do instead. Looking changes nothing, because mail gateways look at every link; a POST
acts at once, and each act can be taken back on the page that follows it.

The same address serves the link in the mail and the one-click of mail programs (RFC 8058: a POST with the body
`List-Unsubscribe=One-Click`, without cookies, sign-in or redirect, answered with 200). Tokens we did not make get the
same page as any other.
"""

from enum import StrEnum
from uuid import UUID

from flask import Blueprint, abort, make_response, render_template, request
from werkzeug.wrappers import Response

from outreach.db.queries.consent import addressee
from outreach.db.queries.content import load_brand
from outreach.domain.consent_terms import Said
from outreach.domain.touch import Channel
from outreach.domain.wishes import PAUSE_MONTHS, Wish, WishKind
from outreach.rendering.links import TokenKind
from outreach.services.resubscribe import resubscribe
from outreach.services.set_wish import set_wish
from outreach.services.unsubscribe import SOURCE, unsubscribe
from outreach.web.current import business_now, current_outreach
from outreach.web.public.language import spoken, translate, visitors_locale
from outreach.web.visitor import origin

#: Mail programs post here with no form of ours: exempt from CSRF checks, the token is the permission.
blueprint = Blueprint("unsubscribe", __name__)


class Step(StrEnum):
    """Where the visitor stands."""

    #: Nothing has happened yet.
    ASK = "ask"
    #: Unsubscribed.
    DONE = "done"
    #: The unsubscription was taken back.
    BACK = "back"
    #: There was nothing to take back.
    STAYS = "stays"
    #: Less often from now on.
    LESS = "less"
    #: That was taken back.
    USUAL = "usual"
    #: Nothing for some months.
    PAUSED = "paused"
    #: That was taken back.
    RESUMED = "resumed"


#: How the contact's page names where a wish was said.
WISHED_AT = "unsubscribe page"


@blueprint.get("/u/<token>")
def ask(token: str) -> Response:
    """A page with one button."""
    return _page(token, Step.ASK)


@blueprint.post("/u/<token>")
def act(token: str) -> Response:
    """Unsubscribes, and offers to take that back."""
    touch_id = _touch_id(token)
    if touch_id:
        said = Said(origin=origin())
        unsubscribe(db=current_outreach().db, touch_id=touch_id, now=business_now(), said=said)
    return _page(token, Step.DONE)


@blueprint.post("/u/<token>/undo")
def undo(token: str) -> Response:
    """Takes the unsubscription back."""
    touch_id = _touch_id(token)
    db, now = current_outreach().db, business_now()
    done = touch_id and resubscribe(db=db, touch_id=touch_id, undoes=SOURCE, now=now, said=_undone(touch_id))
    return _page(token, Step.BACK if done else Step.STAYS)


@blueprint.post("/u/<token>/less")
def less_often(token: str) -> Response:
    """Fewer messages for a year."""
    return _wished(token, Wish(WishKind.LESS_OFTEN), Step.LESS)


@blueprint.post("/u/<token>/usual")
def usual_rhythm(token: str) -> Response:
    """Takes that back."""
    return _wished(token, Wish(WishKind.USUAL_RHYTHM), Step.USUAL)


@blueprint.post("/u/<token>/pause")
def pause(token: str) -> Response:
    """Nothing for some months."""
    months = request.form.get("months", type=int)
    if months not in PAUSE_MONTHS:
        abort(400)
    return _wished(token, Wish(WishKind.PAUSE, months=months), Step.PAUSED)


@blueprint.post("/u/<token>/resume")
def resume(token: str) -> Response:
    """Takes that back."""
    return _wished(token, Wish(WishKind.END_PAUSE), Step.RESUMED)


def _wished(token: str, wish: Wish, step: Step) -> Response:
    """Does what was wished for; a token we did not make gets the same page as any other."""
    db, touch_id = current_outreach().db, _touch_id(token)
    with db.raw_transaction() as connection:
        reader = addressee(connection, touch_id) if touch_id else None
    if reader:
        set_wish(
            db=db,
            contact_id=reader.contact_id,
            wish=wish,
            source=WISHED_AT,
            touch_id=touch_id,
            now=business_now(),
        )
    return _page(token, step)


def _undone(touch_id: UUID) -> Said:
    """The button that takes it back, in the words of the page, and from where it was pressed."""
    with current_outreach().db.raw_transaction() as connection:
        reader = addressee(connection, touch_id)
    locale = reader.locale if reader else visitors_locale()
    return Said(translate("Keep me on the list", locale), locale, origin())


def _touch_id(token: str) -> UUID | None:
    said = current_outreach().tokens.read(token)
    return said.touch_id if said and said.kind is TokenKind.UNSUBSCRIBE else None


def _page(token: str, step: Step) -> Response:
    db = current_outreach().db
    touch_id = _touch_id(token)
    with db.raw_transaction() as connection:
        reader = addressee(connection, touch_id) if touch_id else None
    with db.transaction() as session:
        brand = load_brand(session)
    locale = reader.locale if reader else visitors_locale()
    page = render_template(
        "public/unsubscribe.html",
        **spoken(locale),
        business=brand.name if brand else "Outreach",
        by_text_message=reader is not None and reader.channel == Channel.SMS,
        step=step.value,
        token=token,
    )
    response = make_response(page)
    response.headers["Cache-Control"] = "no-store"
    # The address of this page is a permission: it must not travel on.
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Content-Language"] = locale
    return response
