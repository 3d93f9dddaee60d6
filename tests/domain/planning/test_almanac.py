"""The days of cohorts as arrays are those of their calendars."""

import random
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.domain.calendar.season import Stance
from outreach.domain.planning.almanac import CHANNELS, REACHES_AHEAD, REACHES_BACK, STANCES, Almanac, Cohort
from outreach.domain.planning.manners import MANNERS
from tests.domain.planning import oracle
from tests.domain.planning.cases import ALWAYS_OPEN, NOW, OFFICE_HOURS, a_calendar, a_season
from tests.domain.planning.conftest import cases
from tests.domain.planning.worlds import DAYS, ZONES, some_calendar

LONDON = ZoneInfo("Europe/London")


def test_it_reaches_far_enough_back_and_ahead() -> None:
    almanac = Almanac.of([Cohort(ALWAYS_OPEN, LONDON, "GB")], now=NOW)
    first, last = almanac.date_at(0), almanac.date_at(almanac.days - 1)
    assert first <= NOW.date() - timedelta(days=REACHES_BACK)
    assert last >= NOW.date() + timedelta(days=REACHES_AHEAD)
    assert almanac.covers(NOW + timedelta(days=20))
    assert not almanac.covers(NOW + timedelta(days=60))


@given(seed=st.integers(0, 2**32 - 1))
@cases(20, many=1_000)
def test_every_day_has_the_stance_and_the_hours_of_its_calendar(seed: int) -> None:
    chance = random.Random(seed)
    day = chance.choice(DAYS)
    now = datetime(day.year, day.month, day.day, 12, tzinfo=LONDON)
    cohorts = [
        Cohort(some_calendar(chance, day), ZoneInfo(chance.choice(ZONES)), chance.choice(["GB", "US", "CN", ""]))
        for _ in range(3)
    ]
    almanac = Almanac.of(cohorts, now=now)
    for number, cohort in enumerate(cohorts):
        for place in (day.toordinal() - almanac.first + offset for offset in range(-6, 7)):
            on = almanac.date_at(place)
            stance, season = cohort.calendar.stance_on(on, cohort.place)
            assert STANCES[almanac.stance[number, place]] is stance
            assert (season.name if season else None) == season_named(almanac, number, place)
            for channel, one in enumerate(CHANNELS):
                minutes = oracle.open_minutes(cohort.calendar.hours_on(on), cohort.zone, on, one)
                stretches = zip(
                    almanac.starts[number, channel, place], almanac.ends[number, channel, place], strict=True
                )
                told = [at for start, end in stretches for at in range(int(start), int(end), 60)]
                assert told == [at for at, _ in minutes]


def season_named(almanac: Almanac, cohort: int, day: int) -> str | None:
    season = almanac.season[cohort, day]
    return almanac.seasons[season] if season >= 0 else None


def test_the_next_and_the_last_opening_pass_over_closed_days_and_days_without_hours() -> None:
    closed = a_calendar(a_season(Stance.CLOSED, "2026-09-10", "2026-09-20"), hours=OFFICE_HOURS)
    almanac = Almanac.of([Cohort(closed, LONDON, "GB")], now=NOW)
    ordinary = 1
    saturday = date(2026, 9, 12).toordinal() - almanac.first
    assert almanac.date_at(int(almanac.next_open[0, 0, ordinary, saturday])) == date(2026, 9, 21)
    assert almanac.date_at(int(almanac.last_open[0, 0, ordinary, saturday])) == date(2026, 9, 9)
    # Service does not mind the season, but the weekend has no hours.
    assert almanac.date_at(int(almanac.next_open[0, 0, 0, saturday])) == date(2026, 9, 14)
    assert Stance.CLOSED in MANNERS[0]


@pytest.mark.parametrize("zone", ZONES)
def test_an_instant_belongs_to_the_civil_day_of_its_zone_also_long_before_the_almanac(zone: str) -> None:
    there = ZoneInfo(zone)
    almanac = Almanac.of([Cohort(ALWAYS_OPEN, there, "")], now=NOW)
    noons = [datetime(2025, 1, 1, 12, tzinfo=there) + timedelta(days=step) for step in range(0, 900, 13)]
    told = almanac.ordinal_of(np.zeros(len(noons), np.int64), np.array([noon.timestamp() for noon in noons]))
    within = [noon.toordinal() for noon in noons if noon.toordinal() < almanac.first + almanac.days]
    assert told.tolist()[: len(within)] == within


def test_cohorts_are_told_apart_by_calendar_zone_and_place() -> None:
    one = Cohort(ALWAYS_OPEN, LONDON, "GB")
    assert one == Cohort(ALWAYS_OPEN, ZoneInfo("Europe/London"), "GB")
    others = [
        replace(one, place="US"),
        replace(one, zone=ZoneInfo("Asia/Kathmandu")),
        replace(one, calendar=a_calendar()),
    ]
    assert len({one, *others}) == 4
