"""The pixel and the links in our mails. A token names a stored address; nothing in the request says where to go."""

import base64
from typing import Final, TypeVar
from urllib.parse import urlsplit
from uuid import UUID

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from outreach.clock import WallClock
from outreach.domain.answers import ANSWER, FRIEND, STORY
from outreach.rendering.links import HONEYPOT_LINK, Token, TokenKind
from outreach.services.record_visit import Visitor, record_visit
from outreach.web.current import business_now, current_outreach

Answer = TypeVar("Answer", bound=AnyResponse)

blueprint = Blueprint("tracking", __name__)

#: Pages of the reader, by the address that authors write.
_OWN_PAGES = {STORY: "stories.show", FRIEND: "friends.show"}
#: One transparent dot.
GIF: Final = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")


@blueprint.get("/o/<token>.gif")
def pixel(token: str) -> Response:
    """The same dot whatever the token; a genuine one is noted."""
    said = _read(token, TokenKind.PIXEL)
    if said:
        _record(said.touch_id, link_id=None)
    return _private(Response(GIF, mimetype="image/gif"))


@blueprint.get("/c/<token>")
def click(token: str) -> AnyResponse:
    """On to the stored address, noted; every token that leads nowhere gets the same 404.

    The link that no person sees leads nowhere and breaks nothing: a filter that tries all links finds no dead one.
    """
    said = _read(token, TokenKind.CLICK)
    url = _record(said.touch_id, link_id=said.link_id) if said else None
    if said and said.link_id == HONEYPOT_LINK:
        return _private(Response(status=204))
    if url and url.startswith(ANSWER):
        return _private(redirect(url_for("answers.thank", token=token), code=302))
    if url in _OWN_PAGES:
        return _private(redirect(url_for(_OWN_PAGES[url], token=token), code=302))
    if not url or urlsplit(url).scheme.lower() not in ("http", "https"):
        return _private(Response("There is no such link.\n", status=404, mimetype="text/plain"))
    return _private(redirect(url, code=302))


def _read(token: str, kind: TokenKind) -> Token | None:
    said = current_outreach().tokens.read(token)
    return said if said and said.kind is kind else None


def _record(touch_id: UUID, *, link_id: int | None) -> str | None:
    outreach = current_outreach()
    visitor = Visitor(
        user_agent=request.user_agent.string,
        address=request.remote_addr or "",
        arrived=WallClock().now(),
        looks=request.method == "GET",
    )
    return record_visit(
        db=outreach.db, queue=outreach.queue, touch_id=touch_id, link_id=link_id, visitor=visitor, now=business_now()
    )


def _private(response: Answer) -> Answer:
    """No copies on the way, no word to others of where the reader came from, nothing for search engines."""
    response.headers["Cache-Control"] = "no-store, max-age=0"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
