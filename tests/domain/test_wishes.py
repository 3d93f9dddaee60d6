"""Pauses as civil dates."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from outreach.domain.errors import BadInput
from outreach.domain.wishes import Wish, WishKind, paused_months, starts_at


@pytest.mark.parametrize(
    ("today", "months", "ends"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2026, 12, 5), 3, date(2027, 3, 5)),
    ],
)
def test_a_pause_of_months_ends_on_the_same_day_of_the_month_or_on_its_last(
    today: date, months: int, ends: date
) -> None:
    assert paused_months(months, today=today) == ends


def test_a_named_day_counts_more_than_months() -> None:
    wish = Wish(WishKind.PAUSE, until=date(2026, 10, 1), months=6)
    assert wish.ends_on(today=date(2026, 9, 8)) == date(2026, 10, 1)


@pytest.mark.parametrize("until", [date(2026, 9, 8), date(2028, 9, 9)])
def test_a_pause_that_is_over_today_or_hardly_ever_is_refused(until: date) -> None:
    with pytest.raises(BadInput):
        Wish(WishKind.PAUSE, until=until).ends_on(today=date(2026, 9, 8))


def test_a_day_starts_at_midnight_even_where_a_clock_change_skips_it() -> None:
    assert starts_at(date(2026, 12, 8), zone=ZoneInfo("Asia/Tokyo")) == datetime(2026, 12, 7, 15, tzinfo=UTC)
    # Beirut springs forward at midnight.
    assert starts_at(date(2026, 3, 29), zone=ZoneInfo("Asia/Beirut")) == datetime(2026, 3, 28, 22, tzinfo=UTC)
