"""What the reader's own pages share: who opened them, and how their answers are headed."""

from uuid import UUID

from flask import make_response, render_template
from werkzeug.wrappers import Response

from outreach.db.queries.content import load_brand
from outreach.db.queries.stories import Teller, load_teller
from outreach.rendering.links import TokenKind
from outreach.web.current import current_outreach
from outreach.web.public.language import spoken, visitors_locale

#: A link in the text, or the link at its end: whoever has the message has both.
_OPENS = (TokenKind.CLICK, TokenKind.UNSUBSCRIBE)


def message_behind(token: str) -> UUID | None:
    """The message whose link was followed; None if it is no link of ours."""
    said = current_outreach().tokens.read(token)
    return said.touch_id if said and said.kind in _OPENS else None


def teller_behind(token: str) -> Teller | None:
    """Whom that message went to."""
    touch_id = message_behind(token)
    if touch_id is None:
        return None
    with current_outreach().db.raw_transaction() as connection:
        return load_teller(connection, touch_id)


def unknown_link() -> Response:
    """One answer to whatever is not ours."""
    return own_page("public/unknown_link.html", visitors_locale(), status=404)


def own_page(template: str, locale: str, *, status: int = 200, **values: object) -> Response:
    """A page in `locale` that nobody keeps, finds or learns the address of."""
    with current_outreach().db.transaction() as session:
        brand = load_brand(session)
    page = render_template(template, **spoken(locale), business=brand.name if brand else "Outreach", **values)
    response = make_response(page, status)
    response.headers["Cache-Control"] = "no-store"
    # The address of this page is a permission: it must not travel on.
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Content-Language"] = locale
    return response
