"""A round: one time that a service is due, from the first message to its end; `MOVES` is the only table of it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from outreach.domain.errors import ImpossibleTransition


class RoundState(StrEnum):
    """Where a round stands."""

    #: We may ask, and have not.
    DUE = "due"
    #: A message about it is on its way or was sent.
    ASKED = "asked"
    #: The messages are used up; somebody is to call.
    LISTED = "listed"
    #: There is an appointment.
    BOOKED = "booked"
    #: It is over; the service rests until the next round.
    RESTING = "resting"


class Step(StrEnum):
    """What can happen to a round."""

    #: A message is asked for.
    ASK = "ask"
    #: The message is taken back before it left.
    UNASK = "unask"
    #: The contact is put on the phone list.
    LIST = "list"
    #: A booking is known.
    BOOK = "book"
    #: The booking turned out to be none.
    UNBOOK = "unbook"
    #: It was done, or was booked long enough ago to count as done.
    DO = "do"
    #: It ends without having been done.
    CLOSE = "close"


class Ending(StrEnum):
    """How a round ended."""

    #: The service was done.
    DONE = "done"
    #: All messages and the call are over, and nobody booked; we try again an interval later.
    RESTED = "rested"
    #: The season ended before we were through; we try again with the next one.
    SEASON_OVER = "season_over"
    #: The customer does not need it.
    NOT_NEEDED = "not_needed"
    #: Nobody who needs it is there any more, as far as we know.
    MOVED = "moved"
    #: The business does not offer it any more.
    RETIRED = "retired"


_OPEN = (RoundState.DUE, RoundState.ASKED, RoundState.LISTED, RoundState.BOOKED)
MOVES: Mapping[tuple[RoundState, Step], RoundState] = {
    (RoundState.DUE, Step.ASK): RoundState.ASKED,
    (RoundState.ASKED, Step.ASK): RoundState.ASKED,
    (RoundState.ASKED, Step.UNASK): RoundState.DUE,
    (RoundState.DUE, Step.LIST): RoundState.LISTED,
    (RoundState.ASKED, Step.LIST): RoundState.LISTED,
    (RoundState.DUE, Step.BOOK): RoundState.BOOKED,
    (RoundState.ASKED, Step.BOOK): RoundState.BOOKED,
    (RoundState.LISTED, Step.BOOK): RoundState.BOOKED,
    (RoundState.BOOKED, Step.UNBOOK): RoundState.DUE,
    **{(state, step): RoundState.RESTING for state in _OPEN for step in (Step.DO, Step.CLOSE)},
}
"""What leads where. From RESTING nothing leads on: the next round is another one."""


@dataclass(frozen=True, slots=True)
class Round:
    """One time that a service is due for one holder.

    Attributes:
        id: of the row; 0 for one that is not written yet.
        service_id, holder: whose (`Household.holders`).
        due_on: the day it is due. opened_on: when we could first ask.
        attempts: messages asked for. told: one of them was sent.
        asked_on: when the last one was asked for, or left if that is known. asked_id: of whom.
        cause: of its invitation.
        listed_on, booked_on, ended_on: when it went on the phone list, was booked for, was over. ended_as: how.
    """

    id: int
    service_id: int
    holder: int
    state: RoundState
    due_on: date
    opened_on: date
    attempts: int = 0
    told: bool = False
    asked_on: date | None = None
    asked_id: int | None = None
    cause: str = ""
    listed_on: date | None = None
    booked_on: date | None = None
    ended_on: date | None = None
    ended_as: Ending | None = None

    @property
    def is_open(self) -> bool:
        """Whether it still goes on."""
        return self.state is not RoundState.RESTING

    def asked(self, *, today: date, contact_id: int, cause: str) -> "Round":
        """Once a message is asked for."""
        state = self._after(Step.ASK)
        return replace(self, state=state, attempts=self.attempts + 1, asked_on=today, asked_id=contact_id, cause=cause)

    def unasked(self) -> "Round":
        """Once its message was taken back; the attempt does not count, and another may follow at once."""
        state = self._after(Step.UNASK) if self.state is RoundState.ASKED else self.state
        return replace(self, state=state, attempts=self.attempts - 1, asked_on=None, cause="")

    def listed(self, *, today: date, contact_id: int) -> "Round":
        """Once somebody is to call."""
        return replace(self, state=self._after(Step.LIST), listed_on=today, asked_id=contact_id)

    def booked(self, on: date) -> "Round":
        """Once it is booked for a day."""
        return replace(self, state=self._after(Step.BOOK), booked_on=on)

    def unbooked(self) -> "Round":
        """Once the booking was taken back."""
        return replace(self, state=self._after(Step.UNBOOK), booked_on=None)

    def ended(self, ending: Ending, *, today: date) -> "Round":
        """Once it is over."""
        step = Step.DO if ending is Ending.DONE else Step.CLOSE
        return replace(self, state=self._after(step), ended_on=today, ended_as=ending)

    def _after(self, step: Step) -> RoundState:
        try:
            return MOVES[self.state, step]
        except KeyError:
            raise ImpossibleTransition(f"a round that is {self.state} cannot {step}") from None
