"""Cadence: the contact's own gap inside the band, and how it learns from what people, never machines, do.

`Learners` holds all there is to know about many contacts as arrays; the ledger is read through it, and so does the
simulation live through it day by day:

    learners = Learners.fresh(bands, tuning=Tuning())
    met = learners.touch(rows, day=day, load=load, timing=timing)          # when touches leave; keep `met`
    learners.learn(rows, met=met, timing=timing, answer=answer, trace=trace)   # when their fate is known
    learners.leave(rows, met=met)                                          # less often, unsubscribed, complained
    learners.gap, learners.capacity()

`rows` are places of contacts, each at most once in a call. A fate is known at once if a person answered, and after
`MATURES_AFTER_DAYS` if nothing came back.

Three things keep the rhythm steady while it learns. A lesson moves the gap towards the one that the capacity asks for,
by at most `STEP` of itself. It goes only to within `SLACK` of that gap, so that it rests while the wish wavers. And an
answer never lengthens it, nor does silence shorten it, so that every change has a reason a person can follow.
All of it is monotone: a shorter gap or a shorter wish before never makes a longer gap after.
"""

from dataclasses import dataclass, field
from typing import Self

import numpy as np

from outreach.domain.rhythm.capacity import PRIOR, Answer, capacity, left, observed, prior
from outreach.domain.rhythm.mail_programs import Program, Programs, Trace
from outreach.domain.rhythm.pressure import HALF_LIFE, Floats, Ints, drained, met, weight
from outreach.domain.rhythm.tuning import Tuning

#: Days a message is given before its silence counts (rhythm notes, 4.3).
MATURES_AFTER_DAYS = 5

#: A lesson moves the gap by at most this share of itself.
STEP = 0.12
#: The gap rests while it is within this share of the one that is wished for.
SLACK = 0.04

#: A wish to hear less often holds for so many days; then we ask (ibid., "Gap").
LESS_OFTEN_DAYS = 365
#: ... and means at least so many days between two touches, whatever the gap was.
LESS_OFTEN_AT_LEAST = 10

#: Share of the capacity that a rhythm may use (theta), and what it keeps free for the touch itself (ibid.).
_USES, _KEEPS, _LOAD = 0.70, 0.45, 0.9


def steady_gap(capacities: Floats) -> Floats:
    """Days between two touches at which pressure keeps within what a person of each capacity bears (ibid., "Gap")."""
    room = np.maximum(_USES * capacities - _KEEPS, 0.001) / _LOAD
    days: Floats = -HALF_LIFE * np.log2(room / (1 + room))
    return days


_USUAL_GAP = float(steady_gap(capacity(PRIOR[None, :], shift=0.0))[0])


def pace(shift: float) -> float:
    """How many times as long as usual gaps are in a base that bears so much less than the prior says; 1 and more."""
    return max(float(steady_gap(capacity(PRIOR[None, :], shift=shift))[0]) / _USUAL_GAP, 1.0)


@dataclass(frozen=True, slots=True)
class Bands:
    """Rhythm bands of some contacts, in days; one place a contact."""

    min_gap: Floats
    target_gap: Floats
    max_gap: Floats


