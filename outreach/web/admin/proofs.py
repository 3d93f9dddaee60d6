"""The preview of an edition: as any contact of its audience would get it, on a desk or a phone; and test messages.

Looking counts for nothing: what is shown carries no touch, its links are dead, and its pixel stays unfetched.
"""

import html
import re
from dataclasses import dataclass

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_security import current_user

from outreach.db.queries.drafts import EditionFacts, load_edition
from outreach.db.queries.proofs import load_proofs
from outreach.db.queries.sample_contacts import WorstCase, load_neighbours, load_worst_cases, search_samples
from outreach.domain.errors import BadInput, Fault
from outreach.providers.base import Outcome
from outreach.rendering.email import RenderedMail
from outreach.services.proof_edition import EditionProof, proof_edition
from outreach.services.send_proof import send_proof
from outreach.web.admin.mail_reading import with_dead_links
from outreach.web.current import business_now, current_outreach
from outreach.web.locale import direction_of
from outreach.web.roles import needs

blueprint = Blueprint("proofs", __name__)

VIEWS = ("screens", "text", "source")
SEARCH_LENGTH = 100
#: Gmail cuts a mail off where its HTML has this many octets.
GMAIL_CLIPS = 102 * 1024
CASES = {
    WorstCase.LONGEST_NAME: _l("Longest first name"),
    WorstCase.NAMELESS: _l("No first name"),
    WorstCase.LONGEST_COMPANY: _l("Longest company"),
    WorstCase.WITHOUT_COMPANY: _l("No company"),
}
OUTCOMES = {
    Outcome.SENT: _l("Sent"),
    Outcome.FAILED: _l("Refused"),
    Outcome.RETRY: _l("Did not leave"),
    Outcome.UNKNOWN: _l("Perhaps sent"),
}

_DARK = re.compile(r"@media\s*\(\s*prefers-color-scheme\s*:\s*dark\s*\)")
_LIGHT = re.compile(r"@media\s*\(\s*prefers-color-scheme\s*:\s*light\s*\)")
_HIDDEN = re.compile(r'<div style="display:\s*none[^"]*">([^<]*)')


@dataclass(frozen=True, slots=True)
class InboxLine:
    """What a list of mails shows of one; `octets` of its HTML, of `share` of what Gmail shows."""

    subject: str
    preheader: str
    octets: int
    share: float


@blueprint.get("/editions/<int:edition_id>/preview")
def show(edition_id: int) -> str:
    """The page around the frames."""
    return _page(_edition(edition_id))


@blueprint.get("/preview-frames/<int:edition_id>")
def frame(edition_id: int) -> Response:
    """The HTML of a mail for a frame: no script, no form, no picture but our own, no touch in its links.

    With `scheme=dark` its dark styles apply whatever the browser prefers, with anything else its light ones.
    """
    try:
        proof = _proof(edition_id)
    except BadInput:
        abort(404)
    if not isinstance(proof.message, RenderedMail):
        abort(404)
    shown = in_scheme(proof.message.html, dark=request.args.get("scheme") == "dark")
    response = Response(with_dead_links(shown), mimetype="text/html")
    response.headers["Content-Security-Policy"] = "; ".join(
        (
            "default-src 'none'",
            f"img-src data: {' '.join(_own_pictures())}",
            "style-src 'unsafe-inline'",
            f"frame-ancestors {request.host_url.rstrip('/')}",
            "form-action 'none'",
            "sandbox",
        )
    )
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


@blueprint.post("/editions/<int:edition_id>/preview/test")
@needs("author", "approver", "sender")
def send_test(edition_id: int) -> ResponseReturnValue:
    """Sends marked tests to the address that was typed: the language shown, or all of them."""
    edition = _edition(edition_id)
    outreach = current_outreach()
    locale = request.form.get("locale", "")
    contact_id = request.form.get("contact", type=int)
    try:
        sent = send_proof(
            db=outreach.db,
            providers=outreach.providers,
            renderer_for=outreach.renderer_for,
            edition_id=edition_id,
            contact_id=contact_id,
            locales=[] if request.form.get("which") == "all" else [locale],
            address=request.form.get("address", ""),
            sent_by=current_user.email,
            sender_name=current_user.name or current_user.email,
            now=business_now(),
        )
    except BadInput as refused:
        return _page(edition, refused.faults), 422
    went = sum(one.outcome == Outcome.SENT for one in sent)
    if went:
        flash(ngettext("%(num)d test message has left.", "%(num)d test messages have left.", went))
    if went < len(sent):
        kept = len(sent) - went
        flash(ngettext("%(num)d did not leave; see below.", "%(num)d did not leave; see below.", kept))
    where = url_for(".show", edition_id=edition_id, contact=contact_id, locale=locale or None)
    return redirect(where + "#tests", code=303)


