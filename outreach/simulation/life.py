"""One simulated business's customers, living one day after the other under whatever touches they get."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from outreach.domain.calendar.windows import LOUD_HOURS
from outreach.simulation.draws import Floats, fractions
from outreach.simulation.machines import Post, reported
from outreach.simulation.people import Hearts, Numbers, People
from outreach.simulation.reading import RATHER_LESS, Circumstances, Response, excess, respond
from outreach.simulation.reputation import Reputation
from outreach.simulation.seasons import MOST_SHIFT, Flags, Year
from outreach.simulation.touches import CARRIED, Kind, Reports, Touches, What
from outreach.simulation.worlds import FatigueLaw, World

#: A morning ends here; what comes later belongs to the evening.
NOON = 14.0
#: Purchases in true busy and keen seasons against other days; assumed.
BUSY_BUYING, KEEN_BUYING = 0.7, 1.4
#: A purchase restores so much of the attention that is missing; assumed.
PURCHASE_RESTORES = 0.15
#: The four kinds of leaving, a year: the need is finished, circumstances (a move, a death), we made a mistake (and so
#: many leave over it, twice as many if we go on selling within a fortnight), and the habit was lost (with no habit
#: left). Assumed; the brief of this product says that most leave for the last reason.
FINISHED, CIRCUMSTANCES, WRONGED, HABIT_LOST = 0.03, 0.03, 0.10, 0.35
LEAVES_OVER_IT, FRESH_DAYS = 0.15, 14
#: Addresses that die in a year: hard bounces are 0.40 % a mail (Mailchimp 2019) at about a mail a month.
ADDRESS_DIES = 0.05
#: Who asked for fewer expects gaps this much longer, and leaves with this chance at a touch that comes sooner.
LONGER, BREAKS_WITH_US = 1.2, 0.5

_LOUD = np.array([(LOUD_HOURS[channel].start / 60, LOUD_HOURS[channel].end / 60) for channel, _ in CARRIED])


@dataclass(frozen=True, slots=True)
class Delivered:
    """Touches that were made.

    Attributes:
        touches: themselves. numbers: of each, counted up. quiet: in quiet hours. busy: in a true busy season.
    """

    touches: Touches
    numbers: Numbers
    quiet: Flags
    busy: Flags


class Life:
    """The customers of one world and seed; every policy gets one of its own, with the same luck."""

    def __init__(self, world: World, *, seed: int, people: int, days: int) -> None:
        self.world, self.seed, self.days = world, seed, days
        self.people = People.of(world, seed=seed, people=world.people or people)
        self.hearts = Hearts.of(self.people, seed=seed)
        self.year = Year.of(world, seed=seed, days=days)
        self.post = Post()
        self.reputation = Reputation()
        self.expected_purchases = 0.0
        self.unsubscribes = self.complaints = self.mails = self.read = self.clicked = 0
        self._touches = 0

    def busy(self, day: int) -> Flags:
        """Who is truly busy on `day`."""
        return self.year.busy[self.people.trade, day + MOST_SHIFT - self.people.shift]

    def keen(self, day: int) -> Flags:
        """Whose need is truly greatest on `day`."""
        return self.year.keen[self.people.trade, day + MOST_SHIFT - self.people.shift]

    def touched(self, day: int, touches: Touches, *, less_often: bool) -> Delivered:
        """Delivers the touches of `day`; what is not reachable gets none.

        Args:
            less_often: the touches carry a link to ask for fewer.
        """
        touches = touches.where(self.hearts.reachable[touches.contact])
        numbers = self._touches + np.arange(len(touches))
        self._touches += len(touches)
        parts = []
        for number, wave in enumerate(_waves(touches.contact)):
            parts.append((wave, self._wave(day, touches.where(wave), numbers[wave], number, less_often=less_often)))
        busy, quiet = np.zeros(len(touches), bool), np.zeros(len(touches), bool)
        for wave, met in parts:
            busy[wave], quiet[wave] = met.busy, met.night
        return Delivered(touches, numbers, quiet, busy)

    def _wave(self, day: int, touches: Touches, numbers: Numbers, wave: int, *, less_often: bool) -> Circumstances:
        """Delivers at most one touch a person."""
        who, hearts = touches.contact, self.hearts
        luck = fractions(self.seed, "touch", day=day, wave=wave, people=len(self.people), rows=12)[:, who]
        hour = touches.hour % 24
        alive = hearts.address[who] | (touches.kind == Kind.TEXT)
        met = Circumstances(
            contact=who,
            kind=touches.kind,
            busy=self.busy(day)[who],
            keen=self.keen(day)[who],
            night=(hour < _LOUD[touches.kind, 0]) | (hour >= _LOUD[touches.kind, 1]),
            own_slot=(hour < NOON) == self.people.morning[who],
            inbox=alive & ((luck[0] < self.reputation.placement) | (touches.kind == Kind.TEXT)),
        )
        storm = self.world.storm is not None and 0 <= day - self.world.storm[0] < self.world.storm[1]
        done = respond(met, self.people, hearts, world=self.world, luck=luck[1:6], storm=storm)
        at = day + (touches.hour - self.people.ahead_of_utc(day)[who]) / 24
        seen = reported(met, done, self.people, touch=numbers, hour=hour, at=at, luck=luck[6:10])
        self.post.put(seen, luck=luck[10][np.searchsorted(numbers, seen.touch)])
        self._moved(met, done)
        self._left(day, met, done, numbers=numbers, at=at, asks=less_often, luck=luck[11], dead=~alive)
        return met

    def _moved(self, met: Circumstances, done: Response) -> None:
        """What the touches do to attention and fatigue."""
        hearts, who = self.hearts, met.contact
        hearts.fatigue[who] += done.load
        hearts.attention[who] += done.read * self.people.traits["restored"][who] * (1 - hearts.attention[who])
        hearts.last_kind[who] = met.kind
        mail = met.kind != Kind.TEXT
        self.read += int((done.read & mail).sum())
        self.clicked += int((done.clicked & mail).sum())

    def _left(
        self,
        day: int,
        met: Circumstances,
        done: Response,
        *,
        numbers: Numbers,
        at: Floats,
        asks: bool,
        luck: Floats,
        dead: Flags,
    ) -> None:
        """Who unsubscribes, reports junk, asks for fewer, stops looking, or was not there at all."""
        hearts, who = self.hearts, met.contact
        gap = day - hearts.last_day[who]
        broken = (hearts.asked_gap[who] > 0) & (gap < LONGER * hearts.asked_gap[who]) & (luck < BREAKS_WITH_US)
        asked = done.leaves & ~done.silent & (luck > 1 - RATHER_LESS) if asks else np.zeros(len(who), bool)
        hearts.asked_gap[who[asked]] = np.maximum(gap[asked], 1)
        hearts.tuned_out[who[done.silent]] = True
        junk = done.junk & ~asked
        gone = ((done.leaves & ~done.silent & ~asked) | (broken & ~asked & met.inbox)) & ~junk
        mail = met.kind != Kind.TEXT
        bounced = dead & mail
        hearts.reachable[who[junk | gone | bounced]] = False
        hearts.last_day[who] = day
        for what, flags in (
            (What.LESS_OFTEN, asked),
            (What.COMPLAINED, junk),
            (What.UNSUBSCRIBED, gone),
            (What.BOUNCED, bounced),
        ):
            if flags.any():
                told = Reports.of(what, who[flags], at=at[flags] + 0.02, touch=numbers[flags])
                self.post.put(told, luck=np.ones(len(told)))
        self.unsubscribes += int(gone.sum())
        self.complaints += int(junk.sum())
        self.mails += int(mail.sum())
        self.reputation.note(mails=int(mail.sum()), complaints=int((junk & mail).sum()), bounces=int(bounced.sum()))

    def night(self, day: int, delivered: Delivered) -> None:
        """The day runs out: people buy, forget, rest, and some leave for good."""
        hearts, traits, count = self.hearts, self.people.traits, len(self.people)
        luck = fractions(self.seed, "night", day=day, people=count, rows=5)
        season = np.where(self.busy(day), BUSY_BUYING, np.where(self.keen(day), KEEN_BUYING, 1.0))
        season = np.where(self.year.announced[self.people.trade, day], 0.0, season)
        chance = np.where(hearts.customer, hearts.habit * season * traits["purchases_a_year"] / 365, 0.0)
        self.expected_purchases += float(chance.sum())
        bought = luck[0] < chance
        hearts.attention[bought] += PURCHASE_RESTORES * (1 - hearts.attention[bought])
        wronged = hearts.customer & (luck[1] < WRONGED / 365)
        hearts.wronged_until[wronged] = day + FRESH_DAYS
        for what, flags in ((What.PURCHASED, bought), (What.WRONGED, wronged)):
            told = Reports.of(what, np.flatnonzero(flags), at=day + 0.5)
            self.post.put(told, luck=np.ones(len(told)))
        self._leave_for_good(day, luck=luck, wronged=wronged, sold_to=_sold_to(delivered.touches, count))
        self._forget()
        self.reputation.rest()

    def _leave_for_good(self, day: int, *, luck: Floats, wronged: Flags, sold_to: Flags) -> None:
        hearts = self.hearts
        no_habit = np.clip(1 - hearts.habit / 0.5, 0, 1)
        chance = (FINISHED + CIRCUMSTANCES + HABIT_LOST * no_habit) / 365
        fresh = hearts.wronged_until > day
        leaves = (luck[2] < chance) | (wronged & (luck[3] < LEAVES_OVER_IT))
        leaves |= fresh & sold_to & ~wronged & (luck[3] < LEAVES_OVER_IT)
        hearts.customer &= ~leaves
        hearts.address &= luck[4] >= ADDRESS_DIES / 365

    def _forget(self) -> None:
        """Attention and fatigue fade, and the habit follows attention and suffers under pressure."""
        hearts, traits = self.hearts, self.people.traits
        above = excess(hearts.fatigue, traits["tolerance"])
        floor = traits["habit_floor"]
        hearts.habit += (floor + (1 - floor) * hearts.attention - hearts.habit) / np.maximum(traits["habit_days"], 1)
        hearts.habit *= 1 - np.minimum(traits["erosion"] * above, 0.5)
        hearts.attention *= 0.5 ** (1 / traits["attention_half_life"])
        hearts.attention[~hearts.customer] *= 0.98
        if self.world.law is FatigueLaw.HALVES:
            hearts.fatigue *= 0.5 ** (1 / traits["fatigue_half_life"])
        else:
            drained = traits["tolerance"] * np.log(2) / traits["fatigue_half_life"]
            hearts.fatigue = np.maximum(hearts.fatigue - drained, 0)


def _sold_to(touches: Touches, count: int) -> Flags:
    flags = np.zeros(count, bool)
    flags[touches.contact] = True
    return flags


def _waves(contact: Numbers) -> list[NDArray[np.int64]]:
    """Places of touches, split so that nobody occurs twice in a part; the first part holds everybody's first touch."""
    left = np.arange(len(contact))
    waves = []
    while len(left):
        _, first = np.unique(contact[left], return_index=True)
        waves.append(np.sort(left[first]))
        left = np.delete(left, first)
    return waves
