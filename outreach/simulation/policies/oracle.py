"""The oracle: writes with everything in view that no business can see; the yardstick of what can be reached at all."""

import numpy as np

from outreach.domain.rhythm.caps import CAPS
from outreach.simulation.business import BAND, TURNS, Business, is_workday
from outreach.simulation.life import Delivered, Life
from outreach.simulation.people import Numbers
from outreach.simulation.reading import TRUE_LOADS
from outreach.simulation.seasons import Flags
from outreach.simulation.touches import EVENING, LOADS, MORNING, Reports, Touches

#: A touch may lift fatigue to this much of a person's true tolerance. Chosen once with `RISK_WEIGHS`, on the usual
#: world with seed 7 and 4,000 people, out of 0.75, 1, 1.25 and 1.5 by 0.3, 1 and 3.
FILLS = 1.25
#: Days of attention that a touch must bring for each day of attention that it puts at risk.
RISK_WEIGHS = 1.0
#: Workdays are enough of a margin before the longest gap.
_WEEKEND = 2


class Oracle:
    """Writes when there is room below the true tolerance and the attention to be won outweighs the chance to lose it.

    It keeps the product's promise (shortest gap, longest gap, caps, workdays) and knows attention, fatigue, tolerance,
    the true seasons and the half of the day in which a person reads. It looks one touch ahead, so it is no upper bound
    in the strict sense.
    """

    less_often = True

    def __init__(self, business: Business, life: Life) -> None:
        self.business, self.life = business, life
        self.last = np.floor(-business.mark * BAND.min_gap)
        self.turn = np.zeros(business.people, np.int64)
        self.spent = np.zeros((28, business.people))

    def decide(self, day: int) -> Touches:
        """Everybody for whom today is a good day, and everybody whom silence would otherwise pass the longest gap."""
        if not is_workday(day):
            return Touches.none()
        life, since = self.life, day - self.last
        kind = TURNS[self.turn % len(TURNS)]
        fits = (self.spent.sum(axis=0) + LOADS[kind] <= CAPS[0].budget) & (since >= BAND.min_gap)
        asked = life.hearts.asked_gap
        fits &= (asked == 0) | (since >= np.minimum(1.3 * asked, BAND.max_gap))
        deadline = since >= BAND.max_gap - _WEEKEND
        good = self._room(kind) & self._worth_it(day)
        due = np.flatnonzero(fits & ~life.busy(day) & ~self.business.closed_on(day) & (good | deadline))
        hour = np.where(life.people.morning[due], MORNING, EVENING)
        return Touches(due, kind[due], hour)

    def _room(self, kind: Numbers) -> Flags:
        hearts, traits = self.life.hearts, self.life.people.traits
        room: Flags = hearts.fatigue + TRUE_LOADS[kind] <= FILLS * np.maximum(traits["tolerance"], 1.3)
        return room

    def _worth_it(self, day: int) -> Flags:
        """Attention won (days of full attention) against attention at risk for the days that are left."""
        hearts, traits = self.life.hearts, self.life.people.traits
        half_life = traits["attention_half_life"] / np.log(2)
        read = traits["readiness"] * (0.35 + 0.65 * hearts.attention)
        won = read * traits["restored"] * (1 - hearts.attention) * half_life
        at_risk = traits["leaving_base"] * 0.5 * 0.4 * (self.life.days - day)
        worth: Flags = won > RISK_WEIGHS * at_risk
        return worth

    def told(self, day: int, reports: Reports) -> None:
        """It knows already."""

    def sent(self, day: int, delivered: Delivered) -> None:
        """The gap begins anew, and the cap counts."""
        who = delivered.touches.contact
        self.last[who] = day
        self.spent[day % 28] = 0
        self.spent[day % 28, who] = LOADS[delivered.touches.kind]
        self.turn[who] += 1
