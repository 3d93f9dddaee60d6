"""The forecast page: numbers as the service says them, what if, runways, and long ones behind the page."""

import html
import json
import re
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, select

from outreach.bootstrap import Outreach
from outreach.clock import WallClock
from outreach.db.models.content import Industry
from outreach.db.models.rhythm import Rhythm
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


#: A season more that can be tried.
A_SEASON = {"industry": "restaurants", "first": "2026-10-01", "last": "2026-10-09", "stance": "closed"}


def complaints(page: str) -> list[str]:
    """What the page says is wrong, each with its mark."""
    return re.findall(r'<p class="complaint".*?</p>', page)


def touches_of(page: str) -> tuple[int, int]:
    """Touches as it is, and under the other rules."""
    cells = page.partition("Touches</th>")[2].partition("</tr>")[0]
    usual, tried, _ = re.findall(r'<td class="num">([^<]*)</td>', cells)
    return int(usual), int(tried)


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
    ("query", "field", "said"),
    [
        ({"min_gap": "30"}, "industry", "Choose an industry first"),
        *(
            (
                {"industry": "restaurants", name: typed},
                name,
                f"“{typed}”: gaps are numbers of days above 0, at most 730.",
            )
            for name, some in (
                ("min_gap", ("thirty", "inf", "nan")),
                ("target_gap", ("-inf", "1e309")),
                ("max_gap", ("-3", "0", "99999")),
            )
            for typed in some
        ),
        ({"industry": "restaurants", "min_gap": "50"}, "min_gap", "50, 14, 35: the gaps must grow"),
        ({"industry": "restaurants", "first": "2026-10-01"}, "last", "Give the season a first and a last day."),
        ({**A_SEASON, "last": "2026-09-30"}, "last", "“2026-09-30”: the season ends before it begins."),
        ({**A_SEASON, "stance": "merry"}, "stance", "“merry”: choose a stance of the list."),
        ({**A_SEASON, "last": "9999-12-31"}, "last", "“9999-12-31”: choose a day from 2025 to 2029"),
        ({**A_SEASON, "first": "0001-01-01"}, "first", "“0001-01-01”: choose a day from 2025 to 2029"),
        ({**A_SEASON, "first": "2026-02-29"}, "first", "“2026-02-29” is no day of the calendar."),
        ({"industry": "restaurants", "season": "easter", "moved": "7"}, "season", "Choose the season that is to move."),
        ({"industry": "restaurants", "moved": "7"}, "season", "Choose the season that is to move."),
    ],
)
def test_what_cannot_be_tried_is_said_in_one_message_at_its_field(
    staff: FlaskClient, product: Outreach, query: dict[str, str], field: str, said: str
) -> None:
    give_a_season(product, key="holiday")
    page = page_of(staff, **query)
    (complaint,) = complaints(page)
    assert f'id="fault-{field}"' in complaint
    assert said in complaint
    assert page.count(f'aria-describedby="fault-{field}"') == 1
    for name, typed in query.items():
        assert f'value="{typed}"' in page or name in ("season", "stance")  # a list cannot show what it does not have
    assert "under the other rules" not in page


@pytest.mark.usefixtures("_base")
def test_a_season_that_leaves_no_open_day_is_said_in_the_calendars_own_words(staff: FlaskClient) -> None:
    query = {"industry": "restaurants", "first": "2025-01-01", "last": "2029-12-31", "stance": "closed"}
    (complaint,) = complaints(page_of(staff, **query))
    assert "2025 has no open day" in complaint


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


def give_a_season(product: Outreach, *, key: str, **edges: Any) -> None:
    """Gives restaurants a closed season, from 1 to 20 October unless `edges` say otherwise."""
    days = edges or {"from": "10-01", "to": "10-20"}
    with product.db.transaction() as session:
        row = session.scalars(select(Industry).where(Industry.key == "restaurants")).one()
        row.calendar = {
            **row.calendar,
            "seasons": [{"key": key, "name": "Works holiday", "stance": "closed", **days}],
        }


@pytest.mark.usefixtures("_base")
def test_a_season_can_be_moved_or_left_out(staff: FlaskClient, product: Outreach) -> None:
    give_a_season(product, key="holiday")
    rule = {"industry": "restaurants", "season": "holiday"}
    assert ">Works holiday</option>" in page_of(staff, industry="restaurants")
    assert len({tried_curve(page_of(staff, **rule, moved=moved)) for moved in ("14", "-14", "out")}) == 3
    for slip in ("999999999999", "soon", ""):
        (complaint,) = complaints(page_of(staff, **rule, moved=slip))
        assert "by how many days" in complaint


@pytest.mark.usefixtures("_base")
def test_a_season_can_begin_earlier_and_end_when_it_did(staff: FlaskClient, product: Outreach) -> None:
    give_a_season(product, key="holiday")
    rule = {"industry": "restaurants", "season": "holiday"}
    whole, longer = (tried_curve(page_of(staff, **rule, moved="-14", edge=edge)) for edge in ("", "first"))
    assert whole != longer
    (complaint,) = complaints(page_of(staff, **rule, moved="28", edge="first"))
    assert "Nothing would be left of “Works holiday”." in complaint
    (complaint,) = complaints(page_of(staff, **rule, moved="7", edge="middle"))
    assert "“middle”" in complaint