def in_scheme(mail: str, *, dark: bool) -> str:
    """A mail's HTML whose styles for one colour scheme always apply, and those for the other never.

    A frame cannot be told which scheme its document shall see, so this is how a dark screen is shown on a light one.
    """
    always, never = "@media all", "@media not all"
    mail = _DARK.sub(always if dark else never, mail)
    mail = _LIGHT.sub(never if dark else always, mail)
    head = mail.lower().find("</head>")
    scheme = f"<style>:root{{color-scheme:{'dark' if dark else 'light'}}}</style>"
    return mail[:head] + scheme + mail[head:] if head >= 0 else scheme + mail


def inbox_line(mail: RenderedMail) -> InboxLine:
    """Subject and preheader as a list of mails shows them."""
    found = _HIDDEN.search(mail.html)
    # Behind the preheader stand invisible signs that keep the letter's first words out of the line.
    preheader = re.sub("[\u034f\u200c\u00a0]+$", "", html.unescape(found[1])).strip() if found else ""
    octets = len(mail.html.encode())
    return InboxLine(mail.subject, preheader, octets, octets / GMAIL_CLIPS)


def _edition(edition_id: int) -> EditionFacts:
    with current_outreach().db.raw_transaction() as connection:
        edition = load_edition(connection, edition_id)
    if edition is None:
        abort(404)
    return edition


def _proof(edition_id: int) -> EditionProof:
    outreach = current_outreach()
    asked = request.values
    return proof_edition(
        db=outreach.db,
        renderer_for=outreach.renderer_for,
        edition_id=edition_id,
        contact_id=asked.get("contact", type=int),
        locale=asked.get("locale", ""),
        now=business_now(),
    )


def _page(edition: EditionFacts, refused: tuple[Fault, ...] = ()) -> str:
    """The page; `refused` is what was wrong with a test that should be sent."""
    search = request.args.get("q", "").strip()[:SEARCH_LENGTH]
    proof: EditionProof | None = None
    faults: tuple[Fault, ...] = ()
    try:
        proof = _proof(edition.id)
    except BadInput as error:
        faults = error.faults
    with current_outreach().db.raw_transaction() as connection:
        found = search_samples(connection, edition, search) if search else []
        around = load_neighbours(connection, edition, proof.contact.id) if proof and proof.contact else (None, None)
        worst = load_worst_cases(connection, edition)
        tests = load_proofs(connection, edition.id)
    view = request.args.get("view", "screens")
    return render_template(
        "admin/proof.html",
        edition=edition,
        proof=proof,
        faults=faults,
        refused=refused,
        view=view if view in VIEWS else "screens",
        dark=request.args.get("scheme") == "dark",
        kept=_kept(),
        search=search,
        found=found,
        before=around[0],
        after=around[1],
        cases=[(CASES[one.case], one.contact_id) for one in worst if one.case in CASES],
        languages=[(one.language, one.contact_id) for one in worst if one.language],
        tests=tests,
        outcomes=OUTCOMES,
        inbox=inbox_line(proof.message) if proof and isinstance(proof.message, RenderedMail) else None,
        words_direction=direction_of(proof.locale) if proof else "ltr",
        address=request.form.get("address", current_user.email if edition.channel == "email" else ""),
    )


def _kept() -> dict[str, str]:
    """What the address says, for links that change a part of it; a search is over once somebody was chosen."""
    return {name: request.values[name] for name in ("contact", "locale", "view", "scheme") if request.values.get(name)}


def _own_pictures() -> list[str]:
    """Where pictures may come from: our own files and the library's, by the name we are called or the one we print."""
    bases = dict.fromkeys((request.host_url.rstrip("/"), current_outreach().settings.public_base_url.rstrip("/")))
    return [f"{base}/{path}/" for base in bases for path in ("static", "i")]
