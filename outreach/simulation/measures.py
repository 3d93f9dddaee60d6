"""What came of a policy: value, reach, and how evenly the promise of the rhythm band was kept (rhythm notes, 4.10)."""

from dataclasses import dataclass

import numpy as np

from outreach.domain.rhythm.caps import CAPS
from outreach.simulation.business import BAND
from outreach.simulation.draws import Floats
from outreach.simulation.life import Delivered, Life
from outreach.simulation.people import Numbers
from outreach.simulation.seasons import Flags
from outreach.simulation.touches import LOADS

#: A published busy season on the day of the deadline puts it off by so many days (rhythm notes, 4.1, 4.7 (3)).
BUSY_GRACE = 14
#: Two hours: clock changes and the two slots' minutes are no feast.
_LENIENT = 2 / 24
#: A contact's gaps must be this many before they can be called even or uneven.
_FEWEST_GAPS = 3


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one policy in one world.

    Attributes:
        purchases: expected ones of all customers together (chances added up, so luck in buying is no noise).
        reachable: share of customers who may be written to at the end. customers: share still customers.
        touches: made. unsubscribes, complaints: of people.
        per_mail: unsubscribes a mail.
        famine, feast: share of reachable contact-days. quiet: touches in quiet hours.
        busy: share of touches in true busy seasons. published_busy: in published ones.
        variation: of a contact's gaps that span no busy season (coefficient; mean over contacts, weighted by gaps).
        peak: touches of the fullest day against the mean day.
        opened, clicked: mails that people read and clicked, as shares of mails that reached them.
    """

    purchases: float
    reachable: float
    customers: float
    touches: int
    unsubscribes: int
    complaints: int
    per_mail: float
    famine: float
    feast: float
    quiet: int
    busy: float
    published_busy: float
    variation: float
    peak: float
    opened: float
    clicked: float

    @property
    def index(self) -> float:
        """The feast-or-famine index: 0 is steady, above 20 is feast or famine."""
        return 100 * (self.famine + self.feast)

    @property
    def score(self) -> float:
        """The rhythm score, 0 to 100."""
        even = (1 - min(self.index / 100, 1)) * (1 - min(self.variation, 1) / 2)
        return 100 * even * (1 - self.published_busy)


class Measures:
    """Counts while a life is lived."""

    def __init__(self, life: Life) -> None:
        self.life = life
        count = len(life.people)
        self.last_day = np.zeros(count, np.int64)
        self.last_at = np.full(count, -np.inf)
        self.early_until = np.full(count, -np.inf)
        self.loads = np.zeros((int(max(cap.days for cap in CAPS)), count))
        self.spent = np.zeros((len(CAPS), count))
        self.gaps, self.gap_sum, self.gap_squares = np.zeros(count), np.zeros(count), np.zeros(count)
        closed = life.year.closed
        self.closed_before = np.concatenate([np.zeros((len(closed), 1), int), closed.cumsum(axis=1)], axis=1)
        self.per_day: list[int] = []
        self.days = self.famine = self.feast = self.quiet = self.busy = self.published_busy = 0

    def day(self, day: int, delivered: Delivered) -> None:
        """Counts one day, after its touches were made."""
        touches = delivered.touches
        self._window(day)
        order = np.argsort(touches.hour, kind="stable")
        left = order
        while len(left):  # at most one touch a contact at a time, in the order of the clock
            _, first = np.unique(touches.contact[left], return_index=True)
            first = np.sort(first)
            part = touches.where(left[first])
            self._touched(day, part.contact, LOADS[part.kind], day + part.hour / 24)
            left = np.delete(left, first)
        self.per_day.append(len(touches))
        self.quiet += int(delivered.quiet.sum())
        self.busy += int(delivered.busy.sum())
        self.published_busy += int(self.life.year.closed[self.life.people.trade[touches.contact], day].sum())
        self._balance(day)

    def _window(self, day: int) -> None:
        """What leaves each cap's window today."""
        for place, cap in enumerate(CAPS):
            leaves = day - int(cap.days)
            if leaves >= 0:
                self.spent[place] -= self.loads[leaves % len(self.loads)]
        self.loads[day % len(self.loads)] = 0

    def _touched(self, day: int, who: Numbers, loads: Floats, at: Floats) -> None:
        early = at - self.last_at[who] < BAND.min_gap - _LENIENT
        self.early_until[who[early]] = at[early] + BAND.min_gap
        trade = self.life.people.trade[who]
        had = self.last_at[who] > -np.inf
        spans = self.closed_before[trade, day] > self.closed_before[trade, self.last_day[who]]
        counts = had & ~spans
        gap = (at - np.where(had, self.last_at[who], at))[counts]
        self.gaps[who[counts]] += 1
        self.gap_sum[who[counts]] += gap
        self.gap_squares[who[counts]] += gap**2
        self.last_at[who], self.last_day[who] = at, day
        self.loads[day % len(self.loads), who] += loads
        self.spent[:, who] += loads

    def _balance(self, day: int) -> None:
        reachable = self.life.hearts.reachable
        over: Flags = np.any(self.spent > np.array([[cap.budget + 1e-6] for cap in CAPS]), axis=0)
        feast = reachable & (over | (self.early_until > day))
        silence = day - self.last_day
        trade = self.life.people.trade
        closed = self.life.year.closed
        deadline = np.minimum(self.last_day + int(BAND.max_gap), closed.shape[1] - 1)
        graced = closed[trade, deadline] & (silence <= BAND.max_gap + BUSY_GRACE)
        excused = graced | self.life.year.announced[trade, day]
        famine = reachable & (silence > BAND.max_gap) & ~excused
        self.days += int(reachable.sum())
        self.feast += int(feast.sum())
        self.famine += int(famine.sum())

    def outcome(self) -> Outcome:
        """What came of it."""
        life, touches = self.life, sum(self.per_day)
        return Outcome(
            purchases=life.expected_purchases,
            reachable=float(life.hearts.reachable.mean()),
            customers=float(life.hearts.customer.mean()),
            touches=touches,
            unsubscribes=life.unsubscribes,
            complaints=life.complaints,
            per_mail=life.unsubscribes / max(life.mails, 1),
            famine=self.famine / max(self.days, 1),
            feast=self.feast / max(self.days, 1),
            quiet=self.quiet,
            busy=self.busy / max(touches, 1),
            published_busy=self.published_busy / max(touches, 1),
            variation=self._variation(),
            peak=max(self.per_day, default=0) / max(touches / max(len(self.per_day), 1), 1e-9) if touches else 0.0,
            opened=life.read / max(life.mails, 1),
            clicked=life.clicked / max(life.mails, 1),
        )

    def _variation(self) -> float:
        enough = self.gaps >= _FEWEST_GAPS
        if not enough.any():
            return 0.0
        count = self.gaps[enough]
        mean = self.gap_sum[enough] / count
        variance = np.maximum(self.gap_squares[enough] / count - mean**2, 0) * count / (count - 1)
        return float(np.average(np.sqrt(variance) / mean, weights=count))
