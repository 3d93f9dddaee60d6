"""A recovery case goes through its states by one table, whatever happens to it and in whichever order."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from outreach.domain.care.recovery import (
    COOL_OFF_DAYS,
    REOPENS_WITHIN,
    TRANSITIONS,
    Case,
    CaseEnding,
    CaseMove,
    CaseState,
    CaseStep,
    Deadline,
    Landing,
    landing,
    missed,
    moved,
    promotions_from,
    rests_until,
    said_words,
)
from outreach.domain.care.workdays import deadlines, workday_after
from outreach.domain.errors import BadInput

NOW = datetime(2026, 9, 8, 9, 30, tzinfo=UTC)
LONDON = ZoneInfo("Europe/London")


def a_case(**values: object) -> Case:
    return replace(Case(CaseState.OPEN, NOW, deadlines(NOW, zone=LONDON, place="GB")), **values)


def a_move(step: CaseStep, *, days: int = 5, at: datetime = NOW) -> CaseMove:
    """A move with everything that any step asks for."""
    return CaseMove(
        step,
        by="mair@hearth.example",
        words="Spoke with Anna.",
        remedies=("call-me",),
        ending=CaseEnding.MENDED,
        cool_off_days=days,
        deadlines=deadlines(at, zone=LONDON, place="GB"),
        missed=frozenset({Deadline.ANSWER}),
    )


class Life(RuleBasedStateMachine):
    """A case to which anything happens, while a clock runs on."""

    def __init__(self) -> None:
        super().__init__()
        self.now = NOW
        self.case = a_case()
        self.told: list[tuple[datetime, Deadline]] = []

    @rule(hours=st.integers(1, 24 * 20))
    def wait(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule(step=st.sampled_from(CaseStep), days=st.integers(0, 60), ending=st.sampled_from(CaseEnding))
    def step(self, step: CaseStep, days: int, ending: CaseEnding) -> None:
        if step is CaseStep.ESCALATE:
            return
        move = replace(a_move(step, days=days, at=self.now), ending=ending)
        before = self.case
        if not before.allows(step):
            with pytest.raises(BadInput):
                moved(before, move, now=self.now)
            return
        self.case = moved(before, move, now=self.now)
        assert self.case.state is TRANSITIONS[before.state, step]

    @rule()
    def watch(self) -> None:
        passed = missed(self.case, now=self.now)
        if passed:
            self.case = moved(self.case, CaseMove(CaseStep.ESCALATE, missed=passed), now=self.now)
            self.told += [(self.case.since, one) for one in passed]
        assert not missed(self.case, now=self.now)

    @invariant()
    def an_ending_is_said_exactly_of_what_is_over(self) -> None:
        assert self.case.over == (self.case.closed_at is not None) == (self.case.ending is not None)

    @invariant()
    def whoever_was_listened_to_had_an_answer(self) -> None:
        if self.case.state in (CaseState.LISTENING, CaseState.OFFERED):
            assert self.case.answered_at is not None

    @invariant()
    def the_boss_is_told_once_of_each_deadline_of_each_opening(self) -> None:
        assert len(self.told) == len(set(self.told))

    @invariant()
    def nothing_ordinary_while_it_is_open(self) -> None:
        rests, promotes = rests_until(self.case, now=self.now), promotions_from(self.case, now=self.now)
        assert promotes >= rests
        if not self.case.over:
            assert rests > self.now + timedelta(days=1)
        elif self.case.ending is CaseEnding.MISTAKE and self.case.cool_off_days == 0:
            assert promotes == rests == self.case.closed_at


TestLife = Life.TestCase


def test_every_open_state_leads_to_the_end_and_the_end_back() -> None:
    for state in CaseState:
        if state is not CaseState.CLOSED:
            assert TRANSITIONS[state, CaseStep.CLOSE] is CaseState.CLOSED
    assert TRANSITIONS[CaseState.CLOSED, CaseStep.REOPEN] is CaseState.REOPENED


def test_a_case_is_walked_from_the_first_word_to_the_end() -> None:
    case, states = a_case(), []
    for step in (CaseStep.TAKE, CaseStep.LISTEN, CaseStep.OFFER, CaseStep.CHOOSE, CaseStep.CLOSE):
        case = moved(case, a_move(step), now=NOW)
        states.append(case.state)
    assert states == ["open", "listening", "offered", "agreed", "closed"]
    assert (case.owner, case.chosen, case.ending) == ("mair@hearth.example", "call-me", "mended")


def test_a_reopened_case_begins_anew_with_what_is_known_of_it() -> None:
    later = NOW + timedelta(days=12)
    case = moved(a_case(offered=("refund",), escalated=frozenset(Deadline)), a_move(CaseStep.CLOSE), now=NOW)
    again = moved(case, a_move(CaseStep.REPORT, at=later), now=later)
    assert again.state is CaseState.REOPENED
    assert (again.since, again.answered_at, again.escalated, again.offered) == (later, None, frozenset(), ("refund",))
    assert again.deadlines.answer_by > later


@pytest.mark.parametrize(
    ("step", "lacking", "column"),
    [
        (CaseStep.LISTEN, {"words": ""}, "words"),
        (CaseStep.LISTEN, {"words": "x" * 2001}, "words"),
        (CaseStep.OFFER, {"remedies": ()}, "remedies"),
        (CaseStep.CLOSE, {"ending": None}, "ending"),
        (CaseStep.CLOSE, {"words": ""}, "words"),
        (CaseStep.COOL_OFF, {"cool_off_days": None}, "cool_off_days"),
        (CaseStep.COOL_OFF, {"cool_off_days": 366}, "cool_off_days"),
    ],
)
def test_a_step_without_what_belongs_to_it_is_refused(step: CaseStep, lacking: dict[str, object], column: str) -> None:
    with pytest.raises(BadInput) as refused:
        moved(a_case(), replace(a_move(step), **lacking), now=NOW)
    assert [fault.column for fault in refused.value.faults] == [column]


def test_after_the_closing_ordinary_messages_rest_three_days_and_promotions_two_weeks() -> None:
    closed = moved(a_case(), a_move(CaseStep.CLOSE), now=NOW)
    assert rests_until(closed, now=NOW) == NOW + timedelta(days=3)
    assert promotions_from(closed, now=NOW) == NOW + timedelta(days=COOL_OFF_DAYS)
    shorter = moved(closed, a_move(CaseStep.COOL_OFF, days=1), now=NOW)
    assert (
        rests_until(shorter, now=NOW),
        promotions_from(shorter, now=NOW),
    ) == (NOW + timedelta(days=1), NOW + timedelta(days=1))


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, Landing.OPENS),
        ({"is_open": True}, Landing.JOINS),
        ({"known": True, "is_open": True}, Landing.KNOWN),
        ({"erased": True, "known": True}, Landing.ERASED),
        ({"closed_at": NOW - REOPENS_WITHIN}, Landing.REOPENS),
        ({"closed_at": NOW - REOPENS_WITHIN - timedelta(seconds=1)}, Landing.OPENS),
        ({"closed_at": NOW, "ending": CaseEnding.MISTAKE}, Landing.OPENS),
    ],
)
def test_a_report_finds_its_case(facts: dict[str, object], expected: Landing) -> None:
    nothing = {"erased": False, "known": False, "is_open": False, "closed_at": None, "ending": None}
    assert landing(**(nothing | facts), now=NOW) is expected  # type: ignore[arg-type]


def test_deadlines_are_the_evenings_of_working_days_where_the_customer_is() -> None:
    christmas = datetime(2026, 12, 23, 12, tzinfo=UTC)
    due = deadlines(christmas, zone=LONDON, place="GB-ENG")
    # 24, then Christmas, a Saturday, a Sunday, Boxing Day made up for on Monday.
    assert due.answer_by == datetime(2026, 12, 29, 18, tzinfo=UTC)
    tokyo = deadlines(datetime(2026, 9, 7, 20, tzinfo=UTC), zone=ZoneInfo("Asia/Tokyo"), place="")
    assert tokyo.answer_by == datetime(2026, 9, 10, 9, tzinfo=UTC)


@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.integers(1, 10), st.sampled_from(["", "GB", "DE-BY", "AE"]))
def test_a_working_day_is_never_a_weekend_and_always_ahead(day: date, days: int, place: str) -> None:
    found = workday_after(day, days=days, place=place)
    assert found.weekday() < 5
    assert days <= (found - day).days
    assert workday_after(day, days=days + 1, place=place) > found


def test_what_is_typed_is_tidied() -> None:
    assert said_words("  The valve \r\n drips.\x00\ud800 ") == "The valve\n drips.?"
