"""Named days against twenty years of almanacs, and against calculations that share nothing with the tables."""

from datetime import date, timedelta
from math import floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.domain.calendar.named_days import NAMED_DAYS, thanksgiving

#: Month and day from 2020 on, two where a year has two. Easter: United States Naval Observatory. Orthodox Easter: the
#: table of the World Council of Churches. Thanksgiving: 5 U.S.C. 6103. Lunar New Year: Hong Kong Observatory. Rosh
#: Hashanah and Yom Kippur: the Hebrew calendar as printed by hebcal. Diwali: Lakshmi Puja in India by timeanddate.com.
#: Ramadan and the Eids: announced by Saudi Arabia to 2026, calculated after Umm al-Qura from there on (the tables of
#: ICU agree to 2030, and from 2031 on put ten of them one day later).
ALMANAC = {
    "easter": """04-12 04-04 04-17 04-09 03-31 04-20 04-05 03-28 04-16 04-01
                 04-21 04-13 03-28 04-17 04-09 03-25 04-13 04-05 04-25 04-10""",
    "orthodox-easter": """04-19 05-02 04-24 04-16 05-05 04-20 04-12 05-02 04-16 04-08
                          04-28 04-13 05-02 04-24 04-09 04-29 04-20 04-05 04-25 04-17""",
    "thanksgiving": """11-26 11-25 11-24 11-23 11-28 11-27 11-26 11-25 11-23 11-22
                       11-28 11-27 11-25 11-24 11-23 11-22 11-27 11-26 11-25 11-24""",
    "black-friday": """11-27 11-26 11-25 11-24 11-29 11-28 11-27 11-26 11-24 11-23
                       11-29 11-28 11-26 11-25 11-24 11-23 11-28 11-27 11-26 11-25""",
    "ramadan": """04-24 04-13 04-02 03-23 03-11 03-01 02-18 02-08 01-28 01-16
                  01-05,12-26 12-15 12-04 11-23 11-12 11-01 10-20 10-10 09-30 09-19""",
    "eid-al-fitr": """05-24 05-13 05-02 04-21 04-10 03-30 03-20 03-09 02-26 02-14
                      02-04 01-24 01-14 01-02,12-23 12-12 12-01 11-19 11-08 10-29 10-19""",
    "eid-al-adha": """07-31 07-20 07-09 06-28 06-16 06-06 05-27 05-16 05-05 04-24
                      04-13 04-02 03-22 03-11 03-01 02-18 02-07 01-26 01-16 01-05,12-26""",
    "diwali": """11-14 11-04 10-24 11-12 10-31 10-20 11-08 10-29 10-17 11-05
                 10-26 11-14 11-02 10-22 11-10 10-30""",
    "lunar-new-year": """01-25 02-12 02-01 01-22 02-10 01-29 02-17 02-06 01-26 02-13
                         02-03 01-23 02-11 01-31 02-19 02-08 01-28 02-15 02-04 01-24""",
    "rosh-hashanah": """09-19 09-07 09-26 09-16 10-03 09-23 09-12 10-02 09-21 09-10
                        09-28 09-18 09-06 09-24 09-14 10-04 09-22 09-10 09-30 09-19""",
    "yom-kippur": """09-28 09-16 10-05 09-25 10-12 10-02 09-21 10-11 09-30 09-19
                     10-07 09-27 09-15 10-03 09-23 10-13 10-01 09-19 10-09 09-28""",
}


@pytest.mark.parametrize("name", NAMED_DAYS)
def test_twenty_years_are_as_the_almanacs_print_them(name: str) -> None:
    printed = [
        tuple(date.fromisoformat(f"{year}-{day}") for day in days.split(","))
        for year, days in enumerate(ALMANAC[name].split(), start=2020)
    ]
    assert [NAMED_DAYS[name](year) for year in range(2020, 2020 + len(printed))] == printed


def test_a_year_can_hold_two_of_a_lunar_day() -> None:
    assert NAMED_DAYS["ramadan"](2030) == (date(2030, 1, 5), date(2030, 12, 26))
    assert NAMED_DAYS["eid-al-fitr"](2033) == (date(2033, 1, 2), date(2033, 12, 23))


