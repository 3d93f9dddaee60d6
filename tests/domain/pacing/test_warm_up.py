"""The ramp of a new sender."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from outreach.domain.pacing.limits import Quota
from outreach.domain.pacing.warm_up import FORGOTTEN_AFTER, WarmUp, allowance, warm_up_quota

TODAY = date(2026, 9, 8)
RAMP = WarmUp(first=100, growth=1.5, enough=1_000)
DAYS = st.sets(st.integers(-10, 100).map(lambda ago: TODAY - timedelta(days=ago)))


def ago(*days: int) -> set[date]:
    return {TODAY - timedelta(days=one) for one in days}


def test_a_new_sender_begins_with_the_first_days_number() -> None:
    assert allowance(RAMP, [], today=TODAY) == 100


def test_it_grows_with_every_day_on_which_it_wrote() -> None:
    assert [allowance(RAMP, ago(*range(1, days + 1)), today=TODAY) for days in range(6)] == [
        100, 150, 225, 337, 506, 759,
    ]  # fmt: skip


def test_days_without_sending_teach_nothing() -> None:
    assert allowance(RAMP, ago(1, 9, 20), today=TODAY) == allowance(RAMP, ago(1, 2, 3), today=TODAY)


def test_today_is_not_counted_before_it_is_over() -> None:
    assert allowance(RAMP, ago(0, 1), today=TODAY) == 150


def test_the_ramp_ends_where_it_reaches_enough() -> None:
    assert allowance(RAMP, ago(*range(1, 6)), today=TODAY) == 759
    assert allowance(RAMP, ago(*range(1, 7)), today=TODAY) is None


def test_a_sender_that_was_silent_for_a_month_is_a_stranger_again() -> None:
    assert allowance(RAMP, ago(FORGOTTEN_AFTER, FORGOTTEN_AFTER + 1), today=TODAY) == 225
    assert allowance(RAMP, ago(FORGOTTEN_AFTER + 1, FORGOTTEN_AFTER + 2), today=TODAY) == 100
    assert allowance(RAMP, ago(1, FORGOTTEN_AFTER + 2), today=TODAY) == 150


def test_a_sender_that_is_known_has_no_quota() -> None:
    known = ago(*range(1, 20))
    assert warm_up_quota(RAMP, "hearth.example", sent_on=known, today=TODAY, zone="UTC") is None
    assert warm_up_quota(RAMP, "Hearth.example", sent_on=(), today=TODAY, zone="UTC") == Quota(
        "warm-up|hearth.example", 100, "UTC"
    )


@given(DAYS, st.integers(1, 60))
def test_one_more_day_of_sending_never_lowers_what_is_allowed(days: set[date], more: int) -> None:
    before = allowance(RAMP, days, today=TODAY)
    after = allowance(RAMP, days | ago(more), today=TODAY)
    assert after is None or (before is not None and RAMP.first <= before <= after < RAMP.enough)
