"""Cadence: the contact's own gap inside the band, and how it learns from what people, never machines, do.

A step is a small factor. With the steps below a contact who answers about four messages in ten keeps its gap; one who
answers more often hears from us sooner, one who answers less often later, never outside the band.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import ceil, floor

from outreach.domain.reason import Reason, ReasonNumber
from outreach.domain.rhythm.band import RhythmBand
from outreach.domain.rhythm.codes import Code


class Observation(StrEnum):
    """What one message taught us."""

    #: A person followed a link.
    HUMAN_CLICK = "human_click"
    #: A person opened it.
    HUMAN_OPEN = "human_open"
    #: A person wrote back.
    REPLY = "reply"
    #: It had its days, and nothing came back.
    SILENCE = "silence"
    #: A gateway or privacy proxy opened or clicked it.
    MACHINE = "machine"
    #: Somebody or something did; it cannot be told apart.
    UNSURE = "unsure"
    #: The contact asked to hear less often.
    LESS_OFTEN = "less_often"
    #: The contact reported it as junk.
    COMPLAINT = "complaint"


#: Days a message is given before its silence counts (rhythm notes, 4.3).
MATURES_AFTER_DAYS = 5

STEPS: Mapping[Observation, float] = {
    Observation.REPLY: 0.85,
    Observation.HUMAN_CLICK: 0.88,
    Observation.HUMAN_OPEN: 0.95,
    Observation.SILENCE: 1.04,
}
"""What the gap is multiplied by. Shortening steps are ordered by how much a person had to do for them."""

#: A wish to hear less often is heard: at least this many days, whatever the gap was (rhythm notes, 4.3 "Gap").
LESS_OFTEN_AT_LEAST = 10

_CODES: Mapping[Observation, Code] = {
    Observation.HUMAN_CLICK: Code.CADENCE_CLICK,
    Observation.HUMAN_OPEN: Code.CADENCE_OPEN,
    Observation.REPLY: Code.CADENCE_REPLY,
    Observation.SILENCE: Code.CADENCE_SILENCE,
    Observation.MACHINE: Code.CADENCE_MACHINE,
    Observation.UNSURE: Code.CADENCE_UNSURE,
    Observation.LESS_OFTEN: Code.CADENCE_LESS_OFTEN,
    Observation.COMPLAINT: Code.CADENCE_COMPLAINT,
}

_TEACH_NOTHING = frozenset({Observation.MACHINE, Observation.UNSURE})


@dataclass(frozen=True, slots=True)
class Cadence:
    """What a contact's rhythm has learnt.

    Attributes:
        gap: days from one touch to the next, before seasons.
    """

    gap: float


@dataclass(frozen=True, slots=True)
class CadenceChange:
    """What one observation did to a cadence.

    Attributes:
        before, after: the cadence; the same if nothing was learnt.
        reason: why it moved, or why it did not.
    """

    before: Cadence
    after: Cadence
    reason: Reason

    @property
    def moved(self) -> bool:
        """Whether the gap is another one now."""
        return self.before != self.after


def respond(cadence: Cadence, observation: Observation, *, band: RhythmBand, message: str) -> CadenceChange:
    """What `observation` does to `cadence`.

    The gap stays inside the band and moves in tenths of a day, away from where it stood; smaller steps do not exist, so
    it does not jitter. It is monotone: a shorter gap before never gives a longer one after, and an answer never gives a
    longer one than silence would have.

    Args:
        cadence: as it stands; a gap outside the band (the band was changed) comes back inside with the first lesson.
        observation: what happened.
        band: of the contact's industry.
        message: how a sentence names the message, for instance "October newsletter".
    """
    code = _CODES[observation]
    after = cadence
    if observation not in _TEACH_NOTHING:
        wished = _wished(cadence.gap, observation, band=band)
        after = Cadence(band.clip(wished))
        if (after.gap - cadence.gap) * (wished - cadence.gap) <= 0:
            code = Code.CADENCE_AT_LIMIT
    numbers: dict[str, ReasonNumber] = {
        "gap_before": cadence.gap,
        "gap_after": after.gap,
        "message": message,
        "observation": observation.value,
    }
    return CadenceChange(cadence, after, Reason(code, numbers))


def _wished(gap: float, observation: Observation, *, band: RhythmBand) -> float:
    """The gap that `observation` asks for before it is brought inside the band."""
    if observation in STEPS:
        return _tenths(gap * STEPS[observation], away_from=gap)
    if observation is Observation.LESS_OFTEN:
        return max(LESS_OFTEN_AT_LEAST, ceil(1.5 * max(gap, 7.0)))
    return max(gap, band.max_gap)


def _tenths(days: float, *, away_from: float) -> float:
    """`days` in tenths, rounded so that a step is never lost."""
    # Nine digits first: 9.4 * 10 is a hair below 94 in binary.
    tenths = round(days * 10, 9)
    return (floor(tenths) if days < away_from else ceil(tenths)) / 10
