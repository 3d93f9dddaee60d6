"""The radar: what each customer's habit is, how unusual its silence, and a word for it."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from outreach.domain.care.habit import surprise as tail
from outreach.domain.care.habit.clocks import Clocks
from outreach.domain.care.habit.events import Events, Floats, Ints
from outreach.domain.reason import Reason, ReasonNumber
from outreach.domain.rhythm.codes import Code
from outreach.domain.signal import SignalKind


class Habit(StrEnum):
    """What a customer may have a habit of; in this order the first there is stands for the customer."""

    #: Purchases and bookings.
    BUYING = "buying"
    #: Visits.
    VISITING = "visiting"
    #: Questions.
    ASKING = "asking"
    #: Replies, answers by one click included.
    REPLYING = "replying"


SIGNALS: dict[Habit, tuple[SignalKind, ...]] = {
    Habit.BUYING: (SignalKind.PURCHASE, SignalKind.BOOKING),
    Habit.VISITING: (SignalKind.VISIT,),
    Habit.ASKING: (SignalKind.QUESTION,),
    Habit.REPLYING: (SignalKind.REPLY,),
}
"""Which signals make a habit."""


class Label(StrEnum):
    """How a habit does."""

    #: Too few events to speak of a habit.
    NEW = "new"
    #: As always.
    STEADY = "steady"
    #: Less than usual of late, but the silence is not unusual.
    SLOWING = "slowing"
    #: The silence becomes unusual for this customer.
    FADING = "fading"
    #: The silence is very unusual.
    ALARM = "alarm"
    #: Out of the customer's own season.
    RESTING = "resting"


LABELS = tuple(Label)
#: Half-lives of the fast and the slow intensity, in days, and the ratio below which a habit slows.
FAST_DAYS, SLOW_DAYS, SLOWING_BELOW = 21.0, 120.0, 0.5
#: Above the tenant's threshold by this much a silence alarms.
ALARM_ABOVE = tail.ALARM - tail.FADING
_LN2 = float(np.log(2))


@dataclass(frozen=True, slots=True)
class Fit:
    """What a tenant's history teaches about one habit."""

    prior: tail.Prior
    threshold: float


@dataclass(frozen=True, slots=True)
class Radar:
    """One habit of many customers; days are ordinals, -1 for none.

    Attributes:
        count: events. first, last: days. interval: mean days between them, 0 for fewer than two.
        surprise: of the silence, in powers of ten. unusual_on: from which day on silence alone is unusual.
        label: number in `LABELS`. begins, days: own season (day of the year, length), 0 and 0 without one.
    """

    count: Ints
    first: Ints
    last: Ints
    interval: Floats
    surprise: Floats
    unusual_on: Ints
    label: NDArray[np.int8]
    begins: Floats
    days: Floats


def fit(events: Events, clocks: Clocks) -> Fit:
    """What the history of these customers teaches: prior, regularity and the threshold that alarms rarely in vain."""
    clock = clocks.at(events.customer, events.day)
    k = tail.regularity(events, clock)
    k = k if k > tail.REGULAR_ABOVE else 1.0
    counts, starts = events.counts, events.starts
    # Seasonal customers have clocks of another kind, and would blur what is usual.
    some = (counts > 1) & ~clocks.seasons.seasonal
    tx = np.zeros(events.customers)
    tx[some] = clock[(starts + counts - 1)[some]] - clock[starts[some]]
    prior = tail.fit_prior((counts - 1).clip(0).astype(float), tx, k=k)
    return Fit(prior, tail.calibrated(*tail.false_alarms(events, clock, prior)))


def look(events: Events, clocks: Clocks, of: Fit, *, now: int) -> Radar:
    """The habit of each customer on the day `now`; events after it are not looked at."""
    events = events.until(now)
    everyone = np.arange(events.customers)
    count, first, last = events.counts, events.firsts(), events.lasts()
    clock = clocks.at(events.customer, events.day)
    began, ended = clocks.at(everyone, np.maximum(first, 0)), clocks.at(everyone, np.maximum(last, 0))
    present = clocks.at(everyone, np.full(events.customers, now))
    x, tx = (count - 1).clip(0).astype(float), ended - began
    window = tail.windows(x, tx)
    recent = clock > (present - window)[events.customer]
    n = np.bincount(events.customer[recent], minlength=events.customers).astype(float)
    stretch = tail.Stretch(x, tx, np.maximum(present - began, tx), window, np.minimum(n, x))
    met = tail.surprise(stretch, of.prior)
    trend = _trend(events, present[events.customer] - clock, present - began)
    habit = count >= tail.LEAST_EVENTS
    unusual = clocks.day_at(began + tail.unusual_from(stretch, of.prior, threshold=of.threshold))
    return Radar(
        count=count,
        first=first,
        last=last,
        interval=np.where(count > 1, (last - first) / np.maximum(count - 1, 1), 0.0),
        surprise=met,
        unusual_on=np.where(habit, unusual, -1),
        label=_labels(events, clocks, met, trend, threshold=of.threshold, now=now),
        begins=np.where(clocks.seasons.seasonal, clocks.seasons.begins, 0.0),
        days=np.where(clocks.seasons.seasonal, clocks.seasons.days, 0.0),
    )


