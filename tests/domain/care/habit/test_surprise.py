"""How unusual a silence is for this very customer."""

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from outreach.domain.care.habit.events import Events
from outreach.domain.care.habit.surprise import (
    Prior,
    Stretch,
    calibrated,
    false_alarms,
    fit_prior,
    regularity,
    silence,
    surprise,
    unusual_from,
    windows,
)


def a_stretch(x: float, tx: float, t: float, n: float = 0.0) -> Stretch:
    one = Stretch(np.array([x]), np.array([tx]), np.array([t]), np.array([1.0]), np.array([n]))
    return replace(one, window=windows(one.x, one.tx))


counts = st.integers(3, 60)
spans = st.floats(10, 2_000)
priors = st.builds(Prior, r=st.floats(0.2, 10), a=st.floats(5, 500), k=st.floats(1, 4))


@given(counts, spans, st.floats(0, 500), st.floats(1, 200), priors)
def test_surprise_rises_with_silence_and_falls_with_a_purchase(
    x: int, tx: float, waited: float, longer: float, prior: Prior
) -> None:
    now, later = a_stretch(x, tx, tx + waited), a_stretch(x, tx, tx + waited + longer)
    assert silence(later, prior)[0] >= silence(now, prior)[0] - 1e-9
    bought = a_stretch(x + 1, tx + waited + longer, tx + waited + longer)
    assert silence(bought, prior)[0] == 0


@given(counts, spans, st.floats(0, 500), priors, st.floats(0.1, 30))
def test_the_unit_of_time_does_not_matter_to_a_silence(
    x: int, tx: float, waited: float, prior: Prior, scale: float
) -> None:
    here = silence(a_stretch(x, tx, tx + waited), prior)[0]
    there = silence(a_stretch(x, tx * scale, (tx + waited) * scale), replace(prior, a=prior.a * scale))[0]
    assert abs(here - there) < 1e-6 * max(1, here)


@given(counts, spans, priors, st.floats(1.5, 4))
def test_silence_becomes_unusual_on_the_day_that_was_foretold(
    x: int, tx: float, prior: Prior, threshold: float
) -> None:
    day = unusual_from(a_stretch(x, tx, tx), prior, threshold=threshold)[0]
    assert abs(silence(a_stretch(x, tx, day), prior)[0] - threshold) < 1e-6
    assert silence(a_stretch(x, tx, day * 0.99), prior)[0] < threshold


@given(st.integers(0, 2), spans, st.floats(0, 5_000), priors)
def test_few_events_are_no_habit_and_never_surprise(x: int, tx: float, waited: float, prior: Prior) -> None:
    assert surprise(a_stretch(x, tx if x else 0.0, tx + waited), prior)[0] == 0


@given(counts, spans, st.floats(0, 500), st.integers(0, 60), priors)
def test_surprise_is_a_number_and_never_below_nothing(x: int, tx: float, waited: float, n: int, prior: Prior) -> None:
    found = surprise(a_stretch(x, tx, tx + waited, min(n, x)), prior)[0]
    assert np.isfinite(found)
    assert found >= 0


def generated(*, shape: float, pace: float = 8.0, customers: int = 400, seed: int = 3) -> Events:
    """Customers with Gamma intervals about a mean of their own."""
    luck = np.random.default_rng(seed)
    means = luck.gamma(4.0, pace, customers) + 1
    who, day = [], []
    for customer, mean in enumerate(means):
        at = np.cumsum(luck.gamma(shape, mean / shape, 400))
        at = at[at < 700].astype(int)
        who.append(np.full(len(at), customer))
        day.append(at)
    return Events.of(np.concatenate(who), np.concatenate(day) + 730_000, customers=customers)


def test_regular_customers_are_told_from_those_who_come_by_chance() -> None:
    chance, regular = (generated(shape=shape) for shape in (1.0, 4.0))
    assert 0.8 < regularity(chance, chance.day.astype(float)) < 1.3
    assert regularity(regular, regular.day.astype(float)) > 2.5


def test_the_threshold_of_a_tenant_keeps_false_alarms_as_rare_as_promised() -> None:
    events = generated(shape=1.0, pace=1.5)
    clock = events.day.astype(float)
    counts, starts = events.counts, events.starts
    prior = fit_prior((counts - 1).astype(float), clock[starts + counts - 1] - clock[starts])
    met, years = false_alarms(events, clock, prior)
    threshold = calibrated(met, years)
    assert threshold > 1.5
    assert (met > threshold).sum() / years <= 0.25
    assert calibrated(met[:10], years) == 2.0, "too few to tell: the usual one"


def test_an_ordinary_interval_of_a_regular_customer_is_no_surprise() -> None:
    regular = Prior(1.0, 10.0, k=5.0)
    assert silence(a_stretch(10, 100, 110), regular)[0] < 0.7
    assert silence(a_stretch(10, 100, 130), regular)[0] > 1.5
    assert silence(a_stretch(10, 100, 130), Prior(1.0, 10.0))[0] < 1.2
