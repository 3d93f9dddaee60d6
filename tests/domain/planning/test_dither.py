"""Reproducible chance."""

from statistics import mean

from outreach.domain.planning.dither import dithered, fraction


def test_the_fractions_of_many_contacts_fill_the_unit_interval_evenly() -> None:
    tenths = [0] * 10
    for contact_id in range(1, 10_001):
        tenths[int(fraction(contact_id) * 10)] += 1
    assert min(tenths) > 900
    assert max(tenths) < 1100


def test_a_contacts_fraction_is_the_published_stream_of_splitmix64() -> None:
    published = [0xE220A8397B1DCDAF, 0x6E789E6AA1B965F4, 0x06C45D188009454F]
    assert [fraction(contact_id) for contact_id in range(3)] == [(word >> 11) / 2**53 for word in published]


def test_a_gap_is_dithered_by_a_tenth_at_most_and_by_nothing_on_average() -> None:
    factors = [dithered(7, day) for day in range(739_000, 740_000)]
    assert 0.9 <= min(factors) < 0.91
    assert 1.09 < max(factors) < 1.1
    assert abs(mean(factors) - 1) < 0.001
