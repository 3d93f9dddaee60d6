"""What customers choose for themselves: language, ways and how often we write, and everything off.

Looking changes nothing, because mail gateways look at every link; each choice is a form of its own that posts, acts at
once, and says on the page that follows what now holds. No sign-in: the link in the message is the permission, and the
page tells nobody more than its owner typed in, with the address covered.
"""

import secrets
from datetime import date
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date
from flask import Blueprint, make_response, render_template, request
from werkzeug.wrappers import Response

from outreach.db.queries.choices import ReaderChoices, load_choices
from outreach.db.queries.content import load_brand
from outreach.db.queries.publishing import load_rules
from outreach.db.queries.referrals import referral_form
from outreach.db.queries.topics import load_topics
from outreach.domain.consent_terms import Said
from outreach.domain.errors import BadInput
from outreach.domain.touch import Channel
from outreach.domain.wishes import LONGEST_PAUSE_MONTHS, Wish, WishKind, paused_months
from outreach.rendering.links import TokenKind
from outreach.services.ask_for_data import Asked, ask_for_data
from outreach.services.choose_channels import choose_channels, may_be_allowed
from outreach.services.choose_language import choose_language
from outreach.services.choose_topics import choose_topics
from outreach.services.report_problem import LONGEST, report_problem
from outreach.services.set_wish import set_wish
from outreach.web.current import business_now, current_outreach
from outreach.web.public.language import own_name, spoken, translate, visitors_locale
from outreach.web.public.personal_data import data_mail
from outreach.web.public.reviews import review_links
from outreach.web.visitor import origin

#: Posted to from mail programs' browsers without a session: the token is the permission.
blueprint = Blueprint("choices", __name__)

#: How the contact's page names where a wish was said.
SAID_AT = "choices page"


class Done(StrEnum):
    """What the page says has happened."""

    NOTHING = ""
    LANGUAGE = "language"
    CHANNELS = "channels"
    TOPICS = "topics"
    RHYTHM = "rhythm"
    PROBLEM = "problem"
    ALL_OFF = "all off"
    #: The link to the reader's data is on its way.
    DATA = "data"
    #: A link went out lately.
    DATA_LATELY = "data lately"
    #: What was asked for cannot be; nothing was changed.
    REFUSED = "refused"


_ASKED = {
    Asked.SENT: Done.DATA,
    Asked.TOO_OFTEN: Done.DATA_LATELY,
    Asked.UNREACHABLE: Done.REFUSED,
    Asked.UNKNOWN: Done.REFUSED,
}


@blueprint.get("/p/<token>")
def show(token: str) -> Response:
    """Where the reader stands."""
    return _page(token, Done.NOTHING)


@blueprint.post("/p/<token>/language")
def language(token: str) -> Response:
    """Another language from now on."""
    touch_id, chosen = _touch_id(token), request.form.get("language", "")
    db, now = current_outreach().db, business_now()
    done = touch_id and choose_language(db=db, touch_id=touch_id, language=chosen, now=now)
    return _page(token, Done.LANGUAGE if done else Done.REFUSED)


@blueprint.post("/p/<token>/channels")
def channels(token: str) -> Response:
    """The ticked ways are allowed, the others are not."""
    wanted = frozenset(request.form.getlist("channel"))
    return _chosen(token, [one for one in Channel if one.value in wanted], Done.CHANNELS)


@blueprint.post("/p/<token>/topics")
def topics(token: str) -> Response:
    """The ticked topics go on, the others stop."""
    touch_id, wanted = _touch_id(token), request.form.getlist("topic", type=int)
    db, now = current_outreach().db, business_now()
    done = touch_id and choose_topics(db=db, touch_id=touch_id, wanted=wanted, source=SAID_AT, now=now)
    return _page(token, Done.TOPICS if done else Done.REFUSED)


@blueprint.post("/p/<token>/nothing")
def nothing(token: str) -> Response:
    """No message on any way."""
    return _chosen(token, [], Done.ALL_OFF)


@blueprint.post("/p/<token>/rhythm")
def rhythm(token: str) -> Response:
    """Less often, a pause until a day, and each of them taken back."""
    touch_id, wish = _touch_id(token), _wish()
    reader = _reader(touch_id)
    if touch_id is None or reader is None or wish is None:
        return _page(token, Done.REFUSED)
    db, now = current_outreach().db, business_now()
    try:
        set_wish(db=db, contact_id=reader.contact_id, wish=wish, source=SAID_AT, touch_id=touch_id, now=now)
    except BadInput:
        return _page(token, Done.REFUSED)
    return _page(token, Done.RHYTHM)


@blueprint.post("/p/<token>/problem")
def problem(token: str) -> Response:
    """Puts what went wrong before a person."""
    touch_id, words = _touch_id(token), request.form.get("words", "")
    try:
        told = touch_id and report_problem(db=current_outreach().db, touch_id=touch_id, words=words, now=business_now())
    except BadInput:
        return _page(token, Done.REFUSED, words=words)
    return _page(token, Done.PROBLEM if told else Done.REFUSED)