@pytest.mark.parametrize(("name", "first", "last"), [("diwali", 2001, 2035), ("ramadan", 1925, 2100)])
def test_a_year_that_nobody_has_told_us_has_no_such_day(name: str, first: int, last: int) -> None:
    known = [year for year in range(1900, 2200) if NAMED_DAYS[name](year)]
    assert known == list(range(first, last + 1))


@pytest.mark.parametrize("name", ["lunar-new-year", "rosh-hashanah", "yom-kippur", "eid-al-fitr", "eid-al-adha"])
def test_the_tables_reach_far_enough_to_be_planned_with(name: str) -> None:
    assert all(NAMED_DAYS[name](year) for year in range(1947, 2101))
    assert NAMED_DAYS[name](2101) == ()


@given(st.integers(1900, 2099))
def test_orthodox_easter_is_the_julian_computus_of_meeus_thirteen_days_later(year: int) -> None:
    moon = (19 * (year % 19) + 15) % 30
    week = (2 * (year % 4) + 4 * (year % 7) - moon + 34) % 7
    julian = moon + week + 114
    expected = date(year, julian // 31, julian % 31 + 1) + timedelta(days=13)
    assert NAMED_DAYS["orthodox-easter"](year) == (expected,)


def test_rosh_hashanah_is_where_the_molad_and_the_four_postponements_put_it() -> None:
    for year in range(1947, 2101):
        before, begins, after = (_days_to_new_year(year + 3761 + step) for step in (-1, 0, 1))
        # A year may not have 356 days, nor the year before it 382.
        begins += 2 if after - begins == 356 else 1 if begins - before == 382 else 0
        expected = date.fromordinal(begins - 1_373_427)
        assert NAMED_DAYS["rosh-hashanah"](year) == (expected,)
        assert NAMED_DAYS["yom-kippur"](year) == (expected + timedelta(days=9),)


def _days_to_new_year(hebrew: int) -> int:
    """Days since the first molad, in parts of an hour (1080); never a Sunday, Wednesday or Friday."""
    months = (235 * hebrew - 234) // 19
    day = 29 * months + (12084 + 13753 * months) // 25920
    return day + 1 if 3 * (day + 1) % 7 < 3 else day


@pytest.mark.parametrize(("name", "month", "day"), [("ramadan", 9, 1), ("eid-al-fitr", 10, 1), ("eid-al-adha", 12, 10)])
def test_islamic_days_stay_within_two_days_of_the_arithmetic_calendar(name: str, month: int, day: int) -> None:
    table = [each for year in range(1925, 2101) for each in NAMED_DAYS[name](year)]
    for expected, found in zip(_arithmetic(month, day, len(table), since=table[0]), table, strict=True):
        assert abs((found - expected).days) <= 2


def _arithmetic(month: int, day: int, count: int, *, since: date) -> list[date]:
    """The civil days of a date of the tabular Islamic calendar (epoch 19 July 622), `count` of them from `since`."""
    days = [
        date.fromordinal(227_014 + day + (59 * month - 58) // 2 + 354 * (hijri - 1) + (11 * hijri + 3) // 30)
        for hijri in range(1300, 1600)
    ]
    first = min(range(len(days)), key=lambda place: abs((days[place] - since).days))
    return days[first : first + count]


@pytest.mark.parametrize("name", ["diwali", "lunar-new-year"])
def test_days_of_the_new_moon_are_near_one(name: str) -> None:
    """Within a day and a half of the mean new moon (Meeus, Astronomical Algorithms, chapter 49)."""
    for year in range(2001, 2036):
        (found,) = NAMED_DAYS[name](year)
        noon = found.toordinal() + 1_721_424.5 + 0.5
        lunation = round((noon - 2_451_550.09766) / 29.530588861)
        assert abs(noon - (2_451_550.09766 + 29.530588861 * lunation)) < 1.5, found


@given(st.integers(1900, 2200))
def test_thanksgiving_is_a_thursday_in_the_fourth_week_and_black_friday_follows(year: int) -> None:
    day = thanksgiving(year)
    assert (day.month, day.weekday(), floor((day.day - 1) / 7)) == (11, 3, 3)
    assert NAMED_DAYS["thanksgiving"](year) == (day,)
    assert NAMED_DAYS["black-friday"](year) == (day + timedelta(days=1),)
