"""What all of a contact's messages taught together: the rhythm as a function of the ledger.

Nothing is nudged event by event. A contact starts at its band's target gap, and every touch that was made is gone
through in the order in which they left: it fills the bucket, and once its fate is known it teaches one lesson. So an
event that comes twice, late or in another order leaves no trace, and a verdict that is revised ("that was no person
after all") takes its lesson with it (docs/decisions/0006).
"""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from outreach.domain.reason import Reason, ReasonNumber
from outreach.domain.rhythm.cadence import Bands, Learners
from outreach.domain.rhythm.capacity import Answer, capacity
from outreach.domain.rhythm.channels import favoured_channel
from outreach.domain.rhythm.codes import Code
from outreach.domain.rhythm.hours import EVENING_FROM, favoured_half
from outreach.domain.rhythm.mail_programs import Program, Trace
from outreach.domain.rhythm.pressure import Floats
from outreach.domain.rhythm.stories import UNKNOWN, History, Sheets, Story
from outreach.domain.rhythm.tuning import Tuning

#: Opens are ignored, in words, where a program that fetches pictures by itself is believed in this much.
_SURELY = 0.5


@dataclass(frozen=True, slots=True)
class Revision:
    """A gap that is another one now.

    Attributes:
        touch_id: the message that brought the news; None if no message did.
        before, after: days.
        reason: the sentence's code and numbers.
    """

    touch_id: UUID | None
    before: float
    after: float
    reason: Reason


@dataclass(frozen=True, slots=True)
class Learnt:
    """What a contact's messages taught.

    Attributes:
        contact_id: whose.
        capacity: how much contact this person bears, in loads; None if nothing taught yet.
        favours_hours: "", "morning" or "evening". favours_channel: "", "email" or "sms".
        revision: of the gap; None if it stays.
    """

    contact_id: int
    capacity: float | None
    favours_hours: str
    favours_channel: str
    revision: Revision | None


@dataclass(frozen=True, slots=True)
class Folded:
    """All stories of some contacts, gone through; one place a contact.

    Attributes:
        learners: what they taught.
        gap: in days, a wish to hear less often included.
        taught: lessons of each contact.
        met: pressure each message met, in loads (contacts x stories).
        strain: the same, in capacities as believed before it (contacts x stories; nan for none that
            taught or where none was).
        sheets: the stories.
    """

    learners: Learners
    gap: Floats
    taught: NDArray[np.int64]
    met: Floats
    strain: Floats
    sheets: Sheets

    @classmethod
    def of(cls, histories: Sequence[History], *, tuning: Tuning) -> Self:
        """Goes through the stories of `histories`, all contacts side by side, one story after the other."""
        sheets = Sheets.of(histories)
        bands = Bands(
            np.array([history.band.min_gap for history in histories], float),
            np.array([history.band.target_gap for history in histories], float),
            np.array([history.band.max_gap for history in histories], float),
        )
        learners = Learners.fresh(bands, tuning=tuning)
        pressures, strain = np.zeros(sheets.day.shape), np.full(sheets.day.shape, np.nan)
        taught = np.zeros(len(histories), np.int64)
        for place in range(sheets.day.shape[1]):
            rows = np.flatnonzero(sheets.count > place)
            timing = sheets.timing[rows, place]
            met = learners.touch(rows, day=sheets.day[rows, place], load=sheets.load[rows, place], timing=timing)
            pressures[rows, place] = met
            known, left = sheets.answer[rows, place] != UNKNOWN, sheets.left[rows, place]
            telling = known | left
            # Without the shift, which is estimated from the strain.
            strain[rows[telling], place] = met[telling] / capacity(learners.beliefs[rows[telling]], shift=0.0)
            learners.learn(
                rows[known],
                met=met[known],
                timing=timing[known],
                answer=sheets.answer[rows[known], place],
                trace=sheets.trace[rows[known], place],
                maybe=sheets.maybe[rows[known], place],
            )
            learners.leave(rows[left], met=met[left])
            taught[rows] += telling
        floors = np.array([history.floor_gap for history in histories], float)
        return cls(learners, np.maximum(learners.gap, floors), taught, pressures, strain, sheets)

    def favoured_halves(self) -> NDArray[np.str_]:
        """The part of the day in which each contact reads: "", "morning" or "evening"."""
        read = self.sheets.hour >= 0
        plain = self.learners.program_shares()[:, Program.PLAIN, None]
        # What a person does with a text, or by a click, no program does for them.
        trust = np.where(self.sheets.text | (self.sheets.answer == Answer.ACTED), 1.0, plain) * read
        late = self.sheets.hour >= EVENING_FROM
        return favoured_half((trust * ~late).sum(axis=1), (trust * late).sum(axis=1))

    def favoured_channels(self) -> NDArray[np.str_]:
        """The channel in which each contact answers clearly more: "", "email" or "sms"."""
        sheets = self.sheets
        mail = (sheets.trace != Trace.NO_PIXEL) & (sheets.answer != UNKNOWN)
        text, acted = sheets.text, sheets.answer == Answer.ACTED
        return favoured_channel(
            mails=mail.sum(axis=1).astype(float),
            mails_answered=(mail & acted).sum(axis=1).astype(float),
            texts=text.sum(axis=1).astype(float),
            texts_answered=(text & acted).sum(axis=1).astype(float),
        )


