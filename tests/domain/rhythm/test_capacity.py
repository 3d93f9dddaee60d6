"""The table of beliefs: figures of the notes, and what may never happen to it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.domain.rhythm.capacity import (
    CAPACITIES,
    PRIOR,
    READINESSES,
    Answer,
    capacity,
    excess,
    left,
    observed,
    prior,
    reading,
)
from outreach.domain.rhythm.mail_programs import PRIOR_MIX
from outreach.domain.rhythm.pressure import Floats, Timing

PLAIN = np.eye(5)[:1]
MIX = np.array([PRIOR_MIX])
ORDINARY = np.array([Timing.ORDINARY])


def after(answer: Answer, *, met: float = 1.5, programs: Floats = PLAIN, timing: Timing = Timing.ORDINARY) -> float:
    beliefs = observed(
        prior(1),
        met=np.array([met]),
        timing=np.array([timing]),
        answer=np.array([answer]),
        programs=programs,
        shift=0.0,
    )
    return float(capacity(beliefs, shift=0.0)[0])


def test_the_prior_is_centred_on_a_capacity_of_about_two_letters_and_readiness_goes_with_it() -> None:
    table = np.exp(PRIOR).reshape(7, 5)
    assert table.sum() == pytest.approx(1)
    assert capacity(prior(1), shift=0.0) == pytest.approx([1.9], abs=0.02)
    reads = (table @ READINESSES) / table.sum(axis=1)
    assert np.all(np.diff(reads) > 0)


def test_reading_is_what_the_notes_say() -> None:
    # A person of capacity 1.5 who met 1.8 is at 1.2 of it, half a capacity above comfort.
    chance = reading(np.array([1.8]), timing=ORDINARY, shift=0.0)[0, 2]
    assert chance == pytest.approx(0.75 * READINESSES * np.exp(-0.9 * 0.5))
    busy = reading(np.array([0.1]), timing=np.array([Timing.BUSY]), shift=0.0)[0, 2]
    keen = reading(np.array([0.1]), timing=np.array([Timing.KEEN]), shift=0.0)[0, 2]
    assert busy == pytest.approx(0.75 * READINESSES * 0.45)
    assert keen == pytest.approx(0.75 * READINESSES * 1.3)


def test_a_base_that_bears_less_is_sooner_above_comfort() -> None:
    assert np.all(excess(np.array([2.0]), shift=-0.5) >= excess(np.array([2.0]), shift=0.0))


def test_more_of_an_answer_says_more() -> None:
    assert after(Answer.NOTHING) < capacity(prior(1), shift=0.0)[0] < after(Answer.OPENED) <= after(Answer.ACTED)


def test_what_nobody_can_vouch_for_counts_by_its_chance() -> None:
    def with_maybe(opened: float, clicked: float, answer: Answer = Answer.NOTHING) -> float:
        beliefs = observed(
            prior(1),
            met=np.array([1.5]),
            timing=ORDINARY,
            answer=np.array([answer]),
            programs=PLAIN,
            shift=0.0,
            maybe=np.array([[opened, clicked]]),
        )
        return float(capacity(beliefs, shift=0.0)[0])

    assert with_maybe(0, 0) == pytest.approx(after(Answer.NOTHING))
    assert with_maybe(1, 0) == pytest.approx(after(Answer.OPENED))
    assert with_maybe(0, 1) == with_maybe(1, 1) == pytest.approx(after(Answer.ACTED))
    assert after(Answer.NOTHING) < with_maybe(0.4, 0) < with_maybe(0.8, 0) < after(Answer.OPENED)
    assert with_maybe(0.7, 0, Answer.ACTED) == pytest.approx(after(Answer.ACTED))


def test_who_is_silent_but_stays_under_much_pressure_bears_more() -> None:
    assert after(Answer.NOTHING, met=5.0) > after(Answer.NOTHING, met=1.5)


def test_who_leaves_under_much_pressure_bears_less_and_under_none_as_much_as_before() -> None:
    gone = capacity(left(prior(1), met=np.array([3.0]), shift=0.0), shift=0.0)[0]
    unmoved = capacity(left(prior(1), met=np.array([0.1]), shift=0.0), shift=0.0)[0]
    assert gone < after(Answer.NOTHING, met=3.0)
    assert unmoved == pytest.approx(capacity(prior(1), shift=0.0)[0])


def test_silence_in_a_busy_season_says_less() -> None:
    assert after(Answer.NOTHING, timing=Timing.BUSY) > after(Answer.NOTHING)


def test_behind_a_scanner_nothing_says_anything_but_that_the_contact_stayed() -> None:
    scanner = np.eye(5)[4:]
    assert after(Answer.ACTED, programs=scanner) == after(Answer.NOTHING, programs=scanner)


def test_where_pictures_are_fetched_by_themselves_an_open_says_as_much_as_none() -> None:
    for place in (1, 2, 3):
        program = np.eye(5)[place : place + 1]
        assert after(Answer.OPENED, programs=program) == after(Answer.NOTHING, programs=program)
        assert after(Answer.ACTED, programs=program) > after(Answer.NOTHING, programs=program)


FATES = st.tuples(st.sampled_from([*Answer, None]), st.floats(0, 60), st.sampled_from(Timing))


@given(st.lists(FATES, max_size=30), st.floats(-1, 0.6), st.lists(st.floats(0.001, 1), min_size=5, max_size=5))
def test_beliefs_stay_finite_and_sum_to_one_and_capacity_stays_in_its_range(
    fates: list[tuple[Answer | None, float, Timing]], shift: float, weights: list[float]
) -> None:
    beliefs, programs = prior(1), np.array([weights]) / sum(weights)
    for answer, met, timing in fates:
        if answer is None:
            beliefs = left(beliefs, met=np.array([met]), shift=shift)
        else:
            beliefs = observed(
                beliefs,
                met=np.array([met]),
                timing=np.array([timing]),
                answer=np.array([answer]),
                programs=programs,
                shift=shift,
            )
        assert np.all(np.isfinite(beliefs))
        assert np.exp(beliefs).sum() == pytest.approx(1)
    borne = capacity(beliefs, shift=shift)[0]
    assert CAPACITIES[0] * np.exp(shift) <= borne <= CAPACITIES[-1] * np.exp(shift)


def test_many_contacts_are_the_same_as_each_alone() -> None:
    many = {
        "met": np.array([0.5, 2.0, 6.0]),
        "timing": np.array(list(Timing)),
        "answer": np.array(list(Answer)),
        "programs": np.repeat(MIX, 3, axis=0),
    }
    together = observed(prior(3), **many, shift=0.1)
    for row in range(3):
        alone = observed(prior(1), **{name: values[row : row + 1] for name, values in many.items()}, shift=0.1)
        assert alone == pytest.approx(together[row : row + 1])
