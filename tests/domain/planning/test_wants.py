"""Which editions want which contacts on a day."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

from outreach.domain.calendar.hours import Hours
from outreach.domain.calendar.season import Stance
from outreach.domain.planning import wants
from outreach.domain.planning.almanac import Almanac
from outreach.domain.planning.contacts import Contacts, month_number
from outreach.domain.planning.offers import Offers
from outreach.domain.planning.values import Offer, PlanningContact
from outreach.domain.planning.wants import Wanting, anniversaries_before, anniversary_before, meant_for
from outreach.domain.touch import Channel, TouchClass
from tests.domain.planning.cases import a_calendar, a_contact, a_season, a_touch, an_offer
from tests.domain.planning.conftest import cases

DAY = date(2026, 9, 8)


def wanting_of(contact: PlanningContact, *offers: Offer, on: date = DAY) -> tuple[Wanting, Offers]:
    choice = Offers.of(offers, industries=[contact.industry_key])
    contacts, cohorts = Contacts.of([contact], choice, industries=[contact.industry_key])
    almanac = Almanac.of(cohorts, now=datetime(on.year, on.month, on.day, 12, tzinfo=UTC))
    day = np.array([on.toordinal() - almanac.first])
    return wants.wanting(contacts, choice, almanac, day=day, meant=meant_for(contacts, choice, now=0.0)), choice


def wanting(contact: PlanningContact, *offers: Offer, on: date = DAY) -> list[int]:
    """Ids of the editions that want `contact`, in the order of `offers`."""
    told, choice = wanting_of(contact, *offers, on=on)
    found = {choice.offers[place].edition_id for place in np.flatnonzero(told.wants[0])}
    return [offer.edition_id for offer in offers if offer.edition_id in found]


@pytest.mark.parametrize(
    ("other", "wants"),
    [
        ({}, True),
        ({"opens_on": DAY, "closes_on": DAY}, True),
        ({"opens_on": DAY + timedelta(days=1)}, False),
        ({"closes_on": DAY - timedelta(days=1)}, False),
        ({"industries": frozenset({"shops", "farms"})}, True),
        ({"industries": frozenset({"farms"})}, False),
        ({"needs": {"fireplace": "yes"}}, True),
        ({"needs": {"fireplace": "no"}}, False),
        ({"needs": {"boiler": "gas"}}, False),
        ({"needs": {"fireplace": "yes", "boiler": "gas"}}, False),
        ({"channel": Channel.SMS}, False),
        ({"channel": Channel.CALL}, False),
        ({"edition_id": 99}, False),
    ],
)
def test_an_offer_wants_whom_it_is_meant_for(other: dict[str, Any], wants: bool) -> None:
    contact = a_contact(
        attributes={"fireplace": "yes"}, channels=frozenset({Channel.EMAIL}), had_editions=frozenset({99})
    )
    assert bool(wanting(contact, an_offer(**other))) is wants


@pytest.mark.parametrize(
    ("touch_class", "stances"),
    [
        (TouchClass.SERVICE, {"closed", "quiet", "open", "peak"}),
        (TouchClass.RECOVERY, {"closed", "quiet", "open", "peak"}),
        (TouchClass.CARE, {"quiet", "open", "peak"}),
        (TouchClass.RELATIONSHIP, {"quiet", "open", "peak"}),
        (TouchClass.PROMOTION, {"open", "peak"}),
    ],
)
def test_each_class_keeps_to_its_stances(touch_class: TouchClass, stances: set[str]) -> None:
    def wants_in(stance: Stance) -> bool:
        calendar = a_calendar(a_season(stance, "2026-09-01", "2026-09-30"))
        return bool(wanting(a_contact(calendar=calendar), an_offer(touch_class=touch_class)))

    assert {stance for stance in Stance if wants_in(stance)} == stances


def a_tip(position: int, **other: Any) -> Offer:
    return an_offer(position, **{"rule": "series", "position": position, "campaign_key": "tips", **other})


def test_of_a_series_only_the_next_one_wants() -> None:
    tips = [a_tip(3), a_tip(1), a_tip(2)]
    assert wanting(a_contact(), *tips) == [1]
    assert wanting(a_contact(had_editions=frozenset({1})), *tips) == [2]
    assert wanting(a_contact(had_editions=frozenset({1, 2, 3})), *tips) == []


def test_a_series_waits_for_one_to_come_but_not_for_one_that_is_past() -> None:
    assert wanting(a_contact(), a_tip(1, opens_on=DAY + timedelta(days=1)), a_tip(2)) == []
    assert wanting(a_contact(), a_tip(1, closes_on=DAY - timedelta(days=1)), a_tip(2)) == [2]


def test_two_series_do_not_hold_each_other_back() -> None:
    other = an_offer(11, rule="series", position=4, campaign_key="recipes")
    assert wanting(a_contact(), a_tip(1), a_tip(2), other) == [1, 11]


def held(contact: PlanningContact, *offers: Offer) -> set[int]:
    told, choice = wanting_of(contact, *offers)
    assert not (told.held & told.wants).any()
    return {choice.offers[place].edition_id for place in np.flatnonzero(told.held[0])}


def test_an_exclusive_series_holds_back_its_class_and_those_below_it_but_neither_care_nor_service() -> None:
    others = [an_offer(20 + number, touch_class=touch_class) for number, touch_class in enumerate(TouchClass)]
    assert held(a_contact(), a_tip(1, exclusive=True), *others) == {23, 24}
    assert held(a_contact(), a_tip(1), *others) == set()
    assert held(a_contact(), a_tip(1, exclusive=True, opens_on=DAY + timedelta(days=1)), *others) == set()


def test_an_exclusive_series_that_can_never_come_holds_nothing_back() -> None:
    """Texts are never sent at nine in the evening; who is to be reached then hears by mail."""
    late = a_calendar(hours=((Hours(20 * 60, 21 * 60),),) * 7)
    texts = a_tip(1, exclusive=True, channel=Channel.SMS)
    assert held(a_contact(calendar=late), texts, an_offer(20)) == set()
    assert held(a_contact(), texts, an_offer(20)) == {20}


def a_check_in(edition_id: int = 1, **other: Any) -> Offer:
    values = {"rule": "anniversary", "every_months": 6, "window_days": 30, "campaign_key": "check-in", **other}
    return an_offer(edition_id, **values)


@pytest.mark.parametrize(
    ("on", "wants"),
    [("2026-09-07", False), ("2026-09-08", True), ("2026-10-08", True), ("2026-10-09", False), ("2026-03-08", True)],
)
def test_an_anniversary_wants_from_its_day_to_the_end_of_its_window(on: str, wants: bool) -> None:
    contact = a_contact(customer_since=date(2024, 3, 8))
    assert bool(wanting(contact, a_check_in(), on=date.fromisoformat(on))) is wants


def test_an_anniversary_needs_a_first_day_and_does_not_count_it() -> None:
    assert wanting(a_contact(customer_since=None), a_check_in()) == []
    assert wanting(a_contact(customer_since=DAY), a_check_in()) == []


def test_an_anniversary_is_kept_once_whichever_edition_kept_it() -> None:
    contact = a_contact(customer_since=date(2024, 3, 8))
    kept = replace(contact, recent=(a_touch(datetime(2026, 9, 8, 9, tzinfo=UTC), "check-in"),))
    before = replace(contact, recent=(a_touch(datetime(2026, 9, 7, 9, tzinfo=UTC), "check-in"),))
    assert wanting(kept, a_check_in(2), on=date(2026, 9, 20)) == []
    assert wanting(before, a_check_in(2), on=date(2026, 9, 20)) == [2]


def test_an_anniversary_was_kept_even_if_that_was_before_the_almanac_begins() -> None:
    contact = a_contact(
        customer_since=date(2024, 3, 8), recent=(a_touch(datetime(2026, 3, 9, 9, tzinfo=UTC), "yearly"),)
    )
    yearly = a_check_in(2, campaign_key="yearly", every_months=12, window_days=300)
    assert wanting(contact, yearly) == []
    assert wanting(replace(contact, recent=(a_touch(datetime(2026, 3, 7, 9, tzinfo=UTC), "yearly"),)), yearly) == [2]


def test_an_offer_expires_with_its_edition_or_its_anniversary() -> None:
    contact = a_contact(customer_since=date(2024, 3, 8))
    offers = [a_check_in(1), a_check_in(2, closes_on=date(2026, 9, 30)), an_offer(3)]
    told, choice = wanting_of(contact, *offers)
    expires = {
        offer.edition_id: date.fromordinal(last) for offer, last in zip(choice.offers, told.expires[0], strict=True)
    }
    assert expires == {1: date(2026, 10, 8), 2: date(2026, 9, 30), 3: date(2040, 1, 1)}


@pytest.mark.parametrize(
    ("on", "anniversary"),
    [
        ("2025-02-27", None),
        ("2025-02-28", "2025-02-28"),
        ("2028-02-28", "2027-02-28"),
        ("2028-02-29", "2028-02-29"),
        ("2029-12-31", "2029-02-28"),
    ],
)
def test_an_anniversary_of_29_february_is_the_last_day_of_february(on: str, anniversary: str | None) -> None:
    expected = date.fromisoformat(anniversary) if anniversary else None
    assert anniversary_before(date(2024, 2, 29), 12, date.fromisoformat(on)) == expected


days = st.dates(date(1960, 1, 1), date(2045, 1, 1))


@given(since=days, months=st.integers(1, 36), on=days)
@cases(100)
def test_the_anniversary_before_a_day_is_the_last_of_all_that_come_by_counting(
    since: date, months: int, on: date
) -> None:
    last, count = None, 1
    while (day := since + relativedelta(months=count * months)) <= on:
        last, count = day, count + 1
    assert anniversary_before(since, months, on) == last


@given(since=st.lists(days | st.just(date(2024, 2, 29)), min_size=1, max_size=40), months=st.integers(1, 36), on=days)
@cases(100)
def test_anniversaries_of_many_are_those_of_each(since: list[date], months: int, on: date) -> None:
    found = anniversaries_before(
        np.array([month_number(day.year, day.month) for day in since]),
        np.array([day.day for day in since]),
        months,
        np.full(len(since), on.toordinal()),
    )
    each = [anniversary_before(day, months, on) for day in since]
    assert found.tolist() == [day.toordinal() if day else 0 for day in each]


def test_the_birthdays_of_a_whole_century_are_civil_days() -> None:
    """Every day from 1990 to 2029 against every New Year's Eve and leap day since."""
    since = [date.fromordinal(ordinal) for ordinal in range(date(1990, 1, 1).toordinal(), date(2030, 1, 1).toordinal())]
    months = np.array([month_number(day.year, day.month) for day in since])
    for on in (date(2023, 12, 31), date(2024, 2, 29), date(2027, 2, 28), date(2028, 3, 1)):
        found = anniversaries_before(
            months, np.array([day.day for day in since]), 12, np.full(len(since), on.toordinal())
        )
        assert found.tolist() == [each.toordinal() if (each := anniversary_before(day, 12, on)) else 0 for day in since]
