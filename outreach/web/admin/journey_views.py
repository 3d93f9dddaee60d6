"""Journeys as pages draw them: steps in words, and what would happen to somebody who does this or that."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Self

from flask_babel import gettext, ngettext

from outreach.db.queries.journeys import EnrolmentLine
from outreach.domain.journeys.journey import ABOUT_MESSAGES, Condition, Journey, Step, StepKind
from outreach.domain.journeys.rehearse import Scene, Script, rehearse
from outreach.domain.journeys.standing import Noted
from outreach.web.care_names import DEEDS, NOTED, TRIGGERS

#: Days that are rehearsed, and of each rehearsal the days that are shown.
REHEARSED_DAYS, SHOWN_DAYS = 800, 20


@dataclass(frozen=True, slots=True)
class StepView:
    """A step in words.

    Attributes:
        edition: what it sends; edition_id: where that is written, None if it is gone.
        leads: where it goes if not to the step below: the condition in words ("" for always), and the label.
        here: contacts that stand at it.
    """

    label: str
    kind: str
    words: str
    edition: str
    edition_id: int | None
    leads: tuple[tuple[str, str], ...]
    here: int


@dataclass(frozen=True, slots=True)
class RehearsalView:
    """What would happen: the story in words, and for each day what happens on it."""

    story: str
    days: tuple[tuple[int, tuple[str, ...]], ...]
    unfinished: bool


@dataclass(frozen=True, slots=True)
class EnrolmentView:
    """A contact's way through a journey: the line, and for each entry of its record when, what and at which step."""

    line: EnrolmentLine
    log: tuple[tuple[datetime, str, str], ...]

    @classmethod
    def of(cls, line: EnrolmentLine) -> Self:
        """The view of a line."""
        said = ((datetime.fromisoformat(at), scene_words(what, detail), step) for at, step, what, detail in line.log)
        return cls(line, tuple(said))


def step_views(journey: Journey, *, standing: Mapping[str, int], editions: Mapping[str, int]) -> list[StepView]:
    """The steps in the order in which they are written."""
    following = [*(step.label for step in journey.steps[1:]), ""]
    return [
        StepView(
            label=step.label,
            kind=step.kind.value,
            words=_words(step),
            edition=step.edition,
            edition_id=editions.get(step.edition),
            leads=_leads(step, following[place]),
            here=standing.get(step.label, 0),
        )
        for place, step in enumerate(journey.steps)
    ]


def entry_words(journey: Journey) -> str:
    """What begins the journey."""
    entry = journey.entry
    words = str(TRIGGERS[entry.on])
    if entry.first:
        words = gettext("%(trigger)s, for the first time", trigger=words)
    if entry.least_amount:
        words = gettext("%(trigger)s, from %(amount)s on", trigger=words, amount=f"{entry.least_amount:g}")
    return words


def condition_words(condition: Condition) -> str:
    """A condition in words: what was done, and in the message of which step."""
    words = str(DEEDS[condition.deed])
    if condition.deed not in ABOUT_MESSAGES or not condition.step:
        return words
    if condition.answer:
        return str(
            gettext("%(deed)s in “%(step)s”: %(answer)s", deed=words, step=condition.step, answer=condition.answer)
        )
    return str(gettext("%(deed)s in “%(step)s”", deed=words, step=condition.step))


def conditions_words(conditions: Sequence[Condition]) -> str:
    """Several conditions, any of which suffices."""
    return "; ".join(condition_words(one) for one in conditions)


def rehearsals(journey: Journey) -> list[RehearsalView]:
    """The stories an author should know: nothing happens, every mail is clicked, the goal, a way out, no slot."""
    stories = [
        (gettext("Nothing happens"), Script()),
        (gettext("The customer clicks in each message on the next day"), Script(clicks_after=1)),
        (gettext("No message finds a slot"), Script(reachable=False)),
    ]
    for conditions, day in ((journey.goal, 5), (journey.exit, 3)):
        for one in conditions[:1]:
            told = gettext("On day %(day)s: %(deed)s", day=day, deed=condition_words(one))
            stories.append((told, Script(deeds=((day, str(one)),))))
    return [_rehearsal(journey, story, script) for story, script in stories]


def scene_words(what: str, detail: str) -> str:
    """A line of a record in words."""
    words = str(NOTED.get(what, what))
    if what in (Noted.THEN, Noted.ENDED) and detail:
        # What is not a condition is somebody's name, or says why by itself.
        with suppress(ValueError):
            detail = condition_words(Condition.of(detail))
    return f"{words}: {detail}" if detail and what not in (Noted.WAITED, Noted.HELD) else words


def _rehearsal(journey: Journey, story: str, script: Script) -> RehearsalView:
    told = rehearse(journey, script, days=REHEARSED_DAYS)
    scenes = [scene for scene in told.scenes if scene.what not in (Noted.BEGAN, Noted.WAITED, Noted.ELSE)]
    days = [(day, tuple(_scene(scene) for scene in same)) for day, same in groupby(scenes, key=lambda scene: scene.day)]
    return RehearsalView(story, tuple(days[:SHOWN_DAYS]), told.unfinished or len(days) > SHOWN_DAYS)


def _scene(scene: Scene) -> str:
    words = scene_words(scene.what, scene.detail)
    return words if scene.what is Noted.ENDED else f"{words} ({scene.step})"


def _words(step: Step) -> str:
    match step.kind:
        case StepKind.WAIT:
            return str(ngettext("Wait %(num)s day", "Wait %(num)s days", step.days))
        case StepKind.SEND:
            return str(
                ngettext(
                    "Send, as soon as the arbiter finds a slot within %(num)s day",
                    "Send, as soon as the arbiter finds a slot within %(num)s days",
                    step.within_days,
                )
            )
        case StepKind.CALL:
            return str(gettext("Put on the phone list: %(why)s", why=step.why))
        case StepKind.BRANCH:
            return str(gettext("Choose the way"))
        case StepKind.END:
            return str(gettext("End"))


def _leads(step: Step, following: str) -> tuple[tuple[str, str], ...]:
    if step.kind is StepKind.BRANCH:
        return ((conditions_words(step.conditions), step.then), (gettext("otherwise"), step.otherwise))
    return (("", step.next),) if step.next and step.next != following else ()
