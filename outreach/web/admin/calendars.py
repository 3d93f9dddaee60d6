"""Calendars: the year of each industry as a ribbon, its rhythm band, its hours."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, render_template, request

from outreach.db.queries.calendars import IndustryCalendar, load_industry_calendars
from outreach.db.queries.rhythm_days import ScoredDay, load_trend
from outreach.domain.calendar.contact_calendar import ContactCalendar
from outreach.domain.rhythm.score import LOOKS_BACK
from outreach.web.admin.ribbon import OpenHours, Stretch, months, place_in_year, stretches, week
from outreach.web.admin.score_picture import ScoreTrend, score_trend
from outreach.web.current import business_now, current_outreach, staff_zone

blueprint = Blueprint("calendars", __name__)

FIRST_YEAR, LAST_YEAR = 2020, 2040


@dataclass(frozen=True, slots=True)
class IndustryView:
    """One industry as the page draws it."""

    industry: IndustryCalendar
    ribbon: list[Stretch]
    week: list[tuple[date, list[OpenHours]]]
    trend: ScoreTrend | None

    @property
    def seasons(self) -> list[Stretch]:
        """The stretches that have a name, for the list beside the picture."""
        return [stretch for stretch in self.ribbon if stretch.season]


@blueprint.get("/calendars")
def show() -> str:
    """All industries for one year and one country."""
    with current_outreach().db.raw_transaction() as connection:
        industries = load_industry_calendars(connection)
        trends = load_trend(connection, days=LOOKS_BACK)
    today = business_now().astimezone(staff_zone()).date()
    year = min(max(request.args.get("year", today.year, type=int), FIRST_YEAR), LAST_YEAR)
    countries = Counter[str]()
    for industry in industries:
        countries.update(industry.countries)
    countries.pop("", None)
    usual = countries.most_common(1)[0][0] if countries else ""
    wished = request.args.get("country", usual)
    country = wished if wished in countries or wished == "" else usual
    return render_template(
        "admin/calendars.html",
        views=[
            _view(industry, trend=trends.get(industry.id, []), year=year, country=country) for industry in industries
        ],
        months=months(year),
        year=year,
        country=country,
        countries=sorted(countries),
        today=today,
        today_x=place_in_year(today) if today.year == year else None,
        widest=max((industry.max_gap for industry in industries), default=1.0),
    )


def _view(industry: IndustryCalendar, *, trend: list[ScoredDay], year: int, country: str) -> IndustryView:
    calendar = ContactCalendar.from_pack(industry.calendar, place=industry.key, path="calendar")
    return IndustryView(
        industry=industry,
        ribbon=stretches(calendar, year=year, country=country),
        week=week(calendar),
        trend=score_trend(trend),
    )
