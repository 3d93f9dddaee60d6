"""What there is to say to a customer."""

from datetime import UTC, date, datetime, timedelta

from outreach.domain.care.talking import Deed, PointCode, talking_points

NOW = datetime(2026, 9, 8, 9, 30, tzinfo=UTC)
DAY = timedelta(days=1)


def test_what_is_not_right_yet_comes_before_all_thanks() -> None:
    deeds = [Deed("purchase", NOW - DAY, 12.5, "GBP"), Deed("booking", NOW - 2 * DAY), Deed("purchase", NOW - 3 * DAY)]
    points = talking_points(deeds, customer_since=date(2024, 9, 9), open_case="It leaks", now=NOW)
    codes = [PointCode.MEND, PointCode.THANK_PURCHASE, PointCode.THANK_YEARS, PointCode.BOOKING]
    assert [point.code for point in points] == codes
    assert points[0].values == {"words": "It leaks"}
    assert points[1].values == {"at": NOW - DAY, "amount": 12.5, "currency": "GBP"}
    # One day before the second year is full.
    assert points[2].values["years"] == 1


def test_a_habit_is_named_from_four_purchases_on() -> None:
    bought = [Deed("purchase", NOW - days * DAY) for days in (40, 70, 100, 300)]
    (*_, habit) = talking_points(bought, customer_since=None, now=NOW)
    assert (habit.code, habit.values) == (PointCode.HABIT, {"gap": 30.0, "silent": 40.0})
    assert PointCode.HABIT not in [point.code for point in talking_points(bought[:3], customer_since=None, now=NOW)]


def test_of_somebody_new_there_is_nothing_to_say() -> None:
    assert talking_points([], customer_since=date(2026, 9, 1), now=NOW) == []
