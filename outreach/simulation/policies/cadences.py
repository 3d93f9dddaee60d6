"""Industry calendar and one gap for everybody: the sane rule that a careful marketer keeps by hand."""

import numpy as np

from outreach.simulation.business import TURNS, Business, is_workday
from outreach.simulation.life import Delivered
from outreach.simulation.touches import MORNING, Reports, Touches


class CalendarGap:
    """Everybody every `gap` days, on workdays outside published busy seasons, in the morning of their own clock.

    Attributes:
        last: day of the last touch; begins as if people had been written to evenly before.
        turn: how many touches each person had, for what is said next.
    """

    less_often = False

    def __init__(self, business: Business, *, gap: int) -> None:
        self.business, self.gap = business, gap
        self.last = np.floor(-business.mark * gap)
        self.turn = np.zeros(business.people, np.int64)

    def decide(self, day: int) -> Touches:
        """Everybody whose gap is over and whose calendar allows it."""
        if not is_workday(day):
            return Touches.none()
        due = np.flatnonzero((day - self.last >= self.gap) & ~self.business.closed_on(day))
        return Touches.to(due, TURNS[self.turn[due] % len(TURNS)], MORNING)

    def told(self, day: int, reports: Reports) -> None:
        """Nothing is learnt."""

    def sent(self, day: int, delivered: Delivered) -> None:
        """The gap begins anew."""
        self.last[delivered.touches.contact] = day
        self.turn[delivered.touches.contact] += 1
