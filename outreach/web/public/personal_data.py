"""What we know of somebody, behind the link that was mailed to them: to be downloaded, or erased.

Opening the link shows two buttons and does nothing, because mail gateways open every link.
"""

from flask import Blueprint, make_response, render_template, request
from werkzeug.wrappers import Response

from outreach.db.queries.content import load_brand
from outreach.db.queries.personal_data import digest_of, requested_by
from outreach.services.erase_contact import erase_contact
from outreach.services.hand_out_data import hand_out_data
from outreach.web.current import business_now, current_outreach
from outreach.web.public.language import spoken, visitors_locale

#: The token is the permission, as on every public page.
blueprint = Blueprint("personal_data", __name__)


def data_mail(address: str, locale: str) -> tuple[str, str]:
    """Subject and body, as an author would write them, of the mail that brings the link."""
    words = render_template("public/data_mail.html", **spoken(locale), address=address)
    subject, _, body = words.strip().partition("\n")
    return subject.strip(), body.strip() + "\n"


@blueprint.get("/d/<token>")
def show(token: str) -> Response:
    """What can be done."""
    return _page(token, "")


@blueprint.post("/d/<token>/download")
def download(token: str) -> Response:
    """Everything, as a file."""
    data = hand_out_data(db=current_outreach().db, token=token, now=business_now())
    if data is None:
        return _page(token, "")
    response = make_response(data)
    response.mimetype = "application/json"
    response.headers["Content-Disposition"] = "attachment; filename=my-data.json"
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.post("/d/<token>/erase")
def erase(token: str) -> Response:
    """Everything goes, once the box is ticked."""
    outreach = current_outreach()
    contact_id = _contact(token)
    if contact_id is None or request.form.get("sure") != "yes":
        return _page(token, "unsure" if contact_id else "")
    erase_contact(
        db=outreach.db, contact_id=contact_id, secret=outreach.settings.secret_key.encode(), now=business_now()
    )
    return _page(token, "erased")


def _contact(token: str) -> int | None:
    with current_outreach().db.raw_transaction() as connection:
        return requested_by(connection, digest_of(token), now=business_now())


def _page(token: str, done: str) -> Response:
    """The page; a link that is none of ours, or too old, gets one and the same answer."""
    with current_outreach().db.transaction() as session:
        brand = load_brand(session)
    locale = visitors_locale()
    known = done == "erased" or _contact(token) is not None
    page = render_template(
        "public/personal_data.html" if known else "public/unknown_link.html",
        **spoken(locale),
        business=brand.name if brand else "Outreach",
        token=token,
        done=done,
    )
    response = make_response(page, 200 if known else 404)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Content-Language"] = locale
    return response
