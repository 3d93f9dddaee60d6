"""Deliverability: how messages arrive, which channels stand still, who carries what, and the check of our sender."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_security import current_user
from redis.exceptions import RedisError

from outreach.clock import WallClock
from outreach.db.queries.content import load_brand
from outreach.db.queries.deliverability import MESSAGING
from outreach.db.queries.halts import THE_PRODUCT, HaltRow, load_halts, load_past_halts
from outreach.domain.deliverability import REASON_LENGTH
from outreach.domain.errors import BadInput, Fault, NotReady
from outreach.domain.pacing.health import Standing
from outreach.domain.sender_check.judge import SenderSetup, setup_for
from outreach.domain.touch import Channel
from outreach.providers.dns_lookup import DnsLookup
from outreach.queueing.kept_checks import load_check
from outreach.queueing.scratchpad import Scratchpad
from outreach.services.check_sender import check_sender
from outreach.services.halt_channel import halt_channel
from outreach.services.resume_channel import resume_channel
from outreach.web.admin import deliverability_view as view
from outreach.web.admin.arrivals import load_groups
from outreach.web.current import business_now, current_outreach
from outreach.web.roles import needs

blueprint = Blueprint("deliverability", __name__)

#: Days that the rates may look back; the first is what one sees unasked.
STRETCHES = (7, 1, 30)
#: Past halts shown.
PAST = 10


@dataclass(frozen=True, slots=True)
class Carrier:
    """A provider as the page shows it; shares from 0 to 1, and the weighted number of hand-overs they rest on."""

    channel: str
    name: str
    carries: float
    failing: float
    tried: float
    standing: str
    none_good: bool


@blueprint.app_context_processor
def tell_of_halts() -> dict[str, object]:
    """Lets pages of staff ask which channels stand still; a page that does not ask costs nothing."""
    return {"standing_halts": _standing_halts}


def _standing_halts() -> Mapping[Channel, HaltRow]:
    with current_outreach().db.raw_transaction() as connection:
        return load_halts(connection)


@blueprint.get("/deliverability")
def show() -> str:
    """The page."""
    return _page()


@blueprint.post("/deliverability/halt")
@needs("sender")
def halt() -> ResponseReturnValue:
    """Stops a channel."""
    channel, reason = _channel(), request.form.get("reason", "")
    try:
        stopped = halt_channel(
            db=current_outreach().db, channel=channel, reason=reason, by=current_user.email, now=business_now()
        )
    except BadInput as refused:
        return _page(faults={channel: (refused.faults[0], reason)}), 422
    flash(gettext("The channel stands still.") if stopped else gettext("The channel stood still already."))
    return redirect(url_for("admin.deliverability.show"), code=303)


@blueprint.post("/deliverability/resume")
@needs("sender")
def resume() -> ResponseReturnValue:
    """Starts a channel again."""
    channel, reason = _channel(), request.form.get("reason", "")
    try:
        resumed = resume_channel(
            db=current_outreach().db, channel=channel, reason=reason, by=current_user.email, now=business_now()
        )
    except BadInput as refused:
        return _page(faults={channel: (refused.faults[0], reason)}), 422
    flash(gettext("The channel runs again.") if resumed else gettext("The channel runs already."))
    return redirect(url_for("admin.deliverability.show"), code=303)


@blueprint.post("/deliverability/check")
def check() -> ResponseReturnValue:
    """Looks the sender's records up now."""
    setup = _sender_setup()
    if setup is None:
        abort(404)
    pad = Scratchpad(current_outreach().queue.redis)
    try:
        check_sender(setup=setup, lookup=DnsLookup(), scratchpad=pad, now=WallClock().now())
    except NotReady:
        flash(gettext("This machine knows no name server, so nothing can be looked up."))
    return redirect(url_for("admin.deliverability.show", _anchor="sender"), code=303)


def _channel() -> Channel:
    named = request.form.get("channel", "")
    if named not in {channel.value for channel in MESSAGING}:
        abort(400)
    return Channel(named)


def _page(faults: Mapping[str, tuple[Fault, str]] | None = None) -> str:
    outreach, now = current_outreach(), business_now()
    days = request.args.get("days", STRETCHES[0], type=int)
    if days not in STRETCHES:
        abort(404)
    with outreach.db.raw_transaction() as connection:
        halts = load_halts(connection)
        past = load_past_halts(connection, limit=PAST)
    pad, setup = Scratchpad(outreach.queue.redis), _sender_setup()
    groups = load_groups(outreach.db, pad, days=days, now=now)
    return render_template(
        "admin/deliverability.html",
        days=days,
        stretches=sorted(STRETCHES),
        providers=view.lines(groups.providers),
        destinations=view.lines(groups.destinations),
        carriers=_carriers(),
        halts=halts,
        past=past,
        the_product=THE_PRODUCT,
        channels=MESSAGING,
        faults=faults or {},
        reason_length=REASON_LENGTH,
        sender=setup,
        checked=load_check(pad, setup.from_domain) if setup else None,
        view=view,
        percent=view.percent,
    )


def _carriers() -> list[Carrier] | None:
    """Who carries how much now; None where Redis cannot be asked."""
    outreach = current_outreach()
    health, found = outreach.health, []
    try:
        for channel, route in outreach.routes.items():
            shares = health.shares(channel, route.weights)
            found += [
                Carrier(
                    channel=channel,
                    name=one.name,
                    carries=shares.by_name.get(one.name, 0.0),
                    failing=one.health.share,
                    tried=one.health.tried,
                    standing=one.health.standing if one.health.tried >= 1 else Standing.GOOD,
                    none_good=shares.none_good,
                )
                for one in health.load(route.weights)
            ]
    except RedisError:
        return None
    return found


def _sender_setup() -> SenderSetup | None:
    """What is configured for the business's own address; None before there is a business."""
    outreach = current_outreach()
    with outreach.db.transaction() as session:
        brand = load_brand(session)
    if brand is None:
        return None
    settings = outreach.settings
    return setup_for(
        outreach.providers[Channel.EMAIL].name,
        brand.sender_email,
        return_path=settings.return_path_domain,
        selectors=(settings.dkim_selector,) if settings.dkim_selector else (),
        signs_as=settings.dkim_domain,
        spf_needs=tuple(settings.spf_needs.split()),
    )
