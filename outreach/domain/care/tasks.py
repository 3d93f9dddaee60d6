"""Tasks as a state machine: what each outcome makes of a task, and what else it does; `MOVES` is the only table of it.

A task is open (on the list), waits until an instant, or is done. Nothing here reads a clock or changes a value.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from outreach.domain.errors import BadInput, Fault, ImpossibleTransition
from outreach.domain.touch import Channel

#: Who was not reached is tried again after so long.
AGAIN_AFTER = timedelta(days=3)
#: After so many attempts without a conversation the task rests for good.
MOST_ATTEMPTS = 3
#: Nobody is called so soon after somebody of ours has talked to them.
HIDDEN_AFTER_CONTACT = timedelta(days=7)
#: A task with an appointment comes back to the list so long before it.
PREPARE = timedelta(hours=2)
#: "Call later" and appointments reach no further.
FURTHEST = timedelta(days=366)


class TaskKind(StrEnum):
    """How the contact is to be met."""

    #: By phone.
    CALL = "call"
    #: By video.
    VIDEO = "video"
    #: In person.
    VISIT = "visit"


#: What a conversation is written down as.
CHANNELS: Mapping[TaskKind, Channel] = {
    TaskKind.CALL: Channel.CALL,
    TaskKind.VIDEO: Channel.MEETING,
    TaskKind.VISIT: Channel.MEETING,
}


class TaskState(StrEnum):
    """Where a task stands."""

    #: On the list.
    OPEN = "open"
    #: Hidden until an instant.
    WAITING = "waiting"
    #: Closed; only taking the outcome back opens it again.
    DONE = "done"


class Outcome(StrEnum):
    """What came of a task, or of an attempt at it."""

    #: We talked; this is a touch.
    REACHED = "reached"
    #: We left a message; we try again.
    LEFT_MESSAGE = "left_message"
    #: Nobody answered; we try again.
    NOT_REACHED = "not_reached"
    #: The number belongs to somebody else, or to nobody.
    WRONG_NUMBER = "wrong_number"
    #: The customer asked to be called at another time.
    CALL_LATER = "call_later"
    #: We talked, and the customer made an appointment.
    BOOKED = "booked"
    #: We talked, and the customer has what they needed from us.
    FINISHED = "finished"
    #: There was no need.
    NOT_NEEDED = "not_needed"
    #: The customer acted before anybody called; never chosen by a person.
    ACTED = "acted"


@dataclass(frozen=True, slots=True)
class Move:
    """What an outcome does.

    Attributes:
        to: where the task goes; an attempt goes to DONE instead when it was the last one.
        attempt: it counts as one without a conversation.
        talked: it is a touch, which sets the contact's clock.
        books: a booking is recorded.
        spoils_number: the contact's number is marked as wrong for calls.
        by_staff: people may choose it.
    """

    to: TaskState
    attempt: bool = False
    talked: bool = False
    books: bool = False
    spoils_number: bool = False
    by_staff: bool = True


MOVES: Mapping[Outcome, Move] = {
    Outcome.REACHED: Move(TaskState.DONE, talked=True),
    Outcome.BOOKED: Move(TaskState.DONE, talked=True, books=True),
    Outcome.FINISHED: Move(TaskState.DONE, talked=True),
    Outcome.LEFT_MESSAGE: Move(TaskState.WAITING, attempt=True),
    Outcome.NOT_REACHED: Move(TaskState.WAITING, attempt=True),
    Outcome.CALL_LATER: Move(TaskState.WAITING),
    Outcome.WRONG_NUMBER: Move(TaskState.DONE, spoils_number=True),
    Outcome.NOT_NEEDED: Move(TaskState.DONE),
    Outcome.ACTED: Move(TaskState.DONE, by_staff=False),
}
"""What each outcome makes of a task that is open or waits. From DONE nothing leads on."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a task stands.

    Attributes:
        outcome: what closed it; None while it is open or waits.
        attempts: how often nobody was reached.
        not_before: hidden until then.
        promised: the customer agreed to that instant.
        said: what staff heard the customer say: "finished", else "".
    """

    outcome: Outcome | None = None
    attempts: int = 0
    not_before: datetime | None = None
    promised: bool = False
    said: str = ""

    def state(self, now: datetime) -> TaskState:
        """Where it stands at `now`."""
        if self.outcome is not None:
            return TaskState.DONE
        return TaskState.WAITING if self.not_before is not None and now < self.not_before else TaskState.OPEN


def after(standing: Standing, outcome: Outcome, *, now: datetime, until: datetime | None = None) -> Standing:
    """How a task stands once `outcome` came of it.

    Args:
        until: when to call again; for CALL_LATER only.

    Raises:
        ImpossibleTransition: if the task is done.
        BadInput: if CALL_LATER has no instant, or none within the coming year.
    """
    if standing.outcome is not None:
        raise ImpossibleTransition(f"a task that is closed as {standing.outcome} cannot become {outcome}")
    move = MOVES[outcome]
    attempts = standing.attempts + move.attempt
    if move.to is TaskState.DONE or attempts >= MOST_ATTEMPTS:
        said = "finished" if outcome is Outcome.FINISHED else standing.said
        return Standing(outcome, attempts, None, False, said)
    if outcome is Outcome.CALL_LATER:
        return Standing(None, attempts, checked_time(until, now=now), True, standing.said)
    return Standing(None, attempts, now + AGAIN_AFTER, False, standing.said)


def checked_time(at: datetime | None, *, now: datetime) -> datetime:
    """`at`, if it is an instant at which we can be.

    Raises:
        BadInput: if there is none, or it does not lie within the coming year.
    """
    if at is None:
        raise BadInput([Fault("task", "has no day and time", "Choose when.", column="until")])
    if not now < at <= now + FURTHEST:
        mend = "Choose a time within the coming year."
        raise BadInput([Fault("task", "does not lie in the coming year", mend, column="until", value=at.isoformat())])
    return at


#: What customers do by themselves that leaves nothing to call for.
ACTS = ("purchase", "booking", "visit", "reply", "answer")
