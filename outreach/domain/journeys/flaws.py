"""What makes a journey impossible to go, each flaw with a name, the place where it stands, and how to mend it."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from outreach.domain.journeys.journey import (
    ABOUT_MESSAGES,
    LONGEST_WAIT,
    SIGNAL_TRIGGERS,
    Condition,
    Journey,
    Step,
    StepKind,
    Trigger,
)


class Flaw(StrEnum):
    """Why a journey is refused."""

    #: Two steps have one label.
    TWICE = "journey.twice"
    #: A step or a condition names a step there is not.
    UNKNOWN_STEP = "journey.unknown_step"
    #: A step sends an edition there is not.
    UNKNOWN_EDITION = "journey.unknown_edition"
    #: The edition's campaign does not wait for invitations.
    NOT_INVITED = "journey.not_invited"
    #: It goes round without ever waiting.
    LOOP = "journey.loop"
    #: No way leads to a step.
    UNREACHABLE = "journey.unreachable"
    #: From a step no way leads to an end.
    NO_END = "journey.no_end"
    #: A wait is too long.
    LONG_WAIT = "journey.long_wait"
    #: It begins by something that has no use for what is said of it.
    ODD_ENTRY = "journey.odd_entry"
    #: What begins it would end it at once.
    ENDS_AT_ONCE = "journey.ends_at_once"


@dataclass(frozen=True, slots=True)
class Found:
    """A flaw, where below the journey it stands, and the words for it."""

    flaw: Flaw
    path: tuple[str | int, ...]
    reason: str
    mend: str
    value: str = ""


def flaws(journey: Journey, *, rules: Mapping[str, str]) -> Iterator[Found]:
    """Everything that is wrong with a journey.

    Args:
        rules: for each edition there is ("campaign/edition"), the rule of its campaign.
    """
    yield from _entry(journey)
    yield from _labels(journey)
    for place, step in enumerate(journey.steps):
        yield from _step(step, place, rules=rules)
    for name, conditions in (("goal", journey.goal), ("exit", journey.exit)):
        yield from _conditions(journey, conditions, (name,))
    for place, step in enumerate(journey.steps):
        yield from _conditions(journey, step.conditions, ("steps", place, "branch"))
    yield from _ways(journey)


def _entry(journey: Journey) -> Iterator[Found]:
    entry = journey.entry
    if bool(entry.goodbyes) != (entry.on is Trigger.GOODBYE):
        reason = "goodbyes belong to the trigger goodbye, and to no other"
        yield Found(Flaw.ODD_ENTRY, ("entry", "on"), reason, "Add goodbyes there, or remove them here.", entry.on)
    if (entry.first or entry.least_amount) and entry.on not in SIGNAL_TRIGGERS:
        reason = "only a signal can be the first of its kind or have an amount"
        yield Found(Flaw.ODD_ENTRY, ("entry", "on"), reason, "Remove first and least_amount.", entry.on)
    if entry.on is Trigger.CASE_OPENED and not journey.recovery:
        reason = "it would stand still at once, because the case that begins it is open"
        yield Found(
            Flaw.ENDS_AT_ONCE, ("entry", "on"), reason, "Add recovery: true, or begin with case_closed.", entry.on
        )


def _labels(journey: Journey) -> Iterator[Found]:
    seen: set[str] = set()
    for place, step in enumerate(journey.steps):
        if step.label in seen:
            yield Found(Flaw.TWICE, ("steps", place), "the label stands twice", "Give each step its own.", step.label)
        seen.add(step.label)
    for place, step in enumerate(journey.steps):
        for label in dict.fromkeys(step.leads_to):
            if label and label not in seen:
                mend = f"Use one of {', '.join(sorted(seen))}."
                yield Found(Flaw.UNKNOWN_STEP, ("steps", place), "there is no such step", mend, label)


def _step(step: Step, place: int, *, rules: Mapping[str, str]) -> Iterator[Found]:
    if step.kind is StepKind.WAIT and not 0 < step.days <= LONGEST_WAIT:
        reason = f"a wait has 1 to {LONGEST_WAIT} days"
        yield Found(Flaw.LONG_WAIT, ("steps", place, "wait"), reason, "Choose a number in between.", str(step.days))
    if step.kind is not StepKind.SEND:
        return
    path = ("steps", place, "send")
    if step.edition not in rules:
        mend = "Name an edition as campaign/edition."
        yield Found(Flaw.UNKNOWN_EDITION, path, "there is no such edition", mend, step.edition)
    elif rules[step.edition] != "invited":
        mend = "Give its campaign rule: invited, or send another edition."
        yield Found(Flaw.NOT_INVITED, path, "its campaign does not wait for invitations", mend, step.edition)


def _conditions(journey: Journey, conditions: Collection[Condition], path: tuple[str | int, ...]) -> Iterator[Found]:
    senders = [step.label for step in journey.steps if step.kind is StepKind.SEND]
    for place, condition in enumerate(conditions):
        if condition.deed in ABOUT_MESSAGES and condition.step and condition.step not in senders:
            mend = f"Name a step that sends: {', '.join(senders)}." if senders else "Remove it."
            yield Found(Flaw.UNKNOWN_STEP, (*path, place), "no step of this name sends anything", mend, str(condition))


def _ways(journey: Journey) -> Iterator[Found]:
    """Steps that nothing leads to, that lead to no end, or round and round without a wait."""
    steps = {step.label: step for step in reversed(journey.steps)}
    places = {step.label: place for place, step in reversed(list(enumerate(journey.steps)))}
    reached = _reach(journey.steps[0].label, {label: step.leads_to for label, step in steps.items()})
    backwards: dict[str, list[str]] = {label: [] for label in steps}
    for label, step in steps.items():
        for following in step.leads_to:
            backwards.setdefault(following, []).append(label)
    ends = [label for label, step in steps.items() if step.kind is StepKind.END]
    ending = {label for end in ends for label in _reach(end, backwards)}
    for label in places:
        path = ("steps", places[label])
        if label not in reached:
            mend = "Lead a step there, or remove it."
            yield Found(Flaw.UNREACHABLE, path, "no way leads to this step", mend, label)
        elif "" in steps[label].leads_to or label not in ending:
            yield Found(Flaw.NO_END, path, "no end follows this step", "Let a step `end: true` follow.", label)
    for label in sorted(_going_round(steps), key=lambda one: places[one]):
        reason = "it comes back to this step without ever waiting"
        yield Found(Flaw.LOOP, ("steps", places[label]), reason, "Put a wait into the round.", label)


def _reach(start: str, leads_to: Mapping[str, Collection[str]]) -> set[str]:
    reached, waiting = {start}, [start]
    while waiting:
        for label in leads_to.get(waiting.pop(), ()):
            if label and label not in reached:
                reached.add(label)
                waiting.append(label)
    return reached


def _going_round(steps: Mapping[str, Step]) -> set[str]:
    """Steps from which a way without a wait leads back to themselves."""
    waitless = {
        label: [one for one in step.leads_to if one in steps and steps[one].kind is not StepKind.WAIT]
        for label, step in steps.items()
        if step.kind is not StepKind.WAIT
    }
    return {label for label, following in waitless.items() if any(label in _reach(one, waitless) for one in following)}
