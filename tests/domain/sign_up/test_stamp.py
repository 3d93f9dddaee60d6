"""Stamps say when a form was handed out, and cannot be made by anybody else."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.domain.sign_up.stamp import Timing, stamped, timing_of

NOW = datetime(2026, 9, 8, 9, 30, tzinfo=UTC)
SECRET = b"a secret"


@pytest.mark.parametrize(
    ("age", "timing"),
    [
        (timedelta(seconds=-1), Timing.TOO_EARLY),
        (timedelta(seconds=1.9), Timing.TOO_EARLY),
        (timedelta(seconds=2), Timing.FINE),
        (timedelta(days=1), Timing.FINE),
        (timedelta(days=1, seconds=1), Timing.WORTHLESS),
    ],
)
def test_a_stamp_has_to_have_the_right_age(age: timedelta, timing: Timing) -> None:
    assert timing_of(stamped("news", secret=SECRET, now=NOW), "news", secret=SECRET, now=NOW + age) is timing


def test_a_stamp_of_another_form_or_another_key_is_worthless() -> None:
    stamp, later = stamped("news", secret=SECRET, now=NOW), NOW + timedelta(minutes=1)
    assert timing_of(stamp, "tips", secret=SECRET, now=later) is Timing.WORTHLESS
    assert timing_of(stamp, "news", secret=b"another", now=later) is Timing.WORTHLESS


@given(st.text() | st.builds("{}.{}".format, st.integers(), st.text()))
def test_nobody_guesses_a_stamp(stamp: str) -> None:
    assert timing_of(stamp, "news", secret=SECRET, now=NOW) is Timing.WORTHLESS
