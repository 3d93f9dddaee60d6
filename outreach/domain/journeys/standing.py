"""Where somebody stands in a journey, what is known meanwhile, and what a look at both may ask for."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from outreach.domain.journeys.journey import Condition, Deed


class Place(StrEnum):
    """How far a contact's way through a journey has come."""

    #: Waits for its turn, behind another exclusive journey.
    WAITING = "waiting"
    #: Is under way.
    UNDER_WAY = "under_way"
    #: Is over.
    OVER = "over"


class Ending(StrEnum):
    """How a contact's way through a journey ended."""

    #: What it was for has happened.
    GOAL = "goal"
    #: Something happened after which it would be unwelcome.
    EXIT = "exit"
    #: The last step was taken.
    DONE = "done"
    #: Another exclusive journey took too long.
    REFUSED = "refused"
    #: Staff took the contact out.
    TAKEN_OUT = "taken_out"


class Delivery(StrEnum):
    """What became of the message of a step."""

    #: Nothing yet.
    PENDING = "pending"
    #: It was sent.
    SENT = "sent"
    #: It must not or could not leave.
    WITHHELD = "withheld"
    #: It found no slot in its days.
    EXPIRED = "expired"
    #: It was taken back.
    WITHDRAWN = "withdrawn"


class Hold(StrEnum):
    """Why a journey stands still."""

    #: A recovery case of the contact is open.
    CASE = "case"
    #: Staff switched the journey off.
    SWITCHED_OFF = "switched_off"


class Noted(StrEnum):
    """What a line of the record says of a step."""

    #: The journey began.
    BEGAN = "began"
    #: A wait began.
    WAITED = "waited"
    #: The contact was invited to an edition.
    INVITED = "invited"
    #: The message was sent.
    SENT = "sent"
    #: The message must not or could not leave; it went on.
    WITHHELD = "withheld"
    #: The message found no slot; it went on.
    EXPIRED = "expired"
    #: The message was taken back; it went on.
    WITHDRAWN = "withdrawn"
    #: The contact was put on the phone list.
    CALLED = "called"
    #: A condition held.
    THEN = "then"
    #: No condition held.
    ELSE = "else"
    #: It stands still.
    HELD = "held"
    #: It goes on.
    RESUMED = "resumed"
    #: It is over.
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the record: when, at which step, what, and a word about it."""

    at: datetime
    step: str
    what: Noted
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a contact stands; all instants are aware.

    Attributes:
        began_at: the occasion that began it; only what happened afterwards counts.
        step: label. since: when this step began, moved on by the time it stood still.
        due_at: when to look again.
        invited: labels of the steps that invited the contact, in order; the place in it, from 1, names the invitation.
        asking: the last of them has not been answered yet. asked_at: when it was made.
        held_since: since when it stands still. held_by: why.
    """

    began_at: datetime
    step: str
    since: datetime
    due_at: datetime
    invited: tuple[str, ...] = ()
    asking: bool = False
    asked_at: datetime | None = None
    held_since: datetime | None = None
    held_by: Hold | None = None
    ended_at: datetime | None = None
    ended_as: Ending | None = None
    log: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Happened:
    """Something that somebody did; `step` and `answer` of what is about a message."""

    deed: Deed
    at: datetime
    step: str = ""
    answer: str = ""

    def meets(self, condition: Condition) -> bool:
        """Whether this is what the condition asks for."""
        return (
            condition.deed is self.deed and condition.step in ("", self.step) and condition.answer in ("", self.answer)
        )


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known when we look.

    Attributes:
        happened: in any order; what lies before the beginning or in the future is ignored.
        delivery: what became of the message of the present step; None if nobody knows of one.
        delivered_at: when.
        hold: why everything has to stand still.
    """

    happened: tuple[Happened, ...] = ()
    delivery: Delivery | None = None
    delivered_at: datetime | None = None
    hold: Hold | None = None


@dataclass(frozen=True, slots=True)
class Invite:
    """Asks for an edition ("campaign/edition") within so many days; `number` names the invitation in this journey."""

    number: int
    step: str
    edition: str
    within_days: int


@dataclass(frozen=True, slots=True)
class TakeBack:
    """Takes the invitation of that number back, because of `why`."""

    number: int
    why: str


@dataclass(frozen=True, slots=True)
class Call:
    """Puts the contact on the phone list, because of `why`."""

    step: str
    why: str


Action = Invite | TakeBack | Call


@dataclass(frozen=True, slots=True)
class Move:
    """Where the contact stands now, and what has to be done."""

    standing: Standing
    actions: tuple[Action, ...] = ()
