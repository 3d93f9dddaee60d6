"""What businesses do without a rhythm: nothing, everything at once, or everybody on the same day."""

from dataclasses import dataclass

import numpy as np

from outreach.simulation.business import TURNS, Business
from outreach.simulation.life import Delivered
from outreach.simulation.touches import Kind, Reports, Touches


class Silence:
    """Nobody is ever written to."""

    less_often = False

    def decide(self, day: int) -> Touches:
        """Nothing."""
        return Touches.none()

    def told(self, day: int, reports: Reports) -> None:
        """Nobody listens."""

    def sent(self, day: int, delivered: Delivered) -> None:
        """Nothing was."""


class Blast(Silence):
    """Everybody on the same day, at ten by the office's clock."""

    def __init__(self, business: Business, *, every: int) -> None:
        self.business, self.every = business, every

    def decide(self, day: int) -> Touches:
        """Everybody on a Tuesday (day 5 is the first), nobody else."""
        issue, rest = divmod(day - 5, self.every)
        if rest:
            return Touches.none()
        kind = np.full(self.business.people, TURNS[issue % len(TURNS)])
        return Touches(np.arange(self.business.people), kind, self.business.at_office_hour(day, 10.0))


@dataclass(frozen=True, slots=True)
class Campaign:
    """One department's campaign: what, every so many days from which day, at what hour of the office, to what share."""

    kind: Kind
    every: int
    first: int
    hour: float
    share: float


CAMPAIGNS = (
    Campaign(Kind.TIP, 7, 5, 10.0, 0.9),
    Campaign(Kind.NEWSLETTER, 30, 2, 9.0, 1.0),
    Campaign(Kind.OFFER, 10, 7, 18.0, 0.8),
    Campaign(Kind.OFFER, 21, 13, 11.0, 0.7),
    Campaign(Kind.TEXT, 28, 20, 17.0, 0.6),
)


class Uncoordinated(Silence):
    """Several departments, none of which knows of the others."""

    def __init__(self, business: Business) -> None:
        self.business = business
        everybody = np.arange(business.people)
        self.audiences = [
            everybody[(business.mark * (place + 1) * 7.31) % 1.0 < campaign.share]
            for place, campaign in enumerate(CAMPAIGNS)
        ]

    def decide(self, day: int) -> Touches:
        """Every campaign whose day it is, to its own audience."""
        clock = self.business.at_office_hour(day, 0.0)
        return Touches.joined(
            [
                Touches.to(audience, campaign.kind, campaign.hour + clock[audience])
                for campaign, audience in zip(CAMPAIGNS, self.audiences, strict=True)
                if day >= campaign.first and (day - campaign.first) % campaign.every == 0
            ]
        )


class Capped(Uncoordinated):
    """The same departments behind a cap: 16 hours apart and at most two in seven days; the rest is dropped."""

    def __init__(self, business: Business) -> None:
        super().__init__(business)
        self.last = np.full(business.people, -99.0)
        self.before_last = np.full(business.people, -99.0)

    def decide(self, day: int) -> Touches:
        """What the cap lets through, campaign by campaign in the order of the clock."""
        wanted = super().decide(day)
        kept = []
        for hour in np.unique(wanted.hour):
            batch = wanted.where(wanted.hour == hour)
            _, first = np.unique(batch.contact, return_index=True)
            batch = batch.where(first)
            now = day + hour / 24
            free = (now - self.last[batch.contact] >= 16 / 24) & (now - self.before_last[batch.contact] >= 7)
            batch = batch.where(free)
            self.before_last[batch.contact] = self.last[batch.contact]
            self.last[batch.contact] = now
            kept.append(batch)
        return Touches.joined(kept)
