"""Everything the nightly look says of a customer, out of what all signals tell: the habits, the value, the warnings."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from outreach.domain.care.habit.clocks import Clocks
from outreach.domain.care.habit.dropout import WEEK, Dropout, Purchases, fit_dropout
from outreach.domain.care.habit.events import Events, Floats, Ints
from outreach.domain.care.habit.radar import LABELS, Fit, Habit, Label, Radar, fit, look
from outreach.domain.care.habit.surprise import UNKNOWN
from outreach.domain.care.habit.value import CHANCE, CHANCE_WEEKS, chances, fit_chances, values

HABITS = tuple(Habit)
#: What is expected of a customer is said for so many days.
EXPECTED_DAYS = 90
#: Customers whose purchases fit the model of dropping out; its four numbers hardly move with more.
MODELLED, LEAST_MODELLED = 5_000, 50
#: Days around the last sign of a customer in which a complaint or a question without another word tells of its end.
LEFT_BEFORE, LEFT_AFTER = 60, 60
_UNUSUAL = (LABELS.index(Label.FADING), LABELS.index(Label.ALARM))
_LESS = (*_UNUSUAL, LABELS.index(Label.SLOWING))
#: Before anything was fitted: the parameters of the public CDNOW data.
_UNFITTED = Dropout(0.525, 6.183, 0.891, 1.614, modified=True)


class EarlyWarning(StrEnum):
    """What staff may want to know early."""

    #: Buys and books less than this customer does.
    BUYS_LESS = "buys_less"
    #: Comes less often.
    VISITS_LESS = "visits_less"
    #: Asks less.
    ASKS_LESS = "asks_less"
    #: Replies less.
    REPLIES_LESS = "replies_less"
    #: Silent in an unusual way since a complaint, a bad answer or a question.
    LEFT_AFTER_ANSWER = "left_after_answer"


_LESS_OF = {
    Habit.BUYING: EarlyWarning.BUYS_LESS,
    Habit.VISITING: EarlyWarning.VISITS_LESS,
    Habit.ASKING: EarlyWarning.ASKS_LESS,
    Habit.REPLYING: EarlyWarning.REPLIES_LESS,
}


@dataclass(frozen=True, slots=True)
class Told:
    """What signals tell of some customers.

    Attributes:
        events: of each habit.
        grievances: complaints and bad answers.
    """

    events: Mapping[Habit, Events]
    grievances: Events


@dataclass(frozen=True, slots=True)
class Fits:
    """What the history of the base teaches: of each habit, of dropping out, and of the chance to buy."""

    habits: Mapping[Habit, Fit]
    dropout: Dropout
    chance: tuple[float, float]

    @classmethod
    def unknown(cls) -> "Fits":
        """Before there is a history."""
        return cls(dict.fromkeys(Habit, Fit(UNKNOWN, 2.0)), _UNFITTED, CHANCE)


@dataclass(frozen=True, slots=True)
class Scored:
    """What is said of each customer.

    Attributes:
        habit: number in `HABITS` of the habit that stands for the customer; -1 for whoever never did anything.
        radar: of that habit.
        value, chance, p_alive, expected: of buying. warnings: customers x `EarlyWarning`.
    """

    habit: NDArray[np.int8]
    radar: Radar
    value: Floats
    chance: Floats
    p_alive: Floats
    expected: Floats
    warnings: NDArray[np.bool_]


def learnt(told: Told, clocks: Mapping[Habit, Clocks], *, now: int) -> Fits:
    """What the history of these customers teaches on the day `now`."""
    buying = told.events[Habit.BUYING].until(now)
    bought = buying.counts > 0
    dropout = _UNFITTED
    if (buying.counts > 1).sum() >= LEAST_MODELLED:
        some = np.flatnonzero(bought)
        some = some[:: max(1, len(some) // MODELLED)]
        x, tx, t = _summary(buying, now=now)
        dropout = fit_dropout(Purchases.of(x[some], tx[some], t[some]), modified=True)
    then = now - CHANCE_WEEKS * int(WEEK)
    value = values(buying.until(then), now=then)
    known = value > 0
    later = buying.since(np.full(buying.customers, then)) > 0
    return Fits(
        {habit: fit(told.events[habit].until(now), clocks[habit]) for habit in Habit},
        dropout,
        fit_chances(value[known], later[known]),
    )


def scored(told: Told, clocks: Mapping[Habit, Clocks], fits: Fits, *, now: int) -> Scored:
    """What is to be said of each customer on the day `now`."""
    radars = {habit: look(told.events[habit], clocks[habit], fits.habits[habit], now=now) for habit in Habit}
    habit = _standing(radars)
    radar = _softened(_chosen(radars, habit), radars, now=now)
    buying = told.events[Habit.BUYING].until(now)
    value = values(buying, now=now)
    x, tx, t = (each / scale for each, scale in zip(_summary(buying, now=now), (1, WEEK, WEEK), strict=True))
    bought = buying.counts > 0
    expected = np.zeros(buying.customers)
    alive = np.zeros(buying.customers)
    if bought.any():
        alive[bought] = fits.dropout.p_alive(x[bought], tx[bought], t[bought])
        expected[bought] = fits.dropout.expected(x[bought], tx[bought], t[bought], weeks=EXPECTED_DAYS / WEEK)
    return Scored(
        habit=habit,
        radar=radar,
        value=value,
        chance=np.where(bought, chances(value, fits.chance), 0.0),
        p_alive=alive,
        expected=expected,
        warnings=_warnings(told, radars, radar),
    )


def _summary(events: Events, *, now: int) -> tuple[Ints, Ints, Ints]:
    """Repeats, days to the last one and days known; of customers without events nothing is meant."""
    first = events.firsts()
    return (events.counts - 1).clip(0), (events.lasts() - first).clip(0), (now - first).clip(0)


def _standing(radars: Mapping[Habit, Radar]) -> NDArray[np.int8]:
    """The first habit of each customer; where there is none yet, the first thing the customer ever did."""
    found = np.full(len(radars[Habit.BUYING].count), -1, np.int8)
    new = LABELS.index(Label.NEW)
    for number, habit in enumerate(HABITS):
        found = np.where((found < 0) & (radars[habit].label != new), number, found).astype(np.int8)
    for number, habit in enumerate(HABITS):
        found = np.where((found < 0) & (radars[habit].count > 0), number, found).astype(np.int8)
    return found


def _chosen(radars: Mapping[Habit, Radar], habit: NDArray[np.int8]) -> Radar:
    """The radar of the habit that stands for each customer."""
    rows = np.maximum(habit, 0), np.arange(len(habit))

    def picked(name: str) -> Any:
        return np.stack([getattr(radars[one], name) for one in HABITS])[rows]

    return Radar(**{one.name: picked(one.name) for one in fields(Radar)})


def _softened(standing: Radar, radars: Mapping[Habit, Radar], *, now: int) -> Radar:
    """Nobody fades who does something else with us meanwhile: who stopped coming by but still buys is only slowing.

    Silence has to be as long since the last sign of any kind as would be unusual since the last one of the habit.
    """
    last_sign = np.max([radar.last for radar in radars.values()], axis=0)
    heard_since = (now - last_sign) < (standing.unusual_on - standing.last)
    softer = np.isin(standing.label, _UNUSUAL) & (last_sign > standing.last) & heard_since
    label = np.where(softer, LABELS.index(Label.SLOWING), standing.label).astype(np.int8)
    return replace(standing, label=label)


def _warnings(told: Told, radars: Mapping[Habit, Radar], standing: Radar) -> NDArray[np.bool_]:
    found = np.zeros((len(standing.count), len(EarlyWarning)), bool)
    columns = {one: place for place, one in enumerate(EarlyWarning)}
    for habit, warning in _LESS_OF.items():
        found[:, columns[warning]] = np.isin(radars[habit].label, _LESS)
    unusual = np.isin(standing.label, _UNUSUAL)
    grieved = told.grievances.lasts()
    last = np.max([radars[one].last for one in (Habit.BUYING, Habit.VISITING)], axis=0)
    asked = radars[Habit.ASKING].last
    after_complaint = (grieved >= last - LEFT_BEFORE) & (grieved <= last + LEFT_AFTER) & (grieved >= 0)
    others = np.max([radars[one].last for one in (Habit.BUYING, Habit.VISITING, Habit.REPLYING)], axis=0)
    after_question = (asked >= others) & (asked <= others + LEFT_AFTER) & (asked >= 0)
    found[:, columns[EarlyWarning.LEFT_AFTER_ANSWER]] = unusual & (last >= 0) & (after_complaint | after_question)
    return found
