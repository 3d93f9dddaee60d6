"""Unsubscribing. Looking changes nothing, because mail gateways look at every link; a POST acts at once.

The same address serves the link in the mail and the one-click of mail programs (RFC 8058: a POST with the body
`List-Unsubscribe=One-Click`, without cookies, sign-in or redirect, answered with 200). Tokens we did not make get the
same page as any other.
"""

from enum import StrEnum
from uuid import UUID

from flask import Blueprint, make_response, render_template
from werkzeug.wrappers import Response

from outreach.db.queries.consent import addressee
from outreach.db.queries.content import load_brand
from outreach.domain.touch import Channel
from outreach.rendering.links import TokenKind
from outreach.services.resubscribe import resubscribe
from outreach.services.unsubscribe import SOURCE, unsubscribe
from outreach.web.current import business_now, current_outreach
from outreach.web.public.language import spoken, visitors_locale

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


@blueprint.get("/u/<token>")
def ask(token: str) -> Response:
    """A page with one button."""
    return _page(token, Step.ASK)


@blueprint.post("/u/<token>")
def act(token: str) -> Response:
    """Unsubscribes, and offers to take that back."""
    touch_id = _touch_id(token)
    if touch_id:
        unsubscribe(db=current_outreach().db, touch_id=touch_id, now=business_now())
    return _page(token, Step.DONE)


@blueprint.post("/u/<token>/undo")
def undo(token: str) -> Response:
    """Takes the unsubscription back."""
    touch_id = _touch_id(token)
    done = touch_id and resubscribe(db=current_outreach().db, touch_id=touch_id, undoes=SOURCE, now=business_now())
    return _page(token, Step.BACK if done else Step.STAYS)


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
