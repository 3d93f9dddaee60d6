"""The ready journeys of the starter pack, each on a clock of its own."""

from itertools import pairwise
from pathlib import Path

import pytest

from outreach.domain.journeys.journey import Journey
from outreach.domain.journeys.rehearse import Script, rehearse
from outreach.domain.journeys.standing import Noted
from outreach.intake.packs import read_pack

FOLDER = Path(__file__).parents[2] / "packs" / "hearth-energy"
JOURNEYS = {one.key: Journey.of(one.key, one.definition()) for one in read_pack(FOLDER).journeys}


def told(key: str, script: Script) -> list[tuple[int, str, str]]:
    """Messages, calls and the end, by day."""
    kept = {Noted.SENT, Noted.CALLED, Noted.ENDED}
    return [(one.day, one.step, one.what.value) for one in rehearse(JOURNEYS[key], script).scenes if one.what in kept]


def test_there_are_the_seven_ready_flows_and_a_farewell() -> None:
    assert list(JOURNEYS) == [
        *("welcome", "onboarding", "quiet-customer", "win-back", "after-service", "apology", "thank-you"),
        "farewell",
    ]


@pytest.mark.parametrize("key", JOURNEYS)
def test_every_journey_ends_by_itself_whatever_becomes_of_its_messages(key: str) -> None:
    for script in (Script(), Script(clicks_after=1), Script(reachable=False)):
        rehearsal = rehearse(JOURNEYS[key], script, days=200)
        assert not rehearsal.unfinished


@pytest.mark.parametrize("key", JOURNEYS)
def test_a_complaint_ends_every_journey_on_its_day(key: str) -> None:
    assert told(key, Script(deeds=((1, "complained"),)))[-1][0] == 1


@pytest.mark.parametrize("key", JOURNEYS)
def test_no_two_messages_leave_within_a_week(key: str) -> None:
    days = [day for day, _, what in told(key, Script()) if what == "sent"]
    assert all(later - earlier >= 7 for earlier, later in pairwise(days))


def test_new_customers_get_two_letters() -> None:
    assert told("welcome", Script()) == [(0, "hello", "sent"), (10, "how-we-work", "sent"), (10, "over", "ended")]


def test_a_quiet_customer_who_says_nothing_is_called_in_the_end() -> None:
    assert told("quiet-customer", Script()) == [
        (0, "how-are-you", "sent"),
        (14, "small-thing", "sent"),
        (35, "call", "called"),
        (35, "over", "ended"),
    ]


def test_a_quiet_customer_who_buys_is_left_in_peace() -> None:
    assert told("quiet-customer", Script(deeds=((5, "bought"),)))[-1] == (5, "listen", "ended")


def test_whoever_was_not_content_with_a_visit_is_called() -> None:
    unhappy = Script(deeds=((3, "answered how-was-it not-good"),))
    assert ("call", "called") in [(step, what) for _, step, what in told("after-service", unhappy)]
    assert "called" not in [what for _, _, what in told("after-service", Script())]


def test_whoever_moved_is_not_asked_again() -> None:
    moved = Script(deeds=((2, "answered what-changed moved"),))
    assert [step for _, step, what in told("win-back", moved) if what == "sent"] == ["what-changed"]


def test_a_customer_whom_we_failed_is_called_and_not_written_to() -> None:
    failed = Script(deeds=((2, "answered what-changed not-happy"),))
    assert [(step, what) for _, step, what in told("win-back", failed)] == [
        *(("what-changed", "sent"), ("call", "called"), ("over", "ended")),
    ]
