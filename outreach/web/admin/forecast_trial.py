"""What the Forecast page tries: another band, a season more, or one that is moved or left out, as the form says it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from math import isfinite
from typing import Any

from flask_babel import gettext

from outreach.db.queries.calendars import IndustryCalendar
from outreach.domain.calendar.contact_calendar import ContactCalendar
from outreach.domain.calendar.season import Season
from outreach.domain.errors import BadInput, Fault
from outreach.domain.rhythm.band import RhythmBand

#: Stances that may be tried for a stretch of days.
STANCES = ("closed", "quiet", "peak")
#: What `moved` says of a season that is left out.
LEFT_OUT = "out"
#: Days by which a season may be moved, either way.
MOST_MOVED = 180
#: A gap that is longer is a slip of the pen.
LONGEST_GAP = 3650
#: Years around the present in which a season may be tried.
YEARS = range(-1, 4)


@dataclass(frozen=True, slots=True)
class Trial:
    """The form as it was filled in; texts as typed.

    Attributes:
        first, last, stance: of a season more. season: key of one to move; moved: by how many days, or `LEFT_OUT`.
    """

    min_gap: str = ""
    target_gap: str = ""
    max_gap: str = ""
    first: str = ""
    last: str = ""
    stance: str = ""
    season: str = ""
    moved: str = ""

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
        BadInput: if they cannot be, with one fault in the reader's words.
    """
    if industry is None:
        raise _fault(gettext("Choose an industry first: a band and a season belong to one."))
    gaps = [
        _gap(typed, usual)
        for typed, usual in (
            (trial.min_gap, industry.min_gap),
            (trial.target_gap, industry.target_gap),
            (trial.max_gap, industry.max_gap),
        )
    ]
    RhythmBand(*gaps)
    calendar = dict(industry.calendar)
    if trial.season or trial.moved:
        calendar["seasons"] = _moved(industry, trial, today=today)
    if trial.first or trial.last:
        calendar["seasons"] = [*calendar.get("seasons", []), _one_more(trial, today=today)]
    ContactCalendar.from_pack(calendar, place=industry.key, path="calendar")
    return {"industry": industry.key, "calendar": calendar, "band": gaps}


def _gap(typed: str, usual: float) -> float:
    try:
        gap = float(typed.replace(",", ".")) if typed else usual
    except ValueError:
        gap = float("nan")
    if not isfinite(gap) or not 0 < gap <= LONGEST_GAP:
        raise _fault(gettext("“%(typed)s”: gaps are numbers of days, like 14.", typed=typed))
    return gap


def _one_more(trial: Trial, *, today: date) -> dict[str, Any]:
    try:
        days = [date.fromisoformat(trial.first), date.fromisoformat(trial.last)]
    except ValueError:
        raise _fault(gettext("Give the season a first and a last day.")) from None
    if not all(day.year - today.year in YEARS for day in days):
        raise _fault(gettext("Give the season days of the coming years: further ahead nothing is rehearsed."))
    dates = [[day.isoformat() for day in days]]
    return {"key": "what-if", "name": gettext("What if"), "stance": trial.stance, "dates": dates}


def _moved(industry: IndustryCalendar, trial: Trial, *, today: date) -> list[Any]:
    """The seasons of the industry's calendar, one of them moved or left out."""
    written = list(industry.calendar.get("seasons", []))
    calendar = ContactCalendar.from_pack(industry.calendar, place=industry.key, path="calendar")
    season = next((one for one in calendar.seasons if one.key == trial.season), None)
    if season is None:
        raise _fault(gettext("Choose the season that is to move."))
    if trial.moved == LEFT_OUT:
        return [one for one in written if one.get("key") != season.key]
    try:
        by = timedelta(days=int(trial.moved))
    except (ValueError, OverflowError):
        by = timedelta(days=MOST_MOVED + 1)
    if abs(by.days) > MOST_MOVED:
        raise _fault(gettext("Say by how many days the season moves, at most %(most)s.", most=MOST_MOVED))
    dates = [[(first + by).isoformat(), (last + by).isoformat()] for first, last in _spans(season, today=today)]
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


def _fault(words: str) -> BadInput:
    return BadInput([Fault(place="what if", reason=words, mend="")])
