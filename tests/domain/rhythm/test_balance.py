"""Feast and famine of contacts."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from outreach.domain.rhythm.balance import Made, Spans, famines, feasts

NOW = 20_000.0


def made(*days_ago: float, load: float = 1.0, ordinary: bool = True) -> Made:
    count = len(days_ago)
    return Made.of([0] * count, NOW - np.array(days_ago), [load] * count, [ordinary] * count)


def famine(*days_ago: float, known_for: float = 400, max_gap: float = 35) -> list[tuple[float, float]]:
    spans = famines(made(*days_ago), heard_from=np.array([NOW - known_for]), max_gap=np.array([max_gap]), until=NOW)
    return stretches(spans)


def feast(*days_ago: float, min_gap: float = 6, load: float = 1.0, ordinary: bool = True) -> list[tuple[float, float]]:
    return stretches(feasts(made(*days_ago, load=load, ordinary=ordinary), min_gap=np.array([min_gap])))


def stretches(spans: Spans) -> list[tuple[float, float]]:
    """Days ago."""
    return [(NOW - start, NOW - end) for start, end in zip(spans.start, spans.end, strict=True)]


def test_an_even_rhythm_is_neither_feast_nor_famine() -> None:
    assert not famine(*range(0, 400, 14))
    assert not feast(*range(0, 400, 14))


def test_silence_past_the_longest_gap_is_famine_until_the_next_touch() -> None:
    assert famine(60, 5, known_for=60) == [(25, 5)]
    assert famine(45, known_for=45) == [(10, 0)]
    assert not famine(35, known_for=35)


def test_silence_counts_from_the_day_we_know_the_contact() -> None:
    assert famine(known_for=40) == [(5, 0)]
    assert not famine(known_for=30)


def test_a_touch_too_early_is_feast_until_the_shortest_gap_is_over() -> None:
    assert feast(20, 10, 7) == [(7, 1)]
    assert not feast(20, 14)


def test_service_never_makes_a_feast() -> None:
    assert not feast(20, 10, 7, 6, 5, 4, 3, ordinary=False)


def test_more_loads_than_a_cap_are_feast_until_its_window_frees() -> None:
    assert feast(30, 26, 22, 18, 14, 10, min_gap=1) == [(10, 2)]
    assert feast(10, 8, 6, min_gap=1) == [(6, 3)]
    assert feast(10, 8, min_gap=1, load=2.0) == [(8, 3)]


def test_a_day_belongs_to_the_stretch_that_it_ends_in() -> None:
    spans = Spans(np.array([0, 0, 1]), np.array([10.5, 11.0, 12.5]), np.array([12.5, 12.0, 12.9]))
    assert spans.days(contacts=3, first_day=9, days=5).tolist() == [
        [False, True, True, False, False],
        [False] * 5,
        [False] * 5,
    ]


@given(ago=st.lists(st.floats(0, 120), max_size=12), row=st.integers(0, 2))
@settings(max_examples=100, deadline=None)
def test_neighbours_change_nothing(ago: list[float], row: int) -> None:
    """One contact among others has the feasts it has alone."""
    others = [other for other in range(3) if other != row]
    rows = [row] * len(ago) + others * 3
    at = np.concatenate([NOW - np.array(ago, float), NOW - np.repeat([1.0, 2.0, 3.0], 2)])
    together = feasts(Made.of(rows, at, [1.0] * len(at), [True] * len(at)), min_gap=np.full(3, 6.0))
    mine = together.row == row
    alone, mine = sorted(feast(*ago)), Spans(together.row[mine], together.start[mine], together.end[mine])
    assert np.allclose(np.array(sorted(stretches(mine))).reshape(-1, 2), np.array(alone).reshape(-1, 2))
