"""The four ways customers leave."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.domain.care.goodbyes import (
    HELD_OUT,
    MEANS,
    Clue,
    Goodbye,
    Record,
    Traces,
    confidence,
    held_out,
    verdict,
)
from outreach.domain.rhythm.explain import sentence

LAST = datetime(2026, 3, 1, 10, tzinfo=UTC)
UNUSUAL = LAST + timedelta(days=80)
SILENT = Traces(contact_id=1, last_at=LAST, unusual_on=UNUSUAL)


def days(count: int) -> datetime:
    """So many days after the last purchase."""
    return LAST + timedelta(days=count)


def test_who_is_not_unusually_silent_and_said_nothing_has_not_left() -> None:
    assert verdict(Traces(contact_id=1, last_at=LAST, unusual_on=None, complaint_at=days(3))) is None


@pytest.mark.parametrize(
    ("traces", "clue"),
    [
        (SILENT, Clue.FADED),
        (replace(SILENT, milestone_at=days(-10), complaint_at=days(3)), Clue.MILESTONE),
        (replace(SILENT, milestone_at=days(300), complaint_at=days(3), bounced_at=days(5)), Clue.COMPLAINT),
        (replace(SILENT, complaint_at=days(-200), bad_answer_at=days(59)), Clue.BAD_ANSWER),
        (replace(SILENT, bounced_at=days(150)), Clue.BOUNCED),
        (replace(SILENT, bounced_at=days(151)), Clue.FADED),
        (replace(SILENT, asked_before=10, answered_before=5, asked_since=6, answered_since=1), Clue.WENT_QUIET),
        (replace(SILENT, asked_before=10, answered_before=5, asked_since=6, answered_since=2), Clue.FADED),
        (replace(SILENT, asked_before=3, answered_before=3, asked_since=6, answered_since=0), Clue.FADED),
        (replace(SILENT, said_finished_at=days(9), complaint_at=days(3)), Clue.SAID_FINISHED),
        (replace(SILENT, said_circumstances_at=days(9), said_finished_at=days(5)), Clue.SAID_CIRCUMSTANCES),
        (replace(SILENT, said_finished_at=days(-9)), Clue.FADED),
        (Traces(contact_id=1, last_at=None, unusual_on=None, said_finished_at=LAST), Clue.SAID_FINISHED),
    ],
    ids=lambda value: value.value if isinstance(value, Clue) else "",
)
def test_the_first_clue_in_the_order_of_the_rules_decides(traces: Traces, clue: Clue) -> None:
    found = verdict(traces)
    assert found
    assert (found.clue, found.goodbye) == (clue, MEANS[clue])
    assert found.clues[0] is clue


instants = st.none() | st.integers(-400, 400).map(days)
counts = st.integers(0, 20)


@given(
    st.builds(
        Traces,
        contact_id=st.integers(1, 10_000),
        last_at=st.none() | st.just(LAST),
        unusual_on=st.none() | st.just(UNUSUAL),
        said_finished_at=instants,
        said_circumstances_at=instants,
        milestone_at=instants,
        complaint_at=instants,
        bad_answer_at=instants,
        bounced_at=instants,
        asked_before=counts,
        answered_before=counts,
        asked_since=counts,
        answered_since=counts,
    )
)
def test_every_verdict_has_one_clue_a_sentence_and_honest_doubt(traces: Traces) -> None:
    found = verdict(traces)
    if found is None:
        assert traces.unusual_on is None or traces.last_at is None
        return
    assert found.goodbye is MEANS[found.clue]
    assert len(set(found.clues)) == len(found.clues)
    assert 0 < found.confidence < 1
    assert sentence(found.reason).endswith(".")


@given(st.sampled_from(list(Clue)), st.integers(0, 500), st.integers(0, 500))
def test_what_staff_say_moves_the_confidence_towards_the_truth(clue: Clue, right: int, wrong: int) -> None:
    before, record = confidence(clue, Record()), Record(right, wrong)
    share = right / (right + wrong) if right + wrong else before
    assert min(before, share) - 0.006 <= confidence(clue, record) <= max(before, share) + 0.006


def test_about_one_in_twenty_is_held_out_but_nobody_we_let_down() -> None:
    lost = sum(held_out(contact_id, Goodbye.HABIT_LOST) for contact_id in range(1, 20_001)) / 20_000
    assert HELD_OUT * 0.8 < lost < HELD_OUT * 1.2
    assert not any(held_out(contact_id, Goodbye.WE_FAILED) for contact_id in range(1, 2_000))


def test_most_goodbyes_of_an_assumed_world_are_told_apart() -> None:
    """In a world of our own making: it shows that the rules work together, and what they are weak at."""
    luck, right, told = Random(5), dict.fromkeys(Goodbye, 0), dict.fromkeys(Goodbye, 0)
    for number in range(4_000):
        truth = luck.choices(list(Goodbye), weights=[2, 2, 2, 4])[0]
        found = verdict(_traces_of(truth, luck, number))
        assert found
        told[truth] += 1
        right[truth] += found.goodbye is truth
    assert sum(right.values()) / sum(told.values()) > 0.6
    assert right[Goodbye.HABIT_LOST] / told[Goodbye.HABIT_LOST] > 0.75
    assert right[Goodbye.CIRCUMSTANCES] / told[Goodbye.CIRCUMSTANCES] < 0.7, "too good to be true: look at the world"


def _traces_of(truth: Goodbye, luck: Random, number: int) -> Traces:
    """Somebody who left for `truth`: clues are often missing, and sometimes there is one of another kind."""
    traces = replace(SILENT, contact_id=number, asked_before=8, answered_before=4, asked_since=6, answered_since=2)
    if truth is Goodbye.FINISHED and luck.random() < 0.75:
        traces = replace(traces, milestone_at=days(luck.randint(-40, 100)))
    if luck.random() < (0.55 if truth is Goodbye.WE_FAILED else 0.06):
        traces = replace(traces, complaint_at=days(luck.randint(-100, 50)))
    if luck.random() < (0.3 if truth is Goodbye.CIRCUMSTANCES else 0.03):
        traces = replace(traces, bounced_at=days(luck.randint(-30, 120)))
    if luck.random() < (0.3 if truth is Goodbye.CIRCUMSTANCES else 0.08):
        traces = replace(traces, answered_since=0)
    return traces
