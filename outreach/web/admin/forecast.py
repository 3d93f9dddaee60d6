"""Forecast: the coming days before they happen, for everybody, an industry or a contact, and under other rules."""

import json
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from flask import Blueprint, abort, render_template, request

from outreach.clock import WallClock
from outreach.db.queries.calendars import IndustryCalendar, load_industry_calendars
from outreach.db.queries.contact_page import load_contact_page
from outreach.db.queries.plans import load_campaign_plans, load_industry_rules
from outreach.domain.errors import BadInput, Fault
from outreach.domain.planning.feasibility import feasibility_warnings
from outreach.queueing.health import queue_health
from outreach.queueing.jobs import Job
from outreach.queueing.scratchpad import FORECASTS, Scratchpad
from outreach.services.forecast_touches import WhatIf, forecast_touches
from outreach.web.admin.forecast_trial import LEFT_OUT, PLACE, SHIFTS, STANCES, Trial, tried
from outreach.web.admin.forecast_view import HEIGHT, WIDTH, ForecastView, busiest_day
from outreach.web.current import business_now, current_outreach, staff_zone

blueprint = Blueprint("forecast", __name__)

SPANS = (30, 90, 365)
#: Contacts times days that a page waits for itself (a few seconds); more is worked on behind it, ...
MOST_AT_ONCE = 300_000
#: ... where to go through a day at all costs as much as deciding for so many contacts.
COST_OF_A_DAY = 500
#: Work that gave no sign of life for so long is asked for again.
SILENT_FOR = timedelta(minutes=2)
#: A page that waits goes on asking for the instant it began with, also where the demo's clock runs a week a minute.
WAITS_FOR = timedelta(days=90)


@blueprint.get("/forecast")
def show() -> str:
    """The page."""
    now = business_now()
    days = request.args.get("days", 90, type=int)
    days = days if days in SPANS else 90
    contact_id = _contact_id(request.args.get("contact", ""))
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
    # A contact is of one industry already, whatever else the address says.
    wanted = "" if contact else request.args.get("industry", "")
    industry = next((one for one in industries if one.key == wanted), None)
    if wanted and industry is None:
        abort(404)
    trial = Trial() if contact else Trial.of(request.args)
    what_if, faults = _what_if(industry, trial, today=now.date()) if trial.given else (None, ())
    counted = 1 if contact else industry.contacts if industry else sum(one.contacts for one in industries)
    asked: dict[str, Any] = {
        "days": days,
        "industry": industry.key if industry else None,
        "contact": contact_id,
        "what_if": None,
    }
    behind = (counted + COST_OF_A_DAY) * days * (2 if what_if else 1) > MOST_AT_ONCE
    start = _began(request.args.get("since", ""), now=now) if behind else now
    asked["now"] = start.isoformat()
    told, progress = _forecast(asked, behind=behind) if counted else (None, None)
    other = None
    if told and what_if:
        other, progress = _forecast({**asked, "what_if": what_if}, behind=behind)
    # One scale for both pictures, so that they can be compared.
    top = max((busiest_day(one) for one in (told, other) if one), default=0)
    return render_template(
        "admin/forecast.html",
        spans=SPANS,
        days=days,
        industries=industries,
        names={one.key: one.names for one in industries},
        industry=industry,
        contact=contact.contact if contact else None,
        zone=ZoneInfo(contact.contact.time_zone) if contact else None,
        view=ForecastView.of(told, top=top) if told else None,
        tried=ForecastView.of(other, top=top) if other else None,
        trial=trial,
        stances=STANCES,
        seasons=_seasons(industry),
        left_out=LEFT_OUT,
        shifts=SHIFTS,
        # By field; the calendar's own, in English, are told at the head of the form.
        faults={fault.column: fault.reason for fault in faults if fault.place == PLACE},
        calendar_faults=[fault for fault in faults if fault.place != PLACE],
        progress=progress,
        again=f"{request.path}?{urlencode({**request.args, 'since': start.isoformat()})}",
        warnings=[one for one in warnings if industry is None or one.industry in (industry.key, "")],
        width=WIDTH,
        height=HEIGHT,
    )


def _contact_id(typed: str) -> int | None:
    """The contact in the address, None for none; what can be no contact is not found."""
    if not typed:
        return None
    try:
        return int(typed)
    except ValueError:
        abort(404)


def _began(typed: str, *, now: datetime) -> datetime:
    """From when a forecast behind the page starts: the instant this page waits for, else the last full hour."""
    # By the hour, so that everybody who looks within it shares one answer.
    hour = now.replace(minute=0, second=0, microsecond=0)
    try:
        began = datetime.fromisoformat(typed)
    except ValueError:
        return hour
    return began if began.tzinfo and now - WAITS_FOR <= began <= now else hour


def _forecast(asked: dict[str, Any], *, behind: bool) -> tuple[dict[str, Any] | None, float | None]:
    """The forecast at once, or how far it is (0 to 1) where it takes longer than a page may; neither for nobody."""
    if not behind:
        return _now(asked), None
    outreach = current_outreach()
    pad = Scratchpad(outreach.queue.redis)
    wish = json.dumps(asked, sort_keys=True)
    if answer := pad.read(f"{FORECASTS} answer {wish}"):
        return answer["forecast"], None
    progress = pad.read(f"{FORECASTS} progress {wish}")
    if progress is None or WallClock().now() - datetime.fromisoformat(progress["at"]) > SILENT_FOR:
        # Nobody has begun, or whoever had is dead.
        new = pad.ask(FORECASTS, wish)
        # A page looks every two seconds; one wake-up is enough, unless it was lost.
        if new or not queue_health(outreach.queue).waiting:
            outreach.queue.wake(Job.FORECAST)
    return None, progress["done"] / progress["total"] if progress else 0.0


def _now(asked: dict[str, Any]) -> dict[str, Any] | None:
    try:
        told = forecast_touches(
            db=current_outreach().db,
            now=datetime.fromisoformat(asked["now"]),
            days=asked["days"],
            industry=asked["industry"],
            contact_id=asked["contact"],
            what_if=WhatIf.of(asked["what_if"]),
            with_rows=asked["contact"] is not None,
        )
    except BadInput:  # everything else was checked before: none of the contacts has a rhythm yet
        return None
    return told.as_json()


def _what_if(
    industry: IndustryCalendar | None, trial: Trial, *, today: date
) -> tuple[dict[str, Any] | None, Sequence[Fault]]:
    """What the form asks to be tried, or what is wrong with it."""
    try:
        return tried(industry, trial, today=today), ()
    except BadInput as bad:
        return None, bad.faults


def _seasons(industry: IndustryCalendar | None) -> list[tuple[str, str]]:
    """Keys and names of the seasons that may be moved."""
    seasons = industry.calendar.get("seasons", []) if industry else []
    return [(str(one["key"]), str(one.get("name") or one["key"])) for one in seasons]
