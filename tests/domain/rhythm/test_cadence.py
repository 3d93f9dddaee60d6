"""Cadence: what people do moves the gap; what machines do does not."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outreach.domain.rhythm.band import RhythmBand
from outreach.domain.rhythm.cadence import Cadence, CadenceChange, Observation, respond
from outreach.domain.rhythm.codes import Code
from outreach.domain.rhythm.explain import sentence

BAND = RhythmBand(6, 14, 35)

SHORTENING = [Observation.REPLY, Observation.HUMAN_CLICK, Observation.HUMAN_OPEN]
STRETCHING = [Observation.SILENCE, Observation.LESS_OFTEN, Observation.COMPLAINT]
TEACHING_NOTHING = [Observation.MACHINE, Observation.UNSURE]


def answered(gap: float, observation: Observation, band: RhythmBand = BAND) -> CadenceChange:
    return respond(Cadence(gap), observation, band=band, message="October newsletter")


def test_a_click_shortens_the_gap_and_says_so() -> None:
    change = answered(14, Observation.HUMAN_CLICK)
    assert change.after.gap == 12.3
    assert sentence(change.reason) == (
        "Gap shortened from 14 to 12.3 days: a person clicked in the October newsletter."
    )


def test_silence_stretches_the_gap_and_says_so() -> None:
    change = answered(14, Observation.SILENCE)
    assert change.after.gap == 14.6
    assert sentence(change.reason) == (
        "Gap stretched from 14 to 14.6 days: nothing came back for the October newsletter."
    )


@pytest.mark.parametrize("observation", TEACHING_NOTHING)
def test_a_machine_or_a_doubt_changes_nothing(observation: Observation) -> None:
    change = answered(14, observation)
    assert not change.moved
    assert sentence(change.reason).startswith("Gap stays at 14 days: ")


def test_more_effort_by_a_person_shortens_more() -> None:
    gaps = [answered(20, observation).after.gap for observation in SHORTENING]
    assert gaps == sorted(set(gaps))
    assert gaps[-1] < 20


def test_a_wish_to_hear_less_often_is_heard_at_once() -> None:
    assert answered(6, Observation.LESS_OFTEN).after.gap == 11
    assert answered(14, Observation.LESS_OFTEN).after.gap == 21
    assert answered(30, Observation.LESS_OFTEN).after.gap == 35


def test_a_complaint_brings_the_longest_gap() -> None:
    assert answered(6, Observation.COMPLAINT).after.gap == 35


def test_at_the_edge_of_the_band_nothing_moves_and_the_sentence_says_why() -> None:
    change = answered(6, Observation.HUMAN_CLICK)
    assert not change.moved
    assert change.reason.code == Code.CADENCE_AT_LIMIT
    assert sentence(change.reason) == (
        "Gap is at 6 days: the industry's band allows no further step (human click, October newsletter)."
    )


def test_a_gap_outside_a_changed_band_comes_back_inside() -> None:
    assert answered(40, Observation.SILENCE).after.gap == 35
    assert answered(3, Observation.HUMAN_OPEN).after.gap == 6


def test_who_answers_half_the_time_hears_from_us_sooner_and_who_answers_three_in_ten_later() -> None:
    def after(answers_in_ten: int) -> float:
        cadence = Cadence(14.0)
        for round_ in range(200):
            opened = round_ * answers_in_ten % 10 < answers_in_ten
            observation = Observation.HUMAN_OPEN if opened else Observation.SILENCE
            cadence = respond(cadence, observation, band=BAND, message="tip").after
        return cadence.gap

    assert after(5) < 14 < after(3)
    assert after(9) == 6
    assert after(0) == 35


bands = st.tuples(st.integers(1, 20), st.integers(0, 20), st.integers(0, 40)).map(
    lambda steps: RhythmBand(steps[0], steps[0] + steps[1], steps[0] + steps[1] + steps[2])
)
tenths = st.integers(10, 900).map(lambda tenth: tenth / 10)


@given(gap=tenths, band=bands, history=st.lists(st.sampled_from(Observation), max_size=30))
@settings(max_examples=200, deadline=None)
def test_whatever_happens_the_gap_stays_inside_the_band(
    gap: float, band: RhythmBand, history: list[Observation]
) -> None:
    cadence = Cadence(band.clip(gap))
    for observation in history:
        change = respond(cadence, observation, band=band, message="tip")
        assert sentence(change.reason)
        assert change.moved == (change.after.gap != cadence.gap)
        if observation in SHORTENING:
            assert change.after.gap <= cadence.gap
        elif observation in STRETCHING:
            assert change.after.gap >= cadence.gap
        else:
            assert change.after == cadence
        cadence = change.after
        assert band.min_gap <= cadence.gap <= band.max_gap


@given(one=tenths, other=tenths, band=bands, observation=st.sampled_from(Observation))
@settings(max_examples=200, deadline=None)
def test_a_shorter_gap_before_never_gives_a_longer_one_after(
    one: float, other: float, band: RhythmBand, observation: Observation
) -> None:
    shorter, longer = sorted((band.clip(one), band.clip(other)))
    assert answered(shorter, observation, band).after.gap <= answered(longer, observation, band).after.gap


@given(
    gap=tenths,
    band=bands,
    before=st.lists(st.sampled_from(Observation), max_size=10),
    answer=st.sampled_from(SHORTENING),
    afterwards=st.lists(st.sampled_from(Observation), max_size=10),
)
@settings(max_examples=200, deadline=None)
def test_an_answer_instead_of_silence_never_lengthens_a_later_gap(
    gap: float, band: RhythmBand, before: list[Observation], answer: Observation, afterwards: list[Observation]
) -> None:
    def gaps(lesson: Observation) -> list[float]:
        cadence, found = Cadence(band.clip(gap)), []
        for observation in (*before, lesson, *afterwards):
            cadence = respond(cadence, observation, band=band, message="tip").after
            found.append(cadence.gap)
        return found

    assert all(mine <= other for mine, other in zip(gaps(answer), gaps(Observation.SILENCE), strict=True))
    for leaving in (Observation.LESS_OFTEN, Observation.COMPLAINT):
        assert all(mine >= other for mine, other in zip(gaps(leaving), gaps(Observation.UNSURE), strict=True))
