"""Journeys that cannot be gone are refused by name."""

from typing import Any

import pytest

from outreach.domain.journeys.flaws import Flaw, flaws
from outreach.domain.journeys.journey import Journey
from tests.domain.journeys.ways import RULES, a_journey, steps

END = {"label": "over", "end": True}


def named(journey: Journey) -> list[tuple[Flaw, tuple[str | int, ...]]]:
    return [(found.flaw, found.path) for found in flaws(journey, rules=RULES)]


def test_a_sound_journey_has_no_flaws() -> None:
    assert named(a_journey()) == []


def test_a_round_without_a_wait_is_refused_and_one_with_a_wait_is_not() -> None:
    again = {"label": "choose", "branch": ["bought"], "then": "over", "else": "first"}
    hello = {"label": "first", "send": "welcome/hello"}
    assert named(steps(hello, again, END)) == [(Flaw.LOOP, ("steps", 0)), (Flaw.LOOP, ("steps", 1))]
    assert named(steps(hello, {"wait": 3}, again, END)) == []


def test_a_step_that_leads_to_itself_is_a_loop() -> None:
    branch = {"label": "here", "branch": ["bought"], "then": "over", "else": "here"}
    assert named(steps(branch, END)) == [(Flaw.LOOP, ("steps", 0))]


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ([{"label": "a", "wait": 1}, {"label": "a", "wait": 2}, END], [(Flaw.TWICE, ("steps", 1))]),
        ([{"wait": 1, "next": "nowhere"}, END], [(Flaw.UNKNOWN_STEP, ("steps", 0))]),
        ([{"send": "welcome/none"}, END], [(Flaw.UNKNOWN_EDITION, ("steps", 0, "send"))]),
        ([{"send": "news/first"}, END], [(Flaw.NOT_INVITED, ("steps", 0, "send"))]),
        ([{"wait": 401}, END], [(Flaw.LONG_WAIT, ("steps", 0, "wait"))]),
        ([{"wait": 0}, END], [(Flaw.LONG_WAIT, ("steps", 0, "wait"))]),
        ([{"wait": 1, "next": "over"}, {"label": "lost", "wait": 2}, END], [(Flaw.UNREACHABLE, ("steps", 1))]),
        ([{"wait": 1}], [(Flaw.NO_END, ("steps", 0))]),
        ([{"label": "a", "wait": 1, "next": "a"}], [(Flaw.NO_END, ("steps", 0))]),
    ],
)
def test_each_flaw_has_a_name_and_a_place(written: list[dict[str, Any]], found: list[Any]) -> None:
    assert [one for one in named(steps(*written)) if one in found] == found


def test_a_condition_names_a_step_that_sends() -> None:
    assert named(a_journey(goal=["clicked a-week"])) == [(Flaw.UNKNOWN_STEP, ("goal", 0))]
    assert named(a_journey(goal=["clicked"])) == []


@pytest.mark.parametrize(
    ("entry", "flaw"),
    [
        ({"on": "goodbye"}, Flaw.ODD_ENTRY),
        ({"on": "purchase", "goodbyes": ["habit_lost"]}, Flaw.ODD_ENTRY),
        ({"on": "new_contact", "first": True}, Flaw.ODD_ENTRY),
        ({"on": "case_opened"}, Flaw.ENDS_AT_ONCE),
    ],
)
def test_an_entry_says_only_what_its_trigger_knows(entry: dict[str, Any], flaw: Flaw) -> None:
    assert [found for found, _ in named(a_journey(entry=entry))] == [flaw]


def test_every_flaw_says_how_to_mend_it() -> None:
    found = list(flaws(a_journey(steps=[{"wait": 500}, {"send": "x/y"}], goal=["opened z"]), rules=RULES))
    assert len({one.flaw for one in found}) >= 4
    assert all(one.reason[0].islower() and one.mend.endswith(".") for one in found)