def _labels(
    events: Events, clocks: Clocks, met: Floats, trend: Floats, *, threshold: float, now: int
) -> NDArray[np.int8]:
    habit = events.counts >= tail.LEAST_EVENTS
    slowing = trend < SLOWING_BELOW
    resting = clocks.seasons.seasonal & ~clocks.seasons.in_season(now)
    chosen = np.select(
        [~habit, met >= threshold + ALARM_ABOVE, met >= threshold, resting, slowing & ~clocks.seasons.seasonal],
        [LABELS.index(one) for one in (Label.NEW, Label.ALARM, Label.FADING, Label.RESTING, Label.SLOWING)],
        LABELS.index(Label.STEADY),
    )
    return chosen.astype(np.int8)


def _trend(events: Events, silence: Floats, known: Floats) -> Floats:
    """The fast over the slow intensity of each customer, both set right for how long it is known; 1 for nobody.

    Args:
        silence: days of the clock since each event. known: since each customer's first.
    """
    known = np.maximum(known, 1.0)

    def intensity(half_life: float) -> Floats:
        weights = np.exp2(-silence / half_life)
        summed = np.bincount(events.customer, weights=weights, minlength=events.customers)
        found: Floats = summed * _LN2 / half_life / (1 - np.exp2(-known / half_life))
        return found

    fast, slow = intensity(FAST_DAYS), intensity(SLOW_DAYS)
    return np.where(slow > 0, fast / np.maximum(slow, 1e-12), 1.0)


@dataclass(frozen=True, slots=True)
class HabitFacts:
    """One customer's habit, as sentences need it; days are civil dates."""

    habit: Habit
    label: Label
    count: int
    first: date
    last: date
    interval: float
    unusual_on: date | None
    season_begins: int = 0
    season_days: int = 0


_DOES = {
    Habit.BUYING: ("Buys", "bought"),
    Habit.VISITING: ("Comes", "came"),
    Habit.ASKING: ("Asks", "asked"),
    Habit.REPLYING: ("Answers", "answered"),
}
_CODES = {
    Label.NEW: Code.HABIT_NEW,
    Label.STEADY: Code.HABIT_STEADY,
    Label.SLOWING: Code.HABIT_SLOWING,
    Label.FADING: Code.HABIT_FADING,
    Label.ALARM: Code.HABIT_FADING,
    Label.RESTING: Code.HABIT_RESTING,
}


def habit_reason(facts: HabitFacts, *, today: date) -> Reason:
    """The customer's own numbers, for a sentence."""
    does, did = _DOES[facts.habit]
    code = _CODES[facts.label]
    if facts.label in (Label.FADING, Label.ALARM) and (facts.unusual_on is None or facts.unusual_on > today):
        # Not the silence but too few events in a while.
        code = Code.HABIT_SCARCE
    elif facts.label is Label.STEADY and facts.unusual_on is None:
        code = Code.HABIT_NEW
    numbers: dict[str, ReasonNumber] = {
        "does": does,
        "did": did,
        "interval": facts.interval,
        "times": facts.count,
        "first": facts.first.isoformat(),
        "last": facts.last.isoformat(),
        "silence": (today - facts.last).days,
    }
    if facts.unusual_on:
        numbers["unusual"] = facts.unusual_on.isoformat()
    if facts.season_days:
        begins = date.fromordinal(date(2023, 1, 1).toordinal() + min(max(facts.season_begins, 0), 364))
        ends = date.fromordinal(date(2023, 1, 1).toordinal() + (facts.season_begins + facts.season_days) % 365)
        numbers |= {"from": begins.isoformat(), "to": ends.isoformat()}
    return Reason(code, numbers)
