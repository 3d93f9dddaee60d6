"""Rolling caps, counted in loads over all channels, and the exact instant at which one frees up."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outreach.domain.rhythm.caps import CAPS, DAYS_PER_LOAD, cap_frees_at, cap_kept

NOW = datetime(2026, 9, 8, 9, 30, tzinfo=UTC)
SECOND = timedelta(seconds=1)

#: A service mail, a letter, an offer, a text, a call, and a text that sells.
LOADS = [0.25, 1.0, 1.2, 1.7, 2.0, 2.04]

Made = list[tuple[datetime, float]]


def frees_at(touches: Made, load: float) -> float:
    newest_first = sorted(touches, reverse=True)
    at = np.array([[touched.timestamp() for touched, _ in newest_first] + [-np.inf]])
    loads = np.array([[weight for _, weight in newest_first] + [0.0]])
    return float(cap_frees_at(at, loads, load=load)[0])


def days_ago(*days: float, load: float = 1.0) -> Made:
    return [(NOW - timedelta(days=each), load) for each in days]


def test_without_touches_nothing_holds_back() -> None:
    assert frees_at([], 2.04) == -np.inf
    assert cap_frees_at(np.zeros((3, 0)), np.zeros((3, 0)), load=1.0).tolist() == [-np.inf] * 3


def test_the_sixth_letter_of_four_weeks_waits_for_the_first_to_leave() -> None:
    touches = days_ago(26, 20, 15, 12, 8)
    assert frees_at(touches, 1.0) == (NOW + timedelta(days=2)).timestamp()
    assert frees_at(touches[1:], 1.0) < NOW.timestamp()


def test_a_text_waits_longer_than_a_letter_and_a_call_counts_double() -> None:
    assert frees_at(days_ago(20, 15, 12, 8), 1.0) < NOW.timestamp()
    assert frees_at(days_ago(20, 15, 12, 8), 1.7) == (NOW + timedelta(days=8)).timestamp()
    assert frees_at([*days_ago(20, 15, 12), *days_ago(8, load=2.0)], 1.0) == (NOW + timedelta(days=8)).timestamp()


def test_a_week_holds_two_letters_and_no_third() -> None:
    assert frees_at(days_ago(3), 1.0) < NOW.timestamp()
    assert frees_at(days_ago(5, 3), 1.0) == (NOW + timedelta(days=2)).timestamp()


def test_touches_planned_ahead_count() -> None:
    assert frees_at(days_ago(-2, 4), 1.0) == (NOW + timedelta(days=3)).timestamp()


@pytest.mark.parametrize("load", [0.25, 1.0])
def test_touches_at_even_shares_never_fill_a_cap(load: float) -> None:
    step = timedelta(days=load * DAYS_PER_LOAD)
    touches: Made = []
    for number in range(20):
        assert frees_at(touches, load) <= (NOW + number * step).timestamp()
        touches.append((NOW + number * step, load))


histories = st.lists(
    st.tuples(st.integers(0, 60 * 24 * 60), st.sampled_from(LOADS)), max_size=12, unique_by=lambda made: made[0]
).map(lambda made: [(NOW - timedelta(minutes=minutes), load) for minutes, load in made])


def spent(touches: Made, *, at: datetime, days: float) -> float:
    """Loads in the window of `days` that ends at `at`, whose first instant lies outside."""
    return sum(load for made, load in touches if at - timedelta(days=days) < made <= at)


@given(touches=histories, load=st.sampled_from(LOADS))
@settings(max_examples=200, deadline=None)
def test_at_that_instant_every_window_has_room_and_a_second_before_one_has_not(touches: Made, load: float) -> None:
    frees = frees_at(touches, load)
    if frees == -np.inf:
        newest = max((made for made, _ in touches), default=NOW)
        assert all(spent(touches, at=newest, days=cap.days) + load <= cap.budget + 1e-9 for cap in CAPS)
        return
    at = datetime.fromtimestamp(frees, UTC)
    assert all(spent(touches, at=at, days=cap.days) + load <= cap.budget + 1e-9 for cap in CAPS)
    newest = max(made for made, _ in touches)
    if at - SECOND >= newest:
        assert any(spent(touches, at=at - SECOND, days=cap.days) + load > cap.budget for cap in CAPS)


@given(loads=st.lists(st.sampled_from(LOADS), min_size=1, max_size=30), eager=st.floats(0, 3))
@settings(max_examples=200, deadline=None)
def test_whoever_waits_for_room_each_time_never_exceeds_a_cap_on_any_mix_of_channels(
    loads: list[float], eager: float
) -> None:
    touches: Made = []
    now = NOW
    for load in loads:
        now = max(now + timedelta(days=eager), datetime.fromtimestamp(max(frees_at(touches[-16:], load), 0.0), UTC))
        touches.append((now, load))
        assert cap_kept(touches)
    assert all(before <= later for (before, _), (later, _) in pairwise(touches))


@given(touches=histories)
@settings(max_examples=200, deadline=None)
def test_caps_are_kept_if_no_window_that_ends_with_a_touch_holds_too_much(touches: Made) -> None:
    crowded = any(spent(touches, at=made, days=cap.days) > cap.budget + 1e-9 for made, _ in touches for cap in CAPS)
    assert cap_kept(touches) is not crowded


@given(touches=histories, lighter=st.sampled_from(LOADS), heavier=st.sampled_from(LOADS))
@settings(max_examples=100, deadline=None)
def test_room_for_more_never_comes_sooner(touches: Made, lighter: float, heavier: float) -> None:
    assert frees_at(touches, min(lighter, heavier)) <= frees_at(touches, max(lighter, heavier))
