"""What a request works with: the product, business time read once, and the zone of whoever looks."""

from datetime import datetime
from typing import cast
from zoneinfo import ZoneInfo, available_timezones

from flask import current_app, g, request

from outreach.bootstrap import Outreach
from outreach.clock import DemoClock
from outreach.db.queries.demo_clock import DemoTime

ZONE_COOKIE = "zone"


def current_outreach() -> Outreach:
    """The product this application was created with."""
    return cast(Outreach, current_app.extensions["outreach"])


def business_now() -> datetime:
    """Business time of this request (aware, UTC): read once, so that a page does not contradict itself."""
    if "business_now" not in g:
        g.business_now = current_outreach().clock.now()
    return cast(datetime, g.business_now)


def demo_time() -> DemoTime | None:
    """How the demo's clock runs, or None outside the demo or before it was set."""
    clock = current_outreach().clock
    return clock.time() if isinstance(clock, DemoClock) else None


def staff_zone() -> ZoneInfo:
    """The zone of the browser, as its own script told us in a cookie; UTC until it has."""
    name = request.cookies.get(ZONE_COOKIE, "")
    return ZoneInfo(name) if name in available_timezones() else ZoneInfo("UTC")
