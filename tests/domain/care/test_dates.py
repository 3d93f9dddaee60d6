"""On which days whose anniversaries are kept by people."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.domain.calendar.season import Stance
from outreach.domain.care.dates import GRACE_DAYS, DateRange, due_dates, kept_on, span

DAY = timedelta(days=1)
START = date(2026, 1, 1)


def closed(*stretches: tuple[date, date]) -> Callable[[date], Stance]:
    """A calendar that is closed in these stretches and open else."""
    return lambda day: Stance.CLOSED if any(first <= day <= last for first, last in stretches) else Stance.OPEN


STRETCHES = st.lists(
    st.tuples(st.integers(0, 400), st.integers(0, 60)).map(
        lambda one: (START + one[0] * DAY, START + (one[0] + one[1]) * DAY)
    ),
    max_size=5,
)


def test_an_ordinary_date_is_due_on_its_day_and_for_a_week() -> None:
    today = date(2026, 9, 8)
    assert due_dates(closed(), today=today) == DateRange(today - 8 * DAY, today)


def test_a_date_in_a_closed_season_is_due_when_it_opens() -> None:
    july = closed((date(2026, 7, 1), date(2026, 7, 31)))
    assert due_dates(july, today=date(2026, 7, 20)) is None
    assert due_dates(july, today=date(2026, 8, 1)) == DateRange(date(2026, 6, 30), date(2026, 8, 1))
    assert kept_on(july, date(2026, 7, 2)) == date(2026, 8, 1)


@given(STRETCHES, st.integers(0, 460), st.integers(0, 460))
def test_a_date_is_due_from_the_day_it_belongs_to_for_a_week_of_open_days(
    stretches: list[tuple[date, date]], on: int, back: int
) -> None:
    stance_on, today = closed(*stretches), START + on * DAY
    date_of = today - back * DAY
    kept = kept_on(stance_on, date_of)
    assert kept is not None
    found = due_dates(stance_on, today=today)
    is_due = found is not None and found.after < date_of <= found.until
    # What was missed in the week before a closed season is caught up as long as the week lasts, open or not.
    assert is_due == (kept <= today <= kept + GRACE_DAYS * DAY)


@pytest.mark.parametrize(
    ("months", "words"), [(6, "6 months"), (12, "1 year"), (18, "1 year and 6 months"), (25, "2 years and 1 month")]
)
def test_a_time_together_in_words(months: int, words: str) -> None:
    assert span(months) == words
