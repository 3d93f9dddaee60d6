"""Reproducible chance."""

from statistics import mean

import numpy as np

from outreach.domain.planning.dither import dithered, fraction


def test_the_fractions_of_many_contacts_fill_the_unit_interval_evenly() -> None:
    tenths = np.bincount((fraction(np.arange(1, 10_001)) * 10).astype(int), minlength=10)
    assert len(tenths) == 10
    assert tenths.min() > 900
    assert tenths.max() < 1100


def test_a_contacts_fraction_is_the_published_stream_of_splitmix64() -> None:
    published = [0xE220A8397B1DCDAF, 0x6E789E6AA1B965F4, 0x06C45D188009454F]
    assert fraction(np.arange(3)).tolist() == [(word >> 11) / 2**53 for word in published]


def test_a_gap_is_dithered_by_a_tenth_at_most_and_by_nothing_on_average() -> None:
    days = np.arange(739_000, 740_000)
    factors = dithered(np.full(len(days), 7), days).tolist()
    assert 0.9 <= min(factors) < 0.91
    assert 1.09 < max(factors) < 1.1
    assert abs(mean(factors) - 1) < 0.001


def test_the_next_gap_is_dithered_differently() -> None:
    first, second = dithered(np.array([7, 7]), np.array([739_000, 739_014])).tolist()
    assert abs(first - second) > 0.01
