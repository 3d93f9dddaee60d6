"""A touch that a person made outside the product, as somebody tells of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from outreach.domain.errors import BadInput, Fault
from outreach.domain.rhythm.explain import day
from outreach.domain.touch import Channel
from outreach.domain.words import has_controls

#: Characters of a note.
NOTE_LENGTH = 500
#: Clocks of browsers and servers may differ by this much before a touch lies in the future.
SLACK = timedelta(minutes=10)
#: A touch longer ago than this says nothing about the rhythm of today.
OLDEST = timedelta(days=366)

_WORDS = {
    Channel.CALL: "call",
    Channel.MEETING: "visit",
    Channel.EMAIL: "reply by email",
    Channel.SMS: "reply by text message",
}


@dataclass(frozen=True, slots=True)
class LoggedTouch:
    """It.

    Attributes:
        at: when it happened (aware).
        note: in the words of whoever logged it; may be "".
    """

    channel: Channel
    at: datetime
    note: str = ""

    @classmethod
    def checked(cls, *, channel: str, at: datetime, note: str, now: datetime) -> Self:
        """The touch that these words tell of; line breaks in the note become blanks.

        Raises:
            BadInput: with everything that is wrong with them.
        """
        note = " ".join(note.split())
        faults = []
        if channel not in set(Channel):
            faults.append(
                Fault("touch", "is no channel", f"Use one of {', '.join(Channel)}.", column="channel", value=channel)
            )
        if at > now + SLACK:
            faults.append(
                Fault("touch", "lies in the future", "Log what has happened.", column="at", value=at.isoformat())
            )
        if at < now - OLDEST:
            faults.append(
                Fault("touch", "is more than a year ago", "Check the year.", column="at", value=at.isoformat())
            )
        if len(note) > NOTE_LENGTH:
            faults.append(
                Fault("touch", f"is longer than {NOTE_LENGTH} characters", "Shorten it.", column="note", value=note)
            )
        if has_controls(note):
            faults.append(Fault("touch", "holds a control character", "Type it anew.", column="note", value=note))
        if faults:
            raise BadInput(faults)
        return cls(Channel(channel), min(at, now), note)

    @property
    def words(self) -> str:
        """For sentences: `logged call on 3 May 2026`."""
        return f"logged {_WORDS[self.channel]} on {day(self.at.isoformat())}"
