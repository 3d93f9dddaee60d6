"""The forecast page: numbers as the service says them, what if, runways, and long ones behind the page."""

import json
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from outreach.bootstrap import Outreach
from outreach.clock import WallClock
from outreach.db.models.content import Industry
from outreach.queueing.scratchpad import FORECASTS, Scratchpad
from outreach.services.forecast_touches import forecast_touches
from outreach.web.admin import forecast
from tests.factories import NOW, OPEN_ALL_WEEK, a_contact, an_edition, an_industry
from tests.services.test_replay_plan import a_lively_base
from workers.forecasting import forecast as answer_forecasts
from workers.runtime import lend


@pytest.fixture
def _base(product: Outreach) -> None:
    a_lively_base(product.db, NOW, contacts=12)


def page_of(staff: FlaskClient, **query: object) -> str:
    return staff.get("/forecast", query_string=query).get_data(as_text=True)


def test_an_empty_product_says_what_to_do(staff: FlaskClient) -> None:
    assert "There is nobody to forecast for" in page_of(staff)


@pytest.mark.usefixtures("_base")
def test_the_numbers_are_the_services_own(staff: FlaskClient, product: Outreach) -> None:
    told = forecast_touches(db=product.db, now=NOW, days=90)
    page = page_of(staff)
    assert f"<dt>Touches</dt><dd>{sum(day.total for day in told.days)}<" in page
    busiest = max(told.days, key=lambda day: day.total)
    assert f"{busiest.day.day} {busiest.day:%b} {busiest.day.year}, {busiest.total} touches." in page
    assert page.count('class="curve-email"') == sum(bool(day.touches.get("email")) for day in told.days)


def test_content_that_runs_dry_is_said_with_its_day(staff: FlaskClient, product: Outreach) -> None:
    with product.db.transaction() as session:
        an_industry(session, calendar=OPEN_ALL_WEEK)
        a_contact(session, last_touch_at=NOW - timedelta(days=3))
        an_edition(session)
    page = page_of(staff)
    assert "dry from" in page
    assert "for 1 contacts: plan more editions for them" in page


@pytest.mark.usefixtures("_base")
def test_one_contact_is_told_touch_by_touch(staff: FlaskClient, product: Outreach) -> None:
    told = forecast_touches(db=product.db, now=NOW, days=30, contact_id=1, with_rows=True)
    page = page_of(staff, contact=1, days=30)
    assert page.count('<td class="when">') == len(told.touches) > 0
    assert staff.get("/forecast?contact=404").status_code == 404


@pytest.mark.usefixtures("_base")
def test_another_band_is_tried_and_not_kept(staff: FlaskClient, product: Outreach) -> None:
    page = page_of(staff, industry="restaurants", min_gap="30", target_gap="40", max_gap="60")
    assert "Touches by day, under the other rules" in page
    assert "Nothing was saved." in page
    assert "under the other rules" not in page_of(staff, industry="restaurants")


@pytest.mark.usefixtures("_base")
@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"min_gap": "30"}, "Choose an industry first"),
        ({"industry": "restaurants", "min_gap": "thirty"}, "gaps are numbers of days"),
        ({"industry": "restaurants", "min_gap": "50"}, "the gaps must grow"),
        ({"industry": "restaurants", "first": "2026-10-01"}, "Give the season a first and a last day."),
        (
            {"industry": "restaurants", "first": "2026-10-09", "last": "2026-10-01", "stance": "closed"},
            "ends before it begins",
        ),
        ({"industry": "restaurants", "first": "2026-10-01", "last": "2026-10-09", "stance": "merry"}, "no such stance"),
        ({"industry": "restaurants", "max_gap": "inf"}, "“inf”: gaps are numbers of days"),
        ({"industry": "restaurants", "min_gap": "nan"}, "“nan”: gaps are numbers of days"),
        ({"industry": "restaurants", "target_gap": "1e309"}, "“1e309”: gaps are numbers of days"),
        ({"industry": "restaurants", "min_gap": "-3"}, "“-3”: gaps are numbers of days"),
        ({"industry": "restaurants", "max_gap": "99999"}, "“99999”: gaps are numbers of days"),
        ({"industry": "restaurants", "first": "9999-12-30", "last": "9999-12-31"}, "days of the coming years"),
        ({"industry": "restaurants", "first": "0001-01-01", "last": "0001-01-02"}, "days of the coming years"),
        ({"industry": "restaurants", "first": "2027-02-29", "last": "2027-03-02"}, "a first and a last day"),
        ({"industry": "restaurants", "season": "easter", "moved": "7"}, "Choose the season that is to move."),
        ({"industry": "restaurants", "moved": "7"}, "Choose the season that is to move."),
    ],
)
def test_what_cannot_be_tried_is_said_in_one_message(staff: FlaskClient, query: dict[str, str], said: str) -> None:
    page = page_of(staff, **query)
    assert said in page
    assert page.count('class="form-fault"') == 1


