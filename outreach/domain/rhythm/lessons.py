"""What all of a contact's messages taught together: the gap as a function of the ledger.

The gap is not nudged event by event but read off the ledger: from the band's target gap, one lesson a message, in the
order in which the messages left. So an event that comes twice, late or in another order leaves no trace, and a verdict
that is revised ("that was no person after all") takes its lesson with it.

A message teaches the most telling thing that a person did with it: a click after an open replaces the open's small step
with its own larger one, and does not add to it. A complaint comes on top of whatever else happened.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from outreach.domain.reason import Reason, ReasonNumber
from outreach.domain.rhythm.band import RhythmBand
from outreach.domain.rhythm.cadence import Cadence, Observation, respond
from outreach.domain.rhythm.codes import Code
from outreach.domain.rhythm.explain import day


@dataclass(frozen=True, slots=True)
class MessageStory:
    """What became of one message that left.

    Attributes:
        touch_id: which.
        sent_at: when it left (aware, UTC).
        campaign_name: what it was, for sentences.
        opened, clicked, replied, complained: whether a person did.
        unanswered: its days passed, and silence may be counted; whether anything came back is for the others to say.
    """

    touch_id: UUID
    sent_at: datetime
    campaign_name: str
    opened: bool = False
    clicked: bool = False
    replied: bool = False
    complained: bool = False
    unanswered: bool = False

    @property
    def name(self) -> str:
        """How a sentence names it."""
        return f"{self.campaign_name} of {day(self.sent_at.isoformat())}"


@dataclass(frozen=True, slots=True)
class Revision:
    """A gap that is another one now.

    Attributes:
        touch_id: the message that brought the news.
        before, after: days.
        reason: the sentence's code and numbers.
    """

    touch_id: UUID
    before: float
    after: float
    reason: Reason


def lessons(story: MessageStory) -> tuple[Observation, ...]:
    """What one message taught, in order; empty if nothing yet."""
    answers = (
        (story.replied, Observation.REPLY),
        (story.clicked, Observation.HUMAN_CLICK),
        (story.opened, Observation.HUMAN_OPEN),
        (story.unanswered, Observation.SILENCE),
    )
    telling = next((observation for happened, observation in answers if happened), None)
    complaint = Observation.COMPLAINT if story.complained else None
    return tuple(observation for observation in (telling, complaint) if observation)


def learnt_gap(stories: Sequence[MessageStory], *, band: RhythmBand) -> float:
    """The gap in days that all of a contact's messages teach, in whatever order they are given."""
    cadence = Cadence(band.target_gap)
    for story in _in_order(stories):
        for observation in lessons(story):
            cadence = respond(cadence, observation, band=band, message=story.name).after
    return cadence.gap


def revised(gap: float, stories: Sequence[MessageStory], *, news: frozenset[UUID], band: RhythmBand) -> Revision | None:
    """What the news about some messages does to `gap`, or None if it stays.

    Args:
        gap: as it stands, in days.
        stories: of all the contact's messages that left.
        news: messages among them about which something new is known; the latest of them that taught something explains.
    """
    after = learnt_gap(stories, band=band)
    told = [story for story in _in_order(stories) if story.touch_id in news]
    if after == gap or not told:
        return None
    story = next((story for story in reversed(told) if lessons(story)), told[-1])
    observation = lessons(story)[-1] if lessons(story) else None
    step = respond(Cadence(gap), observation, band=band, message=story.name) if observation else None
    # A sentence must not say "shortened" of a gap that grew, as it may when an earlier lesson was taken back.
    fits = step is not None and step.moved and (step.after.gap < gap) == (after < gap)
    code = step.reason.code if step and fits else Code.CADENCE_REVISED
    numbers: dict[str, ReasonNumber] = {
        "gap_before": gap,
        "gap_after": after,
        "message": story.name,
        "observation": observation.value if observation else "revised",
    }
    return Revision(story.touch_id, gap, after, Reason(code, numbers))


def _in_order(stories: Sequence[MessageStory]) -> list[MessageStory]:
    return sorted(stories, key=lambda story: (story.sent_at, story.touch_id))
