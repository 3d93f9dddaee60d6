"""A contact calendar: the seasons, weekly hours and holidays of an industry, and the stance of any day."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import groupby
from types import MappingProxyType
from typing import Self

from outreach.domain.calendar.date_tables import DateTable
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

_KEYS = ("hours", "holidays", "seasons", "sources")

#: Years that a calendar is tried on when it is read, beside those of its dated tables.
_TRIED_YEARS = range(2024, 2036)

_EVERY_DAY: DayStance = (Stance.OPEN, None)


@dataclass(frozen=True, slots=True)
class ContactCalendar:
    """When the people of an industry may be written to.

    Days are remembered per place and year once they were asked for, so one calendar serves a million contacts. A place
    is a country ("GB") or a region ("GB-WLS"), "" if it is unknown; a region has the holidays and seasons of its
    country, too.

    Attributes:
        hours: stretches of each weekday from Monday, on the contact's own clock.
        seasons: in the order of the pack.
        closed_on_holidays: public holidays of the contact's place are closed days.
        sources: where the knowledge comes from, a line each, for staff.
    """

    hours: WeeklyHours
    seasons: tuple[Season, ...] = ()
    closed_on_holidays: bool = True
    sources: tuple[str, ...] = ()
    _years: dict[tuple[int, str], tuple[DayStance, ...]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    @classmethod
    def from_pack(
        cls,
        data: Mapping[str, object],
        *,
        place: str,
        path: str,
        tables: Mapping[str, DateTable] = MappingProxyType({}),
    ) -> Self:
        """The calendar that a pack states (docs/packs.md).

        Args:
            data: the `calendar` table of an industry.
            place: the file, for faults.
            path: the key path of `data`, for faults.
            tables: what seasons may name instead of dates; a stored calendar names none.

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
            read_season(value, tables=tables, reading=reading, path=f"{path}.seasons[{index}]")
            for index, value in enumerate(reading.listing(data.get("seasons"), f"{path}.seasons"))
        ]
        known = tuple(season for season in seasons if season is not None)
        for key in sorted({season.key for season in known if [other.key for other in known].count(season.key) > 1}):
            mend = "Give each season a key of its own."
            reading.fault(f"{path}.seasons", key, reason="two seasons have the same key", mend=mend)
        sources = [
            reading.words(value, f"{path}.sources[{index}]")
            for index, value in enumerate(reading.listing(data.get("sources"), f"{path}.sources"))
        ]
        reading.finish()
        calendar = cls(hours=hours, seasons=known, closed_on_holidays=rule == "closed", sources=tuple(sources))
        calendar._note_years_without_an_open_day(reading, path)
        reading.finish()
        return calendar

    def stance_on(self, day: date, place: str) -> DayStance:
        """How welcome we are on `day`, for contacts of `place`, and the season that says so.

        Of several seasons the strictest wins, and of equally strict ones the first. A public holiday is a closed day.
        """
        return self.year(day.year, place)[day.toordinal() - date(day.year, 1, 1).toordinal()]

    def explained(self, day: date, place: str) -> tuple[Season, ...]:
        """Every season that claims `day` for contacts of `place`, the winner first, then the others as they would win.

        Public holidays are seasons with the key `HOLIDAY_KEY`. Nothing if the day is open because no season covers it.
        """
        return tuple(
            season
            for season in self._by_precedence(day.year, place)
            if any(first <= day <= last for first, last in season.spans(day.year))
        )

    def hours_on(self, day: date) -> tuple[Hours, ...]:
        """The hours of `day`'s weekday, whatever its stance."""
        return self.hours[day.weekday()]

    def year(self, year: int, place: str) -> tuple[DayStance, ...]:
        """The stance of every day of `year`, from 1 January."""
        days = self._years.get((year, place))
        if days is None:
            days = self._years[(year, place)] = self._painted(year, place)
        return days

    def year_ribbon(self, year: int, place: str) -> tuple[RibbonStretch, ...]:
        """`year` cut into stretches of one stance and season, in order, without a hole."""
        new_year = date(year, 1, 1)
        numbered = enumerate(self.year(year, place))
        ribbon: list[RibbonStretch] = []
        for (stance, name), run in groupby(
            numbered, key=lambda item: (item[1][0], item[1][1].name if item[1][1] else "")
        ):
            offsets = [offset for offset, _ in run]
            ribbon.append((new_year + timedelta(days=offsets[0]), new_year + timedelta(days=offsets[-1]), stance, name))
        return tuple(ribbon)

    def _painted(self, year: int, place: str) -> tuple[DayStance, ...]:
        first = date(year, 1, 1).toordinal()
        days = [_EVERY_DAY] * (date(year, 12, 31).toordinal() - first + 1)
        # The strictest comes last, so that it has the last word.
        for season in reversed(self._by_precedence(year, place)):
            for start, end in season.spans(year):
                for offset in range(start.toordinal() - first, end.toordinal() - first + 1):
                    days[offset] = (season.stance, season)
        return tuple(days)

    def _by_precedence(self, year: int, place: str) -> list[Season]:
        """Seasons and holidays of a place as they win an overlap: the strictest first, of equals the pack's first."""
        seasons = [season for season in self.seasons if season.is_for(place)]
        if self.closed_on_holidays:
            seasons += [
                Season(key=HOLIDAY_KEY, name=name, stance=Stance.CLOSED, dates=((day, day),))
                for day, name in sorted(public_holidays(place, year).items())
            ]
        return sorted(seasons, key=lambda season: STRICTNESS[season.stance])

    def _note_years_without_an_open_day(self, reading: Reading, path: str) -> None:
        dated = {span[0].year for season in self.seasons for span in season.dates}
        for place in sorted({"", *(code for season in self.seasons for code in season.countries)}):
            for year in sorted({*_TRIED_YEARS, *dated}):
                stances = self.year(year, place)
                if not any(
                    stance is not Stance.CLOSED and self.hours[(date(year, 1, 1).weekday() + offset) % 7]
                    for offset, (stance, _) in enumerate(stances)
                ):
                    whom = f" for contacts in {place}" if place else ""
                    mend = "Shorten the closed seasons, or give hours to the days between them."
                    reading.fault(f"{path}.seasons", None, reason=f"{year} has no open day{whom}", mend=mend)
                    break
