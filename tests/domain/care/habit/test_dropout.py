"""BG/NBD and its kin, against the published figures on the public CDNOW data."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outreach.domain.care.habit.dropout import Dropout, Purchases, fit_counts, fit_dropout
from tests.domain.care.habit.cdnow import bought_later, purchases, summary


def seen_in(name: str) -> Purchases:
    return Purchases.of(*summary(purchases(name)))


def test_the_sample_gives_the_published_bg_nbd() -> None:
    """Fader, Hardie and Lee 2005; the likelihood to three digits as in the test suite of CLVTools."""
    seen = seen_in("sample")
    fitted = fit_dropout(seen)
    assert seen.customers == 2_357
    assert [round(one, 3) for one in (fitted.r, fitted.alpha, fitted.a, fitted.b)] == [0.243, 4.414, 0.793, 2.426]
    assert round(fitted.log_likelihood(seen), 3) == -9582.429


def test_the_sample_gives_the_published_mbg_nbd_and_nbd() -> None:
    """BTYDplus, and the NBD of Fader, Hardie and Lee 2005."""
    seen = seen_in("sample")
    fitted = fit_dropout(seen, modified=True)
    assert round(fitted.log_likelihood(seen), 3) == -9582.136
    assert [round(one, 3) for one in (fitted.r, fitted.alpha, fitted.a, fitted.b)] == [0.525, 6.183, 0.891, 1.614]
    counts = fit_counts(seen)
    assert [round(one, 3) for one in (counts.r, counts.alpha)] == [0.385, 12.072]


def test_the_whole_cohort_gives_the_measured_bg_nbd() -> None:
    seen = seen_in("master")
    fitted = fit_dropout(seen)
    assert seen.customers == 23_570
    assert [round(one, 3) for one in (fitted.r, fitted.alpha, fitted.a, fitted.b)] == [0.252, 4.789, 0.723, 2.161]
    assert round(fitted.log_likelihood(seen), 2) == -95368.44


def test_expected_purchases_match_the_published_ones() -> None:
    """Who never bought again is expected to buy 0.23 times and did 0.24 times; the correlation is 0.626."""
    events = purchases("sample")
    x, tx, t = (each.astype(float) for each in summary(events))
    later = bought_later(events)
    expected = fit_dropout(seen_in("sample")).expected(x, tx / 7, t / 7, weeks=39)
    assert (round(expected[x == 0].mean(), 3), round(later[x == 0].mean(), 3)) == (0.225, 0.237)
    assert round(float(np.corrcoef(expected, later)[0, 1]), 3) == 0.626


@pytest.mark.parametrize("modified", [False, True])
def test_nobody_who_bought_twice_is_nothing_to_fit(modified: bool) -> None:
    nobody = Purchases.of(*(np.zeros(3, np.int64) for _ in range(3)))
    with pytest.raises(ValueError, match="nobody has bought twice"):
        fit_dropout(nobody, modified=modified)
    with pytest.raises(ValueError, match="nobody has bought twice"):
        fit_counts(nobody)


numbers = st.floats(0.05, 20)


@settings(max_examples=60)
@given(
    st.builds(Dropout, r=numbers, alpha=numbers, a=numbers, b=numbers, modified=st.booleans()),
    st.integers(0, 40),
    st.floats(0, 100),
    st.floats(0, 100),
    st.floats(0.5, 60),
)
def test_longer_silence_and_shorter_futures_promise_less(
    model: Dropout, x: int, tx: float, silence: float, weeks: float
) -> None:
    counts, last = np.full(2, float(x)), np.full(2, tx if x else 0.0)
    now = last + np.array([silence, silence + 10])
    alive = model.p_alive(counts, last, now)
    assert ((alive >= 0) & (alive <= 1)).all()
    assert alive[1] <= alive[0] + 1e-12
    sooner, later = model.expected(counts, last, now, weeks=weeks), model.expected(counts, last, now, weeks=2 * weeks)
    assert np.isfinite(sooner).all()
    assert (sooner >= -1e-9).all()
    assert (later >= sooner - 1e-9).all()
