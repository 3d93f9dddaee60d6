"""Appointments: when a task is to happen, on the customer's own clock."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from outreach.domain.care.tasks import TaskKind
from outreach.domain.errors import BadInput, Fault

#: How long each kind takes.
MINUTES: Mapping[TaskKind, int] = {TaskKind.CALL: 20, TaskKind.VIDEO: 30, TaskKind.VISIT: 60}


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in an invitation; `email` "" if there is none."""

    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Appointment:
    """What an invitation tells.

    Attributes:
        uid: names the appointment for ever. sequence: grows with every change of it.
        starts_at: aware; None once it is off. minutes: how long.
        summary, description: in the customer's language.
    """

    uid: UUID
    sequence: int
    starts_at: datetime | None
    minutes: int
    summary: str
    description: str
    organizer: Person
    attendee: Person


def local_instant(text: str, *, zone: ZoneInfo) -> datetime:
    """The instant (UTC) that `2026-10-25T10:30` is on a clock in `zone`; of a doubled hour the first.

    Raises:
        BadInput: if it cannot be read, or the clocks jump over it.
    """
    try:
        naive = datetime.fromisoformat(text)
        at = (naive if naive.tzinfo else naive.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        fault = Fault("task", "cannot be read", "Choose day and time.", column="until", value=text)
        raise BadInput([fault]) from None
    if naive.tzinfo is None and at.astimezone(zone).replace(tzinfo=None) != naive:
        reason = "does not exist there: the clocks go forward over it"
        raise BadInput([Fault("task", reason, "Choose another time.", column="until", value=text)])
    return at
