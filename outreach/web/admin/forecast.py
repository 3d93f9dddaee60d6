"""Forecast: the coming days before they happen, for everybody, an industry or a contact, and under other rules."""

import json
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, abort, render_template, request
from flask_babel import gettext

from outreach.db.queries.calendars import IndustryCalendar, load_industry_calendars
from outreach.db.queries.contact_page import load_contact_page
from outreach.db.queries.plans import load_campaign_plans, load_industry_rules
from outreach.domain.calendar.contact_calendar import ContactCalendar
from outreach.domain.errors import BadInput
from outreach.domain.planning.feasibility import feasibility_warnings
from outreach.domain.rhythm.band import RhythmBand
from outreach.queueing.jobs import Job
from outreach.queueing.scratchpad import FORECASTS, Scratchpad
from outreach.services.forecast_touches import WhatIf, forecast_touches
from outreach.web.admin.forecast_view import HEIGHT, WIDTH, ForecastView
from outreach.web.current import business_now, current_outreach, staff_zone

blueprint = Blueprint("forecast", __name__)

SPANS = (30, 90, 365)
#: Contacts times days that a page waits for itself (a few seconds); more is worked on behind it.
MOST_AT_ONCE = 300_000
#: Stances that may be tried for a stretch of days.
TRIED = ("closed", "quiet", "peak")


@dataclass(frozen=True, slots=True)
class Trial:
    """Another band or season for one industry, as the form was filled in; texts as typed."""

    min_gap: str = ""
    target_gap: str = ""
    max_gap: str = ""
    first: str = ""
    last: str = ""
    stance: str = ""

    @property
    def given(self) -> bool:
        """Whether anything is to be tried."""
        return any((self.min_gap, self.target_gap, self.max_gap, self.first, self.last))


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
        contact = load_contact_page(connection, contact_id, now=now) if contact_id else None
        warnings = feasibility_warnings(
            load_industry_rules(connection),
            load_campaign_plans(connection),
            today=now.astimezone(staff_zone()).date(),
        )
    if contact_id and contact is None:
        abort(404)
    industry = next((one for one in industries if one.key == request.args.get("industry", "")), None)
    trial = Trial(**{name: request.args.get(name, "").strip()[:20] for name in Trial.__dataclass_fields__})
    what_if, faults = _what_if(industry, trial) if trial.given else (None, [])
    counted = 1 if contact else industry.contacts if industry else sum(one.contacts for one in industries)
    asked: dict[str, Any] = {"days": days, "industry": industry.key if industry else None, "contact": contact_id}
    view, progress = _forecast(asked, counted) if counted else (None, None)
    tried = None
    if view and what_if:
        tried = _now(asked, what_if)
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
        tried=tried,
        trial=trial,
        stances=TRIED,
        faults=faults,
        progress=progress,
        warnings=[one for one in warnings if industry is None or one.industry in (industry.key, "")],
        width=WIDTH,
        height=HEIGHT,
    )


def _forecast(asked: dict[str, Any], counted: int) -> tuple[ForecastView | None, float | None]:
    """The forecast at once, or how far it is (0 to 1) where it takes longer than a page may."""
    if counted * asked["days"] <= MOST_AT_ONCE:
        return _now(asked, None), None
    outreach = current_outreach()
    pad = Scratchpad(outreach.queue.redis)
    # By the hour, so that everybody who looks within it shares one answer.
    hour = business_now().replace(minute=0, second=0, microsecond=0)
    wish = json.dumps({**asked, "now": hour.isoformat()}, sort_keys=True)
    if answer := pad.read(f"{FORECASTS} answer {wish}"):
        return ForecastView.of(answer), None
    progress = pad.read(f"{FORECASTS} progress {wish}")
    if progress is None:
        pad.ask(FORECASTS, wish)
        outreach.queue.wake(Job.FORECAST)
    return None, progress["done"] / progress["total"] if progress else 0.0


def _now(asked: dict[str, Any], what_if: WhatIf | None) -> ForecastView:
    told = forecast_touches(
        db=current_outreach().db,
        now=business_now(),
        days=asked["days"],
        industry=asked["industry"],
        contact_id=asked["contact"],
        what_if=what_if,
        with_rows=asked["contact"] is not None,
    )
    return ForecastView.of(told.as_json())


def _what_if(industry: IndustryCalendar | None, trial: Trial) -> tuple[WhatIf | None, list[str]]:
    """What the form asks to be tried, or what is wrong with it."""
    if industry is None:
        return None, [gettext("Choose an industry first: a band and a season belong to one.")]
    try:
        band = RhythmBand(
            float(trial.min_gap or industry.min_gap),
            float(trial.target_gap or industry.target_gap),
            float(trial.max_gap or industry.max_gap),
        )
    except ValueError:
        return None, [gettext("Gaps are numbers of days, like 14.")]
    except BadInput as bad:
        return None, [f"{fault.reason}. {fault.mend}" for fault in bad.faults]
    calendar = dict(industry.calendar)
    if trial.first or trial.last:
        try:
            first, last = date.fromisoformat(trial.first), date.fromisoformat(trial.last)
        except ValueError:
            return None, [gettext("Give the season a first and a last day.")]
        season = {
            "key": "what-if",
            "name": gettext("What if"),
            "stance": trial.stance,
            "dates": [[first.isoformat(), last.isoformat()]],
        }
        calendar["seasons"] = [*calendar.get("seasons", []), season]
    try:
        read = ContactCalendar.from_pack(calendar, place=industry.key, path="calendar")
    except BadInput as bad:
        return None, [f"{fault.value}: {fault.reason}. {fault.mend}" for fault in bad.faults]
    return WhatIf(calendars={industry.key: read}, bands={industry.key: band}), []
