"""The rhythm score: how well the promise "never too often, never too rarely, never at a bad time" was kept.

Score = 100 (1 - index/100) (1 - variation/2) (1 - busy share), over 90 days (rhythm notes, 4.10). Everything is counted
per contact and added up, so a contact, an industry and the whole base are measured by the same code.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from outreach.domain.rhythm.balance import Flags, Floats, Ints, Made, Spans, famines, feasts

#: Days that the index and the score look back, the scored day included.
LOOKS_BACK = 90

#: Upper bounds of the feast-or-famine index of each part of the distribution; 0 is a part of its own, above 20 another.
INDEX_STEPS = (0.0, 1.0, 5.0, 20.0)


class ScoreWord(StrEnum):
    """What a score says."""

    VERY_GOOD = "very_good"
    GOOD = "good"
    UNEVEN = "uneven"
    ACT = "act"


def score_word(score: float) -> ScoreWord:
    """85 and more is very good, 70 good, 50 uneven or ill-timed; below, somebody must act (rhythm notes, 4.10)."""
    for least, word in ((85, ScoreWord.VERY_GOOD), (70, ScoreWord.GOOD), (50, ScoreWord.UNEVEN)):
        if score >= least:
            return word
    return ScoreWord.ACT


@dataclass(frozen=True, slots=True)
class ContactScore:
    """Days and touches of the 90 days up to one: of one contact, or added up of many.

    Attributes:
        days: contact-days looked at; a newer contact has fewer than 90.
        famine_days, feast_days: of these; no day is both.
        touches, busy_touches: ordinary ones, and of them those in a published busy (closed or quiet) season.
        unevenness: sum over gaps of their squared distance from the contact's mean gap, as a share of that mean.
        freedom: gaps less one of each contact that has two or more.
    """

    days: float
    famine_days: float
    feast_days: float
    touches: float
    busy_touches: float
    unevenness: float
    freedom: float

    @property
    def index(self) -> float:
        """Feast-or-famine index, 0 (steady) to 100."""
        return 100 * (self.famine_days + self.feast_days) / self.days if self.days else 0.0

    @property
    def variation(self) -> float:
        """Coefficient of variation of gaps that span no busy day, around each contact's own mean; at most 1."""
        return float(min((self.unevenness / self.freedom) ** 0.5, 1.0)) if self.freedom else 0.0

    @property
    def busy_share(self) -> float:
        """Share of ordinary touches in published busy seasons."""
        return self.busy_touches / self.touches if self.touches else 0.0

    @property
    def score(self) -> float:
        """The rhythm score, 0 to 100."""
        return 100 * (1 - self.index / 100) * (1 - self.variation / 2) * (1 - self.busy_share)


@dataclass(frozen=True, slots=True)
class Kept:
    """Contacts with what was made of them, ready to be measured.

    Attributes:
        made: touches from well before the first measured window on; at least the longest gap.
        heard_from: instant from which each contact's first silence counts.
        known_from: instant at which each contact became known.
        min_gap, max_gap: each contact's own band, in days.
        season: row of `closed` and `busy` for each contact.
        first_day: the day (since 1970) of the first column of `closed` and `busy`.
        closed: seasons x days; silence is excused.
        busy: seasons x days; closed or quiet.
        paused: pauses that contacts asked for; silence is excused.
    """

    made: Made
    heard_from: Floats
    known_from: Floats
    min_gap: Floats
    max_gap: Floats
    season: Ints
    first_day: int
    closed: Flags
    busy: Flags
    paused: Spans


