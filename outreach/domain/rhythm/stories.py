"""The stories of a contact's messages: what left, what it met and what came back, as the ledger tells it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self
from uuid import UUID

import numpy as np

from outreach.domain.rhythm.band import RhythmBand
from outreach.domain.rhythm.capacity import Answer
from outreach.domain.rhythm.explain import day
from outreach.domain.rhythm.load import load_of
from outreach.domain.rhythm.mail_programs import Trace
from outreach.domain.rhythm.pressure import Flags, Floats, Ints, Timing
from outreach.domain.touch import Channel, TouchClass

#: What people do with these says nothing about how much contact they like: they wait for them.
_TRANSACTIONAL = frozenset({TouchClass.SERVICE, TouchClass.RECOVERY})


@dataclass(frozen=True, slots=True)
class Story:
    """What became of one touch that was made.

    Attributes:
        touch_id: which message; None for a touch that a person made and wrote down, which only fills the bucket.
        sent_at: when it left (aware, UTC).
        campaign_name: what it was, for sentences.
        channel, touch_class: of the touch.
        timing: of its day.
        opened, clicked: the local hour at which a person first did, -1 if nobody did.
        replied, complained, unsubscribed: whether a person did.
        matured: its days passed. arrived: it did not come back.
        fetched, followed: a machine opened it, followed its links. glimpsed: nobody can say who opened it.
        maybe_opened, maybe_clicked: the chance that a person did, from visits of which nobody can say who made them.
    """

    touch_id: UUID | None
    sent_at: datetime
    campaign_name: str = ""
    channel: Channel = Channel.EMAIL
    touch_class: TouchClass = TouchClass.RELATIONSHIP
    timing: Timing = Timing.ORDINARY
    opened: int = -1
    clicked: int = -1
    replied: bool = False
    complained: bool = False
    unsubscribed: bool = False
    matured: bool = False
    arrived: bool = True
    fetched: bool = False
    followed: bool = False
    glimpsed: bool = False
    maybe_opened: float = 0.0
    maybe_clicked: float = 0.0

    @property
    def name(self) -> str:
        """How a sentence names it."""
        return f"{self.campaign_name} of {day(self.sent_at.isoformat())}"

    @property
    def left(self) -> bool:
        """Whether the contact wanted no more of this."""
        return self.complained or self.unsubscribed

    @property
    def answer(self) -> Answer | None:
        """The most telling thing a person did with it; None while it may still come, or if it cannot be known.

        An open is an open whether or not a machine came too. Nobody can see whether a text message was read, so its
        silence says nothing, nor does that of a message that came back.
        """
        if self.touch_id is None or self.touch_class in _TRANSACTIONAL:
            return None
        if self.clicked >= 0 or self.replied:
            return Answer.ACTED
        if self.opened >= 0:
            return Answer.OPENED
        silent = self.matured and self.arrived and self.channel is Channel.EMAIL
        return Answer.NOTHING if silent else None

    @property
    def waits(self) -> bool:
        """Whether its silence has not been counted and still may be."""
        told = self.touch_id is None or self.touch_class in _TRANSACTIONAL or self.answer is not None
        return self.channel is Channel.EMAIL and self.arrived and not self.matured and not told

    @property
    def trace(self) -> Trace:
        """What its pixel saw."""
        if self.channel is not Channel.EMAIL:
            return Trace.NO_PIXEL
        if self.followed:
            return Trace.SCANNED
        if self.fetched:
            return Trace.FLAGGED
        return Trace.OPENED if self.opened >= 0 or self.glimpsed else Trace.NONE


@dataclass(frozen=True, slots=True)
class History:
    """All that the ledger knows about a contact's rhythm.

    Attributes:
        contact_id: whose.
        gap: as it stands, in days; what a wish to hear less often adds is in it.
        band: of the contact, its own where staff set one.
        stories: of all touches made, in any order.
        floor_gap: no gap below so many days, because the contact asked to hear less often; 0 if it did not.
        learn_from: touches before this only fill the bucket: staff took back what they taught. None for never.
    """

    contact_id: int
    gap: float
    band: RhythmBand
    stories: Sequence[Story]
    floor_gap: float = 0.0
    learn_from: datetime | None = None

    def in_order(self) -> list[Story]:
        """The stories in the order in which they left."""
        return sorted(self.stories, key=lambda story: (story.sent_at, str(story.touch_id)))

    def teaches(self, story: Story) -> bool:
        """Whether the story is young enough to teach."""
        return self.learn_from is None or story.sent_at >= self.learn_from


#: No answer yet, or none that can be known, as a number beside those of `Answer`.
UNKNOWN = -1


@dataclass(frozen=True, slots=True)
class Sheets:
    """Stories of many contacts as arrays (contacts x stories, oldest first, padded at the end).

    Attributes:
        count: stories of each contact.
        day: since 1970. load, timing: of the touch. answer: number in `Answer` or `UNKNOWN`. trace: number in `Trace`.
        left: the contact wanted no more of this.
        maybe: chances of an open and of a click by a person, from visits that are unsure (contacts x stories x 2).
        hour: local hour at which a person read it, -1 if nobody did.
        text: a text message that had its days or was answered.
    """

    count: Ints
    day: Floats
    load: Floats
    timing: Ints
    answer: Ints
    trace: Ints
    left: Flags
    maybe: Floats
    hour: Ints
    text: Flags

    @classmethod
    def of(cls, histories: Sequence[History]) -> Self:
        """The sheets of `histories`, one row each."""
        count = np.array([len(history.stories) for history in histories], np.int64)
        shape = (len(histories), int(count.max(initial=0)))
        made = cls(
            count=count,
            day=np.zeros(shape),
            load=np.zeros(shape),
            timing=np.zeros(shape, np.int64),
            answer=np.full(shape, UNKNOWN),
            trace=np.full(shape, int(Trace.NO_PIXEL)),
            left=np.zeros(shape, bool),
            maybe=np.zeros((*shape, 2)),
            hour=np.full(shape, -1),
            text=np.zeros(shape, bool),
        )
        for row, history in enumerate(histories):
            for place, story in enumerate(history.in_order()):
                made._write(row, place, story, teaches=history.teaches(story))
        return made

    def _write(self, row: int, place: int, story: Story, *, teaches: bool) -> None:
        at = row, place
        self.day[at] = story.sent_at.timestamp() / 86400
        self.load[at] = load_of(story.touch_class, story.channel)
        self.timing[at] = story.timing
        if teaches:
            answer = story.answer
            self.text[at] = story.channel is Channel.SMS and (story.matured or answer is not None)
            self.answer[at] = UNKNOWN if answer is None else answer
            self.trace[at] = story.trace
            self.left[at] = story.left
            self.maybe[at] = story.maybe_opened, story.maybe_clicked
            self.hour[at] = story.clicked if story.clicked >= 0 else story.opened
