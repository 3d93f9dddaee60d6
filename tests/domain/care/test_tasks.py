"""The state machine of tasks, under a clock that only moves forward."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.domain.care.tasks import (
    AGAIN_AFTER,
    FURTHEST,
    MOST_ATTEMPTS,
    MOVES,
    Outcome,
    Standing,
    TaskState,
    after,
)
from outreach.domain.errors import BadInput, ImpossibleTransition

START = datetime(2026, 9, 8, 9, 30, tzinfo=UTC)
#: What happens, how long after the last, and, if it is a wish to be called later, how much later.
STEPS = st.lists(
    st.tuples(
        st.sampled_from(Outcome), st.timedeltas(timedelta(0), timedelta(days=40)), st.timedeltas(timedelta(minutes=1))
    ).filter(lambda step: step[2] <= FURTHEST),
    max_size=12,
)


@given(STEPS)
def test_whatever_happens_a_task_ends_after_three_attempts_and_never_leaves_its_end(
    steps: list[tuple[Outcome, timedelta, timedelta]],
) -> None:
    now, task, attempts = START, Standing(), 0
    for outcome, pause, later in steps:
        now += pause
        if task.state(now) is TaskState.DONE:
            with pytest.raises(ImpossibleTransition):
                after(task, outcome, now=now, until=now + later)
            continue
        task = after(task, outcome, now=now, until=now + later)
        attempts += MOVES[outcome].attempt
        assert task.attempts == attempts <= MOST_ATTEMPTS
        assert (task.outcome is not None) == (MOVES[outcome].to is TaskState.DONE or attempts == MOST_ATTEMPTS)
        assert (task.said == "finished") == (outcome is Outcome.FINISHED)
        assert task.promised == (outcome is Outcome.CALL_LATER)
        if task.outcome is None:
            assert task.not_before is not None
            assert task.state(now) is TaskState.WAITING
            assert task.state(task.not_before) is TaskState.OPEN
        else:
            assert (task.outcome, task.not_before) == (outcome, None)


@pytest.mark.parametrize("outcome", [Outcome.LEFT_MESSAGE, Outcome.NOT_REACHED])
def test_an_attempt_hides_the_task_for_three_days(outcome: Outcome) -> None:
    task = after(Standing(), outcome, now=START)
    assert task == Standing(None, 1, START + AGAIN_AFTER)
    assert task.state(START + AGAIN_AFTER - timedelta(seconds=1)) is TaskState.WAITING
    assert task.state(START + AGAIN_AFTER) is TaskState.OPEN


def test_a_time_that_the_customer_named_is_no_attempt() -> None:
    once = after(Standing(), Outcome.NOT_REACHED, now=START)
    until = START + timedelta(days=2, hours=1)
    assert after(once, Outcome.CALL_LATER, now=START, until=until) == Standing(None, 1, until, promised=True)


@pytest.mark.parametrize("until", [None, START, START - timedelta(days=1), START + FURTHEST + timedelta(seconds=1)])
def test_a_time_that_is_over_or_too_far_off_is_refused(until: datetime | None) -> None:
    with pytest.raises(BadInput, match="Choose"):
        after(Standing(), Outcome.CALL_LATER, now=START, until=until)


def test_only_conversations_are_touches_and_only_one_of_them_books() -> None:
    assert {one for one, move in MOVES.items() if move.talked} == {Outcome.REACHED, Outcome.BOOKED, Outcome.FINISHED}
    assert {one for one, move in MOVES.items() if move.books} == {Outcome.BOOKED}
    assert {one for one, move in MOVES.items() if move.spoils_number} == {Outcome.WRONG_NUMBER}
    assert MOVES.keys() == set(Outcome)
