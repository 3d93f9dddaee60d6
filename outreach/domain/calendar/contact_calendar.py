"""A contact calendar: the seasons, weekly hours and holidays of an industry, and the stance of any day."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import groupby
from typing import Self

from outreach.domain.calendar.hours import Hours, WeeklyHours, read_hours
from outreach.domain.calendar.public_holidays import public_holidays
from outreach.domain.calendar.reading import Reading
from outreach.domain.calendar.season import STRICTNESS, Season, Stance, read_season

DayStance = tuple[Stance, Season | None]
"""How welcome we are on one day, and the season that says so; None when no season covers the day."""

RibbonStretch = tuple[date, date, Stance, str]
"""First day, last day, stance and name of the season ("" for none) of one stretch of a year."""

#: Key of the seasons that stand for a public holiday.
HOLIDAY_KEY = "public-holiday"

_KEYS = ("hours", "holidays", "seasons")

#: Years that a calendar is tried on when it is read, beside those of its dated tables.
_TRIED_YEARS = range(2024, 2036)

_EVERY_DAY: DayStance = (Stance.OPEN, None)


@dataclass(frozen=True, slots=True)
class ContactCalendar:
    """When the people of an industry may be written to.

    Days are remembered per country and year once they were asked for, so one calendar serves a million contacts.

    Attributes:
        hours: stretches of each weekday from Monday, on the contact's own clock.
        seasons: in the order of the pack.
        closed_on_holidays: public holidays of the contact's country are closed days.
    """

    hours: WeeklyHours
    seasons: tuple[Season, ...] = ()
    closed_on_holidays: bool = True
    _years: dict[tuple[int, str], tuple[DayStance, ...]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    @classmethod
    def from_pack(cls, data: Mapping[str, object], *, place: str, path: str) -> Self:
        """The calendar that a pack states (docs/packs.md).

        Args:
            data: the `calendar` table of an industry.
            place: the file, for faults.
            path: the key path of `data`, for faults.

        Raises:
            BadInput: with every fault found, each naming its key path.
        """
        reading = Reading(place)
        data = reading.mapping(data, path)
        reading.only(data, _KEYS, path)
        faults_before_hours = len(reading.faults)
        hours = read_hours(data.get("hours"), reading=reading, path=f"{path}.hours")
        if len(reading.faults) == faults_before_hours and not any(hours):
            mend = 'Give at least one weekday hours: tue: ["09:30-11:30"].'
            reading.fault(f"{path}.hours", None, reason="there is no open hour in the whole week", mend=mend)
        rule = data.get("holidays", "closed")
        if rule not in ("closed", "ignore"):
            mend = "Use `closed` or `ignore`."
            reading.fault(f"{path}.holidays", rule, reason="there is no such rule for holidays", mend=mend)
        seasons = [
            read_season(value, reading=reading, path=f"{path}.seasons[{index}]")
            for index, value in enumerate(reading.listing(data.get("seasons"), f"{path}.seasons"))
        ]
        known = tuple(season for season in seasons if season is not None)
        for key in sorted({season.key for season in known if [other.key for other in known].count(season.key) > 1}):
            mend = "Give each season a key of its own."
            reading.fault(f"{path}.seasons", key, reason="two seasons have the same key", mend=mend)
        reading.finish()
        calendar = cls(hours=hours, seasons=known, closed_on_holidays=rule == "closed")
        calendar._note_years_without_an_open_day(reading, path)
        reading.finish()
        return calendar

    def stance_on(self, day: date, country: str) -> DayStance:
        """How welcome we are on `day`, for contacts of `country`, and the season that says so.

        Of several seasons the strictest wins, and of equally strict ones the first. A public holiday is a closed day.
        """
        return self.year(day.year, country)[day.toordinal() - date(day.year, 1, 1).toordinal()]

    def hours_on(self, day: date) -> tuple[Hours, ...]:
        """The hours of `day`'s weekday, whatever its stance."""
        return self.hours[day.weekday()]

    def year(self, year: int, country: str) -> tuple[DayStance, ...]:
        """The stance of every day of `year`, from 1 January."""
        days = self._years.get((year, country))
        if days is None:
            days = self._years[(year, country)] = self._painted(year, country)
        return days

    def year_ribbon(self, year: int, country: str) -> tuple[RibbonStretch, ...]:
        """`year` cut into stretches of one stance and season, in order, without a hole."""
        new_year = date(year, 1, 1)
        numbered = enumerate(self.year(year, country))
        ribbon: list[RibbonStretch] = []
        for (stance, name), run in groupby(
            numbered, key=lambda item: (item[1][0], item[1][1].name if item[1][1] else "")
        ):
            places = [place for place, _ in run]
            ribbon.append((new_year + timedelta(days=places[0]), new_year + timedelta(days=places[-1]), stance, name))
        return tuple(ribbon)

    def _painted(self, year: int, country: str) -> tuple[DayStance, ...]:
        first = date(year, 1, 1).toordinal()
        days = [_EVERY_DAY] * (date(year, 12, 31).toordinal() - first + 1)
        seasons = self._seasons_of(year, country)
        # The most welcoming first, so that the strictest has the last word; of equals, the pack's first.
        seasons.reverse()
        seasons.sort(key=lambda season: -STRICTNESS[season.stance])
        for season in seasons:
            for start, end in season.spans(year):
                for place in range(start.toordinal() - first, end.toordinal() - first + 1):
                    days[place] = (season.stance, season)
        return tuple(days)

    def _seasons_of(self, year: int, country: str) -> list[Season]:
        seasons = [season for season in self.seasons if season.is_for(country)]
        if self.closed_on_holidays:
            seasons += [
                Season(key=HOLIDAY_KEY, name=name, stance=Stance.CLOSED, dates=((day, day),))
                for day, name in sorted(public_holidays(country, year).items())
            ]
        return seasons

    def _note_years_without_an_open_day(self, reading: Reading, path: str) -> None:
        dated = {span[0].year for season in self.seasons for span in season.dates}
        for country in sorted({"", *(code for season in self.seasons for code in season.countries)}):
            for year in sorted({*_TRIED_YEARS, *dated}):
                stances = self.year(year, country)
                if not any(
                    stance is not Stance.CLOSED and self.hours[(date(year, 1, 1).weekday() + place) % 7]
                    for place, (stance, _) in enumerate(stances)
                ):
                    whom = f" for contacts in {country}" if country else ""
                    mend = "Shorten the closed seasons, or give hours to the days between them."
                    reading.fault(f"{path}.seasons", None, reason=f"{year} has no open day{whom}", mend=mend)
                    break
