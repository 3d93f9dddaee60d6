"""Which editions want a contact on a day."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given, settings
from hypothesis import strategies as st

from outreach.domain.calendar.season import Stance
from outreach.domain.planning.candidates import anniversary_before, candidates
from outreach.domain.planning.values import Offer, PlanningContact
from outreach.domain.touch import Channel, TouchClass
from tests.domain.planning.cases import a_contact, a_touch, an_offer

DAY = date(2026, 9, 8)


def wanting(contact: PlanningContact, *offers: Offer, on: date = DAY, stance: Stance = Stance.OPEN) -> list[int]:
    return [candidate.offer.edition_id for candidate in candidates(contact, offers, on=on, stance=stance)]


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
        ({"channel": Channel.SMS}, False),
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
    offer = an_offer(touch_class=touch_class)
    assert {stance for stance in Stance if wanting(a_contact(), offer, stance=stance)} == stances


def a_tip(position: int, **other: Any) -> Offer:
    return an_offer(position, rule="series", position=position, campaign_key="tips", **other)


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


def test_a_candidate_expires_with_its_edition_or_its_anniversary() -> None:
    contact = a_contact(customer_since=date(2024, 3, 8))
    offers = [a_check_in(1), a_check_in(2, closes_on=date(2026, 9, 30)), an_offer(3)]
    found = candidates(contact, offers, on=DAY, stance=Stance.OPEN)
    assert [candidate.expires_on for candidate in found] == [date(2026, 10, 8), date(2026, 9, 30), date(2040, 1, 1)]


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


@given(
    since=st.dates(date(2000, 1, 1), date(2030, 1, 1)),
    months=st.integers(1, 36),
    on=st.dates(date(2000, 1, 1), date(2045, 1, 1)),
)
@settings(max_examples=200, deadline=None)
def test_the_anniversary_before_a_day_is_the_last_of_all_that_come_by_counting(
    since: date, months: int, on: date
) -> None:
    counted = (
        [day for count in range(1, 600) if (day := since + relativedelta(months=count * months)) <= on]
        if on > since
        else []
    )
    assert anniversary_before(since, months, on) == (counted[-1] if counted else None)
