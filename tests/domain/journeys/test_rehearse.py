"""A journey on a clock of its own."""

from outreach.domain.journeys.journey import Journey
from outreach.domain.journeys.rehearse import Script, rehearse
from outreach.domain.journeys.standing import Noted
from tests.domain.journeys.ways import a_journey, steps


def told(journey: Journey, script: Script) -> list[tuple[int, str, str]]:
    scenes = rehearse(journey, script).scenes
    return [(one.day, one.step, one.what.value) for one in scenes if one.what is not Noted.BEGAN]


def test_if_nothing_happens_every_step_comes_on_its_day() -> None:
    assert told(a_journey(), Script()) == [
        (0, "hello", "sent"),
        (7, "a-week", "waited"),
        (7, "read-it", "else"),
        (7, "again", "sent"),
        (7, "ring", "called"),
        (7, "over", "ended"),
    ]


def test_whoever_clicks_goes_the_other_way() -> None:
    assert told(a_journey(), Script(clicks_after=1))[-2:] == [(7, "read-it", "then"), (7, "over", "ended")]


def test_a_booking_on_day_five_ends_it_there() -> None:
    journey = a_journey()
    last = rehearse(journey, Script(deeds=((5, "booked"),))).scenes[-1]
    assert (last.day, last.step, last.detail) == (5, "a-week", "booked")


def test_messages_without_a_slot_are_passed_over_after_their_days() -> None:
    days = [(day, what) for day, _, what in told(a_journey(), Script(reachable=False)) if what == "expired"]
    assert days == [(31, "expired"), (49, "expired")]


def test_a_round_that_nobody_leaves_is_told_as_unfinished() -> None:
    journey = steps(
        {"label": "hello", "send": "welcome/hello"},
        {"wait": 100},
        {"branch": ["bought"], "then": "over", "else": "hello"},
        {"label": "over", "end": True},
    )
    rehearsal = rehearse(journey, Script())
    assert rehearsal.unfinished
    assert sum(one.what is Noted.SENT for one in rehearsal.scenes) > 10