@blueprint.post("/p/<token>/data")
def data(token: str) -> Response:
    """Mails a link to everything we know of the reader."""
    touch_id, outreach = _touch_id(token), current_outreach()
    reader = _reader(touch_id)
    if touch_id is None or reader is None:
        return _page(token, Done.REFUSED)
    secret = secrets.token_urlsafe(32)
    asked = ask_for_data(
        db=outreach.db,
        provider=outreach.providers[Channel.EMAIL],
        renderer_for=outreach.renderer_for,
        touch_id=touch_id,
        token=secret,
        words=data_mail(f"{outreach.tokens.base_url}/d/{secret}", reader.locale),
        now=business_now(),
    )
    return _page(token, _ASKED[asked])


def _chosen(token: str, wanted: list[Channel], done: Done) -> Response:
    touch_id = _touch_id(token)
    db, now = current_outreach().db, business_now()
    reader = _reader(touch_id)
    said = _said(wanted, reader.locale) if reader else Said()
    acted = touch_id and choose_channels(db=db, touch_id=touch_id, wanted=wanted, now=now, said=said)
    return _page(token, done if acted else Done.REFUSED)


def _said(wanted: list[Channel], locale: str) -> Said:
    """The words of the page that somebody agreed to, and from where."""
    labels = {Channel.EMAIL: "Emails", Channel.SMS: "Text messages"}
    ticked = ", ".join(translate(label, locale) for channel, label in labels.items() if channel in wanted)
    return Said(f"{translate('How we may reach you', locale)}: {ticked}" if ticked else "", locale, origin())


def _wish() -> Wish | None:
    match request.form.get("wish"):
        case "less":
            return Wish(WishKind.LESS_OFTEN)
        case "more":
            return Wish(WishKind.MORE_OFTEN)
        case "usual":
            return Wish(WishKind.USUAL_RHYTHM)
        case "resume":
            return Wish(WishKind.END_PAUSE)
        case "pause":
            try:
                return Wish(WishKind.PAUSE, until=date.fromisoformat(request.form.get("until", "")))
            except ValueError:
                return None
    return None


def _touch_id(token: str) -> UUID | None:
    said = current_outreach().tokens.read(token)
    return said.touch_id if said and said.kind is TokenKind.UNSUBSCRIBE else None


def _reader(touch_id: UUID | None) -> ReaderChoices | None:
    if touch_id is None:
        return None
    with current_outreach().db.raw_transaction() as connection:
        return load_choices(connection, touch_id, now=business_now())


def _page(token: str, done: Done, *, words: str = "") -> Response:
    """The page as things now stand; a token that is not ours gets the same answer as one that never was."""
    db, now = current_outreach().db, business_now()
    reader = _reader(_touch_id(token))
    with db.transaction() as session:
        brand = load_brand(session)
    with db.raw_transaction() as connection:
        rules = load_rules(connection)
        offered = load_topics(connection, reader.contact_id) if reader else []
        has_friends = referral_form(connection) is not None
    # Whoever has just chosen another language reads the page in it.
    locale = (reader.language if done is Done.LANGUAGE else reader.locale) if reader else visitors_locale()
    business = brand.name if brand else "Outreach"
    if reader is None:
        page = render_template("public/unknown_link.html", **spoken(locale), business=business)
        return _sent(page, locale, status=404)
    today = now.astimezone(ZoneInfo(reader.time_zone)).date()
    page = render_template(
        "public/choices.html",
        **spoken(locale),
        business=business,
        token=token,
        done=done.value,
        reader=reader,
        languages=[(tag, own_name(tag)) for tag in (rules.locales if rules else ())],
        ways=[(one, covered(one.address), may_be_allowed(one)) for one in reader.channels],
        topics=[
            (topic.campaign_id, topic.name(locale, rules.default_locale if rules else locale), topic.refused)
            for topic in offered
        ],
        paused_until=_day(reader.paused_until.astimezone(ZoneInfo(reader.time_zone)).date(), locale)
        if reader.paused_until
        else "",
        earliest=paused_months(1, today=today).isoformat(),
        latest=paused_months(LONGEST_PAUSE_MONTHS, today=today).isoformat(),
        words=words,
        longest=LONGEST,
        has_friends=has_friends,
        review_links=review_links(),
    )
    return _sent(page, locale, status=422 if done is Done.REFUSED else 200)


def covered(address: str) -> str:
    """An address that its owner recognises and nobody else learns: `a•••@d•••.com`, `+44•••83`."""
    name, at, domain = address.partition("@")
    if not at:
        return f"{address[:3]}•••{address[-2:]}"
    host, dot, ending = domain.rpartition(".")
    return f"{name[:1]}•••@{host[:1]}•••{dot}{ending}"


def _day(day: date, locale: str) -> str:
    return str(format_date(day, "long", locale=Locale.parse(locale, sep="-")))


def _sent(page: str, locale: str, *, status: int) -> Response:
    response = make_response(page, status)
    response.headers["Cache-Control"] = "no-store"
    # The address of this page is a permission: it must not travel on.
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Content-Language"] = locale
    return response
