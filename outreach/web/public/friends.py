"""Recommending us: a link that a customer passes on by themselves; nobody types in anybody else's address.

Who came by it is not told to whoever sent it (GDPR article 5 (1) c: nobody needs to know).
"""

import secrets

from flask import Blueprint, redirect, url_for
from werkzeug.wrappers import Response

from outreach.db.queries.referrals import own_link, referral_form
from outreach.services.make_referral_link import make_referral_link
from outreach.web.current import business_now, current_outreach
from outreach.web.public.own_page import message_behind, own_page, teller_behind, unknown_link

#: Posted to from mail programs' browsers without a session: the token is the permission.
blueprint = Blueprint("friends", __name__)

#: Octets of chance in an address: enough that nobody finds one by trying, few enough to be typed.
LENGTH = 12


@blueprint.get("/friend/<token>")
def show(token: str) -> Response:
    """The link, or the button that makes it."""
    return _page(token)


@blueprint.post("/friend/<token>")
def make(token: str) -> Response:
    """Makes the link; a second press finds the same one."""
    touch_id = message_behind(token)
    if touch_id is None:
        return unknown_link()
    secret = secrets.token_urlsafe(LENGTH)
    make_referral_link(db=current_outreach().db, touch_id=touch_id, token=secret, now=business_now())
    return _page(token)


@blueprint.get("/r/<code>")
def follow(code: str) -> Response:
    """On to the form; a code that is nobody's leads there, too, and tells nothing."""
    with current_outreach().db.raw_transaction() as connection:
        key = referral_form(connection)
    if key is None:
        return unknown_link()
    response = redirect(url_for("sign_up.show", key=key, via=code), 302)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _page(token: str) -> Response:
    teller, outreach = teller_behind(token), current_outreach()
    if teller is None:
        return unknown_link()
    with outreach.db.raw_transaction() as connection:
        code = own_link(connection, teller.contact_id)
        if referral_form(connection) is None:
            return unknown_link()
    address = f"{outreach.tokens.base_url}/r/{code}" if code else ""
    return own_page("public/friend.html", teller.locale, token=token, address=address)
