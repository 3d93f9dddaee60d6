"""What is known of a service: when it was done, is booked, or is not wanted; in whatever order it was told.

Nothing here depends on the order in which facts arrive: a booking that an import brings a month late says the same as
one told at once.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from outreach.domain.errors import BadInput, Fault

#: How far from today a day may lie that staff write down.
FURTHEST, OLDEST = timedelta(days=731), timedelta(days=30 * 366)


class FactKind(StrEnum):
    """What is known."""

    #: It was done.
    DONE = "done"
    #: There is an appointment, or the customer asked for one.
    BOOKED = "booked"
    #: The customer needs it no more; until it is done or booked again.
    NOT_NEEDED = "not_needed"


class FactSource(StrEnum):
    """How it is known."""

    #: A booking, visit or purchase with the service's key in its reference.
    SIGNAL = "signal"
    #: A date in a column of the contacts file.
    ATTRIBUTE = "attribute"
    #: Somebody of ours wrote it down.
    STAFF = "staff"


class Remark(StrEnum):
    """How a fact was taken."""

    #: It counts.
    COUNTS = "counts"
    #: Another booking of the same service was open; it moves the day and begins nothing new.
    SECOND_BOOKING = "second_booking"
    #: Something newer is known; it changes nothing.
    OLDER = "older"


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing known of one service.

    Attributes:
        id: of the row; later ones were told later. kind: what.
        on: the civil day it was done on, is booked for, or was said.
        contact_id: whom it is about, or of whose household somebody reported it.
    """

    id: int
    kind: FactKind
    on: date
    contact_id: int


@dataclass(frozen=True, slots=True)
class Standing:
    """What the facts of one service come to.

    Attributes:
        last: the day it was done or is booked for, the latest of them; None if nobody knows of any.
        booked: the day it is booked for, while that is open.
        needed: whether the customer still wants it.
    """

    last: date | None
    booked: date | None
    needed: bool


def standing(facts: Collection[Fact], *, settles: timedelta, today: date) -> Standing:
    """What `facts` of one service come to on `today`.

    Args:
        settles: who booked and of whom we hear nothing more for so long after the day has been served (`Service`).
    """
    done = max((fact.on for fact in facts if fact.kind is FactKind.DONE), default=None)
    booked = max((fact.on for fact in facts if fact.kind is FactKind.BOOKED), default=None)
    refusal = max((fact for fact in facts if fact.kind is FactKind.NOT_NEEDED), key=_told, default=None)
    last = max((day for day in (done, booked) if day is not None), default=None)
    is_open = booked is not None and (done is None or done < booked) and today <= booked + settles
    wanted = refusal is None or any(
        fact.on > refusal.on and fact.id > refusal.id for fact in facts if fact.kind is not FactKind.NOT_NEEDED
    )
    return Standing(last, booked if is_open else None, wanted)


def _told(fact: Fact) -> tuple[date, int]:
    return fact.on, fact.id


def remarks(facts: Collection[Fact], *, settles: timedelta) -> Mapping[int, Remark]:
    """How each fact was taken, by its id."""
    last = max((fact.on for fact in facts if fact.kind is not FactKind.NOT_NEEDED), default=None)
    told, open_booking = {}, None
    for fact in sorted(facts, key=_told):
        second = fact.kind is FactKind.BOOKED and open_booking is not None and fact.on <= open_booking + settles
        if second:
            told[fact.id] = Remark.SECOND_BOOKING
        elif fact.kind is not FactKind.NOT_NEEDED and fact.on != last:
            told[fact.id] = Remark.OLDER
        else:
            told[fact.id] = Remark.COUNTS
        if fact.kind is not FactKind.NOT_NEEDED:
            open_booking = fact.on if fact.kind is FactKind.BOOKED else None
    return told


def checked_day(kind: FactKind, on: date, *, today: date, place: str) -> date:
    """The day that staff wrote down, if it can be meant.

    Args:
        place: for the fault.

    Raises:
        BadInput: if it lies too far away.
    """

    def refused(reason: str, mend: str) -> BadInput:
        return BadInput([Fault(place, reason, mend, column="on", value=on.isoformat())])

    if kind is not FactKind.BOOKED and on > today:
        raise refused("lies in the future", "Write down what has happened, or book it for that day.")
    if on > today + FURTHEST:
        raise refused("is more than two years ahead", "Check the year.")
    if on < today - OLDEST:
        raise refused("is more than thirty years ago", "Check the year.")
    return on
