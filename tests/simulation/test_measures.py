"""Feast, famine and evenness, on lives so simple that the numbers are known."""

from collections.abc import Mapping

import numpy as np
import pytest

from outreach.simulation.life import Life
from outreach.simulation.measures import Measures, Outcome
from outreach.simulation.touches import MORNING, Kind, Touches
from outreach.simulation.worlds import WORLDS

PEOPLE, DAYS = 10, 100


def measured(plan: Mapping[int, list[int]], *, kind: Kind = Kind.TIP) -> Outcome:
    """The outcome of touching contacts (values) on days (keys) while nobody leaves and no season is published."""
    life = Life(WORLDS["usual"], seed=1, people=PEOPLE, days=DAYS)
    life.year.closed[:] = False
    life.people.traits["leaving_base"][:] = 1e-9
    measures = Measures(life)
    for day in range(DAYS):
        contacts = np.array(plan.get(day, []), np.int64)
        delivered = life.touched(day, Touches.to(contacts, kind, MORNING), less_often=False)
        life.hearts.address[:] = True
        measures.day(day, delivered)
    return measures.outcome()


def test_silence_is_famine_from_the_thirty_sixth_day_on() -> None:
    outcome = measured({})
    assert outcome.famine == pytest.approx((DAYS - 36) / DAYS)
    assert outcome.feast == 0


def test_a_steady_rhythm_is_neither() -> None:
    outcome = measured({day: list(range(PEOPLE)) for day in range(0, DAYS, 14)})
    assert (outcome.famine, outcome.feast) == (0, 0)
    assert outcome.variation == pytest.approx(0, abs=1e-6)
    assert outcome.score == pytest.approx(100)


def test_a_touch_too_early_is_a_feast_of_five_days() -> None:
    outcome = measured({0: [3], 20: [3], 22: [3], 50: [3], 80: [3]})
    assert outcome.feast == pytest.approx(6 / (PEOPLE * DAYS))  # five times 24 hours reach into six days


def test_more_than_five_loads_in_four_weeks_is_a_feast() -> None:
    outcome = measured({day: [0] for day in (0, 5, 10, 15, 20, 25)})
    assert outcome.feast == pytest.approx(3 / (PEOPLE * DAYS))  # from the sixth touch until the first is 28 days old


def test_uneven_gaps_vary() -> None:
    even, uneven = (
        measured({day: [0] for day in (0, 10, 20, 30, 40)}),
        measured({day: [0] for day in (0, 5, 20, 25, 40)}),
    )
    assert even.variation == pytest.approx(0, abs=1e-6)
    assert uneven.variation == pytest.approx(np.std([5, 15, 5, 15], ddof=1) / 10)


def test_the_fullest_day_is_held_against_the_mean_one() -> None:
    assert measured({0: list(range(PEOPLE)), 50: [0]}).peak == pytest.approx(PEOPLE / ((PEOPLE + 1) / DAYS))