def learnt(histories: Sequence[History], *, news: AbstractSet[UUID], tuning: Tuning) -> list[Learnt]:
    """What the stories of each contact taught, all together, and what the news does to the gap.

    Args:
        news: messages about which something new is known; the latest of a contact that taught something explains.
    """
    folded = Folded.of(histories, tuning=tuning)
    capacities = folded.learners.capacity()
    prefetches = folded.learners.program_shares()[:, [Program.FLAGGED_PREFETCH, Program.SILENT_PREFETCH]].sum(axis=1)
    halves, channels = folded.favoured_halves(), folded.favoured_channels()
    return [
        Learnt(
            contact_id=history.contact_id,
            capacity=float(capacities[row]) if folded.taught[row] else None,
            favours_hours=str(halves[row]),
            favours_channel=str(channels[row]),
            revision=_revision(history, float(folded.gap[row]), news=news, prefetches=prefetches[row] > _SURELY),
        )
        for row, history in enumerate(histories)
    ]


def forgotten(history: History, *, tuning: Tuning, now: datetime) -> Learnt:
    """What is left when staff takes back what all messages before `now` taught."""
    anew = replace(history, learn_from=now)
    (learnt_anew,) = learnt([anew], news=frozenset(), tuning=tuning)
    after = float(Folded.of([anew], tuning=tuning).gap[0])
    numbers = {"gap_before": history.gap, "gap_after": after}
    moved = (
        None if after == history.gap else Revision(None, history.gap, after, Reason(Code.CADENCE_FORGOTTEN, numbers))
    )
    return replace(learnt_anew, revision=moved)


def _revision(history: History, after: float, *, news: AbstractSet[UUID], prefetches: bool) -> Revision | None:
    stories = history.in_order()
    told = [place for place, story in enumerate(stories) if story.touch_id in news]
    if after == history.gap or not told:
        return None
    telling = [place for place in told if stories[place].answer is not None or stories[place].left]
    place = (telling or told)[-1]
    code = _code(stories[place], shorter=after < history.gap)
    numbers: dict[str, ReasonNumber] = {
        "gap_before": history.gap,
        "gap_after": after,
        "message": stories[place].name,
    }
    if code is Code.CADENCE_SILENCE:
        run = _silences(stories[: place + 1])
        numbers["silences"] = len(run)
        if prefetches and any(story.fetched for story in run):
            code = Code.CADENCE_PREFETCHED
        elif len(run) > 1:
            code = Code.CADENCE_SILENCES
    return Revision(stories[place].touch_id, history.gap, after, Reason(code, numbers))


def _code(story: Story, *, shorter: bool) -> Code:
    """The lesson of `story` where it explains the change; an earlier lesson that was taken back may outweigh it."""
    if shorter and story.answer is Answer.ACTED:
        return Code.CADENCE_REPLY if story.replied else Code.CADENCE_CLICK
    if shorter and story.answer is Answer.OPENED:
        return Code.CADENCE_OPEN
    if not shorter and story.left:
        return Code.CADENCE_COMPLAINT if story.complained else Code.CADENCE_LEFT
    if not shorter and story.answer is Answer.NOTHING:
        return Code.CADENCE_SILENCE
    return Code.CADENCE_REVISED


def _silences(stories: Sequence[Story]) -> list[Story]:
    """The unanswered messages since the last that a person answered."""
    run: list[Story] = []
    for story in reversed(stories):
        if story.answer not in (None, Answer.NOTHING):
            break
        if story.answer is Answer.NOTHING:
            run.append(story)
    return run
