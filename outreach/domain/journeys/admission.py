"""Who may enter a journey: again or not, and one exclusive journey after the other."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from outreach.domain.journeys.journey import Journey


@dataclass(frozen=True, slots=True)
class Past:
    """What a contact has had of a journey: whether it is in it, and when it last came to an end of it."""

    inside: bool = False
    ended_at: datetime | None = None


def may_enter(journey: Journey, past: Past, *, at: datetime, now: datetime) -> bool:
    """Whether the contact may enter (again) because of what happened at `at`.

    Nobody is in the same journey twice at a time, and what happened while somebody was in it does not begin it again.
    """
    if past.inside:
        return False
    if past.ended_at is None:
        return True
    again = journey.again_after
    return again is not None and at > past.ended_at and now >= past.ended_at + timedelta(again)


class Turn(StrEnum):
    """What becomes of somebody who waits to enter an exclusive journey."""

    #: Enters now.
    ENTERS = "enters"
    #: Waits on.
    WAITS = "waits"
    #: Has waited for too long.
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody who waits: the enrolment, the contact, since when, and how long it may last."""

    enrolment_id: int
    contact_id: int
    since: datetime
    patience: timedelta


def turns(waiting: Iterable[Waiting], *, occupied: Collection[int], now: datetime) -> dict[int, Turn]:
    """What becomes of each enrolment that waits, whatever their order: who came first enters first.

    Args:
        waiting: all that wait of the contacts they belong to.
        occupied: contacts that are in an exclusive journey.
    """
    busy, found = set(occupied), {}
    for one in sorted(waiting, key=lambda each: (each.since, each.enrolment_id)):
        if now > one.since + one.patience:
            found[one.enrolment_id] = Turn.REFUSED
        elif one.contact_id in busy:
            found[one.enrolment_id] = Turn.WAITS
        else:
            busy.add(one.contact_id)
            found[one.enrolment_id] = Turn.ENTERS
    return found