class Measured:
    """Every contact's days in feast and famine, counted once for any number of scored days."""

    def __init__(self, kept: Kept) -> None:
        contacts, days = len(kept.season), kept.closed.shape[1]
        self.first_day, made = kept.first_day, kept.made
        window = {"contacts": contacts, "first_day": kept.first_day, "days": days}
        silences = famines(
            made, heard_from=kept.heard_from, max_gap=kept.max_gap, until=float(kept.first_day + days + 1)
        )
        ends = np.arange(kept.first_day, kept.first_day + days) + 1.0
        self.known = kept.known_from[:, None] <= ends
        self.feast = feasts(made, min_gap=kept.min_gap).days(**window) & self.known
        # A day that began in a pause is excused: whole days are promised, and nobody is written to at midnight.
        paused = Spans(kept.paused.row, kept.paused.start, kept.paused.end + 1).days(**window)
        excused = kept.closed[kept.season] | paused
        self.famine = silences.days(**window) & ~excused & ~self.feast & self.known
        self.row, self.ordinary = made.row, made.ordinary
        self.day = np.floor(made.at).astype(np.int64) - kept.first_day
        on = np.clip(self.day, 0, days - 1)
        self.in_busy = kept.busy[kept.season[made.row], on]
        busy_before = np.pad(np.cumsum(kept.busy, axis=1), ((0, 0), (1, 0)))
        count = busy_before[kept.season[made.row], on + 1]
        before = busy_before[kept.season[made.row], on]
        self.gap = np.zeros(len(made.at))
        self.gap[1:] = np.diff(made.at)
        self.even = np.zeros(len(made.at), np.bool_)
        self.even[1:] = (made.row[1:] == made.row[:-1]) & (count[1:] == before[:-1]) & (self.day[:-1] >= 0)

    def upto(self, day: int) -> "DayScores":
        """What the 90 days up to `day` (since 1970, included) were."""
        last = day - self.first_day
        window = slice(max(last + 1 - LOOKS_BACK, 0), last + 1)
        contacts = len(self.known)
        inside = (self.day > last - LOOKS_BACK) & (self.day <= last)
        said = self.row[inside & self.ordinary]
        in_busy = self.row[inside & self.ordinary & self.in_busy]
        row, gap = self.row[inside & self.even], self.gap[inside & self.even]
        gaps = np.bincount(row, minlength=contacts)
        mean = np.bincount(row, gap, minlength=contacts) / np.maximum(gaps, 1)
        distance = (gap / np.maximum(mean[row], 1e-9) - 1) ** 2
        return DayScores(
            np.column_stack(
                [
                    self.known[:, window].sum(axis=1),
                    self.famine[:, window].sum(axis=1),
                    self.feast[:, window].sum(axis=1),
                    np.bincount(said, minlength=contacts),
                    np.bincount(in_busy, minlength=contacts),
                    np.bincount(row, distance, minlength=contacts),
                    np.maximum(gaps - 1, 0),
                    self.known[:, last],
                    self.famine[:, last],
                    self.feast[:, last],
                    np.bincount(self.row[self.day == last], minlength=contacts),
                ]
            ).astype(np.float64)
        )


@dataclass(frozen=True, slots=True)
class DayTotal:
    """One scored day of some contacts; totals of parts of the base add up.

    Attributes:
        reachable, famine, feast, touches: on the day itself; contacts, and touches made.
        window: of the 90 days up to it.
        spread: contacts by index: none, up to 1, 5, 20, and above.
    """

    reachable: int
    famine: int
    feast: int
    touches: int
    window: ContactScore
    spread: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class DayScores:
    """The numbers of one scored day, a row each contact: the fields of `ContactScore`, then those of the day itself."""

    numbers: Floats

    def contact(self, row: int) -> ContactScore:
        """The score of one contact."""
        return ContactScore(*self.numbers[row, :7].tolist())

    def total(self, where: Flags) -> DayTotal:
        """The contacts flagged, together."""
        return day_total(self.numbers[where].sum(axis=0), self.spread(where))

    def spread(self, where: Flags) -> Ints:
        """How many of the contacts flagged have which index."""
        known = self.numbers[where & (self.numbers[:, 0] > 0)]
        index = 100 * (known[:, 1] + known[:, 2]) / known[:, 0]
        return np.bincount(np.searchsorted(INDEX_STEPS, index), minlength=len(INDEX_STEPS) + 1)


def day_total(sums: Floats, spread: Ints) -> DayTotal:
    """The total that column sums of `DayScores.numbers` tell."""
    values = sums.tolist()
    reachable, famine, feast, touches = map(int, values[7:])
    return DayTotal(reachable, famine, feast, touches, ContactScore(*values[:7]), tuple(spread.tolist()))
