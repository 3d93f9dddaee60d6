"""The four ways customers leave, told apart by what was seen or said, each with how sure we may be.

A silence that is unusual for the customer says that something ended; the clues around it say what. Rules in a fixed
order (docs/decisions/0022-goodbyes.md): a word of the customer or of staff outweighs everything; then a finished need;
then a fault of ours; then circumstances; what is left is a habit that was lost.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

import numpy as np

from outreach.domain.planning.dither import fraction
from outreach.domain.reason import Reason
from outreach.domain.rhythm.codes import Code


class Goodbye(StrEnum):
    """Why a customer left."""

    #: Got what was needed.
    FINISHED = "finished"
    #: We let the customer down.
    WE_FAILED = "we_failed"
    #: Moved, ill, closed: nothing to do with us.
    CIRCUMSTANCES = "circumstances"
    #: Nothing happened; the habit went.
    HABIT_LOST = "habit_lost"


class Clue(StrEnum):
    """What speaks for it."""

    #: The customer or a colleague said that all is done.
    SAID_FINISHED = "said_finished"
    #: The customer or a colleague told of a move, an illness, a closure.
    SAID_CIRCUMSTANCES = "said_circumstances"
    #: A signal that marks the end of what was bought.
    MILESTONE = "milestone"
    #: A complaint about the time of the last purchase.
    COMPLAINT = "complaint"
    #: A bad answer to a question of ours about then.
    BAD_ANSWER = "bad_answer"
    #: Mail to the address comes back since about then.
    BOUNCED = "bounced"
    #: Answers to our messages stopped all at once.
    WENT_QUIET = "went_quiet"
    #: Nothing else than the silence itself.
    FADED = "faded"


MEANS: Mapping[Clue, Goodbye] = MappingProxyType(
    {
        Clue.SAID_FINISHED: Goodbye.FINISHED,
        Clue.SAID_CIRCUMSTANCES: Goodbye.CIRCUMSTANCES,
        Clue.MILESTONE: Goodbye.FINISHED,
        Clue.COMPLAINT: Goodbye.WE_FAILED,
        Clue.BAD_ANSWER: Goodbye.WE_FAILED,
        Clue.BOUNCED: Goodbye.CIRCUMSTANCES,
        Clue.WENT_QUIET: Goodbye.CIRCUMSTANCES,
        Clue.FADED: Goodbye.HABIT_LOST,
    }
)
"""What each clue speaks for; in this order the first that is found decides."""

ASSUMED: Mapping[Clue, float] = MappingProxyType(
    {
        Clue.SAID_FINISHED: 0.98,
        Clue.SAID_CIRCUMSTANCES: 0.98,
        Clue.MILESTONE: 0.90,
        Clue.COMPLAINT: 0.60,
        Clue.BAD_ANSWER: 0.60,
        Clue.BOUNCED: 0.50,
        Clue.WENT_QUIET: 0.35,
        Clue.FADED: 0.65,
    }
)
"""How often a clue is right before anybody has told us: assumed, after the simulation behind the rules."""

#: A signal whose reference begins so marks the end of what was bought: "finished:course-12".
MILESTONE_REFERENCE = "finished:"

#: So many judgements the assumption is worth; what staff say of ours is added to them.
ASSUMED_WEIGHT = 20
#: Around the last purchase, in days: where a clue belongs to this goodbye.
MILESTONE_DAYS, FAULT_DAYS, BOUNCE_DAYS = (-60, 200), (-120, 60), (-45, 150)
#: Answers fell to less than this share of before, over messages enough to tell.
QUIET_SHARE, ENOUGH_MESSAGES = 0.35, 4
#: Share of contacts whom no attempt to bring them back reaches, to learn what the attempts are worth.
HELD_OUT = 0.05
#: Whom we let down we always owe an answer, and thanks harm nobody.
_NEVER_HELD_OUT = frozenset({Goodbye.WE_FAILED, Goodbye.FINISHED})
_STREAM = 6


@dataclass(frozen=True, slots=True)
class Traces:
    """What is known about a customer who may have left; instants are aware, None for never.

    Attributes:
        last_at: last purchase, booking or visit. unusual_on: since when the silence is unusual for this customer.
        said_finished_at, said_circumstances_at: newest word about it. milestone_at, complaint_at, bad_answer_at,
            bounced_at: newest.
        asked_before, answered_before: messages and human answers in the half year up to the last purchase.
        asked_since, answered_since: the same since.
    """

    contact_id: int
    last_at: datetime | None
    unusual_on: datetime | None
    said_finished_at: datetime | None = None
    said_circumstances_at: datetime | None = None
    milestone_at: datetime | None = None
    complaint_at: datetime | None = None
    bad_answer_at: datetime | None = None
    bounced_at: datetime | None = None
    asked_before: int = 0
    answered_before: int = 0
    asked_since: int = 0
    answered_since: int = 0


@dataclass(frozen=True, slots=True)
class Record:
    """How often a clue proved right and wrong, by what staff said of it."""

    right: int = 0
    wrong: int = 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """Why a customer left, as far as anybody can tell.

    Attributes:
        clue: the one that decides. clues: all that were found, in their order.
        confidence: how often such a clue is right, above 0 and below 1.
        since: when it began.
        reason: the clue as a sentence's code and numbers.
        held_out: nothing is to be done about it, so that the others can be compared with it.
    """

    goodbye: Goodbye
    clue: Clue
    clues: tuple[Clue, ...]
    confidence: float
    since: datetime
    reason: Reason
    held_out: bool = False


def verdict(traces: Traces, *, records: Mapping[Clue, Record] | None = None) -> Verdict | None:
    """Why the customer left; None if nothing says that anything ended.

    Args:
        records: what staff said of earlier verdicts, by clue.
    """
    found = _clues(traces)
    if not found:
        return None
    clue = next(iter(found))
    goodbye = MEANS[clue]
    return Verdict(
        goodbye=goodbye,
        clue=clue,
        clues=tuple(found),
        confidence=confidence(clue, (records or {}).get(clue, Record())),
        since=traces.unusual_on or found[clue],
        reason=_reason(traces, clue, found[clue]),
        held_out=held_out(traces.contact_id, goodbye),
    )


def confidence(clue: Clue, record: Record) -> float:
    """How often `clue` is right: the assumption, moved by what staff said (the mean of a Beta distribution)."""
    right = ASSUMED[clue] * ASSUMED_WEIGHT + record.right
    return round(right / (ASSUMED_WEIGHT + record.right + record.wrong), 2)


def held_out(contact_id: int, goodbye: Goodbye) -> bool:
    """Whether this contact is among those whom nobody tries to bring back; the same contact always is or is not."""
    if goodbye in _NEVER_HELD_OUT:
        return False
    return bool(fraction(np.array([contact_id]), stream=_STREAM)[0] < HELD_OUT)


def _clues(traces: Traces) -> dict[Clue, datetime]:
    """What was found, in the order in which it decides, with its instant."""
    found: dict[Clue, datetime] = {}
    said = (
        (Clue.SAID_FINISHED, traces.said_finished_at),
        (Clue.SAID_CIRCUMSTANCES, traces.said_circumstances_at),
    )
    for clue, at in said:
        # What the customer did afterwards is the newer word.
        if at is not None and not (traces.last_at and traces.last_at > at):
            found[clue] = at
    found = dict(sorted(found.items(), key=lambda one: one[1], reverse=True))
    if traces.unusual_on is None or traces.last_at is None:
        return found
    around = (
        (Clue.MILESTONE, traces.milestone_at, MILESTONE_DAYS),
        (Clue.COMPLAINT, traces.complaint_at, FAULT_DAYS),
        (Clue.BAD_ANSWER, traces.bad_answer_at, FAULT_DAYS),
        (Clue.BOUNCED, traces.bounced_at, BOUNCE_DAYS),
    )
    for clue, at, (before, after) in around:
        if at is not None and timedelta(days=before) <= at - traces.last_at <= timedelta(days=after):
            found[clue] = at
    if _went_quiet(traces):
        found[Clue.WENT_QUIET] = traces.last_at
    found[Clue.FADED] = traces.unusual_on
    return found


def _went_quiet(traces: Traces) -> bool:
    if min(traces.asked_before, traces.asked_since) < ENOUGH_MESSAGES or not traces.answered_before:
        return False
    before, since = (
        traces.answered_before / traces.asked_before,
        traces.answered_since / traces.asked_since,
    )
    return since < QUIET_SHARE * before


_CODES: Mapping[Clue, Code] = MappingProxyType(
    {
        Clue.SAID_FINISHED: Code.GOODBYE_SAID_FINISHED,
        Clue.SAID_CIRCUMSTANCES: Code.GOODBYE_SAID_CIRCUMSTANCES,
        Clue.MILESTONE: Code.GOODBYE_MILESTONE,
        Clue.COMPLAINT: Code.GOODBYE_COMPLAINT,
        Clue.BAD_ANSWER: Code.GOODBYE_BAD_ANSWER,
        Clue.BOUNCED: Code.GOODBYE_BOUNCED,
        Clue.WENT_QUIET: Code.GOODBYE_WENT_QUIET,
        Clue.FADED: Code.GOODBYE_FADED,
    }
)


def _reason(traces: Traces, clue: Clue, at: datetime) -> Reason:
    numbers: dict[str, str | int | float] = {"at": at.date().isoformat()}
    if traces.last_at:
        numbers["last"] = traces.last_at.date().isoformat()
    if clue is Clue.WENT_QUIET:
        numbers |= {
            "answered_before": traces.answered_before,
            "asked_before": traces.asked_before,
            "answered_since": traces.answered_since,
            "asked_since": traces.asked_since,
        }
    return Reason(_CODES[clue], numbers)