@pytest.mark.usefixtures("_base")
def test_a_large_base_is_worked_on_behind_the_page(
    staff: FlaskClient, product: Outreach, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forecast, "MOST_AT_ONCE", 10)
    assert "Living through the coming days: 0 %" in page_of(staff)
    assert product.queue.waiting() == 1
    lend(product)
    answer_forecasts()
    assert "Touches by day" in page_of(staff)


@pytest.mark.usefixtures("_base")
def test_a_page_that_waits_shows_how_far_it_is(
    staff: FlaskClient, product: Outreach, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forecast, "MOST_AT_ONCE", 10)
    page_of(staff)
    pad = Scratchpad(product.queue.redis)
    wish = pad.take(FORECASTS)
    assert wish is not None
    assert json.loads(wish)["days"] == 90
    pad.write(f"{FORECASTS} progress {wish}", {"done": 30, "total": 120, "at": WallClock().now().isoformat()})
    assert "Living through the coming days: 25 %" in page_of(staff)
    assert pad.take(FORECASTS) is None


@pytest.mark.usefixtures("_base")
def test_work_that_gave_no_sign_of_life_is_asked_for_again(
    staff: FlaskClient, product: Outreach, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forecast, "MOST_AT_ONCE", 10)
    page_of(staff)
    pad = Scratchpad(product.queue.redis)
    wish = pad.take(FORECASTS)
    long_ago = WallClock().now() - timedelta(hours=1)
    pad.write(f"{FORECASTS} progress {wish}", {"done": 30, "total": 120, "at": long_ago.isoformat()})
    page_of(staff)
    assert pad.take(FORECASTS) == wish


@pytest.mark.usefixtures("_base")
def test_other_rules_for_a_large_base_are_tried_behind_the_page_too(
    staff: FlaskClient, product: Outreach, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forecast, "MOST_AT_ONCE", 10)
    lend(product)
    rules = {"industry": "restaurants", "min_gap": "30", "target_gap": "40", "max_gap": "60"}
    page_of(staff, **rules)
    answer_forecasts()
    page = page_of(staff, **rules)
    assert "Touches by day" in page
    assert "Trying the other rules: 0 %" in page
    answer_forecasts()
    assert "Touches by day, under the other rules" in page_of(staff, **rules)


def test_a_season_can_be_moved_or_left_out(staff: FlaskClient, product: Outreach) -> None:
    a_lively_base(product.db, NOW, contacts=12)
    with product.db.transaction() as session:
        row = session.scalars(select(Industry)).one()
        closed = {"key": "holiday", "name": "Works holiday", "stance": "closed", "from": "10-01", "to": "10-20"}
        row.calendar = {**row.calendar, "seasons": [closed]}
        key = row.key
    assert ">Works holiday</option>" in page_of(staff, industry=key)
    moved, out = (page_of(staff, industry=key, season="holiday", moved=how) for how in ("14", "out"))
    assert "Touches by day, under the other rules" in moved
    assert tried_curve(moved) != tried_curve(out)
    for slip in ("999999999999", "soon", ""):
        assert "by how many days" in page_of(staff, industry=key, season="holiday", moved=slip)


def tried_curve(page: str) -> str:
    """The picture of the other rules."""
    return page.partition("under the other rules")[2].partition("</svg>")[0]


def test_there_is_no_forecast_for_contacts_and_industries_that_are_not(staff: FlaskClient) -> None:
    assert staff.get("/forecast?contact=0").status_code == 404
    assert staff.get("/forecast?industry=nobody").status_code == 404


@pytest.mark.usefixtures("_base")
def test_it_speaks_german(staff: FlaskClient) -> None:
    staff.post("/language", data={"locale": "de"})
    page = page_of(staff)
    assert "Vorschau" in page
    assert "Touches by day" not in page
