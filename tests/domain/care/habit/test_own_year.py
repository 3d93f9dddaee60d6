"""Seasonal customers: silent in between, and that is no news."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from outreach.domain.care.habit.events import Events
from outreach.domain.care.habit.own_year import YEAR, Seasons

START = 730_000


def seasonal_customers(*, customers: int, years: int, visits: int, spread: int, seed: int) -> Events:
    """Customers who come a few times in the same weeks of every year, each in weeks of its own."""
    luck = np.random.default_rng(seed)
    centre = luck.uniform(0, YEAR, customers)
    who = np.repeat(np.arange(customers), years * visits)
    year = np.tile(np.repeat(np.arange(years), visits), customers)
    day = START + centre[who] + year * YEAR + luck.uniform(-spread / 2, spread / 2, len(who))
    return Events.of(who, day.astype(np.int64), customers=customers)


def test_who_comes_in_the_same_weeks_of_every_year_has_a_season() -> None:
    events = seasonal_customers(customers=500, years=3, visits=3, spread=50, seed=1)
    seasons = Seasons.of(events)
    assert seasons.seasonal.mean() > 0.98
    assert (seasons.days[seasons.seasonal] < 120).all()


def test_who_comes_all_year_round_has_none() -> None:
    luck = np.random.default_rng(2)
    who = np.repeat(np.arange(2_000), 12)
    events = Events.of(who, START + luck.integers(0, 3 * 365, len(who)), customers=2_000)
    assert Seasons.of(events).seasonal.mean() < 0.01


def test_a_single_season_is_none_yet() -> None:
    events = seasonal_customers(customers=300, years=1, visits=6, spread=60, seed=3)
    assert not Seasons.of(events).seasonal.any()


@settings(max_examples=60)
@given(st.integers(0, 10_000), st.integers(-200, 1_500), st.integers(0, 700))
def test_the_clock_never_runs_backwards_and_finds_its_days_again(seed: int, since: int, later: int) -> None:
    events = seasonal_customers(customers=3, years=3, visits=3, spread=60, seed=seed)
    seasons, everyone = Seasons.of(events), np.arange(3)
    day = np.full(3, START + since)
    first, second = seasons.clock(everyone, day), seasons.clock(everyone, day + later)
    assert (second >= first - 1e-9).all()
    assert (second - first <= later + 1e-9).all()
    found = seasons.day_at(everyone, second)
    assert np.allclose(seasons.clock(everyone, found), second)
    assert (found <= day + later + 1e-6).all()


def test_a_year_counts_as_long_as_the_season() -> None:
    events = seasonal_customers(customers=50, years=3, visits=3, spread=50, seed=5)
    seasons, everyone = Seasons.of(events), np.arange(50)
    here = seasons.clock(everyone, np.full(50, float(START)))
    there = seasons.clock(everyone, np.full(50, START + 4 * YEAR))
    assert np.allclose(there - here, 4 * seasons.days)