@dataclass(slots=True)
class Learners:
    """What was learnt about some contacts; one place a contact, changed in place.

    Attributes:
        bands: of the contacts, their own where staff set one.
        gap: days from one touch to the next, before seasons and before a wish to hear less often.
        pressure, pressed_at: how much contact each still felt, and on which day (since any fixed instant).
        beliefs: about the capacity (contacts x 35). programs: about the mail program.
        tuning: what the whole base taught.
    """

    bands: Bands
    gap: Floats
    pressure: Floats
    pressed_at: Floats
    beliefs: Floats
    programs: Programs
    tuning: Tuning
    _mix: Floats = field(init=False)

    def __post_init__(self) -> None:
        self._mix = np.array(self.tuning.mix)

    @classmethod
    def fresh(cls, bands: Bands, *, tuning: Tuning) -> Self:
        """Contacts of whom nothing is known: their gaps are the target gaps of their bands."""
        count = len(bands.target_gap)
        return cls(
            bands=bands,
            gap=np.clip(bands.target_gap, bands.min_gap, bands.max_gap),
            pressure=np.zeros(count),
            pressed_at=np.full(count, -np.inf),
            beliefs=prior(count),
            programs=Programs.unknown(count),
            tuning=tuning,
        )

    def touch(self, rows: Ints, *, day: Floats, load: Floats, timing: Ints) -> Floats:
        """A touch reaches each of `rows`; touches of one contact come in the order of their days.

        Returns:
            The pressure each touch met, which its lesson will need.
        """
        before = drained(self.pressure[rows], days=day - self.pressed_at[rows])
        added = weight(load, timing=timing)
        self.pressure[rows] = before + added
        self.pressed_at[rows] = day
        return met(before, added=added)

    def learn(
        self, rows: Ints, *, met: Floats, timing: Ints, answer: Ints, trace: Ints, maybe: Floats | None = None
    ) -> None:
        """What became of one message of each of `rows` is known.

        Args:
            met, timing: as at its touch. answer: `Answer`. trace: `Trace`.
            maybe: the chances of an open and of a click that nobody can vouch for (rows x 2); they soften silence, and
                never shorten a gap by themselves.
        """
        self.programs.see(rows, trace=trace)
        shares = self.programs.shares(rows, mix=self._mix)
        # Without a pixel no program stands between the message and the person.
        shares[trace == Trace.NO_PIXEL] = np.eye(len(Program))[Program.PLAIN]
        shift = self.tuning.shift
        self.beliefs[rows] = observed(
            self.beliefs[rows], met=met, timing=timing, answer=answer, programs=shares, shift=shift, maybe=maybe
        )
        stepped = self._stepped(rows)
        answered = answer != Answer.NOTHING
        self.gap[rows] = np.where(answered, np.minimum(self.gap[rows], stepped), np.maximum(self.gap[rows], stepped))

    def leave(self, rows: Ints, *, met: Floats) -> None:
        """Each of `rows` asked for less, withdrew or complained at a message that met this pressure."""
        self.beliefs[rows] = left(self.beliefs[rows], met=met, shift=self.tuning.shift)
        asked = asked_gap(self.gap[rows], max_gap=self.bands.max_gap[rows])
        self.gap[rows] = np.maximum(np.maximum(self.gap[rows], self._stepped(rows)), asked)

    def capacity(self) -> Floats:
        """How much contact each person bears, in loads."""
        return capacity(self.beliefs, shift=self.tuning.shift)

    def program_shares(self) -> Floats:
        """How much each class of mail program is believed in (contacts x 5)."""
        return self.programs.shares(np.arange(len(self.gap)), mix=self._mix)

    def wished_gap(self, rows: Ints) -> Floats:
        """The gap that the capacity of each of `rows` asks for.

        The industry's target is the yardstick: who bears as much as the prior says is at the target, others in
        proportion to the gaps at which their pressure keeps within what they bear. What the whole base bears is no
        news about one contact; it slows everybody down alike (`pace`).
        """
        capacities = capacity(self.beliefs[rows], shift=0.0)
        wished: Floats = self.bands.target_gap[rows] * steady_gap(capacities) / _USUAL_GAP
        return wished

    def _stepped(self, rows: Ints) -> Floats:
        """The gap of each of `rows` after one step towards its wish, in tenths of a day, inside the band."""
        gap, wished = self.gap[rows], self.wished_gap(rows)
        rested = np.clip(gap, wished / (1 + SLACK), wished * (1 + SLACK))
        bounded = np.clip(rested, gap * (1 - STEP), gap * (1 + STEP))
        # Rounded towards where it stood; nine digits first, because 9.4 * 10 is a hair below 94 in binary.
        tenths = np.round(bounded * 10, 9)
        shorter, longer = np.minimum(gap, np.ceil(tenths) / 10), np.maximum(gap, np.floor(tenths) / 10)
        stepped = np.where(bounded < gap, shorter, longer)
        return np.clip(stepped, self.bands.min_gap[rows], self.bands.max_gap[rows])


def asked_gap(gap: Floats, *, max_gap: Floats) -> Floats:
    """The gap of somebody with `gap` who asks to hear less often (ibid.), never above `max_gap`."""
    asked: Floats = np.minimum(np.maximum(LESS_OFTEN_AT_LEAST, np.ceil(1.5 * np.maximum(gap, 7.0))), max_gap)
    return asked


def less_often_gap(gap: float, *, max_gap: float) -> float:
    """`asked_gap` of a single contact: what goes to `rhythms.floor_gap`, for `LESS_OFTEN_DAYS`."""
    return float(asked_gap(np.array([gap]), max_gap=np.array([max_gap]))[0])
