"""The engine: one look at where somebody stands, with what is known now.

A look at the same instant with the same knowledge changes nothing any more. Between two looks any time may pass: a step
begins when it is reached, so no wait is shortened by a long pause of ours, and a message is asked for once a visit.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from outreach.domain.journeys.journey import Condition, Journey, Step, StepKind
from outreach.domain.journeys.standing import (
    Action,
    Call,
    Delivery,
    Ending,
    Facts,
    Happened,
    Hold,
    Invite,
    Line,
    Move,
    Noted,
    Standing,
    TakeBack,
)

#: How soon to look again after a message that was asked for, and whether what holds it is over.
SOON = timedelta(hours=6)
#: How soon to look again whether the goal was reached, while it waits.
DAILY = timedelta(days=1)
#: A message nobody knows anything of is given up so long after its last day.
GIVEN_UP = timedelta(days=2)

_NOTED = {
    Delivery.SENT: Noted.SENT,
    Delivery.WITHHELD: Noted.WITHHELD,
    Delivery.EXPIRED: Noted.EXPIRED,
    Delivery.WITHDRAWN: Noted.WITHDRAWN,
}


def begin(journey: Journey, *, began_at: datetime, now: datetime) -> Standing:
    """Where somebody stands who enters now because of what happened at `began_at`."""
    first = journey.steps[0].label
    return Standing(began_at, first, now, now, log=(Line(now, first, Noted.BEGAN),))


def advance(journey: Journey, standing: Standing, facts: Facts, *, now: datetime) -> Move:
    """Where somebody stands after a look, and what has to be done.

    What ends the journey comes first, the way out before the goal; then what became of the message of the present
    step; then what holds it; then the steps, until one has to wait.
    """
    if standing.ended_at is not None:
        return Move(standing)
    if ended := _ended(journey, standing, facts, now=now):
        return ended
    standing = _settle(journey, standing, facts, now=now)
    actions: list[Action] = []
    if facts.hold and not (facts.hold is Hold.CASE and journey.recovery):
        return _held(standing, facts.hold, now=now)
    standing = _resumed(standing, facts, now=now)
    # No way round is without a wait, so nobody takes more steps than there are; a fault here must not spin.
    for _ in range(len(journey.steps) + 1):
        step = journey.step(standing.step)
        moved = _take(step, standing, facts, now=now) if step else _end(standing, Ending.DONE, "", now=now)
        actions += moved.actions
        if moved.standing.step == standing.step or moved.standing.ended_at:
            return Move(moved.standing, tuple(actions))
        standing = moved.standing
    return Move(replace(standing, due_at=now + DAILY), tuple(actions))


def take_out(standing: Standing, who: str, *, now: datetime) -> Move:
    """Staff end it; what was asked for is taken back."""
    if standing.ended_at is not None:
        return Move(standing)
    return _end(standing, Ending.TAKEN_OUT, who, now=now)


def first_met(
    conditions: tuple[Condition, ...], facts: Facts, *, since: datetime, now: datetime
) -> tuple[Condition, Happened] | None:
    """The earliest thing that meets one of the conditions, after `since` and not in the future."""
    met = [
        (condition, one)
        for one in facts.happened
        for condition in conditions
        if since < one.at <= now and one.meets(condition)
    ]
    return min(met, key=lambda pair: (pair[1].at, str(pair[0])), default=None)


def _ended(journey: Journey, standing: Standing, facts: Facts, *, now: datetime) -> Move | None:
    for conditions, ending in ((journey.exit, Ending.EXIT), (journey.goal, Ending.GOAL)):
        if met := first_met(conditions, facts, since=standing.began_at, now=now):
            return _end(standing, ending, str(met[0]), now=now)
    return None


def _end(standing: Standing, ending: Ending, detail: str, *, now: datetime) -> Move:
    back = (TakeBack(len(standing.invited), detail or ending.value),) if standing.asking else ()
    line = Line(now, standing.step, Noted.ENDED, detail)
    over = replace(standing, asking=False, ended_at=now, ended_as=ending, due_at=now, log=(*standing.log, line))
    return Move(over, back)


def _settle(journey: Journey, standing: Standing, facts: Facts, *, now: datetime) -> Standing:
    """Goes on to the next step once it is known what became of the message of this one."""
    step = journey.step(standing.step)
    if not standing.asking or step is None:
        return standing
    delivery = facts.delivery
    if delivery is None and standing.asked_at and now > standing.asked_at + timedelta(step.within_days) + GIVEN_UP:
        delivery = Delivery.EXPIRED
    taken_back_by_us = delivery is Delivery.WITHDRAWN and standing.held_since is not None
    if delivery in (None, Delivery.PENDING) or taken_back_by_us:
        return standing
    at = now
    if delivery is Delivery.SENT and facts.delivered_at:
        at = min(max(facts.delivered_at, standing.since), now)
    line = Line(at, step.label, _NOTED[delivery], step.edition)
    return _go(replace(standing, asking=False, log=(*standing.log, line)), step.next, at=at)


def _held(standing: Standing, hold: Hold, *, now: datetime) -> Move:
    if standing.held_since is not None:
        return Move(replace(standing, held_by=hold, due_at=now + SOON))
    back = (TakeBack(len(standing.invited), hold.value),) if standing.asking else ()
    line = Line(now, standing.step, Noted.HELD, hold.value)
    return Move(replace(standing, held_since=now, held_by=hold, due_at=now + SOON, log=(*standing.log, line)), back)


def _resumed(standing: Standing, facts: Facts, *, now: datetime) -> Standing:
    """Goes on where it stood still: its clock did, too; what was taken back meanwhile is asked for again."""
    if standing.held_since is None:
        return standing
    still = now - max(standing.held_since, standing.since)
    return replace(
        standing,
        since=standing.since + still,
        asking=standing.asking and facts.delivery is not Delivery.WITHDRAWN,
        held_since=None,
        held_by=None,
        log=(*standing.log, Line(now, standing.step, Noted.RESUMED)),
    )


def _take(step: Step, standing: Standing, facts: Facts, *, now: datetime) -> Move:
    """The step itself: stays at it where it has to wait, else goes on."""
    match step.kind:
        case StepKind.WAIT:
            over = standing.since + timedelta(step.days)
            if now < over:
                return Move(replace(standing, due_at=min(over, now + DAILY)))
            # The next step begins now, however late we look: what follows is counted from here.
            line = Line(now, step.label, Noted.WAITED, str(step.days))
            return Move(_go(replace(standing, log=(*standing.log, line)), step.next, at=now))
        case StepKind.SEND:
            if standing.asking:
                return Move(replace(standing, due_at=now + SOON))
            return _invite(step, standing, now=now)
        case StepKind.CALL:
            line = Line(now, step.label, Noted.CALLED, step.why)
            called = replace(standing, log=(*standing.log, line))
            # The call is made now, however late we look, and a wait after it is counted from here.
            return Move(_go(called, step.next, at=now), (Call(step.label, step.why),))
        case StepKind.BRANCH:
            met = first_met(step.conditions, facts, since=standing.began_at, now=now)
            line = Line(now, step.label, Noted.THEN if met else Noted.ELSE, str(met[0]) if met else "")
            branched = replace(standing, log=(*standing.log, line))
            return Move(_go(branched, step.then if met else step.otherwise, at=standing.since))
        case StepKind.END:
            return _end(standing, Ending.DONE, "", now=now)


def _invite(step: Step, standing: Standing, *, now: datetime) -> Move:
    line = Line(now, step.label, Noted.INVITED, step.edition)
    invited = replace(
        standing,
        invited=(*standing.invited, step.label),
        asking=True,
        asked_at=now,
        since=now,
        due_at=now + SOON,
        log=(*standing.log, line),
    )
    return Move(invited, (Invite(len(invited.invited), step.label, step.edition, step.within_days),))


def _go(standing: Standing, label: str, *, at: datetime) -> Standing:
    return replace(standing, step=label, since=at)
