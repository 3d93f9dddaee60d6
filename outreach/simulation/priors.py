"""What is assumed about people: one row a trait, with its middle, how widely people differ, and where it comes from.

Each trait is drawn anew for every person, around a middle that is itself drawn anew for every seed, so no two seeds
have the same customers. Shares are drawn on the logit scale, everything else on the log scale.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp, log

import numpy as np

from outreach.simulation.draws import Floats, generator


@dataclass(frozen=True, slots=True)
class Prior:
    """How one trait is spread over people.

    Attributes:
        name: of the trait, as `People` calls it.
        meaning: what it is, with its unit.
        middle: of the people of a middling seed.
        spread: standard deviation between people, on the log (shares: logit) scale.
        between_seeds: standard deviation of the middle between seeds, on the same scale.
        share: it lies between 0 and 1.
        source: what it is taken from.
    """

    name: str
    meaning: str
    middle: float
    spread: float
    between_seeds: float
    source: str
    share: bool = False

    def places(self, people: int, *, seed: int) -> Floats:
        """Where each person stands among all, in standard deviations."""
        return generator(seed, f"trait {self.name}").standard_normal(people)

    def drawn(self, places: Floats, *, seed: int, times: float = 1.0) -> Floats:
        """The trait of people who stand at `places`; `times` moves the middle (of a share: its odds)."""
        centre = log(self.middle / (1 - self.middle)) if self.share else log(self.middle)
        moved = self.between_seeds * generator(seed, f"middle of {self.name}").standard_normal()
        value = centre + log(times) + moved + self.spread * places
        return 1 / (1 + np.exp(-value)) if self.share else np.exp(value)

    @property
    def range(self) -> tuple[float, float]:
        """Nine people in ten of a middling seed lie between these."""
        centre = log(self.middle / (1 - self.middle)) if self.share else log(self.middle)
        ends = (centre - 1.645 * self.spread, centre + 1.645 * self.spread)
        low, high = (1 / (1 + exp(-end)) if self.share else exp(end) for end in ends)
        return low, high


PRIORS = (
    Prior(
        "attention_half_life",
        "days of silence that halve attention",
        24.0,
        0.35,
        0.10,
        "ad-stock half-lives of weeks (Naik, Mantrala & Sawyer 1998; Braun & Moe 2013; recalled)",
    ),
    Prior(
        "restored",
        "share of the attention missing that a read touch restores",
        0.50,
        0.50,
        0.10,
        "assumed; the recency trap (Neslin et al.) needs touches that restore",
        share=True,
    ),
    Prior(
        "readiness",
        "chance to read a touch with full attention and no pressure",
        0.50,
        0.90,
        0.10,
        "opens 22.7 % a mail (Mailchimp 2019)",
        share=True,
    ),
    Prior(
        "clicks",
        "chance to click what was read",
        0.11,
        0.60,
        0.05,
        "clicks 2.9 % of mails, 22.7 % opened (Mailchimp 2019)",
        share=True,
    ),
    Prior(
        "fatigue_half_life",
        "days that halve fatigue",
        10.0,
        0.30,
        0.08,
        "effectiveness recovers in pauses (Naik et al. 1998); wear-out over a fortnight, assumed",
    ),
    Prior(
        "tolerance",
        "fatigue above which reading falls and leaving grows, in plain letters",
        1.85,
        0.55,
        0.08,
        "inverted U (Zhang, Kumar & Cosguner 2017: 10 mails a month too many); the keenest bear five a week (Validity)",
    ),
    Prior(
        "reading_falls",
        "how steeply reading falls above tolerance",
        0.90,
        0.40,
        0.08,
        "next to no return beyond three a week (minethatdata 2018)",
    ),
    Prior(
        "leaving_base",
        "chance to want to leave at a touch that is noticed, without pressure",
        0.0045,
        0.50,
        0.10,
        "unsubscribes 0.25 % a mail, 0.10 to 0.40 % across industries (Mailchimp 2019)",
    ),
    Prior(
        "leaving_rises",
        "how steeply leaving grows above tolerance",
        1.25,
        0.30,
        0.05,
        "too short is worse than too long (Dreze & Bonfrer 2008); complaints rise steeply (Validity)",
    ),
    Prior(
        "habit_floor",
        "share of the buying habit that lives without any contact",
        0.50,
        0.70,
        0.10,
        "the keen come anyway (Instagram 2022): response is not uplift",
        share=True,
    ),
    Prior(
        "habit_days",
        "days in which the habit follows attention by two thirds",
        22.0,
        0.65,
        0.08,
        "a habit settles to 95 % in a median of 66 days, 18 to 254 (Lally et al. 2010); a third of that",
    ),
    Prior(
        "erosion",
        "share of the habit lost a day for each unit of fatigue above tolerance, in tolerances",
        0.013,
        0.50,
        0.10,
        "reactance (Godfrey, Seiders & Voss 2011); 10 mails a month cost 16 % of profit (Zhang et al. 2017)",
    ),
    Prior(
        "purchases_a_year",
        "purchases a year with a full habit",
        6.0,
        0.80,
        0.10,
        "between CDNOW's one and a grocery's fifty (rhythm notes, section 1.3)",
    ),
)
"""Every trait that differs between people; constants of the laws stand beside the laws."""


def drawn_traits(people: int, *, seed: int, times: Mapping[str, float], keen_bear_more: float) -> dict[str, Floats]:
    """All traits of everybody by name.

    Args:
        times: moves the middles of some.
        keen_bear_more: correlation of readiness and tolerance.
    """
    places = {prior.name: prior.places(people, seed=seed) for prior in PRIORS}
    own = (1 - keen_bear_more**2) ** 0.5 * places["tolerance"]
    places["tolerance"] = keen_bear_more * places["readiness"] + own
    return {
        prior.name: prior.drawn(places[prior.name], seed=seed, times=times.get(prior.name, 1.0)) for prior in PRIORS
    }
