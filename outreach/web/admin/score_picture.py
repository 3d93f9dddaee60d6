"""The trend of the rhythm score as lines of a picture, which needs no script."""

from collections.abc import Sequence
from dataclasses import dataclass

from outreach.db.queries.rhythm_days import Cause, ScoredDay
from outreach.domain.rhythm.score import ScoreWord, score_word

#: Industries named as causes of each half.
CAUSES = 3


@dataclass(frozen=True, slots=True)
class ScoreTrend:
    """Scored days, oldest first (at least one), as lines in a picture of 100 x 100.

    Attributes:
        score: points of the score, 100 at the top.
        famine, feast: points of the share of contacts in either, `highest` per cent at the top.
    """

    days: Sequence[ScoredDay]
    score: str
    famine: str
    feast: str
    highest: float

    @property
    def last(self) -> ScoredDay:
        """The newest day."""
        return self.days[-1]

    @property
    def word(self) -> ScoreWord:
        """What its score says."""
        return score_word(self.last.score)


def score_trend(days: Sequence[ScoredDay]) -> ScoreTrend | None:
    """The picture of these days; None if there is none."""
    if not days:
        return None
    famine = [percent_of(day.famine, day) for day in days]
    feast = [percent_of(day.feast, day) for day in days]
    highest = max(1.0, *famine, *feast)
    return ScoreTrend(
        days=days,
        score=_points([day.score for day in days], top=100.0),
        famine=_points(famine, top=highest),
        feast=_points(feast, top=highest),
        highest=highest,
    )


def percent_of(part: int, day: ScoredDay) -> float:
    """`part` as a percentage of the contacts that could be reached on `day`."""
    return 100 * part / day.reachable if day.reachable else 0.0


def main_causes(causes: Sequence[Cause], half: str) -> list[Cause]:
    """The industries with the most contact-days in `half` (famine or feast), the worst first."""
    worst = sorted(causes, key=lambda cause: getattr(cause, half), reverse=True)
    return [cause for cause in worst if getattr(cause, half)][:CAUSES]


def _points(values: Sequence[float], *, top: float) -> str:
    # A single day is drawn as a level line.
    drawn = list(values) if len(values) > 1 else [values[0]] * 2
    last = len(drawn) - 1
    return " ".join(f"{100 * place / last:.2f},{100 - 100 * value / top:.2f}" for place, value in enumerate(drawn))