@pytest.mark.usefixtures("_base")
def test_a_season_whose_days_are_past_cannot_be_moved(staff: FlaskClient, product: Outreach) -> None:
    give_a_season(product, key="old", dates=[["2019-01-01", "2019-01-05"]])
    (complaint,) = complaints(page_of(staff, industry="restaurants", season="old", moved="7"))
    assert "“Works holiday” has no days in the coming years." in complaint


@pytest.mark.usefixtures("_base")
def test_a_season_more_gets_a_key_that_no_other_has(staff: FlaskClient, product: Outreach) -> None:
    give_a_season(product, key="what-if")
    page = page_of(staff, **A_SEASON)
    assert not complaints(page)
    assert "under the other rules" in page


@pytest.mark.usefixtures("_base")
def test_a_page_that_waits_is_answered_although_the_demos_clock_has_run_on(
    staff: FlaskClient, product: Outreach, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forecast, "MOST_AT_ONCE", 10)
    again = html.unescape(re.findall(r'hx-get="(/forecast.*?)"', page_of(staff, industry="restaurants"))[0])
    lend(product)
    answer_forecasts()
    monkeypatch.setattr(forecast, "business_now", lambda: NOW + timedelta(days=3))
    assert "Touches by day" in staff.get(again).get_data(as_text=True)


@pytest.mark.usefixtures("_base")
@pytest.mark.parametrize(
    "since", ["soon", "2026-09-08T09:00:00", "9999-12-31T00:00:00+00:00", "0001-01-01T00:00:00+00:00"]
)
def test_a_forecast_starts_at_no_other_time(
    staff: FlaskClient, product: Outreach, monkeypatch: pytest.MonkeyPatch, since: str
) -> None:
    monkeypatch.setattr(forecast, "MOST_AT_ONCE", 10)
    page_of(staff, since=since)
    wish = Scratchpad(product.queue.redis).take(FORECASTS)
    assert wish is not None
    assert json.loads(wish)["now"] == NOW.replace(minute=0).isoformat()


def tried_curve(page: str) -> str:
    """The picture of the other rules."""
    return page.partition('id="tried-head"')[2].partition("</svg>")[0]


@pytest.mark.usefixtures("_base")
def test_both_pictures_have_one_scale(staff: FlaskClient) -> None:
    page = page_of(staff, industry="restaurants", min_gap="30", target_gap="40", max_gap="60")
    usual, tried = touches_of(page)
    assert tried < usual
    shares = [float(height) / forecast.HEIGHT for height in re.findall(r'<rect class="curve.*?height="(.*?)"', page)]
    busiest = int(re.findall(r"Busiest day: [^<]*?, (\d+) touches", page)[0])
    assert sum(shares) * busiest == pytest.approx(usual + tried, rel=0.01)


@pytest.mark.usefixtures("_base")
@pytest.mark.parametrize("whom", ["contact=0", "contact=-1", "contact=abc", f"contact={10**30}", "industry=nobody"])
def test_there_is_no_forecast_for_contacts_and_industries_that_are_not(staff: FlaskClient, whom: str) -> None:
    assert staff.get(f"/forecast?{whom}").status_code == 404


@pytest.mark.usefixtures("_base")
def test_a_contact_wins_over_an_industry_and_over_other_rules(staff: FlaskClient, product: Outreach) -> None:
    with product.db.transaction() as session:
        an_industry(session, key="shops", calendar=OPEN_ALL_WEEK)
    alone, mixed = (
        page_of(staff, contact=1, **more).partition("<main")[2].partition("<footer")[0]
        for more in ({}, {"industry": "shops", "min_gap": "3"})
    )
    assert mixed == alone


def nobody_has_a_rhythm(product: Outreach) -> None:
    with product.db.transaction() as session:
        session.execute(delete(Rhythm))


@pytest.mark.usefixtures("_base")
def test_contacts_without_a_rhythm_are_nobody_to_forecast_for(staff: FlaskClient, product: Outreach) -> None:
    nobody_has_a_rhythm(product)
    assert "There is nobody to forecast for" in page_of(staff)


@pytest.mark.usefixtures("_base")
def test_a_page_that_waits_for_contacts_without_a_rhythm_is_told_so(
    staff: FlaskClient, product: Outreach, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forecast, "MOST_AT_ONCE", 10)
    nobody_has_a_rhythm(product)
    page_of(staff)
    lend(product)
    answer_forecasts()
    assert "There is nobody to forecast for" in page_of(staff)


@pytest.mark.usefixtures("_base")
def test_a_page_that_looks_again_wakes_nobody_twice_unless_the_wake_up_was_lost(
    staff: FlaskClient, product: Outreach, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forecast, "MOST_AT_ONCE", 10)
    for _ in range(3):
        page_of(staff)
    assert product.queue.waiting() == 1
    product.queue.rq().empty()
    page_of(staff)
    assert product.queue.waiting() == 1


@pytest.mark.usefixtures("_base")
def test_it_speaks_german(staff: FlaskClient) -> None:
    staff.post("/language", data={"locale": "de"})
    page = page_of(staff)
    assert "Vorschau" in page
    assert "Touches by day" not in page
