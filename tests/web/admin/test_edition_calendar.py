"""The calendar of editions: bars, days that nobody has written for, and moving with a way back."""

from datetime import date

import pytest
from flask.testing import FlaskClient

from outreach.bootstrap import Outreach
from outreach.db.models.content import Edition
from tests.factories import NOW, a_campaign, a_contact, a_sent_touch, a_touch, an_edition, an_industry


@pytest.fixture
def edition(product: Outreach) -> int:
    """A newsletter of the first half of September, in draft."""
    with product.db.transaction() as session:
        campaign = a_campaign(session, recurrence="FREQ=MONTHLY;BYDAY=1TU")
        return an_edition(session, campaign_id=campaign, title="Harvest", state="draft", closes_on=date(2026, 9, 15))


def days(product: Outreach, edition: int) -> tuple[date, date]:
    with product.db.transaction() as session:
        row = session.get_one(Edition, edition)
    return row.opens_on, row.closes_on


def test_an_edition_is_a_bar_on_its_days(staff: FlaskClient, edition: int) -> None:
    page = staff.get("/edition-calendar").text
    assert f'data-edition="{edition}"' in page
    assert "bar-draft hue-0 at-1 for-15 bar-begins bar-ends" in page
    assert "Monthly newsletter: Harvest, Tue, 1 Sept 2026 – Tue, 15 Sept 2026" in page


def test_an_edition_over_two_months_lies_in_both(staff: FlaskClient, product: Outreach) -> None:
    with product.db.transaction() as session:
        an_edition(session, opens_on=date(2026, 9, 20), closes_on=date(2026, 10, 10))
    page = staff.get("/edition-calendar?month=2026-09").text
    assert 'at-20 for-11 bar-begins"' in page
    assert 'at-1 for-10 bar-ends"' in page


def test_tips_that_share_their_days_are_one_bar_that_leads_to_their_campaign(
    staff: FlaskClient, product: Outreach
) -> None:
    with product.db.transaction() as session:
        campaign = a_campaign(session, rule="series")
        made = [an_edition(session, campaign_id=campaign) for _ in range(12)]
    page = staff.get("/edition-calendar").text
    assert "12 editions" in page
    assert f'data-edition="{made[0]}"' not in page


def test_days_that_a_rule_wants_and_nobody_has_written_for_are_offered(
    staff: FlaskClient, product: Outreach, edition: int
) -> None:
    page = staff.get("/edition-calendar").text
    # The first Tuesday of September has its edition, those of October and November have none.
    offered = [day for day in ("2026-09-01", "2026-10-06", "2026-11-03") if f"opens={day}" in page]
    assert offered == ["2026-10-06", "2026-11-03"]


def test_an_edition_that_opens_some_days_beside_the_rule_was_written_for_it(
    staff: FlaskClient, product: Outreach, edition: int
) -> None:
    with product.db.transaction() as session:
        campaign = session.get_one(Edition, edition).campaign_id
        an_edition(session, campaign_id=campaign, opens_on=date(2026, 10, 1), closes_on=date(2026, 10, 31))
    page = staff.get("/edition-calendar").text
    assert "opens=2026-10-06" not in page
    assert "opens=2026-11-03" in page


def test_the_seasons_of_an_industry_lie_behind_it(staff: FlaskClient, product: Outreach, edition: int) -> None:
    season = {"key": "fair", "name": "Fair", "stance": "closed", "from": "09-20", "to": "09-22", "why": "Busy."}
    with product.db.transaction() as session:
        calendar = {"hours": {"tue": ["09:00-17:00"]}, "holidays": "ignore", "seasons": [season]}
        an_industry(session, "shops", calendar=calendar)
    assert staff.get("/edition-calendar").text.count('title="Fair"') == 0
    assert staff.get("/edition-calendar?industry=shops&month=2026-09").text.count('title="Fair"') == 3


def test_moving_by_days_says_what_became_of_it_and_can_be_undone(
    staff: FlaskClient, product: Outreach, edition: int
) -> None:
    with product.db.transaction() as session:
        a_touch(session, contact_id=a_contact(session), edition_id=edition, send_at=NOW)
    page = staff.post(
        f"/edition-calendar/{edition}/move", data={"days": "10", "month": "2026-09"}, follow_redirects=True
    ).text
    assert days(product, edition) == (date(2026, 9, 11), date(2026, 9, 25))
    assert "Harvest is open Fri, 11 Sept 2026 – Fri, 25 Sept 2026 now." in page
    assert "1 planned touch was taken back and is planned anew." in page
    assert '<input type="hidden" name="opens_on" value="2026-09-01">' in page
    page = staff.post(
        f"/edition-calendar/{edition}/move", data={"opens_on": "2026-09-01", "undo": "1"}, follow_redirects=True
    ).text
    assert days(product, edition) == (date(2026, 9, 1), date(2026, 9, 15))
    assert "Harvest is back" in page
    # What was told once is not told again.
    assert "Harvest is back" not in staff.get("/edition-calendar").text


def test_moving_far_leads_to_the_month_where_it_is_now(staff: FlaskClient, edition: int) -> None:
    answer = staff.post(f"/edition-calendar/{edition}/move", data={"opens_on": "2027-05-04", "month": "2026-09"})
    assert answer.headers["Location"] == "/edition-calendar?month=2027-05"


def test_the_form_says_beforehand_what_would_be_taken_back(staff: FlaskClient, product: Outreach, edition: int) -> None:
    with product.db.transaction() as session:
        a_touch(session, contact_id=a_contact(session), edition_id=edition, send_at=NOW)
    assert 'id="opens_on"' in staff.get(f"/edition-calendar?edition={edition}").text
    told = staff.get(f"/edition-calendar/{edition}/effect?opens_on=2026-10-01").text
    assert "1 planned touch lies outside" in told
    assert days(product, edition)[0] == date(2026, 9, 1)


@pytest.mark.parametrize("typed", [{"opens_on": "soon"}, {"days": "many"}, {"days": "99999999999"}, {}])
def test_a_day_there_is_not_is_refused_in_words(
    staff: FlaskClient, product: Outreach, edition: int, typed: dict[str, str]
) -> None:
    answer = staff.post(f"/edition-calendar/{edition}/move", data=typed)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert days(product, edition)[0] == date(2026, 9, 1)


def test_what_has_begun_is_not_moved_into_the_past(staff: FlaskClient, product: Outreach, edition: int) -> None:
    with product.db.transaction() as session:
        a_sent_touch(session, contact_id=a_contact(session), edition_id=edition, sent_at=NOW)
    answer = staff.post(f"/edition-calendar/{edition}/move", data={"days": "-60"})
    assert answer.status_code == 422
    assert "Its sending has begun, and it would be over before today" in answer.text


@pytest.mark.parametrize("month", ["2026-13", "nonsense", "0001-01", "9999-12"])
def test_a_month_there_is_not_shows_the_present_one(staff: FlaskClient, month: str) -> None:
    assert "September 2026" in staff.get(f"/edition-calendar?month={month}").text


def test_an_edition_there_is_not_is_not_found(staff: FlaskClient, product: Outreach) -> None:
    assert staff.post("/edition-calendar/99/move", data={"days": "1"}).status_code == 404
