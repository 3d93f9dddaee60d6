"""Engagement tiers: who opens much hears much, as most mailing services advise; opens are believed as they come."""

import numpy as np

from outreach.simulation.business import TURNS, Business, is_workday
from outreach.simulation.life import Delivered
from outreach.simulation.touches import Reports, Touches, What

#: Days that an open or click counts, and how many make a tier; gaps of the tiers from the least engaged.
COUNTS_FOR = 90.0
TIERS = ((0.0, 28), (1.0, 14), (3.0, 7))


class Tiers:
    """Weekly to the keen, fortnightly to the rest, monthly to those who did nothing for a quarter; no calendar."""

    less_often = False

    def __init__(self, business: Business) -> None:
        self.business = business
        self.last = np.floor(-business.mark * 14)
        self.turn = np.zeros(business.people, np.int64)
        self.score = np.full(business.people, 1.0)

    def decide(self, day: int) -> Touches:
        """Everybody whose tier's gap is over, on workdays, at ten by the office's clock."""
        self.score *= 0.5 ** (1 / COUNTS_FOR)
        if not is_workday(day):
            return Touches.none()
        gap = np.zeros(self.business.people)
        for least, days in TIERS:
            gap[self.score >= least] = days
        due = np.flatnonzero(day - self.last >= gap)
        hour = self.business.at_office_hour(day, 10.0)[due]
        return Touches(due, TURNS[self.turn[due] % len(TURNS)], hour)

    def told(self, day: int, reports: Reports) -> None:
        """Counts opens and clicks, whoever made them."""
        np.add.at(self.score, reports.by(What.OPENED, What.CLICKED), 1.0)

    def sent(self, day: int, delivered: Delivered) -> None:
        """The gap begins anew."""
        self.last[delivered.touches.contact] = day
        self.turn[delivered.touches.contact] += 1
