"""Published years and true ones."""

import numpy as np

from outreach.simulation.seasons import MOST_SHIFT, TRADES, Year
from outreach.simulation.worlds import WORLDS, World

DAYS = 730


def test_published_days_are_the_calendars_and_true_ones_differ_by_days() -> None:
    year = Year.of(WORLDS["usual"], seed=1, days=DAYS)
    true = year.busy[:, MOST_SHIFT : MOST_SHIFT + DAYS]
    assert 0.08 < year.closed.mean() < 0.2
    assert abs(true.mean() - year.closed.mean()) < 0.03
    # Every industry's true year misses the published one somewhere, and agrees on most days.
    differing = (true != year.closed).mean(axis=1)
    assert (differing > 0.003).all()
    assert (differing < 0.1).all()


def test_a_calendar_without_error_is_the_true_year() -> None:
    year = Year.of(World("exact", "edges as published", edge_error=0.0), seed=1, days=DAYS)
    assert np.array_equal(year.busy[:, MOST_SHIFT : MOST_SHIFT + DAYS], year.closed)


def test_wrong_seasons_come_three_weeks_late() -> None:
    world = World("late", "all late", edge_error=0.0, edge_shift=21)
    year = Year.of(world, seed=1, days=DAYS)
    true = year.busy[:, MOST_SHIFT : MOST_SHIFT + DAYS]
    assert np.array_equal(true[:, 21:], year.closed[:, :-21])


def test_an_announced_closure_is_published_and_true() -> None:
    world = WORLDS["closed-industry"]
    assert world.closure is not None
    year = Year.of(world, seed=1, days=DAYS)
    first, length = world.closure
    assert year.closed[0, first : first + length].all()
    assert year.busy[0, MOST_SHIFT + first : MOST_SHIFT + first + length].all()
    assert not year.announced[1:].any()


def test_shares_of_industries_make_a_hundred() -> None:
    assert sum(trade.share for trade in TRADES) == 100
