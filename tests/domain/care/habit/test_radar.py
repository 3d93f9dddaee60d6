"""The radar over many weeks: who is told to fade, how soon, and who never should be."""

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from outreach.domain.care.habit.clocks import Calendars, Clocks
from outreach.domain.care.habit.events import Events, Ints
from outreach.domain.care.habit.radar import LABELS, Fit, Habit, HabitFacts, Label, fit, habit_reason, look
from outreach.domain.care.habit.surprise import UNKNOWN
from outreach.domain.rhythm.explain import sentence
from tests.domain.care.habit.cdnow import purchases
from tests.domain.care.habit.test_own_year import seasonal_customers

START = 730_000
FLAGGED = [LABELS.index(one) for one in (Label.FADING, Label.ALARM)]


def flagged(events: Events, clocks: Clocks, of: Fit, *, now: int) -> NDArray[np.bool_]:
    return np.isin(look(events, clocks, of, now=now).label, FLAGGED)


@dataclass(frozen=True)
class Watch:
    """What weekly looks found: alarms after which the customer did come again, customer-years, days from the last event
    to the alarm of those who did not."""

    false: int
    years: float
    delays: Ints

    @property
    def rate(self) -> float:
        return self.false / self.years


def watched(events: Events, alarms: NDArray[np.bool_], looks: Ints) -> Watch:
    """Counts alarms (looks x customers): the first of each silence of a customer with a habit."""
    last_ever, false, delays = events.lasts(), 0, []
    armed = np.ones(events.customers, bool)
    before = np.full(events.customers, -1)
    for alarm, now in zip(alarms, looks.tolist(), strict=True):
        last = events.until(now).lasts()
        armed |= last != before
        before = last
        fresh = alarm & armed
        armed &= ~alarm
        false += int((fresh & (last_ever > now)).sum())
        delays += (now - last)[fresh & (last_ever <= now)].tolist()
    known = np.clip(looks[-1] - events.firsts(), 0, looks[-1] - looks[0])
    return Watch(false, float(known.sum()) / 365.25, np.array(delays, np.int64))


def leavers(seed: int = 4, customers: int = 600) -> tuple[Events, Ints]:
    """Customers of very different rhythms, half of whom stop after a year and a half; and all weeks to look at."""
    luck = np.random.default_rng(seed)
    mean = np.exp(luck.normal(np.log(25), 0.7, customers))
    stops = np.where(np.arange(customers) % 2 == 0, 540, 1_000)
    who, day = [], []
    for customer in range(customers):
        at = np.cumsum(luck.gamma(1.5, mean[customer] / 1.5, 400))
        at = at[at < stops[customer]].astype(int)
        who.append(np.full(len(at), customer))
        day.append(START + at)
    weeks = np.arange(START + 200, START + 860, 7)
    return Events.of(np.concatenate(who), np.concatenate(day), customers=customers), weeks


def test_it_finds_who_leaves_sooner_than_five_months_silent_at_as_few_false_alarms() -> None:
    events, weeks = leavers()
    clocks = Clocks.of(events)
    of = fit(events.until(int(weeks[0])), clocks)
    ours = watched(events, np.stack([flagged(events, clocks, of, now=now) for now in weeks.tolist()]), weeks)
    habit = np.stack([events.until(now).counts >= 4 for now in weeks.tolist()])
    silent = np.stack([now - events.until(now).lasts() for now in weeks.tolist()])
    five_months = watched(events, habit & (silent > 152), weeks)
    assert ours.rate < 0.3
    assert np.median(ours.delays) < 0.7 * np.median(five_months.delays)
    # At the same number of false alarms a fixed silence finds them later.
    limits = [watched(events, habit & (silent > days), weeks) for days in range(60, 200, 10)]
    alike = next(one for one in limits if one.rate <= ours.rate)
    assert np.median(ours.delays) < np.median(alike.delays)


def test_on_the_public_data_false_alarms_stay_rare() -> None:
    """CDNOW repeat buyers: weekly looks over the second half, about 0.25 false alarms for each customer and year."""
    events = purchases("sample")
    clocks = Clocks.of(events)
    weeks = np.arange(date(1997, 9, 30).toordinal(), date(1998, 6, 30).toordinal(), 7)
    of = fit(events.until(int(weeks[0])), clocks)
    habits = events.until(int(weeks[-1])).counts >= 4
    found = watched(events, np.stack([flagged(events, clocks, of, now=now) for now in weeks.tolist()]), weeks)
    assert found.false / (habits.sum() * 0.75) < 0.5


def test_seasonal_customers_are_not_flagged_between_their_seasons() -> None:
    events = seasonal_customers(customers=400, years=5, visits=3, spread=50, seed=9)
    first, last = events.firsts().max(), events.lasts().min()
    weeks = np.arange(first + int(2.5 * 365), last, 7)
    alarms = 0
    for now in weeks.tolist():
        seen = events.until(now)
        clocks = Clocks.of(seen)
        alarms += int(flagged(seen, clocks, Fit(UNKNOWN, 1.5), now=now).sum())
    looks = len(weeks) * 400
    assert alarms / looks < 0.01, "five months silent would flag more than half of all looks"


def test_a_season_that_passes_without_a_sign_is_noticed() -> None:
    events = seasonal_customers(customers=300, years=4, visits=4, spread=40, seed=11)
    clocks = Clocks.of(events)
    of = Fit(UNKNOWN, 1.5)
    missed_two = int(events.lasts().max()) + 2 * 366
    assert flagged(events, clocks, of, now=missed_two).mean() > 0.9


def test_the_clock_stands_still_while_the_industry_is_closed() -> None:
    day = START + np.arange(0, 200, 10)
    events = Events.of(np.zeros(len(day), np.int64), day, customers=1)
    now = int(day[-1]) + 80
    open_days = np.ones(900, bool)
    open_days[200:270] = False
    closed = Clocks.of(events, Calendars.of([open_days], first=START, cohort=np.zeros(1, np.int64)))
    of = Fit(UNKNOWN, 1.5)
    assert flagged(events, Clocks.of(events), of, now=now).all()
    assert not flagged(events, closed, of, now=now).any()
    assert look(events, closed, of, now=now).unusual_on[0] > now


def test_a_base_without_anybody_is_no_trouble() -> None:
    nobody = Events.of(np.empty(0, np.int64), np.empty(0, np.int64), customers=3)
    clocks = Clocks.of(nobody)
    found = look(nobody, clocks, fit(nobody, clocks), now=START)
    assert found.label.tolist() == [LABELS.index(Label.NEW)] * 3
    assert found.unusual_on.tolist() == [-1] * 3


def test_each_label_speaks_in_the_customers_own_numbers() -> None:
    facts = HabitFacts(
        Habit.BUYING, Label.ALARM, 9, date(2024, 3, 2), date(2026, 7, 21), 31.0, unusual_on=date(2026, 10, 3)
    )
    told = sentence(habit_reason(facts, today=date(2026, 10, 3)))
    assert (
        told == "Buys about every 31 days (9 times since March 2024); silent for 74 days, unusual since 3 October 2026."
    )
    for label in Label:
        own = HabitFacts(Habit.ASKING, label, 5, date(2025, 1, 1), date(2026, 1, 1), 90.0, date(2026, 9, 1), 270, 60)
        assert sentence(habit_reason(own, today=date(2026, 8, 1)))
