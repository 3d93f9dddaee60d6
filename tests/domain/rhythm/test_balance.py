"""Feast or famine of one contact."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outreach.domain.rhythm.balance import Balance, balance
from outreach.domain.rhythm.band import RhythmBand
from outreach.domain.rhythm.caps import CAP_TOUCHES, CAP_WINDOW, cap_frees_at

BAND = RhythmBand(6, 14, 35)


def of(now: datetime, *days_ago: float, known_for: float = 400, band: RhythmBand = BAND) -> Balance:
    touches = [now - timedelta(days=ago) for ago in days_ago]
    return balance(touches, band=band, started_at=now - timedelta(days=known_for), now=now)


def test_an_even_rhythm_is_neither_feast_nor_famine(now: datetime) -> None:
    assert of(now, *range(0, 400, 14)) == Balance(False, False, 0.0, 0.0, 90.0)


def test_silence_past_the_longest_gap_is_famine(now: datetime) -> None:
    told = of(now, 45)
    assert (told.famine_now, told.famine_days) == (True, pytest.approx(10 + 90 - 45))
    assert not of(now, 34.9).famine_now


def test_silence_counts_from_the_day_we_know_the_contact(now: datetime) -> None:
    assert of(now, known_for=40) == Balance(True, False, pytest.approx(5.0), 0.0, pytest.approx(40.0))
    assert not of(now, known_for=30).famine_now


def test_a_famine_that_is_over_still_counts_in_its_days(now: datetime) -> None:
    told = of(now, 60, 5)
    assert not told.famine_now
    assert told.famine_days == pytest.approx(55 - 35 + 90 - 60)


def test_a_touch_too_early_is_feast_until_the_shortest_gap_is_over(now: datetime) -> None:
    assert of(now, 20, 10, 7).feast_days == pytest.approx(6.0)
    assert not of(now, 20, 10, 7).feast_now
    told = of(now, 20, 10, 7, 3)
    assert told.feast_now
    assert told.feast_days == pytest.approx(4.0 + 3.0)


def test_more_touches_than_the_cap_are_feast_until_the_window_frees(now: datetime) -> None:
    band = RhythmBand(1, 2, 35)
    told = of(now, 30, 27, 25, 22, 18, 10, band=band)
    assert not told.feast_now
    assert told.feast_days == pytest.approx(10 - 2.0)
    assert of(now, 26, 22, 18, 14, 10, 6, band=band).feast_now


def test_planned_touches_do_not_count_yet(now: datetime) -> None:
    assert of(now, 45, -1).famine_now


def test_the_index_tells_days_in_either_of_a_hundred(now: datetime) -> None:
    assert of(now, 90, 76, 62, 48, 34, 20, 10, 7).index == pytest.approx(100 * 6 / 90)
    assert of(now, known_for=0).index == 0.0


@given(ago=st.lists(st.floats(0, 120), max_size=20), known_for=st.floats(0, 200))
@settings(max_examples=200, deadline=None)
def test_neither_half_exceeds_the_days_looked_at_and_both_never_hold_at_once(
    ago: list[float], known_for: float
) -> None:
    now = datetime.fromisoformat("2026-09-08T09:30:00+00:00")
    told = of(now, *ago, known_for=known_for)
    assert 0 <= told.famine_days <= told.days + 1e-9
    assert 0 <= told.feast_days <= told.days + 1e-9
    assert told.days <= 90
    assert not (told.famine_now and told.feast_now)


@given(hours=st.lists(st.integers(0, 24 * 60), max_size=12))
@settings(max_examples=200, deadline=None)
def test_the_cap_frees_at_the_first_hour_that_keeps_every_window(hours: list[int]) -> None:
    """Against trying hour after hour from the last touch on."""
    start = datetime.fromisoformat("2026-01-01T00:00:00+00:00")
    touches = [start + timedelta(hours=hour) for hour in hours]
    at = max(touches, default=start)
    while sum(at - CAP_WINDOW < touch for touch in touches) >= CAP_TOUCHES:
        at += timedelta(hours=1)
    frees = cap_frees_at(touches)
    assert max(frees or at, max(touches, default=start)) == at
