"""The mailbox: what arrived there, as its readers saw it on a desk or a phone. Looking here counts for nothing."""

from typing import Any

from flask import Blueprint, Response, abort, render_template, request, url_for

from outreach.db.queries.campaigns import load_locales
from outreach.db.queries.mailbox import StoredMail, list_mail, load_mail
from outreach.db.queries.touch_owner import load_touch_owner
from outreach.domain.touch import Channel
from outreach.rendering.sms import counted, text_links
from outreach.web.admin.mail_reading import read_mail, with_dead_links
from outreach.web.current import current_outreach
from outreach.web.locale import direction_of

blueprint = Blueprint("mailbox", __name__)

PAGE = 50
VIEWS = ("desktop", "phone", "text", "headers", "raw")
SEARCH_LENGTH = 100


@blueprint.get("/mailbox/")
def show_all() -> str:
    """The list, newest first."""
    channel = request.args.get("channel", "")
    language = request.args.get("language", "")
    search = request.args.get("q", "").strip()[:SEARCH_LENGTH]
    before = request.args.get("before", type=int)
    db = current_outreach().db
    with db.transaction() as session:
        mails = list_mail(session, channel=channel, language=language, search=search, before_id=before, limit=PAGE + 1)
    with db.raw_transaction() as connection:
        languages = load_locales(connection)
    kept: dict[str, Any] = {
        name: value for name, value in {"channel": channel, "language": language, "q": search}.items() if value
    }
    return render_template(
        "admin/mailbox.html",
        mails=mails[:PAGE],
        channel=channel,
        language=language,
        search=search,
        languages=languages,
        next_page=url_for(".show_all", before=mails[PAGE - 1].id, **kept) if len(mails) > PAGE else None,
        first_page=url_for(".show_all", **kept) if before else None,
    )


@blueprint.get("/mailbox/<int:mail_id>")
def show(mail_id: int) -> str:
    """One message: a text in its bubble, a mail in one of its views."""
    mail = _load(mail_id)
    with current_outreach().db.raw_transaction() as connection:
        owner = load_touch_owner(connection, mail.touch_id) if mail.touch_id else None
    if mail.channel == Channel.SMS:
        words = mail.raw.decode("utf-8", "replace")
        return render_template(
            "admin/text_message.html",
            mail=mail,
            owner=owner,
            sms=counted(words),
            words=words,
            # The words may begin with a Latin name in a right-to-left text, so their first letter decides nothing.
            words_direction=direction_of(owner.locale) if owner and owner.locale else "auto",
            links=[("", address) for address in text_links(words)],
        )
    view = request.args.get("view", "desktop")
    return render_template(
        "admin/mail.html",
        mail=mail,
        owner=owner,
        read=read_mail(mail.raw),
        view=view if view in VIEWS else "desktop",
        raw=mail.raw.decode("utf-8", "replace"),
    )


@blueprint.get("/mailbox/<int:mail_id>/preview")
def preview(mail_id: int) -> Response:
    """The HTML of a mail, for the frame of its page.

    Its policy lets only our own static pictures load: the pixel, which tells that a reader opened the mail, stays
    unfetched. It runs in an origin of its own, without scripts.
    """
    response = Response(with_dead_links(read_mail(_load(mail_id).raw).html), mimetype="text/html")
    response.headers["Content-Security-Policy"] = "; ".join(
        (
            "default-src 'none'",
            f"img-src data: {request.host_url}static/",
            "style-src 'unsafe-inline'",
            f"frame-ancestors {request.host_url.rstrip('/')}",
            "form-action 'none'",
            "sandbox",
        )
    )
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


def _load(mail_id: int) -> StoredMail:
    with current_outreach().db.transaction() as session:
        mail = load_mail(session, mail_id)
    if mail is None:
        abort(404)
    return mail
