"""Chance that no decision can shift."""

import numpy as np

from outreach.simulation.draws import fractions


def test_the_same_name_gives_the_same_numbers() -> None:
    first = fractions(1, "touch", day=3, people=50, rows=2)
    assert np.array_equal(first, fractions(1, "touch", day=3, people=50, rows=2))


def test_another_seed_day_purpose_or_wave_gives_others() -> None:
    first = fractions(1, "touch", day=3, people=2_000, rows=1)
    others = [
        fractions(2, "touch", day=3, people=2_000, rows=1),
        fractions(1, "night", day=3, people=2_000, rows=1),
        fractions(1, "touch", day=4, people=2_000, rows=1),
        fractions(1, "touch", day=3, people=2_000, rows=1, wave=1),
    ]
    for other in others:
        assert abs(np.corrcoef(first[0], other[0])[0, 1]) < 0.08


def test_numbers_spread_over_the_unit_interval() -> None:
    drawn = fractions(1, "touch", day=3, people=20_000, rows=1)
    assert 0 <= drawn.min() < 0.001
    assert 0.999 < drawn.max() < 1
    assert abs(drawn.mean() - 0.5) < 0.01
