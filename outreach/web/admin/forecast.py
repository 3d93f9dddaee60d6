"""Forecast: the coming days before they happen, for everybody, an industry or a contact, and under other rules."""

import json
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, abort, render_template, request

from outreach.clock import WallClock
from outreach.db.queries.calendars import IndustryCalendar, load_industry_calendars
from outreach.db.queries.contact_page import load_contact_page
from outreach.db.queries.plans import load_campaign_plans, load_industry_rules
from outreach.domain.errors import BadInput, Fault
from outreach.domain.planning.feasibility import feasibility_warnings
from outreach.queueing.jobs import Job
from outreach.queueing.scratchpad import FORECASTS, Scratchpad
from outreach.services.forecast_touches import WhatIf, forecast_touches
from outreach.web.admin.forecast_trial import LEFT_OUT, STANCES, Trial, tried
from outreach.web.admin.forecast_view import HEIGHT, WIDTH, ForecastView
from outreach.web.current import business_now, current_outreach, staff_zone

blueprint = Blueprint("forecast", __name__)

SPANS = (30, 90, 365)
#: Contacts times days that a page waits for itself (a few seconds); more is worked on behind it.
MOST_AT_ONCE = 300_000
#: Work that gave no sign of life for so long is asked for again.
SILENT_FOR = timedelta(minutes=2)


@blueprint.get("/forecast")
def show() -> str:
    """The page."""
    now = business_now()
    days = request.args.get("days", 90, type=int)
    days = days if days in SPANS else 90
    contact_id = request.args.get("contact", type=int)
    outreach = current_outreach()
    with outreach.db.raw_transaction() as connection:
        industries = load_industry_calendars(connection)
        contact = load_contact_page(connection, contact_id, now=now) if contact_id is not None else None
        warnings = feasibility_warnings(
            load_industry_rules(connection),
            load_campaign_plans(connection),
            today=now.astimezone(staff_zone()).date(),
        )
    if contact_id is not None and contact is None:
        abort(404)
    wanted = request.args.get("industry", "")
    industry = next((one for one in industries if one.key == wanted), None)
    if wanted and industry is None:
        abort(404)
    trial = Trial.of(request.args)
    what_if, faults = _what_if(industry, trial) if trial.given else (None, [])
    counted = 1 if contact else industry.contacts if industry else sum(one.contacts for one in industries)
    asked: dict[str, Any] = {
        "days": days,
        "industry": industry.key if industry else None,
        "contact": contact_id,
        "what_if": None,
    }
    view, progress = _forecast(asked, counted) if counted else (None, None)
    other = None
    if view and what_if:
        other, progress = _forecast({**asked, "what_if": what_if}, counted)
    return render_template(
        "admin/forecast.html",
        spans=SPANS,
        days=days,
        industries=industries,
        names={one.key: one.names for one in industries},
        industry=industry,
        contact=contact.contact if contact else None,
        zone=ZoneInfo(contact.contact.time_zone) if contact else None,
        view=view,
        tried=other,
        trial=trial,
        stances=STANCES,
        seasons=_seasons(industry),
        left_out=LEFT_OUT,
        faults=faults,
        progress=progress,
        warnings=[one for one in warnings if industry is None or one.industry in (industry.key, "")],
        width=WIDTH,
        height=HEIGHT,
    )


def _forecast(asked: dict[str, Any], counted: int) -> tuple[ForecastView | None, float | None]:
    """The forecast at once, or how far it is (0 to 1) where it takes longer than a page may."""
    if counted * asked["days"] <= MOST_AT_ONCE:
        return _now(asked), None
    outreach = current_outreach()
    pad = Scratchpad(outreach.queue.redis)
    # By the hour, so that everybody who looks within it shares one answer.
    hour = business_now().replace(minute=0, second=0, microsecond=0)
    wish = json.dumps({**asked, "now": hour.isoformat()}, sort_keys=True)
    if answer := pad.read(f"{FORECASTS} answer {wish}"):
        return ForecastView.of(answer), None
    progress = pad.read(f"{FORECASTS} progress {wish}")
    if progress is None or WallClock().now() - datetime.fromisoformat(progress["at"]) > SILENT_FOR:
        # Nobody has begun, or whoever had is dead.
        pad.ask(FORECASTS, wish)
        outreach.queue.wake(Job.FORECAST)
    return None, progress["done"] / progress["total"] if progress else 0.0


def _now(asked: dict[str, Any]) -> ForecastView:
    told = forecast_touches(
        db=current_outreach().db,
        now=business_now(),
        days=asked["days"],
        industry=asked["industry"],
        contact_id=asked["contact"],
        what_if=WhatIf.of(asked["what_if"]),
        with_rows=asked["contact"] is not None,
    )
    return ForecastView.of(told.as_json())


def _what_if(industry: IndustryCalendar | None, trial: Trial) -> tuple[dict[str, Any] | None, list[str]]:
    """What the form asks to be tried, or what is wrong with it."""
    try:
        return tried(industry, trial, today=business_now().date()), []
    except BadInput as bad:
        return None, [_said(fault) for fault in bad.faults]


def _said(fault: Fault) -> str:
    if not fault.mend:
        return fault.reason
    return f"{fault.value}: {fault.reason}. {fault.mend}" if fault.value else f"{fault.reason}. {fault.mend}"


def _seasons(industry: IndustryCalendar | None) -> list[tuple[str, str]]:
    """Keys and names of the seasons that may be moved."""
    seasons = industry.calendar.get("seasons", []) if industry else []
    return [(str(one["key"]), str(one.get("name") or one["key"])) for one in seasons]
