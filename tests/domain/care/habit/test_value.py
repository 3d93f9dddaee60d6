"""Who will buy again: a decayed count against every simple rule, on the public CDNOW data."""

from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.domain.care.habit.events import Events
from outreach.domain.care.habit.value import CHANCE, chances, fit_chances, values
from tests.domain.care.habit.cdnow import CALIBRATION_END, bought_later, purchases, summary
from tests.domain.care.habit.ranking import auc, brier


@pytest.mark.parametrize(("name", "least"), [("sample", 0.780), ("master", 0.767)])
def test_it_ranks_better_than_every_simple_rule(name: str, least: float) -> None:
    events = purchases(name)
    came = bought_later(events) > 0
    x, tx, t = (each.astype(float) for each in summary(events))
    ours = auc(values(events.until(CALIBRATION_END), now=CALIBRATION_END), came)
    silence = t - tx
    others = {
        "three months": -(silence > 91).astype(float),
        "five months": -(silence > 152).astype(float),
        "seven months": -(silence > 213).astype(float),
        "recency": -silence,
        "frequency": x,
        "silence over own interval": -silence / np.where(x > 0, tx / np.maximum(x, 1), t + 1),
    }
    assert ours >= least
    assert all(ours > auc(score, came) for score in others.values()), others


def test_its_chances_hold_on_a_half_that_they_were_not_fitted_on() -> None:
    """Brier 0.157 on the sample, as on the page the figures come from; the base rate alone gives 0.206."""
    events = purchases("sample")
    came = bought_later(events) > 0
    value = values(events.until(CALIBRATION_END), now=CALIBRATION_END)
    half = np.arange(len(came)) % 2 == 0
    fitted = fit_chances(value[half], came[half])
    assert fitted == pytest.approx(CHANCE, abs=0.15)
    ours = brier(chances(value[~half], fitted), came[~half])
    assert ours <= 0.158
    assert ours < brier(np.full((~half).sum(), came[half].mean()), came[~half]) - 0.04
    by_silence = summary(events)[2] - summary(events)[1] > 152
    rates = np.where(by_silence[half], came[half & by_silence].mean(), 0)[:1], came[half & ~by_silence].mean()
    five_months = np.where(by_silence[~half], rates[0], rates[1])
    assert ours < brier(five_months, came[~half])


def test_too_few_outcomes_keep_the_figures_of_the_public_data() -> None:
    assert fit_chances(np.ones(499), np.arange(499) % 2 == 0) == CHANCE
    assert fit_chances(np.ones(900), np.ones(900, bool)) == CHANCE


@given(
    st.lists(st.tuples(st.integers(0, 4), st.integers(730_000, 730_400)), max_size=30),
    st.randoms(use_true_random=False),
)
def test_the_order_and_the_repetition_of_events_change_nothing(told: list[tuple[int, int]], luck: Random) -> None:
    shuffled = told + luck.sample(told, k=len(told) // 2)
    luck.shuffle(shuffled)
    once, twice = (values(_events(lines), now=730_500) for lines in (sorted(set(told)), shuffled))
    assert once.tolist() == twice.tolist()


def _events(lines: list[tuple[int, int]]) -> Events:
    who, day = (np.array([line[place] for line in lines], np.int64) for place in (0, 1))
    return Events.of(who, day, customers=5)
