"""People's days."""

import numpy as np
import pytest

from outreach.simulation.life import Delivered, Life
from outreach.simulation.reputation import Reputation
from outreach.simulation.touches import MORNING, Kind, Touches
from outreach.simulation.worlds import WORLDS

PEOPLE = 400
EVERYBODY = np.arange(PEOPLE)


def a_life() -> Life:
    return Life(WORLDS["usual"], seed=2, people=PEOPLE, days=200)


def a_day(life: Life, day: int, touches: Touches, *, less_often: bool = False) -> Delivered:
    delivered = life.touched(day, touches, less_often=less_often)
    life.night(day, delivered)
    return delivered


def test_silence_halves_attention_and_drains_fatigue() -> None:
    life = a_life()
    life.hearts.fatigue[:] = 4.0
    before = life.hearts.attention.copy()
    for day in range(24):
        a_day(life, day, Touches.none())
    bought_nothing = life.hearts.attention < before
    assert bought_nothing.mean() > 0.6
    assert np.median(life.hearts.attention[bought_nothing] / before[bought_nothing]) < 0.65
    assert life.hearts.fatigue.max() < 2.5


def test_a_read_touch_restores_attention_and_every_touch_tires() -> None:
    life = a_life()
    before = life.hearts.attention.copy()
    life.touched(6, Touches.to(EVERYBODY, Kind.TIP, MORNING), less_often=False)
    restored = life.hearts.attention > before
    assert restored.sum() == life.read
    assert 0.1 < restored.mean() < 0.5
    assert (life.hearts.fatigue > 0).all()


def test_whom_one_policy_leaves_out_changes_nobody_elses_luck(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Reputation, "placement", 0.97)  # a sender's name is the one thing that customers share
    all_of_them, half = a_life(), a_life()
    for day in range(6, 30):
        a_day(all_of_them, day, Touches.to(EVERYBODY, Kind.TIP, MORNING))
        a_day(half, day, Touches.to(EVERYBODY[::2], Kind.TIP, MORNING))
    assert np.array_equal(all_of_them.hearts.attention[::2], half.hearts.attention[::2])
    assert np.array_equal(all_of_them.hearts.reachable[::2], half.hearts.reachable[::2])
    assert half.hearts.fatigue[1::2].max() == 0


def test_who_left_is_written_to_no_more() -> None:
    life = a_life()
    life.hearts.reachable[:100] = False
    delivered = a_day(life, 6, Touches.to(EVERYBODY, Kind.TIP, MORNING))
    assert delivered.touches.contact.min() == 100


def test_pressure_erodes_the_habit_and_drives_people_away() -> None:
    pressed, spared = a_life(), a_life()
    for day in range(60):
        a_day(pressed, day, Touches.to(EVERYBODY, Kind.OFFER, MORNING))
        a_day(spared, day, Touches.to(EVERYBODY, Kind.OFFER, MORNING) if day % 12 == 6 else Touches.none())
    assert pressed.hearts.habit.mean() < spared.hearts.habit.mean()
    assert pressed.unsubscribes > 5 * max(spared.unsubscribes, 1)


def test_two_touches_on_one_day_both_tire() -> None:
    life = a_life()
    life.touched(6, Touches.to(np.array([5, 5, 6]), Kind.NEWSLETTER, MORNING), less_often=False)
    assert life.hearts.fatigue[5] > 1.5 * life.hearts.fatigue[6] > 0


def test_who_may_ask_for_less_often_leaves_less_often() -> None:
    deaf, listening = a_life(), a_life()
    for day in range(6, 120, 2):
        a_day(deaf, day, Touches.to(EVERYBODY, Kind.OFFER, MORNING))
        free = EVERYBODY[listening.hearts.asked_gap == 0]
        a_day(listening, day, Touches.to(free, Kind.OFFER, MORNING), less_often=True)
    assert (listening.hearts.asked_gap > 0).sum() > 0
    assert listening.unsubscribes < deaf.unsubscribes


def test_a_blast_at_the_offices_hour_wakes_people_elsewhere() -> None:
    life = Life(WORLDS["globe"], seed=2, people=PEOPLE, days=60)
    hour = 10.0 + life.people.ahead_of_office(6)
    delivered = life.touched(6, Touches(EVERYBODY, np.full(PEOPLE, Kind.TIP), hour), less_often=False)
    assert 0.2 < delivered.quiet.mean() < 0.8
    own = life.touched(7, Touches.to(EVERYBODY, Kind.TIP, MORNING), less_often=False)
    assert not own.quiet.any()
