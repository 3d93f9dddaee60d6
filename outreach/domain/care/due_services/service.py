"""A service that comes round: how often, in which season, for whom, and how often we ask."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from dateutil.relativedelta import relativedelta

from outreach.domain.calendar.reading import Reading
from outreach.domain.calendar.season import Season, Stance, read_season
from outreach.domain.signal import SignalKind

#: In signals the service's key stands in front of the business's own number: `chimney:2026-0417`.
REFERENCE_MARK = ":"
#: What books a service, and what says that it was done.
BOOKED_BY = frozenset({SignalKind.BOOKING})
DONE_BY = frozenset({SignalKind.VISIT, SignalKind.PURCHASE})
#: How far ahead a day inside a season is looked for; a season of a table of dates may be years away.
SEASONS_AHEAD = 3

#: Who booked and of whom we hear nothing more has been served: nobody is asked again because a visit was not written
#: down. So long after the day, and never longer than half an interval.
SETTLES_AFTER = timedelta(days=45)
_HALF_A_MONTH = timedelta(days=15)

_SINCE = re.compile(r"customer_since(?: \+ (?P<months>\d{1,3}) months)?")
AT_ONCE = "at once"


def season_between(
    edges: Mapping[str, object], *, reading: Reading | None = None, path: str = "season"
) -> Season | None:
    """The season with these edges, `from` and `to` as in calendars; None if there are none, or they cannot be read.

    Args:
        reading: where faults are noted, under `path`.
    """
    if not edges:
        return None
    stated = {"key": "season", "stance": Stance.OPEN, "from": edges.get("from"), "to": edges.get("to")}
    return read_season(stated, tables={}, reading=reading or Reading("service"), path=path)


class Holder(StrEnum):
    """Whom a service belongs to, and so what becomes of it when somebody moves."""

    #: The chimney stays with the house: whoever of the household had it done, it is done, and who moves leaves it.
    PLACE = "place"
    #: The review goes with the person, wherever they live.
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class First:
    """When a service is due of which nobody knows when it was done last.

    Attributes:
        months: after somebody became a customer; None for at once.
    """

    months: int | None = None

    @classmethod
    def read(cls, text: str) -> "First | None":
        """What a pack says: `at once`, or `customer_since + 12 months`; None if it says something else."""
        if text == AT_ONCE:
            return cls(None)
        match = _SINCE.fullmatch(" ".join(text.split()))
        return cls(int(match["months"] or 0)) if match else None

    def due_on(self, since: date) -> date:
        """The day, for a customer since `since`."""
        return since if self.months is None else since + relativedelta(months=self.months)


@dataclass(frozen=True, slots=True)
class Service:
    """A service that is due again and again.

    Attributes:
        id: of the row. key: stands before the mark in the reference of signals.
        names: by locale, as they stand in the middle of a sentence.
        interval_months: from one time to the next. lead_days: so long before the day we may ask.
        season: the only days on which we ask or call, and for which it is asked; None for the whole year.
        attempts: messages in one round. gap_days: from one to the next, and from the last to the call.
        holder: whom it belongs to. industries, needs: who needs it; empty for all.
        first: when it is due of which nobody knows the last time.
        campaign: key of the campaign that asks; its editions are `first`, `reminder` and `last`.
    """

    id: int
    key: str
    names: Mapping[str, str]
    interval_months: int
    lead_days: int
    season: Season | None
    attempts: int
    gap_days: int
    holder: Holder
    first: First
    campaign: str
    industries: frozenset[str] = frozenset()
    needs: Mapping[str, str] = field(default_factory=dict)

    @property
    def gap(self) -> timedelta:
        """From one message to the next."""
        return timedelta(days=self.gap_days)

    @property
    def settles(self) -> timedelta:
        """How long a booking stays open after its day."""
        return min(SETTLES_AFTER, self.interval_months * _HALF_A_MONTH)

    def due_after(self, last: date) -> date:
        """When it is due again; of the last day of a longer month, on the last day of a shorter one."""
        return last + relativedelta(months=self.interval_months)

    def is_for(self, industry: str, attributes: Mapping[str, object]) -> bool:
        """Whether a contact needs it."""
        meant = not self.industries or industry in self.industries
        return meant and all(attributes.get(name) == value for name, value in self.needs.items())

    def in_season(self, day: date) -> bool:
        """Whether we may ask on `day`."""
        return self.season is None or any(first <= day <= last for first, last in self.season.spans(day.year))

    def season_end(self, day: date) -> date | None:
        """The last day of the season that `day` lies in, over New Year if need be; None if there is no end."""
        if self.season is None:
            return None
        end = max((last for first, last in self.season.spans(day.year) if first <= day <= last), default=day)
        while end.month == 12 and end.day == 31:
            further = [last for first, last in self.season.spans(end.year + 1) if first == end + timedelta(days=1)]
            if not further:
                break
            end = max(further)
        return end

    def next_open(self, day: date) -> date | None:
        """The first day from `day` on that lies in the season; None if nobody knows one."""
        if self.season is None:
            return day
        for year in range(day.year, day.year + SEASONS_AHEAD):
            days = [max(first, day) for first, last in self.season.spans(year) if last >= day]
            if days:
                return min(days)
        return None

    def ask_from(self, due_on: date) -> date | None:
        """The first day on which we may ask for what is due on `due_on`; None if nobody knows the season."""
        return self.next_open(due_on - timedelta(days=self.lead_days))
