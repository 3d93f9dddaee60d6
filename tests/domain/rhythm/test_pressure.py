"""The bucket: touches fill it, time empties it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.domain.rhythm.cadence import Bands, Learners
from outreach.domain.rhythm.pressure import HALF_LIFE, Timing, drained, met, weight
from outreach.domain.rhythm.tuning import Tuning

ONE = np.array([0])


def test_pressure_halves_in_ten_days() -> None:
    assert drained(np.array([2.0, 2.0, 2.0]), days=np.array([0.0, 10.0, 20.0])) == pytest.approx([2.0, 1.0, 0.5])


def test_a_touch_meets_what_was_there_and_half_of_itself() -> None:
    assert met(np.array([1.5]), added=np.array([1.0])) == pytest.approx([2.0])


def test_who_is_busy_feels_a_touch_almost_twice() -> None:
    assert weight(np.ones(3), timing=np.array(list(Timing))) == pytest.approx([1.0, 1.8, 1.0])


@given(st.lists(st.tuples(st.floats(0, 40), st.floats(0.1, 3), st.sampled_from(Timing)), min_size=1, max_size=20))
def test_pressure_is_the_sum_of_all_loads_drained_by_their_age(touches: list[tuple[float, float, Timing]]) -> None:
    band = np.array([14.0])
    learners = Learners.fresh(Bands(band / 2, band, band * 2), tuning=Tuning())
    day, days, added = 0.0, [], []
    for gap, load, timing in touches:
        day += gap
        days.append(day)
        added.append(load * (1.8 if timing is Timing.BUSY else 1.0))
        learners.touch(ONE, day=np.array([day]), load=np.array([load]), timing=np.array([timing]))
    expected = sum(load * 2 ** (-(day - at) / HALF_LIFE) for at, load in zip(days, added, strict=True))
    assert learners.pressure == pytest.approx([expected])
