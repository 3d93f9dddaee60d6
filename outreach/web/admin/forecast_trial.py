"""What the Forecast page tries: another band, a season more, or one that is moved or left out, as the form says it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain, count
from math import isfinite
from typing import Any

from flask_babel import gettext

from outreach.db.queries.calendars import IndustryCalendar
from outreach.domain.calendar.contact_calendar import ContactCalendar
from outreach.domain.calendar.season import Season
from outreach.domain.errors import BadInput, Fault
from outreach.domain.rhythm.band import RhythmBand

#: The form, as faults name it; the place of a calendar's own faults is the industry.
PLACE = "what if"
#: The fields of the band.
GAPS = ("min_gap", "target_gap", "max_gap")
#: Stances that may be tried for a stretch of days.
STANCES = ("closed", "quiet", "peak")
#: What `moved` says of a season that is left out.
LEFT_OUT = "out"
#: What may move of a season: all of it, or one end, which makes it longer or shorter.
EDGES = ("", "first", "last")
#: Days by which the form offers to move a season; the address takes others, ...
SHIFTS = (-28, -21, -14, -7, 7, 14, 21, 28)
#: ... up to so many.
MOST_MOVED = 180
#: A gap that is longer is a slip of the pen; packs allow the same.
LONGEST_GAP = 730
#: Years around the present in which a season may be tried.
YEARS = range(-1, 4)


@dataclass(frozen=True, slots=True)
class Trial:
    """The form as it was filled in; texts as typed.

    Attributes:
        first, last, stance: of a season more.
        season: key of one to move. moved: by how many days, or `LEFT_OUT`. edge: which end of it moves, "" for both.
    """

    min_gap: str = ""
    target_gap: str = ""
    max_gap: str = ""
    first: str = ""
    last: str = ""
    stance: str = ""
    season: str = ""
    moved: str = ""
    edge: str = ""

    @classmethod
    def of(cls, typed: Mapping[str, str]) -> "Trial":
        """The trial in the address of the page."""
        return cls(**{name: typed.get(name, "").strip()[:60] for name in cls.__dataclass_fields__})

    @property
    def given(self) -> bool:
        """Whether anything is to be tried."""
        return any((self.min_gap, self.target_gap, self.max_gap, self.first, self.last, self.season, self.moved))


def tried(industry: IndustryCalendar | None, trial: Trial, *, today: date) -> dict[str, Any]:
    """The rules that are tried, as plain values: industry, calendar and band.

    Raises:
        BadInput: if they cannot be; the column of a fault is the form's field, and its words are the reader's. Only
            what a calendar as a whole can never be is said in English, as `outreach apply` says it.
    """
    if industry is None:
        raise _fault("industry", gettext("Choose an industry first: a band and a season belong to one."))
    gaps = [_gap(trial, name, usual=getattr(industry, name)) for name in GAPS]
    try:
        RhythmBand(*gaps)
    except BadInput:
        shown = ", ".join(f"{gap:g}" for gap in gaps)
        typed = next(name for name in GAPS if getattr(trial, name))
        words = gettext("%(gaps)s: the gaps must grow from the shortest to the longest.", gaps=shown)
        raise _fault(typed, words) from None
    calendar = dict(industry.calendar)
    if trial.season or trial.moved:
        calendar["seasons"] = _moved(industry, trial, today=today)
    if trial.first or trial.last:
        seasons = calendar.get("seasons", [])
        calendar["seasons"] = [*seasons, _one_more(trial, today=today, taken={one.get("key") for one in seasons})]
    ContactCalendar.from_pack(calendar, place=industry.key, path="calendar")
    return {"industry": industry.key, "calendar": calendar, "band": gaps}


def _gap(trial: Trial, name: str, *, usual: float) -> float:
    typed = getattr(trial, name)
    try:
        gap = float(typed.replace(",", ".")) if typed else usual
    except ValueError:
        gap = float("nan")
    if not isfinite(gap) or not 0 < gap <= LONGEST_GAP:
        words = gettext(
            "“%(typed)s”: gaps are numbers of days above 0, at most %(most)s.", typed=typed, most=LONGEST_GAP
        )
        raise _fault(name, words)
    return gap


def _one_more(trial: Trial, *, today: date, taken: Collection[str | None]) -> dict[str, Any]:
    first, last = (_day(trial, name, today=today) for name in ("first", "last"))
    if last < first:
        raise _fault("last", gettext("“%(typed)s”: the season ends before it begins. Swap the two days.", typed=last))
    if trial.stance not in STANCES:
        raise _fault("stance", gettext("“%(typed)s”: choose a stance of the list.", typed=trial.stance))
    key = next(key for key in chain(["what-if"], map("what-if-{}".format, count(2))) if key not in taken)
    dates = [[first.isoformat(), last.isoformat()]]
    return {"key": key, "name": gettext("What if"), "stance": trial.stance, "dates": dates}


def _day(trial: Trial, name: str, *, today: date) -> date:
    typed = getattr(trial, name)
    if not typed:
        raise _fault(name, gettext("Give the season a first and a last day."))
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        raise _fault(name, gettext("“%(typed)s” is no day of the calendar.", typed=typed)) from None
    if day.year - today.year not in YEARS:
        raise _fault(
            name,
            gettext(
                "“%(typed)s”: choose a day from %(first)s to %(last)s; nothing else is rehearsed.",
                typed=typed,
                first=today.year + YEARS[0],
                last=today.year + YEARS[-1],
            ),
        )
    return day


def _moved(industry: IndustryCalendar, trial: Trial, *, today: date) -> list[Any]:
    """The seasons of the industry's calendar, one of them moved or left out."""
    written = list(industry.calendar.get("seasons", []))
    calendar = ContactCalendar.from_pack(industry.calendar, place=industry.key, path="calendar")
    season = next((one for one in calendar.seasons if one.key == trial.season), None)
    if season is None:
        raise _fault("season", gettext("Choose the season that is to move."))
    if trial.moved == LEFT_OUT:
        return [one for one in written if one.get("key") != season.key]
    try:
        by = timedelta(days=int(trial.moved))
    except (ValueError, OverflowError):
        by = timedelta(days=MOST_MOVED + 1)
    if abs(by.days) > MOST_MOVED:
        raise _fault("moved", gettext("Say by how many days the season moves, at most %(most)s.", most=MOST_MOVED))
    if trial.edge not in EDGES:
        raise _fault("edge", gettext("“%(typed)s”: choose what moves from the list.", typed=trial.edge))
    spans = [
        (first if trial.edge == "last" else first + by, last if trial.edge == "first" else last + by)
        for first, last in _spans(season, today=today)
    ]
    if not spans:
        raise _fault("season", gettext("“%(season)s” has no days in the coming years.", season=season.name))
    if any(last < first for first, last in spans):
        raise _fault("moved", gettext("Nothing would be left of “%(season)s”. Move it less.", season=season.name))
    dates = [[first.isoformat(), last.isoformat()] for first, last in spans]
    return [_redated(one, dates) if one.get("key") == season.key else one for one in written]


def _redated(written: Mapping[str, Any], dates: list[list[str]]) -> dict[str, Any]:
    return {**{name: value for name, value in written.items() if name not in ("from", "to")}, "dates": dates}


def _spans(season: Season, *, today: date) -> list[tuple[date, date]]:
    """The season's stretches of the years around `today`, those over New Year in one piece."""
    joined: list[tuple[date, date]] = []
    for year in YEARS:
        for first, last in season.spans(today.year + year):
            if joined and joined[-1][1] + timedelta(days=1) == first:
                joined[-1] = (joined[-1][0], last)
            else:
                joined.append((first, last))
    return joined


def _fault(field: str, words: str) -> BadInput:
    return BadInput([Fault(place=PLACE, column=field, reason=words, mend="")])
