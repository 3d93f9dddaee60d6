"""A mail in the browser, for whoever's mail program spoils it: the reader's own copy, links and all."""

from email import message_from_bytes, policy
from uuid import UUID

from flask import Blueprint, make_response, render_template
from werkzeug.wrappers import Response

from outreach.db.queries.content import load_brand, load_texts
from outreach.db.queries.web_copies import load_sent_mail
from outreach.db.session import driver_connection
from outreach.rendering.links import TokenKind
from outreach.web.current import current_outreach
from outreach.web.public.language import spoken, visitors_locale

#: The token is the permission, as on every public page.
blueprint = Blueprint("web_copy", __name__)

#: A mail may show pictures from anywhere and links that lead out, and do nothing else.
POLICY = (
    "default-src 'none'; img-src * data:; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'none'; sandbox allow-popups allow-popups-to-escape-sandbox "
    "allow-top-navigation-by-user-activation"
)


@blueprint.get("/v/<token>")
def show(token: str) -> Response:
    """The mail; the page of unknown links for a token that is not ours, or a mail that is not there any more."""
    outreach = current_outreach()
    said = outreach.tokens.read(token)
    html = _mail(said.touch_id) if said and said.kind is TokenKind.UNSUBSCRIBE else None
    if html is None:
        return _unknown()
    response = make_response(html)
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _mail(touch_id: UUID) -> str | None:
    outreach = current_outreach()
    with outreach.db.transaction() as session:
        mail, brand = load_sent_mail(driver_connection(session), touch_id), load_brand(session)
        texts = load_texts(session, [mail.edition_id]) if mail else {}
    if mail is None or brand is None:
        return None
    text = texts.get(mail.edition_id, {}).get(mail.locale)
    if text is None:
        return None
    recipient = mail.recipient(default_locale=brand.default_locale)
    sent = outreach.renderer_for(brand).mail(text, recipient, now=mail.left_at)
    part = message_from_bytes(sent.data, policy=policy.default).get_body(("html",))
    return str(part.get_content()) if part else None


def _unknown() -> Response:
    with current_outreach().db.transaction() as session:
        brand = load_brand(session)
    locale = visitors_locale()
    page = render_template("public/unknown_link.html", **spoken(locale), business=brand.name if brand else "Outreach")
    return make_response(page, 404, {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"})
