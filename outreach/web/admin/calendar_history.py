"""The history of an industry's calendar: every version with what it changed, and what the plan can never do."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from flask import Blueprint, abort, render_template

from outreach.db.queries.calendar_versions import StoredVersion, load_versions
from outreach.db.queries.calendars import load_industry_calendars
from outreach.db.queries.plans import load_campaign_plans, load_industry_rules
from outreach.domain.calendar.contact_calendar import ContactCalendar
from outreach.domain.calendar.diff import CalendarDifference, band_differences, differences
from outreach.domain.planning.feasibility import FeasibilityWarning, feasibility_warnings
from outreach.domain.rhythm.band import RhythmBand
from outreach.web.current import business_now, current_outreach, staff_zone

blueprint = Blueprint("calendar_history", __name__)


@dataclass(frozen=True, slots=True)
class VersionView:
    """A version with what it changed of the one before it; nothing for the first we know."""

    version: StoredVersion
    differences: Sequence[CalendarDifference]
    first: bool


@blueprint.get("/calendars/<key>/history")
def show(key: str) -> str:
    """All versions of one industry, newest first."""
    with current_outreach().db.raw_transaction() as connection:
        industry = next((one for one in load_industry_calendars(connection) if one.key == key), None)
        if industry is None:
            abort(404)
        versions = load_versions(connection, industry_id=industry.id)
        rules = load_industry_rules(connection)
        campaigns = load_campaign_plans(connection)
    today = business_now().astimezone(staff_zone()).date()
    usual = next(one for one in rules if one.key == key).places[0]
    return render_template(
        "admin/calendar_history.html",
        industry=industry,
        views=_views(versions, place=usual),
        warnings=warnings_about(key, feasibility_warnings(rules, campaigns, today=today)),
    )


def warnings_about(key: str, warnings: Sequence[FeasibilityWarning]) -> list[FeasibilityWarning]:
    """Those that concern the industry with this key: its own, and those of campaigns as a whole."""
    return [warning for warning in warnings if warning.industry in (key, "")]


def _views(versions: Sequence[StoredVersion], *, place: str) -> list[VersionView]:
    views = [
        VersionView(newer, _differences(older, newer, place=place), first=False) for newer, older in pairwise(versions)
    ]
    return views + [VersionView(version, (), first=True) for version in versions[-1:]]


def _differences(older: StoredVersion, newer: StoredVersion, *, place: str) -> list[CalendarDifference]:
    year = newer.since.year
    return [
        *band_differences(_band(older), _band(newer)),
        *differences(_calendar(older), _calendar(newer), years=(year, year + 1), place=place),
    ]


def _band(version: StoredVersion) -> RhythmBand:
    return RhythmBand(version.min_gap, version.target_gap, version.max_gap)


def _calendar(version: StoredVersion) -> ContactCalendar:
    return ContactCalendar.from_pack(version.calendar, place=f"version {version.version}", path="calendar")
