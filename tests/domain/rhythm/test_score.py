"""The rhythm score."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outreach.domain.rhythm.balance import Flags, Made, Spans
from outreach.domain.rhythm.score import DayTotal, Kept, Measured, ScoreWord, score_word

LAST = 20_000
FIRST = LAST - 180
DAYS = LAST + 1 - FIRST


def total(
    *people: Sequence[float],
    closed: Sequence[int] = (),
    quiet: Sequence[int] = (),
    paused: Sequence[tuple[float, float]] = (),
    known_for: float = 400,
    ordinary: bool = True,
    band: tuple[float, float] = (5, 35),
) -> DayTotal:
    """The base of these people; all is told in days before the scored day's noon. Pauses are of the first person."""
    row = [number for number, ago in enumerate(people) for _ in ago]
    at = [LAST + 0.5 - one for ago in people for one in ago]
    count = len(people)
    shut, busy = flags(closed), flags([*closed, *quiet])
    kept = Kept(
        made=Made.of(row, at, np.ones(len(at)), np.full(len(at), ordinary)),
        heard_from=np.full(count, max(LAST + 0.5 - known_for, FIRST - 40.0)),
        known_from=np.full(count, LAST + 0.5 - known_for),
        min_gap=np.full(count, band[0]),
        max_gap=np.full(count, band[1]),
        season=np.zeros(count, np.int64),
        first_day=FIRST,
        closed=shut,
        busy=busy,
        paused=Spans(
            np.zeros(len(paused), np.int64),
            np.array([LAST + 0.5 - one[0] for one in paused]),
            np.array([LAST + 0.5 - one[1] for one in paused]),
        ),
    )
    return Measured(kept).upto(LAST).total(np.ones(count, np.bool_))


def flags(days_ago: Sequence[int]) -> Flags:
    made = np.zeros((1, DAYS), np.bool_)
    made[0, [LAST - ago - FIRST for ago in days_ago]] = True
    return made


EVEN = range(0, 210, 14)


def test_a_perfectly_even_base_scores_a_hundred() -> None:
    told = total(EVEN, range(3, 210, 14), range(5, 210, 20))
    assert told.window.score == pytest.approx(100)
    assert told.spread == (3, 0, 0, 0, 0)
    assert (told.reachable, told.famine, told.feast, told.touches) == (3, 0, 0, 1)


def test_the_score_falls_with_each_famine_day() -> None:
    scores = [total(range(days, 250, 14), EVEN).window for days in range(34, 60)]
    assert [one.famine_days for one in scores] == [max(0, days - 34) for days in range(34, 60)]
    assert all(after.score < before.score for before, after in pairwise(scores))


def test_the_score_falls_with_each_feast_day() -> None:
    """The wider the shortest gap, the longer the feast of a touch that came too early."""
    scores = [total([*EVEN, 20], EVEN, band=(gap, 35)).window for gap in (7, 8, 9, 10)]
    assert [one.feast_days for one in scores] == [7, 8, 15, 16]
    assert all(after.score < before.score for before, after in pairwise(scores))


def test_a_closed_season_is_no_famine() -> None:
    silent = range(60, 250, 14)
    assert total(silent).window.famine_days == 26
    assert total(silent, closed=range(40)).window.famine_days == 0
    assert total(silent, quiet=range(40)).window.famine_days == 26


def test_a_pause_that_the_contact_asked_for_is_no_famine() -> None:
    silent = range(60, 250, 14)
    assert total(silent, paused=[(50, -7)]).window.famine_days == 0
    assert total(silent, paused=[(50, 10.5)]).window.famine_days == 11
    assert total(EVEN, silent, paused=[(50, -7)]).window.famine_days == 26


def test_touches_in_a_published_busy_season_cost_their_share() -> None:
    told = total(range(0, 210, 10), quiet=range(15)).window
    assert told.busy_share == pytest.approx(2 / 9)
    assert told.score == pytest.approx(100 * (1 - 2 / 9))


def test_a_gap_that_spans_a_busy_season_is_not_uneven() -> None:
    touches = [*range(0, 50, 10), *range(70, 210, 10)]
    assert total(touches).window.variation > 0.2
    assert total(touches, quiet=range(50, 60)).window.variation == pytest.approx(0)


def test_different_paces_of_different_people_are_not_uneven() -> None:
    assert total(range(0, 210, 7), range(0, 210, 30)).window.variation == pytest.approx(0)


def test_service_never_makes_a_feast_but_breaks_a_silence() -> None:
    told = total([0, 1, 2, 3, 30, 60, 90], ordinary=False).window
    assert (told.feast_days, told.famine_days, told.touches) == (0, 0, 0)


def test_a_newer_contact_is_measured_from_the_day_we_know_it() -> None:
    assert total([], known_for=50).window.days == 51
    assert total([], known_for=50).window.famine_days == 16


def test_a_monthly_blast_is_nearly_steady_and_good_at_most_for_it_writes_into_busy_seasons() -> None:
    monthly = [29.0, 59.0, 90.0, 120.0, 151.0, 181.0]
    told = total(*[[ago - spread for ago in monthly] for spread in (0, 10, 20)], quiet=range(20)).window
    assert told.index <= 2
    assert 70 <= told.score <= 85


def test_the_distribution_puts_each_contact_in_one_part() -> None:
    assert total(EVEN, range(36, 250, 14), range(38, 250, 14), range(45, 250, 14), []).spread == (1, 0, 2, 1, 1)


@given(ago=st.lists(st.lists(st.floats(0, 200), max_size=8), min_size=1, max_size=4))
@settings(max_examples=100, deadline=None)
def test_order_changes_nothing_and_every_number_keeps_its_bounds(ago: list[list[float]]) -> None:
    told = total(*ago)
    again = total(*[list(reversed(one)) for one in reversed(ago)])
    assert again.window.score == pytest.approx(told.window.score)
    assert again.spread == told.spread
    window = told.window
    assert 0 <= window.score <= 100
    assert 0 <= window.index <= 100
    assert sum(told.spread) == len(ago)


@pytest.mark.parametrize(
    ("score", "word"),
    [
        (85, ScoreWord.VERY_GOOD),
        (84.9, ScoreWord.GOOD),
        (70, ScoreWord.GOOD),
        (69.9, ScoreWord.UNEVEN),
        (49.9, ScoreWord.ACT),
    ],
)
def test_the_word_of_a_score(score: float, word: ScoreWord) -> None:
    assert score_word(score) is word
