"""Days that have a name and move from year to year: Easter, Ramadan, Diwali and others, as seasons may name them.

Moving days that follow a rule are computed; those of a moon that somebody has to see, or of an almanac, come from the
tables of the `holidays` library. A year that a table does not hold has no such day: never a guessed one.
"""

from collections.abc import Callable, Mapping
from datetime import date

from dateutil.easter import EASTER_ORTHODOX, easter
from dateutil.relativedelta import TH, relativedelta
from holidays.calendars.chinese import _ChineseLunisolar
from holidays.calendars.hebrew import _HebrewLunisolar
from holidays.calendars.hindu import _HinduLunisolar
from holidays.calendars.islamic import _IslamicLunar

Days = tuple[date, ...]
"""The days of one name in one civil year, in order: mostly one, two if a lunar year fits in twice, none if unknown."""

_ONE_DAY = relativedelta(days=1)


def thanksgiving(year: int) -> date:
    """The fourth Thursday of November (United States, 5 U.S.C. 6103)."""
    return date(year, 11, 1) + relativedelta(weekday=TH(4))


def _western_easter(year: int) -> Days:
    return (easter(year),)


def _orthodox_easter(year: int) -> Days:
    # In Gregorian dates; the library knows the shift between the two calendars for 1583 to 4099.
    return (easter(year, EASTER_ORTHODOX),)


def _thanksgiving(year: int) -> Days:
    return (thanksgiving(year),)


def _black_friday(year: int) -> Days:
    return (thanksgiving(year) + _ONE_DAY,)


def _from_table(table: Mapping[int, object]) -> Callable[[int], Days]:
    """A lookup in a table of the `holidays` library: month and day by year, or several of them."""

    def days(year: int) -> Days:
        match table.get(year):
            case (int(month), int(day)):
                return (date(year, month, day),)
            case ((int(month), int(day)), (int(later_month), int(later_day))):
                return (date(year, month, day), date(year, later_month, later_day))
            case _:
                return ()

    return days


NAMED_DAYS: Mapping[str, Callable[[int], Days]] = {
    "easter": _western_easter,
    "orthodox-easter": _orthodox_easter,
    "thanksgiving": _thanksgiving,
    "black-friday": _black_friday,
    "ramadan": _from_table(_IslamicLunar.RAMADAN_BEGINNING_DATES),
    "eid-al-fitr": _from_table(_IslamicLunar.EID_AL_FITR_DATES),
    "eid-al-adha": _from_table(_IslamicLunar.EID_AL_ADHA_DATES),
    # The library has a second table, DIWALI_DATES, which is a month off in 2025 and 2028.
    "diwali": _from_table(_HinduLunisolar.DIWALI_INDIA_DATES),
    "lunar-new-year": _from_table(_ChineseLunisolar.LUNAR_NEW_YEAR_DATES),
    "rosh-hashanah": _from_table(_HebrewLunisolar.ROSH_HASHANAH_DATES),
    "yom-kippur": _from_table(_HebrewLunisolar.YOM_KIPPUR_DATES),
}
"""What a season may name, each with its days in a civil year.

- `easter`, `orthodox-easter`: Easter Sunday of the western and the eastern churches (computus), always known.
- `thanksgiving`, `black-friday`: of the United States, and the day after; always known.
- `ramadan`, `eid-al-fitr`, `eid-al-adha`: the first day of each after the calendar of Umm al-Qura, known 1925 to 2100;
  of years to come they are calculated, and where the moon must be seen they may come a day sooner or later.
- `diwali`: the day of Lakshmi Puja in India (Kartika Amavasya), known 2001 to 2035.
- `lunar-new-year`: the first day of the Chinese year, in Chinese time, known 1901 to 2100.
- `rosh-hashanah`, `yom-kippur`: the (first) day, known 1947 to 2100; it begins at sunset of the day before.
"""
