"""Signing up: a form, a look into the mailbox, and a button that confirms.

The answer to a filled form is one and the same page whether we know the address, must not write to it, or had too many
requests, so that nobody learns by it who our customers are. Opening the link in the mail changes nothing, because mail
gateways open every link; what somebody agrees to stands above the button once more, word by word.
"""

import secrets
from collections.abc import Collection

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from outreach.clock import WallClock
from outreach.db.queries.content import load_brand
from outreach.db.queries.personal_data import digest_of
from outreach.db.queries.referrals import find_referrer
from outreach.db.queries.sign_up_forms import load_form, load_topic_names
from outreach.db.queries.sign_ups import StoredSignUp, find_sign_up
from outreach.domain.sign_up.filled import read_filled
from outreach.domain.sign_up.form import SignUpField, SignUpForm
from outreach.domain.sign_up.stamp import Timing, stamped, timing_of
from outreach.domain.touch import Channel
from outreach.services.confirm_sign_up import Confirmed, confirm_sign_up
from outreach.services.sign_up import Visitor, sign_up
from outreach.web.current import business_now, current_outreach
from outreach.web.public.language import own_name, spoken, visitors_locale
from outreach.web.visitor import agent, network_address

#: Posted to from other people's pages: no cookie is looked at, so that there is nothing to forge with.
blueprint = Blueprint("sign_up", __name__)

#: A field that no person sees; whoever fills it in is a machine.
HONEYPOT = "about_you"
#: Characters of what names somebody who recommended us.
LONGEST_VIA = 64


@blueprint.get("/s/<key>")
def show(key: str) -> Response:
    """The form."""
    form = _form(key)
    return _form_page(form) if form else _unknown()


@blueprint.post("/s/<key>")
def fill_in(key: str) -> Response:
    """Mails the link, and says so, whatever became of it."""
    form = _form(key)
    if form is None:
        return _unknown()
    locale = _locale(form)
    sent = redirect(url_for("sign_up.sent", key=key, lang=locale), 303)
    if request.form.get(HONEYPOT):
        return sent
    outreach, now = current_outreach(), business_now()
    cells = {name.value: request.form.get(name, "") for name in SignUpField}
    ticked = request.form.getlist("topic")
    filled, wrong = read_filled(cells, form=form, topics=ticked, seen_in=locale, today=now.date())
    if filled is None:
        return _form_page(form, wrong=wrong)
    stamp = request.form.get("stamp")
    # Forms on other pages carry none; limits are what holds machines back there.
    if stamp is not None and _timing(stamp, form) is not Timing.FINE:
        return _form_page(form, again=True)
    token = secrets.token_urlsafe(32)
    sign_up(
        db=outreach.db,
        pace=outreach.gate.pace,
        provider=outreach.providers[Channel.EMAIL],
        renderer_for=outreach.renderer_for,
        form=form,
        filled=filled,
        visitor=_visitor(),
        token=token,
        words=_mail(f"{outreach.tokens.base_url}/s/confirm/{token}", locale),
        referrer=_via(),
        now=now,
    )
    return sent


@blueprint.get("/s/<key>/sent")
def sent(key: str) -> Response:
    """Look into your mailbox."""
    form = _form(key)
    if form is None:
        return _unknown()
    locale = _locale(form)
    return _answer("public/sign_up_sent.html", locale, status=200)


@blueprint.get("/s/confirm/<token>")
def ask(token: str) -> Response:
    """The button."""
    found = _found(token)
    if found is None:
        return _unknown()
    step = "done" if found.confirmed_at else "ask"
    return _answer("public/sign_up_confirm.html", found.language_seen, status=200, step=step, found=found, token=token)


@blueprint.post("/s/confirm/<token>")
def confirm(token: str) -> Response:
    """Signs up."""
    found, outreach = _found(token), current_outreach()
    confirmed = confirm_sign_up(
        db=outreach.db, token=token, confirmed_from=str(_visitor()), secret=_secret(), now=business_now()
    )
    if found is None or confirmed is Confirmed.UNKNOWN:
        return _unknown()
    step = "done" if confirmed is Confirmed.YES else "barred"
    status = 200 if confirmed is Confirmed.YES else 422
    return _answer("public/sign_up_confirm.html", found.language_seen, status=status, step=step, found=found)


def _secret() -> bytes:
    return current_outreach().settings.secret_key.encode()


def _timing(stamp: str, form: SignUpForm) -> Timing:
    """By the clock on the wall: a person needs as long while the demo's stands still."""
    return timing_of(stamp, form.key, secret=_secret(), now=WallClock().now())


def _visitor() -> Visitor:
    return Visitor(network_address(), agent())


def _via() -> str:
    """What the address says of whoever recommended us."""
    return request.args.get("via", "")[:LONGEST_VIA]


def _form(key: str) -> SignUpForm | None:
    with current_outreach().db.raw_transaction() as connection:
        return load_form(connection, key)


def _found(token: str) -> StoredSignUp | None:
    with current_outreach().db.raw_transaction() as connection:
        return find_sign_up(connection, digest_of(token), now=business_now())


def _locale(form: SignUpForm) -> str:
    """What the address asks for, else the browser; always a language that the form speaks."""
    asked = request.args.get("lang", "")
    if asked in form.languages:
        return asked
    return request.accept_languages.best_match(form.languages, default=form.languages[0]) or form.languages[0]


def _mail(address: str, locale: str) -> tuple[str, str]:
    """Subject and body, as an author would write them, of the mail that brings the link.

    Nothing that was typed into the form is in it: strangers would have us mail their words to anybody.
    """
    words = render_template("messages/confirm_sign_up.html", **spoken(locale), address=address)
    subject, _, body = words.strip().partition("\n")
    return subject.strip(), body.strip() + "\n"


def _form_page(form: SignUpForm, *, wrong: Collection[SignUpField] = (), again: bool = False) -> Response:
    """The form, as it was filled in so far."""
    locale = _locale(form)
    with current_outreach().db.raw_transaction() as connection:
        topics = load_topic_names(connection, form)
        recommended = find_referrer(connection, _via()) is not None
    first = request.method == "GET"
    stamp = request.form.get("stamp", "")
    if _timing(stamp, form) is Timing.WORTHLESS:
        stamp = stamped(form.key, secret=_secret(), now=WallClock().now())
    return _answer(
        "public/sign_up.html",
        locale,
        status=200 if first else 422,
        form=form,
        languages=[(tag, own_name(tag)) for tag in form.languages],
        topics=[(key, topic_name(names, locale, form)) for key, names in topics.items()],
        ticked=list(topics) if first else request.form.getlist("topic"),
        given=request.form,
        wrong=wrong,
        again=again,
        stamp=stamp,
        honeypot=HONEYPOT,
        via=_via() if recommended else None,
    )


def topic_name(names: dict[str, str], locale: str, form: SignUpForm) -> str:
    """What to call a topic in `locale`."""
    return next((names[tag] for tag in (locale, *form.languages) if tag in names), next(iter(names.values())))


def _unknown() -> Response:
    """One answer to whatever is not ours, or too old."""
    return _answer("public/unknown_link.html", visitors_locale(), status=404)


def _answer(template: str, locale: str, *, status: int, **values: object) -> Response:
    with current_outreach().db.transaction() as session:
        brand = load_brand(session)
    page = render_template(template, **spoken(locale), business=brand.name if brand else "Outreach", **values)
    response = make_response(page, status)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Content-Language"] = locale
    return response
