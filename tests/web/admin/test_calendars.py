"""Calendars: the ribbon covers the year, and says in words what it shows."""

from datetime import date, timedelta

from flask.testing import FlaskClient

from outreach.bootstrap import Outreach
from outreach.domain.calendar.contact_calendar import ContactCalendar
from outreach.services.score_rhythm import score_rhythm
from outreach.web.admin.ribbon import months, place_in_year, stretches, week
from tests.factories import NOW, a_contact, a_sent_touch, an_industry

CALENDAR = {
    "hours": {"tue": ["09:30-11:30", "14:30-17:00"]},
    "holidays": "closed",
    "seasons": [
        {
            "key": "december",
            "name": "December parties",
            "stance": "quiet",
            "from": "12-01",
            "to": "12-31",
            "why": "Christmas lunches fill every table.",
        }
    ],
}


def calendar() -> ContactCalendar:
    return ContactCalendar.from_pack(CALENDAR, place="test", path="calendar")


def test_the_ribbon_covers_the_whole_year_without_a_hole() -> None:
    ribbon = stretches(calendar(), year=2026, country="GB")
    assert ribbon[0].first == date(2026, 1, 1)
    assert ribbon[-1].last == date(2026, 12, 31)
    assert sum(stretch.days for stretch in ribbon) == 365
    assert abs(sum(stretch.width for stretch in ribbon) - 100) < 0.1


def test_a_leap_year_has_a_day_more() -> None:
    assert sum(stretch.days for stretch in stretches(calendar(), year=2028, country="")) == 366
    assert place_in_year(date(2028, 12, 31)) < 100


def test_a_season_brings_its_reason_along() -> None:
    (december, *_) = [s for s in stretches(calendar(), year=2026, country="") if s.season == "December parties"]
    assert (december.stance, december.why) == ("quiet", "Christmas lunches fill every table.")


def test_months_stand_in_order() -> None:
    axis = months(2026)
    assert [month.first.month for month in axis] == list(range(1, 13))
    assert all(month.x < month.middle for month in axis)


def test_hours_stand_at_their_time_of_day() -> None:
    (_, tuesday) = week(calendar())[1]
    assert [stretch.words for stretch in tuesday] == ["09:30–11:30", "14:30–17:00"]
    assert tuesday[0].x == round(100 * 9.5 / 24, 3)


def test_the_page_tells_seasons_in_words_too(staff: FlaskClient, product: Outreach) -> None:
    with product.db.transaction() as session:
        industry = an_industry(session, calendar=CALENDAR)
        a_contact(session, industry_id=industry, country="GB")
    page = staff.get("/calendars?year=2026").get_data(as_text=True)
    assert "Quiet: December parties, 1 Dec – 24 Dec. Christmas lunches fill every table." in page
    assert "1 contact<" in page
    assert "Never closer than 6 days" in page


def test_each_industry_shows_its_score_and_trend(staff: FlaskClient, product: Outreach) -> None:
    with product.db.transaction() as session:
        cafes, bakers = an_industry(session, "cafes"), an_industry(session, "bakers")
        for industry, until in ((cafes, 5), (bakers, 60)):
            contact = a_contact(session, industry_id=industry)
            for ago in range(until, 200, 15):
                a_sent_touch(session, contact_id=contact, sent_at=NOW - timedelta(days=ago))
    assert "Rhythm score" not in staff.get("/calendars").get_data(as_text=True)
    score_rhythm(db=product.db, now=NOW)
    page = staff.get("/calendars").get_data(as_text=True)
    assert page.count('class="trend-score"') == 2
    assert '<strong>100</strong> <span class="score-word score-very_good">Very good</span>' in page
    assert '<span class="score-word score-good">Good</span>' in page
    assert "/contacts?industry=bakers" in page


def test_the_country_decides_whose_holidays_are_shown(staff: FlaskClient, product: Outreach) -> None:
    with product.db.transaction() as session:
        industry = an_industry(session, calendar=CALENDAR)
        a_contact(session, industry_id=industry, country="DE")
    german = staff.get("/calendars?year=2026&country=DE").get_data(as_text=True)
    nobody = staff.get("/calendars?year=2026&country=").get_data(as_text=True)
    assert "3 Oct" in german
    assert "3 Oct" not in nobody


def test_a_year_far_away_is_brought_near(staff: FlaskClient) -> None:
    assert "2040" in staff.get("/calendars?year=99999").get_data(as_text=True)
    assert staff.get("/calendars?year=nonsense").status_code == 200


def test_where_seasons_overlap_it_says_which_one_wins() -> None:
    closed = {"key": "rest", "name": "Rest", "stance": "closed", "from": "12-20", "to": "12-27"}
    both = {**CALENDAR, "holidays": "ignore", "seasons": [*CALENDAR["seasons"], closed]}
    ribbon = stretches(ContactCalendar.from_pack(both, place="test", path="calendar"), year=2026, country="")
    named = {(stretch.season, stretch.first.day): stretch.beats for stretch in ribbon if stretch.season}
    assert named == {("December parties", 1): (), ("Rest", 20): ("December parties",), ("December parties", 28): ()}
