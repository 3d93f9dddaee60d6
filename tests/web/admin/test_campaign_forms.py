"""A campaign's own forms: when its editions open, in which order, and whether the series begins anew."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from outreach.bootstrap import Outreach
from outreach.db.models.content import Campaign, Edition
from tests.factories import NOW, a_campaign, a_contact, a_sent_touch, an_edition

FIRST_TUESDAY = {"every": "month-1", "nth": "1", "weekday": "1"}


@pytest.fixture
def series(product: Outreach) -> tuple[int, list[int]]:
    """A series of four tips, the first of which somebody has had."""
    with product.db.transaction() as session:
        campaign = a_campaign(session, rule="series")
        made = [an_edition(session, campaign_id=campaign, position=place, key=f"tip-{place}") for place in range(1, 5)]
        a_sent_touch(session, contact_id=a_contact(session), edition_id=made[0], sent_at=NOW)
    return campaign, made


def order_of(product: Outreach, campaign: int) -> list[int]:
    with product.db.transaction() as session:
        return list(session.scalars(select(Edition.id).filter_by(campaign_id=campaign).order_by(Edition.position)))


def rule_of(product: Outreach, campaign: int) -> tuple[str, bool]:
    with product.db.transaction() as session:
        row = session.get_one(Campaign, campaign)
    return row.recurrence, row.evergreen


@pytest.fixture
def newsletter(product: Outreach) -> int:
    with product.db.transaction() as session:
        return a_campaign(session)


@pytest.mark.parametrize(
    ("typed", "sentence", "dates"),
    [
        (FIRST_TUESDAY, "The first Tuesday of every month", ["Tue, 6 Oct 2026", "Tue, 2 Feb 2027"]),
        ({"every": "week-2", "weekday": "0"}, "Every second Monday", ["Mon, 21 Sept 2026", "Mon, 16 Nov 2026"]),
        ({"every": "month-1", "nth": "0", "month_day": "15"}, "Day 15 of every month", ["Tue, 15 Sept 2026"]),
        ({"every": "month-1", "nth": "-1", "weekday": "4"}, "The last Friday of every month", ["Fri, 25 Sept 2026"]),
        ({"every": "month-3", "nth": "0", "month_day": "-1"}, "The last day of January, April", ["Sat, 31 Oct 2026"]),
        ({"every": "week-1", "weekday": "2"}, "Every Wednesday", ["Wed, 9 Sept 2026", "Wed, 7 Oct 2026"]),
    ],
)
def test_choices_are_shown_as_a_sentence_with_the_next_five_dates(
    staff: FlaskClient, product: Outreach, newsletter: int, typed: dict[str, str], sentence: str, dates: list[str]
) -> None:
    part = staff.get(f"/campaigns/{newsletter}/recurrence", query_string=typed).text
    assert sentence in part
    assert part.count("<li>") == 5
    assert all(f"<li>{day}</li>" in part for day in dates)
    assert rule_of(product, newsletter)[0] == ""


def test_a_rule_is_kept_and_shown_again_and_can_be_removed(
    staff: FlaskClient, product: Outreach, newsletter: int
) -> None:
    page = staff.post(f"/campaigns/{newsletter}/recurrence", data=FIRST_TUESDAY, follow_redirects=True).text
    assert rule_of(product, newsletter)[0] == "FREQ=MONTHLY;BYDAY=1TU"
    assert "The first Tuesday of every month." in page
    again = staff.post(f"/campaigns/{newsletter}/recurrence", data=FIRST_TUESDAY, follow_redirects=True).text
    assert "nothing changed" in again
    staff.post(f"/campaigns/{newsletter}/recurrence", data={"every": ""})
    assert rule_of(product, newsletter)[0] == ""


def test_a_rule_of_a_pack_that_the_form_does_not_offer_is_shown_and_not_lost(
    staff: FlaskClient, product: Outreach
) -> None:
    with product.db.transaction() as session:
        campaign = a_campaign(session, recurrence="FREQ=WEEKLY;INTERVAL=5;BYDAY=WE")
    page = staff.get(f"/campaigns/{campaign}").text
    assert '<option value="week-5" selected>Every 5 weeks on Wednesday</option>' in page


@pytest.mark.parametrize("typed", [{"every": "week-99", "weekday": "1"}, {"every": "moon-x", "nth": "7"}])
def test_a_rule_that_cannot_be_kept_is_refused_in_words(
    staff: FlaskClient, product: Outreach, newsletter: int, typed: dict[str, str]
) -> None:
    assert 'role="alert"' in staff.get(f"/campaigns/{newsletter}/recurrence", query_string=typed).text
    staff.post(f"/campaigns/{newsletter}/recurrence", data=typed)
    assert rule_of(product, newsletter)[0] == ""


def test_a_tip_goes_up_and_down(staff: FlaskClient, product: Outreach, series: tuple[int, list[int]]) -> None:
    campaign, (one, two, three, four) = series
    order = f"{one},{two},{three},{four}"
    staff.post(f"/campaigns/{campaign}/order", data={"order": order, "up": str(four)})
    assert order_of(product, campaign) == [one, two, four, three]
    staff.post(f"/campaigns/{campaign}/order", data={"order": f"{one},{two},{four},{three}", "down": str(two)})
    assert order_of(product, campaign) == [one, four, two, three]


def test_what_has_begun_keeps_its_place(staff: FlaskClient, product: Outreach, series: tuple[int, list[int]]) -> None:
    campaign, (one, two, three, four) = series
    answer = staff.post(
        f"/campaigns/{campaign}/order", data={"order": f"{two},{one},{three},{four}"}, follow_redirects=True
    )
    assert "What has begun for somebody keeps its place." in answer.text
    assert order_of(product, campaign) == [one, two, three, four]
    assert f'<li data-id="{one}" class="is-fixed">' in answer.text


def test_a_pack_keeps_the_order_of_staff(staff: FlaskClient, product: Outreach, series: tuple[int, list[int]]) -> None:
    campaign, (one, two, three, four) = series
    staff.post(f"/campaigns/{campaign}/order", data={"order": f"{one},{two},{four},{three}"})
    with product.db.transaction() as session:
        marked = session.scalars(select(Edition.id).where(Edition.edited_at.is_not(None))).all()
    assert set(marked) == {three, four}


def test_a_series_can_begin_anew_and_end_again(
    staff: FlaskClient, product: Outreach, series: tuple[int, list[int]]
) -> None:
    campaign, _ = series
    staff.post(f"/campaigns/{campaign}/evergreen", data={"evergreen": "1"})
    assert rule_of(product, campaign)[1]
    staff.post(f"/campaigns/{campaign}/evergreen")
    assert not rule_of(product, campaign)[1]


@pytest.mark.parametrize("values", [{"rule": "issue"}, {"rule": "series", "exclusive": True}])
def test_what_has_to_end_cannot_begin_anew(staff: FlaskClient, product: Outreach, values: dict[str, object]) -> None:
    with product.db.transaction() as session:
        campaign = a_campaign(session, **values)
    staff.post(f"/campaigns/{campaign}/evergreen", data={"evergreen": "1"})
    assert not rule_of(product, campaign)[1]
