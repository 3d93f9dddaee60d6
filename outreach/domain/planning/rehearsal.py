"""A rehearsal: the planner lives through time in memory, and every touch it plans leaves on the minute.

It is the same deciding and the same learning as in the product, with arrays in place of the ledger; forecasts,
simulations and long property tests run on it. By itself it knows no customer's answer: every mail meets silence, unless
whoever runs it says otherwise.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np

from outreach.domain.calendar.season import Stance
from outreach.domain.planning.almanac import CHANNELS, STANCES, Almanac, Cohort, Flags, Floats, Ints, instant, seconds
from outreach.domain.planning.bounds import DAY
from outreach.domain.planning.catch_up import not_before
from outreach.domain.planning.contacts import NEVER, Contacts
from outreach.domain.planning.decide import Decisions, Verdict, decide, names_season
from outreach.domain.planning.losers import Fate, losers
from outreach.domain.planning.offers import Offers
from outreach.domain.planning.visible import MEMORY, visible_span
from outreach.domain.rhythm.cadence import MATURES_AFTER_DAYS, Learners
from outreach.domain.rhythm.capacity import Answer
from outreach.domain.rhythm.mail_programs import Trace
from outreach.domain.rhythm.pressure import Timing
from outreach.domain.touch import Channel

#: Contacts decided at once; more would only take more memory.
CHUNK = 20_000
#: Touches of each contact that are remembered: more than any rolling window holds.
REMEMBERS = 16

_EMAIL = CHANNELS.index(Channel.EMAIL)
#: What kind of day a touch met, by the stance that its reason names; `Story.timing` reads the same off the ledger.
_TIMINGS = np.array(
    [{Stance.QUIET: Timing.BUSY, Stance.PEAK: Timing.KEEN}.get(stance, Timing.ORDINARY) for stance in STANCES], np.int64
)


@dataclass(frozen=True, slots=True)
class Touches:
    """Touches that left, in the order in which they were planned; one place a touch.

    Attributes:
        contact: place of the contact. offer: place of the offer. sent_at: in seconds since 1970.
        met: the pressure each met. timing: of its day.
    """

    contact: Ints
    offer: Ints
    sent_at: Floats
    met: Floats
    timing: Ints

    @classmethod
    def joined(cls, parts: Sequence["Touches"]) -> "Touches":
        """All of `parts`."""
        return cls(
            contact=np.concatenate([part.contact for part in parts] or [np.zeros(0, np.int64)]),
            offer=np.concatenate([part.offer for part in parts] or [np.zeros(0, np.int64)]),
            sent_at=np.concatenate([part.sent_at for part in parts] or [np.zeros(0)]),
            met=np.concatenate([part.met for part in parts] or [np.zeros(0)]),
            timing=np.concatenate([part.timing for part in parts] or [np.zeros(0, np.int64)]),
        )

    def at(self, places: Ints | Flags) -> "Touches":
        """The touches at these places."""
        return Touches(
            self.contact[places], self.offer[places], self.sent_at[places], self.met[places], self.timing[places]
        )


@dataclass
class Rehearsal:
    """Contacts living through time; `contacts` and `learners` change in place.

    Attributes:
        contacts: as the planner sees them. cohorts: what their numbers stand for.
        offers: every edition that opens before the end. learners: what was learnt about each contact.
        horizon: as in `decide`.
        guards: whether the floor is guarded; without it a rehearsal shows what the guard is worth.
        silent: whether unanswered mails teach by themselves.
        look_at: when each contact comes up again, in seconds.
        dry_from: when there was first nothing to say to each contact that was due; infinite if never.
        touches: everything that left.
    """

    contacts: Contacts
    cohorts: Sequence[Cohort]
    offers: Offers
    learners: Learners
    horizon: timedelta
    guards: bool = True
    silent: bool = True
    slowdown: float = 1.0
    look_at: Floats = field(init=False)
    dry_from: Floats = field(init=False)
    touches: list[Touches] = field(default_factory=list)
    _unmatured: list[Touches] = field(default_factory=list)
    _almanac: Almanac | None = None

    def __post_init__(self) -> None:
        self.look_at = np.full(len(self.contacts), -np.inf)
        self.dry_from = np.full(len(self.contacts), np.inf)
        spare = REMEMBERS - self.contacts.recent_at.shape[1]
        if spare > 0:
            widths = ((0, 0), (0, spare))
            self.contacts.recent_at = np.pad(self.contacts.recent_at, widths, constant_values=NEVER)
            self.contacts.recent_load = np.pad(self.contacts.recent_load, widths)
            self.contacts.recent_campaign = np.pad(self.contacts.recent_campaign, widths, constant_values=-1)

    def tick(self, now: datetime) -> Touches:
        """Lives through one instant: old mails teach, and contacts whose turn it is are decided on.

        Returns:
            The touches planned in this tick; each leaves between `now` and `now + horizon`.
        """
        if self.silent:
            self._mature(now)
        due = np.flatnonzero(self.look_at <= seconds(now))
        parts = [self._plan(due[start : start + CHUNK], now) for start in range(0, len(due), CHUNK)]
        planned = Touches.joined(parts)
        if len(planned.contact):
            self.touches.append(planned)
            self._unmature(planned)
        return planned

    def expect(self, open_mails: Touches) -> None:
        """Takes over mails that left before the rehearsal and still may be answered."""
        if self.silent:
            self._unmatured.append(open_mails)

    def take_planned(self, row: Ints, offer: Ints, at: Floats, timing: Ints) -> None:
        """Takes over touches that were planned before the rehearsal; they leave as planned.

        Args:
            row: places of contacts. offer: places of offers. at: when they leave. timing: of their days.
        """
        order = np.lexsort((at, row))
        row, offer, at, timing = row[order], offer[order], at[order], timing[order]
        while len(row):
            first = np.ones(len(row), bool)
            first[1:] = row[1:] != row[:-1]
            self.touches.append(self._felt(row[first], offer[first], at[first], timing[first]))
            self._unmature(self.touches[-1])
            row, offer, at, timing = row[~first], offer[~first], at[~first], timing[~first]

    def regap(self, rows: Ints, now: datetime) -> None:
        """Takes the learnt gaps of `rows` over, and looks at them again at once."""
        contacts = self.contacts
        contacts.gap[rows] = np.clip(
            self.learners.gap[rows] * self.slowdown, contacts.min_gap[rows], contacts.max_gap[rows]
        )
        self.look_at[rows] = np.minimum(self.look_at[rows], seconds(now))

    def almanac(self, now: datetime) -> Almanac:
        """The almanac for the days around `now`."""
        if self._almanac is None or not self._almanac.covers(now):
            self._almanac = Almanac.of(self.cohorts, now=now)
        return self._almanac

    def _mature(self, now: datetime) -> None:
        """Mails that had their days teach by their silence, each contact's in the order in which they left."""
        waiting = Touches.joined(self._unmatured)
        old = waiting.sent_at <= seconds(now) - MATURES_AFTER_DAYS * DAY
        self._unmatured = [waiting.at(~old)]
        left = waiting.at(old)
        left = left.at(np.lexsort((left.sent_at, left.contact)))
        while len(left.contact):
            first = np.ones(len(left.contact), bool)
            first[1:] = left.contact[1:] != left.contact[:-1]
            lesson, left = left.at(first), left.at(~first)
            before = self.learners.gap[lesson.contact].copy()
            count = len(lesson.contact)
            self.learners.learn(
                lesson.contact,
                met=lesson.met,
                timing=lesson.timing,
                answer=np.full(count, Answer.NOTHING, np.int64),
                trace=np.full(count, Trace.NONE, np.int64),
            )
            self.regap(lesson.contact[self.learners.gap[lesson.contact] != before], now)

    def _plan(self, rows: Ints, now: datetime) -> Touches:
        almanac = self.almanac(now)
        first, last = visible_span(now)
        seen = np.flatnonzero((self.offers.closes >= first.toordinal()) & (self.offers.opens <= last.toordinal()))
        offers, contacts = self.offers.at(seen), self.contacts.seeing(rows, seen)
        contacts.not_before = not_before(contacts.id, look_at=self.look_at[rows], now=seconds(now))
        forgotten = contacts.recent_at <= seconds(now - MEMORY)
        contacts.recent_at[forgotten], contacts.recent_load[forgotten] = NEVER, 0.0
        contacts.recent_campaign[forgotten] = -1
        decisions = decide(contacts, offers, almanac, now=now, horizon=self.horizon, guards=self.guards)
        self.look_at[rows] = decisions.look_at
        dry = rows[decisions.verdict == Verdict.NO_CONTENT]
        self.dry_from[dry] = np.minimum(self.dry_from[dry], seconds(now))
        lost = losers(contacts, offers, almanac, decisions.slots)
        rides = lost.fate == Fate.MERGED
        self.contacts.had[rows[lost.row[rides]], seen[lost.offer[rides]]] = True
        return self._sent(rows, seen, decisions)

    def _sent(self, rows: Ints, seen: Ints, decisions: Decisions) -> Touches:
        """Writes the touches of some decisions down as if they had left already; they will, and nothing moves them."""
        sends = np.flatnonzero(decisions.sends)
        row, offer, at = rows[sends], seen[decisions.slots.offer[sends]], decisions.slots.send_at[sends]
        contacts, load = self.contacts, self.offers.load[offer]
        contacts.had[row, offer] = True
        anniversary = self.offers.anniversary[offer]
        kept = anniversary >= 0
        contacts.kept_at[row[kept], anniversary[kept]] = at[kept]
        invited = self.offers.invited[offer]
        asked = invited >= 0
        contacts.invited_until[row[asked], invited[asked]] = 0
        campaign = self.offers.campaign[offer]
        for array, newest in (
            (contacts.recent_at, at),
            (contacts.recent_load, load),
            (contacts.recent_campaign, campaign),
        ):
            array[row, 1:] = array[row, :-1]
            array[row, 0] = newest
        self._sort_recent(row)
        contacts.last_at[row] = np.maximum(contacts.last_at[row], at)
        contacts.famine_from[row] = contacts.last_at[row] + contacts.max_gap[row] * DAY
        contacts.due_at[row] = contacts.last_at[row] + self.learners.gap[row] * DAY
        self.look_at[row] = at
        timing = np.where(names_season(decisions)[sends], _TIMINGS[decisions.bounds.stance[sends]], Timing.ORDINARY)
        return self._felt(row, offer, at, timing)

    def _felt(self, row: Ints, offer: Ints, at: Floats, timing: Ints) -> Touches:
        met = self.learners.touch(row, day=at / DAY, load=self.offers.load[offer], timing=timing)
        return Touches(row, offer, at, met, timing)

    def _unmature(self, left: Touches) -> None:
        """Lets mails wait for their days to pass."""
        if self.silent:
            # Whether a text was read nobody can see, and whoever ordered something waits for it: neither teaches.
            teaches = (self.offers.channel == _EMAIL) & ~self.offers.urgent
            self._unmatured.append(left.at(teaches[left.offer]))

    def _sort_recent(self, rows: Ints) -> None:
        """Newest first again, where a service message leaves before a touch that was planned earlier."""
        mixed = rows[self.contacts.recent_at[rows, 0] < self.contacts.recent_at[rows, 1]]
        order = np.argsort(-self.contacts.recent_at[mixed], axis=1, kind="stable")
        for array in (self.contacts.recent_at, self.contacts.recent_load, self.contacts.recent_campaign):
            array[mixed] = np.take_along_axis(array[mixed], order, axis=1)


def ticks(start: datetime, *, days: float, step: timedelta) -> list[datetime]:
    """Every instant a rehearsal of so many days ticks at."""
    return [start + count * step for count in range(int(timedelta(days=days) / step))]


def sent_in(touches: Touches, *, start: datetime, end: datetime) -> Touches:
    """The touches that leave from `start` to before `end`."""
    return touches.at((touches.sent_at >= seconds(start)) & (touches.sent_at < seconds(end)))


def first_instant(values: Floats) -> datetime | None:
    """The earliest finite instant among `values`, None if there is none."""
    earliest = float(values.min(initial=np.inf))
    return instant(earliest) if np.isfinite(earliest) else None
