"""The engine on a virtual clock: whatever happens and however late we look, it keeps its word."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from outreach.domain.journeys.advance import advance, begin, take_out
from outreach.domain.journeys.flaws import flaws
from outreach.domain.journeys.journey import Deed, Journey, StepKind
from outreach.domain.journeys.standing import (
    Call,
    Delivery,
    Ending,
    Facts,
    Happened,
    Hold,
    Invite,
    Move,
    Noted,
    Standing,
    TakeBack,
)
from tests.domain.journeys.ways import RULES, a_journey, steps

T0 = datetime(2026, 2, 27, 9, 30, tzinfo=UTC)


def day(number: float) -> datetime:
    return T0 + timedelta(number)


def start(journey: Journey) -> Standing:
    return begin(journey, began_at=T0 - timedelta(hours=1), now=T0)


def looked(journey: Journey, standing: Standing, on: float, **facts: Any) -> Move:
    return advance(journey, standing, Facts(**facts), now=day(on))


def test_the_first_look_asks_for_the_first_message_and_waits_for_its_fate() -> None:
    journey = a_journey()
    move = looked(journey, start(journey), 0)
    assert move.actions == (Invite(1, "hello", "welcome/hello", 30),)
    assert looked(journey, move.standing, 3, delivery=Delivery.PENDING).actions == ()
    sent = looked(journey, move.standing, 3, delivery=Delivery.SENT, delivered_at=day(2))
    assert (sent.standing.step, sent.standing.since) == ("a-week", day(2))


def test_a_wait_is_counted_from_the_day_on_which_the_message_left() -> None:
    journey = a_journey()
    standing = looked(journey, start(journey), 0).standing
    standing = looked(journey, standing, 3, delivery=Delivery.SENT, delivered_at=day(2)).standing
    assert looked(journey, standing, 9 - 1 / 86_400).actions == ()
    assert looked(journey, standing, 9).actions == (Invite(2, "again", "welcome/again", 10),)


def test_a_click_leads_another_way() -> None:
    journey = a_journey()
    standing = looked(journey, start(journey), 0).standing
    standing = looked(journey, standing, 1, delivery=Delivery.SENT, delivered_at=day(1)).standing
    clicked = (Happened(Deed.CLICKED, day(2), "hello"),)
    move = looked(journey, standing, 9, happened=clicked)
    assert (move.standing.ended_as, move.actions) == (Ending.DONE, ())


def test_a_message_that_never_leaves_is_noted_and_passed_over() -> None:
    journey = a_journey()
    for delivery, noted in (
        (Delivery.WITHHELD, Noted.WITHHELD),
        (Delivery.EXPIRED, Noted.EXPIRED),
        (Delivery.WITHDRAWN, Noted.WITHDRAWN),
    ):
        standing = looked(journey, start(journey), 0).standing
        standing = looked(journey, standing, 5, delivery=delivery).standing
        assert (standing.step, standing.since) == ("a-week", day(5))
        assert noted in [line.what for line in standing.log]


def test_a_message_nobody_knows_anything_of_is_given_up() -> None:
    journey = a_journey()
    standing = looked(journey, start(journey), 0).standing
    assert looked(journey, standing, 31).standing.step == "hello"
    assert looked(journey, standing, 33).standing.step == "a-week"


def test_the_goal_takes_back_what_was_asked_for() -> None:
    journey = a_journey()
    standing = looked(journey, start(journey), 0).standing
    move = looked(journey, standing, 1, happened=(Happened(Deed.BOOKED, day(0.5)),))
    assert (move.standing.ended_as, move.actions) == (Ending.GOAL, (TakeBack(1, "booked"),))


def test_a_way_out_comes_before_the_goal_even_if_it_came_later() -> None:
    journey = a_journey()
    happened = (Happened(Deed.BOOKED, day(1)), Happened(Deed.COMPLAINED, day(2)))
    assert looked(journey, start(journey), 3, happened=happened).standing.ended_as is Ending.EXIT


def test_what_happened_before_the_beginning_or_lies_ahead_does_not_count() -> None:
    journey = a_journey()
    happened = (Happened(Deed.BOOKED, day(-1)), Happened(Deed.COMPLAINED, day(9)))
    assert looked(journey, start(journey), 3, happened=happened).standing.ended_as is None


def test_an_open_case_stops_the_clock_and_what_was_asked_for() -> None:
    journey = a_journey()
    standing = looked(journey, start(journey), 0).standing
    held = looked(journey, standing, 1, delivery=Delivery.PENDING, hold=Hold.CASE)
    assert held.actions == (TakeBack(1, "case"),)
    assert looked(journey, held.standing, 9, delivery=Delivery.WITHDRAWN, hold=Hold.CASE).actions == ()
    move = looked(journey, held.standing, 20, delivery=Delivery.WITHDRAWN)
    assert move.actions == (Invite(2, "hello", "welcome/hello", 30),)


def test_a_wait_stands_still_as_long_as_a_case_is_open() -> None:
    journey = steps({"label": "ten", "wait": 10}, {"end": True})
    standing = looked(journey, start(journey), 4, hold=Hold.CASE).standing
    standing = looked(journey, standing, 30).standing
    assert looked(journey, standing, 35.9).standing.ended_as is None
    assert looked(journey, standing, 36).standing.ended_as is Ending.DONE


def test_a_message_that_left_although_we_took_it_back_is_not_sent_again() -> None:
    journey = a_journey()
    standing = looked(journey, start(journey), 0).standing
    standing = looked(journey, standing, 1, delivery=Delivery.PENDING, hold=Hold.CASE).standing
    move = looked(journey, standing, 5, delivery=Delivery.SENT, delivered_at=day(1))
    assert (move.standing.step, move.actions) == ("a-week", ())


def test_a_message_that_is_leaving_when_the_case_closes_is_not_asked_for_again() -> None:
    journey = a_journey()
    standing = looked(journey, start(journey), 0).standing
    standing = looked(journey, standing, 1, delivery=Delivery.PENDING, hold=Hold.CASE).standing
    move = looked(journey, standing, 2, delivery=Delivery.PENDING)
    assert (move.standing.asking, move.standing.held_since, move.actions) == (True, None, ())


def test_a_recovery_journey_goes_on_while_a_case_is_open_but_not_when_switched_off() -> None:
    journey = a_journey(recovery=True)
    assert looked(journey, start(journey), 0, hold=Hold.CASE).actions
    assert not looked(journey, start(journey), 0, hold=Hold.SWITCHED_OFF).actions


def test_staff_take_somebody_out_once() -> None:
    journey = a_journey()
    standing = looked(journey, start(journey), 0).standing
    move = take_out(standing, "mair@hearth.example", now=day(1))
    assert (move.standing.ended_as, len(move.actions)) == (Ending.TAKEN_OUT, 1)
    assert take_out(move.standing, "mair@hearth.example", now=day(2)) == Move(move.standing)


# Any sound journey, any story, any rhythm of looks ----------------------------------------------------------------

LABELS = ["s1", "s2", "s3", "s4", "s5", "over"]


@st.composite
def journeys(draw: Callable[..., Any]) -> Journey:
    """A sound journey; those that the check refuses are drawn again."""
    written = []
    for label in LABELS[:-1]:
        to = st.sampled_from(LABELS)
        kind = draw(st.sampled_from(["wait", "wait", "send", "send", "call", "branch"]))
        step: dict[str, Any] = {"label": label}
        if kind == "wait":
            step |= {"wait": draw(st.integers(1, 60))}
        elif kind == "send":
            step |= {"send": "welcome/hello", "within_days": draw(st.integers(1, 40))}
        elif kind == "call":
            step |= {"call": "Ring."}
        else:
            step |= {"branch": ["booked"], "then": draw(to), "else": draw(to)}
        written.append(step)
    return a_journey(
        steps=[*written, {"label": "over", "end": True}],
        goal=draw(st.lists(st.sampled_from(["bought", "clicked"]), max_size=1)),
        exit=draw(st.lists(st.sampled_from(["complained"]), max_size=1)),
    )


sound = journeys().filter(lambda journey: not list(flaws(journey, rules=RULES)))


@st.composite
def stories(
    draw: Callable[..., Any],
) -> tuple[list[float | None], dict[float, str], list[tuple[float, float]], list[Any]]:
    """Gaps between looks (days, None: when due), deeds by day, stretches of an open case, and what becomes of each message."""
    # Nothing stands for "when it is due", or a little before.
    gaps = draw(st.lists(st.floats(0.01, 90) | st.sampled_from([None, -0.05]), min_size=1, max_size=60))
    deeds = draw(st.dictionaries(st.floats(0, 300), st.sampled_from(["booked", "bought", "complained"]), max_size=3))
    holds = draw(st.lists(st.tuples(st.floats(0, 200), st.floats(0.1, 50)), max_size=2))
    kinds = [Delivery.SENT, Delivery.WITHHELD, Delivery.EXPIRED]
    fates = draw(st.lists(st.tuples(st.sampled_from(kinds), st.floats(0, 45)), min_size=1, max_size=8))
    return gaps, deeds, holds, fates


class World:
    """Plays a story to the engine, and remembers what it asked for."""

    def __init__(self, journey: Journey, story: Any) -> None:
        self.journey, (self.gaps, self.deeds, self.holds, self.fates) = journey, story
        self.standing = start(journey)
        self.moves: list[tuple[datetime, Standing, Facts, Move]] = []
        self.invited: dict[int, tuple[datetime, Invite]] = {}
        self.taken_back: dict[int, datetime] = {}

    def facts(self, now: datetime) -> Facts:
        happened = tuple(Happened(Deed(deed), day(on)) for on, deed in self.deeds.items())
        hold = next((Hold.CASE for at, long in self.holds if day(at) <= now < day(at + long)), None)
        number, delivery, at = len(self.standing.invited), None, None
        if self.standing.asking:
            asked, _ = self.invited[number]
            fate, after = self.fates[number % len(self.fates)]
            at, delivery = asked + timedelta(after), Delivery.PENDING
            if number in self.taken_back and self.taken_back[number] < at:
                delivery = Delivery.WITHDRAWN
            elif at <= now:
                delivery = fate
        return Facts(happened, delivery, at, hold)

    def play(self) -> "World":
        now = T0
        for gap in self.gaps:
            facts = self.facts(now)
            move = advance(self.journey, self.standing, facts, now=now)
            for action in move.actions:
                if isinstance(action, Invite):
                    assert action.number not in self.invited
                    self.invited[action.number] = (now, action)
                elif isinstance(action, TakeBack):
                    self.taken_back.setdefault(action.number, now)
            self.moves.append((now, self.standing, facts, move))
            self.standing = move.standing
            due = max(self.standing.due_at, now)
            now = due if gap is None else max(due + timedelta(gap), now) if gap < 0 else now + timedelta(gap)
        return self


@given(sound, stories())
def test_a_second_look_at_the_same_instant_changes_nothing(journey: Journey, story: Any) -> None:
    for now, _, facts, move in World(journey, story).play().moves:
        # What was just asked for has no fate yet.
        known = facts if not any(isinstance(one, Invite) for one in move.actions) else replace(facts, delivery=None)
        assert advance(journey, move.standing, known, now=now) == Move(move.standing)


@given(sound, stories())
def test_each_step_acts_at_most_once_a_look_and_the_next_look_lies_ahead(journey: Journey, story: Any) -> None:
    for now, _, _, move in World(journey, story).play().moves:
        acted = [one.step for one in move.actions if isinstance(one, Invite | Call)]
        assert len(acted) == len(set(acted))
        assert sum(isinstance(one, Invite) for one in move.actions) <= 1
        assert move.standing.ended_at or move.standing.due_at > now
        assert move.standing.due_at <= now + timedelta(days=1)


@given(sound, stories())
def test_no_wait_is_shortened_however_the_clock_jumps(journey: Journey, story: Any) -> None:
    log = World(journey, story).play().standing.log
    # A wait begins when the step before it was passed; looks and pauses may only lengthen it.
    for place, line in enumerate(log):
        if line.what is Noted.WAITED:
            before = [one for one in log[:place] if one.what not in (Noted.HELD, Noted.RESUMED)][-1]
            assert line.at - before.at >= timedelta(int(line.detail))


@given(sound, stories())
def test_no_message_is_asked_for_twice_a_visit(journey: Journey, story: Any) -> None:
    world = World(journey, story).play()
    asked_since_left: dict[str, int] = {}
    for line in world.standing.log:
        if line.what is Noted.INVITED:
            asked_since_left[line.step] = asked_since_left.get(line.step, 0) + 1
        elif line.what is Noted.HELD or line.what in (Noted.SENT, Noted.WITHHELD, Noted.EXPIRED, Noted.WITHDRAWN):
            asked_since_left.pop(line.step, None)
        assert all(count <= 1 for count in asked_since_left.values())
    sent = [line for line in world.standing.log if line.what is Noted.SENT]
    assert len(sent) <= len(world.invited)


@given(sound, stories())
def test_a_way_out_and_a_goal_always_win(journey: Journey, story: Any) -> None:
    for now, standing, facts, move in World(journey, story).play().moves:
        met = {one.deed for one in facts.happened if standing.began_at < one.at <= now}
        if standing.ended_at:
            assert move == Move(standing)
        elif met & {one.deed for one in journey.exit}:
            assert move.standing.ended_as is Ending.EXIT
        elif met & {one.deed for one in journey.goal}:
            assert move.standing.ended_as is Ending.GOAL
        if move.standing.ended_as in (Ending.EXIT, Ending.GOAL):
            assert not any(isinstance(one, Invite | Call) for one in move.actions)


@given(sound, stories())
def test_nothing_is_asked_for_while_a_case_is_open(journey: Journey, story: Any) -> None:
    for _, _, facts, move in World(journey, story).play().moves:
        if facts.hold:
            assert all(isinstance(one, TakeBack) for one in move.actions)


@given(sound)
def test_every_sound_journey_without_a_round_ends(journey: Journey) -> None:
    order = {step.label: place for place, step in enumerate(journey.steps)}
    forward = all(order[to] > order[step.label] for step in journey.steps for to in step.leads_to)
    standing, now = start(journey), T0
    for _ in range(400):
        delivery = Delivery.SENT if standing.asking else None
        standing = advance(journey, standing, Facts(delivery=delivery, delivered_at=now), now=now).standing
        now += timedelta(days=1)
    waits = any(step.kind is StepKind.WAIT for step in journey.steps)
    assert standing.ended_as is Ending.DONE or (not forward and waits)
