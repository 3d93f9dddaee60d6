"""Cadence: what people do moves the gap, steadily; what machines do does not."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outreach.domain.rhythm.cadence import STEP, Bands, Learners, less_often_gap, pace, steady_gap
from outreach.domain.rhythm.capacity import Answer
from outreach.domain.rhythm.mail_programs import Trace
from outreach.domain.rhythm.pressure import Timing
from outreach.domain.rhythm.tuning import Tuning

ONE = np.array([0])
#: A base in which everybody's program fetches pictures by itself, as good as certainly.
ALL_PREFETCH = Tuning(mix=(1e-60, 1.0, 1e-60, 1e-60, 1e-60))


@dataclass(frozen=True)
class Fate:
    """What became of a message, so many days after the one before."""

    answer: Answer | None = Answer.NOTHING
    trace: Trace = Trace.NONE
    left: bool = False
    after: float = 14.0
    load: float = 1.0
    timing: Timing = Timing.ORDINARY


SILENT = Fate()
OPENED = Fate(Answer.OPENED, Trace.OPENED)
CLICKED = Fate(Answer.ACTED, Trace.OPENED)
FETCHED = Fate(trace=Trace.FLAGGED)


def fresh(band: tuple[float, float, float] = (6, 14, 35), *, tuning: Tuning = Tuning(), count: int = 1) -> Learners:  # noqa: B008
    return Learners.fresh(Bands(*(np.full(count, float(gap)) for gap in band)), tuning=tuning)


def live(learners: Learners, fates: Sequence[Fate]) -> list[float]:
    """The gaps after each of `fates`."""
    day, gaps = 0.0, []
    for fate in fates:
        day += fate.after
        timing = np.array([fate.timing])
        met = learners.touch(ONE, day=np.array([day]), load=np.array([fate.load]), timing=timing)
        if fate.answer is not None:
            answer, trace = np.array([fate.answer]), np.array([fate.trace])
            learners.learn(ONE, met=met, timing=timing, answer=answer, trace=trace)
        if fate.left:
            learners.leave(ONE, met=met)
        gaps.append(float(learners.gap[0]))
    return gaps


def test_the_steady_gap_is_what_the_notes_say() -> None:
    # C = 1.9: room 0.88, z = 0.978, -10 log2(0.978 / 1.978) = 10.2 days.
    assert steady_gap(np.array([1.9])) == pytest.approx([10.17], abs=0.01)
    assert np.all(np.diff(steady_gap(np.array([0.6, 1.0, 2.0, 4.0, 7.0]))) < 0)


def test_a_contact_of_whom_nothing_is_known_stands_at_the_target_of_its_industry() -> None:
    for target in (7.0, 14.0, 30.0):
        learners = fresh((5, target, 60))
        assert learners.wished_gap(ONE) == pytest.approx([target])
        assert learners.gap == [target]


def test_a_click_moves_the_gap_at_once_and_an_open_has_to_earn_trust() -> None:
    assert live(fresh(), [CLICKED]) == [13.5]
    assert live(fresh(), [OPENED]) == [14.0]


def test_silence_stretches_step_by_step() -> None:
    assert live(fresh(), [SILENT] * 6) == [14.0, 14.1, 14.5, 14.8, 15.2, 15.5]


def test_an_open_of_everything_is_a_machine_and_brings_nobody_more_mail() -> None:
    assert live(fresh(), [OPENED] * 20)[-1] == 14.0


def test_a_reader_who_clicks_now_and_then_hears_from_us_sooner_and_one_who_never_does_later() -> None:
    reader = [CLICKED, SILENT, OPENED, OPENED, SILENT, CLICKED, OPENED, SILENT, OPENED, CLICKED] * 3
    assert live(fresh(), reader)[-1] < 11
    assert live(fresh(), [SILENT] * 30)[-1] > 19


def test_who_clicks_in_everything_reaches_the_shortest_gap_and_stays_there() -> None:
    assert live(fresh((10, 14, 35)), [CLICKED] * 30)[-3:] == [10, 10, 10]


def test_a_wish_to_hear_less_is_heard_at_once_and_goes_to_the_longest_gap_at_most() -> None:
    left = replace(SILENT, answer=None, left=True)
    assert live(fresh(), [left])[-1] == 21
    assert live(fresh((6, 30, 35)), [left])[-1] == 35
    assert [less_often_gap(gap, max_gap=35.0) for gap in (5.0, 6.0, 14.0, 30.0)] == [11, 11, 21, 35]
    assert less_often_gap(5.0, max_gap=8.0) == 8


def test_a_silent_time_of_a_busy_season_weighs_less_than_one_of_every_day() -> None:
    busy = live(fresh(), [replace(SILENT, timing=Timing.BUSY)] * 4)
    assert busy[-1] < live(fresh(), [SILENT] * 4)[-1]


def test_a_base_that_bears_less_slows_everybody_down_alike() -> None:
    # C = 1.9 e^-0.5 = 1.152: room 0.357, z = 0.396, 18.2 days instead of 10.2.
    assert pace(-0.5) == pytest.approx(1.79, abs=0.01)
    assert [pace(0.0), pace(0.3)] == [1, 1]
    assert np.all(np.diff([pace(shift) for shift in (-1.0, -0.6, -0.3, 0.0)]) < 0)


def test_what_the_whole_base_bears_is_no_news_about_one_contact() -> None:
    assert fresh(tuning=Tuning(shift=-0.4)).wished_gap(ONE) == fresh().wished_gap(ONE)


def test_a_steady_reader_has_a_steady_rhythm() -> None:
    random = np.random.default_rng(3)
    fates = [[SILENT, OPENED, CLICKED][kind] for kind in random.choice(3, p=[0.65, 0.3, 0.05], size=200)]
    gaps = np.array(live(fresh(), fates)[20:])
    assert gaps.std() / gaps.mean() < 0.15


bands = st.tuples(st.integers(2, 20), st.integers(0, 20), st.integers(0, 40)).map(
    lambda steps: (steps[0], steps[0] + steps[1], steps[0] + steps[1] + steps[2])
)
fates = st.builds(
    Fate,
    answer=st.sampled_from([*Answer, None]),
    trace=st.sampled_from(Trace),
    left=st.booleans(),
    after=st.floats(0, 60),
    load=st.sampled_from([0.25, 1.0, 1.2, 1.7, 2.0]),
    timing=st.sampled_from(Timing),
)
histories = st.lists(fates, min_size=1, max_size=12)
tunings = st.builds(Tuning, shift=st.floats(-1, 0.6))


@given(band=bands, history=histories, tuning=tunings)
@settings(deadline=None)
def test_the_gap_stays_in_the_band_and_no_lesson_moves_it_by_more_than_its_step(
    band: tuple[float, float, float], history: list[Fate], tuning: Tuning
) -> None:
    learners = fresh(band, tuning=tuning)
    before = float(learners.gap[0])
    for fate, gap in zip(history, live(learners, history), strict=True):
        assert band[0] <= gap <= band[2]
        assert round(gap * 10, 9) == int(round(gap * 10, 9))
        if fate.answer is None and not fate.left:
            assert gap == before
        elif not fate.left:
            assert before * (1 - STEP) - 1e-9 <= gap <= before * (1 + STEP) + 1e-9
            assert (gap <= before) if fate.answer is not Answer.NOTHING else (gap >= before)
        before = gap


@given(history=histories, place=st.integers(0, 11), tuning=tunings)
@settings(deadline=None)
def test_wishing_less_never_shortens_any_later_gap(history: list[Fate], place: int, tuning: Tuning) -> None:
    place %= len(history)
    stayed = [*history[:place], replace(history[place], left=False), *history[place + 1 :]]
    left = [*history[:place], replace(history[place], left=True), *history[place + 1 :]]
    pairs = zip(live(fresh(tuning=tuning), left), live(fresh(tuning=tuning), stayed), strict=True)
    assert all(wished >= other for wished, other in pairs)


@given(history=histories, answer=st.sampled_from([OPENED, CLICKED]), tuning=tunings)
@settings(deadline=None)
def test_an_answer_in_place_of_silence_never_lengthens_the_gap_it_leaves(
    history: list[Fate], answer: Fate, tuning: Tuning
) -> None:
    *before, last = history
    answered = [*before, replace(last, answer=answer.answer, trace=answer.trace)]
    silent = [*before, replace(last, answer=Answer.NOTHING, trace=Trace.NONE)]
    assert live(fresh(tuning=tuning), answered)[-1] <= live(fresh(tuning=tuning), silent)[-1]


@given(history=histories)
@settings(deadline=None)
def test_flagged_opens_change_nothing_but_what_is_believed_of_the_program(history: list[Fate]) -> None:
    plain = [replace(fate, answer=Answer.NOTHING, trace=Trace.NONE) for fate in history]
    flagged = [replace(fate, trace=Trace.FLAGGED) for fate in plain]
    without, with_flags = fresh(tuning=ALL_PREFETCH), fresh(tuning=ALL_PREFETCH)
    assert live(without, plain) == live(with_flags, flagged)
    assert without.capacity() == pytest.approx(with_flags.capacity())


@given(histories_of_many=st.lists(st.lists(fates, min_size=4, max_size=4), min_size=2, max_size=5))
@settings(deadline=None)
def test_contacts_learn_nothing_from_each_other(histories_of_many: list[list[Fate]]) -> None:
    everybody = fresh(count=len(histories_of_many))
    rows, day = np.arange(len(histories_of_many)), np.zeros(len(histories_of_many))
    for column in zip(*histories_of_many, strict=True):
        day = day + [fate.after for fate in column]
        timing = np.array([fate.timing for fate in column])
        met = everybody.touch(rows, day=day, load=np.array([fate.load for fate in column]), timing=timing)
        known = np.array([fate.answer is not None for fate in column])
        answer = np.array([fate.answer or 0 for fate in column])
        trace = np.array([fate.trace for fate in column])
        everybody.learn(rows[known], met=met[known], timing=timing[known], answer=answer[known], trace=trace[known])
        left = np.array([fate.left for fate in column])
        everybody.leave(rows[left], met=met[left])
    alone = [live(fresh(), history)[-1] for history in histories_of_many]
    assert everybody.gap.tolist() == pytest.approx(alone)
