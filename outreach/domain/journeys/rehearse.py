"""A journey on a clock of its own: what would happen on which day if somebody did this or that.

Authors read it beside what they write, and packs are tested with it. The arbiter is not played: a message leaves on the
day it is asked for, or never.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from outreach.domain.journeys.advance import advance, begin
from outreach.domain.journeys.journey import Condition, Deed, Journey
from outreach.domain.journeys.standing import Delivery, Facts, Happened, Noted, Standing

#: Day 0 of every rehearsal; no step depends on the date.
DAY_0 = datetime(2027, 1, 4, 9, 0, tzinfo=UTC)
#: A rehearsal ends here, whatever goes on; the longest wait is shorter.
LAST_DAY = 1200


@dataclass(frozen=True, slots=True)
class Script:
    """What the customer does, on days counted from the beginning, and what becomes of our messages.

    Attributes:
        deeds: day and what is done, in the words of a condition ("bought", "clicked hello").
        clicks_after: so many days after each message the customer opens and clicks it; None for never.
        reachable: messages leave; otherwise none of them finds a slot.
    """

    deeds: tuple[tuple[int, str], ...] = ()
    clicks_after: int | None = None
    reachable: bool = True


@dataclass(frozen=True, slots=True)
class Scene:
    """What happens on a day, counted from 0, at a step; `detail` is the edition, the condition, the words of a call."""

    day: int
    step: str
    what: Noted
    detail: str


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What would happen; `unfinished` says that it still goes on after the last day."""

    scenes: tuple[Scene, ...]
    unfinished: bool


def rehearse(journey: Journey, script: Script, *, days: int = LAST_DAY) -> Rehearsal:
    """What would happen to somebody who enters on day 0, day by day, until it is over."""
    standing = begin(journey, began_at=DAY_0 - timedelta(minutes=1), now=DAY_0)
    happened = [_deed(day, words) for day, words in script.deeds]
    for day in range(days + 1):
        now = DAY_0 + timedelta(day)
        # What is asked for may leave at once, and the steps after it may be taken on the same day.
        for _ in range(2 * len(journey.steps) + 2):
            before = standing
            standing = _look(journey, standing, tuple(happened), script, now=now)
            happened += _clicks(before, standing, script)
            if replace(standing, due_at=before.due_at) == before:
                break
        if standing.ended_at:
            break
    return Rehearsal(_scenes(standing), unfinished=standing.ended_at is None)


def _look(
    journey: Journey, standing: Standing, happened: tuple[Happened, ...], script: Script, *, now: datetime
) -> Standing:
    delivery = None
    step = journey.step(standing.step)
    if standing.asking and standing.asked_at and step:
        over = now > standing.asked_at + timedelta(step.within_days)
        delivery = Delivery.SENT if script.reachable else (Delivery.EXPIRED if over else Delivery.PENDING)
    return advance(journey, standing, Facts(happened, delivery, now), now=now).standing


def _clicks(before: Standing, after: Standing, script: Script) -> Iterable[Happened]:
    """What the customer will do with a message that has just left."""
    if script.clicks_after is None:
        return
    for line in after.log[len(before.log) :]:
        if line.what is Noted.SENT:
            at = line.at + timedelta(script.clicks_after)
            yield Happened(Deed.OPENED, at, line.step)
            yield Happened(Deed.CLICKED, at, line.step)


def _deed(day: int, words: str) -> Happened:
    condition = Condition.of(words)
    return Happened(condition.deed, DAY_0 + timedelta(day), condition.step, condition.answer)


def _scenes(standing: Standing) -> tuple[Scene, ...]:
    return tuple(
        Scene((line.at - DAY_0).days, line.step, line.what, line.detail)
        for line in standing.log
        if line.what is not Noted.INVITED
    )
