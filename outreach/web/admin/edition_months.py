"""Months of the calendar of editions as pictures: which bar lies on which days, campaign by campaign."""

from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from outreach.db.queries.edition_days import EditionDays, RecurringCampaign
from outreach.domain.planning.feasibility import IndustryRules
from outreach.domain.recurrence import next_dates, read_rrule

#: Campaigns take turns with so many colours.
HUES = 8
#: Dates of a rule that editions are compared with: from more than a year before a month to some months after it, also
#: where there is one each week.
_LOOKS_BACK, _DATES = timedelta(days=400), 80


@dataclass(frozen=True, slots=True)
class Day:
    """A day of a month; `stance` and `season` are those of the chosen industry, "" without one."""

    on: date
    weekend: bool
    stance: str = ""
    season: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """Editions of one campaign that share their days, as far as they lie in one month.

    Attributes:
        column, span: first day of the month and number of days that the bar covers.
        begins, ends: whether its first and last day lie in this month.
    """

    editions: tuple[EditionDays, ...]
    column: int
    span: int
    begins: bool
    ends: bool

    @property
    def edition(self) -> EditionDays:
        """The only one, or the first of several."""
        return self.editions[0]


@dataclass(frozen=True, slots=True)
class Ghost:
    """A day on which a campaign's rule wants an edition that nobody has written."""

    on: date


@dataclass(frozen=True, slots=True)
class Row:
    """What one campaign has in a month."""

    campaign_id: int
    name: str
    hue: int
    bars: tuple[Bar, ...]
    ghosts: tuple[Ghost, ...]


@dataclass(frozen=True, slots=True)
class Month:
    """A month with its days and the rows of the campaigns that have something in it."""

    first: date
    days: tuple[Day, ...]
    rows: tuple[Row, ...]

    @property
    def last(self) -> date:
        """Its last day."""
        return self.days[-1].on


def month_after(first: date, count: int) -> date:
    """The first day of the month `count` months after that of `first`; before it if negative.

    >>> month_after(date(2026, 11, 1), 3)
    datetime.date(2027, 2, 1)
    """
    months = first.year * 12 + first.month - 1 + count
    return date(months // 12, months % 12 + 1, 1)


def last_of(first: date) -> date:
    """The last day of the month that begins on `first`."""
    return first.replace(day=monthrange(first.year, first.month)[1])


def build_months(
    firsts: Sequence[date],
    *,
    editions: Sequence[EditionDays],
    recurring: Sequence[RecurringCampaign],
    industry: IndustryRules | None,
    today: date,
) -> list[Month]:
    """The months that begin on `firsts`; of a rule only days from `today` on are shown as not written yet."""
    names = {edition.campaign_id: edition.campaign_name for edition in editions}
    names |= {campaign.id: campaign.name for campaign in recurring}
    rules = {campaign.id: campaign for campaign in recurring}
    months = []
    for first in firsts:
        last = last_of(first)
        rows = []
        for hue, (campaign_id, name) in enumerate(sorted(names.items())):
            bars = _bars([one for one in editions if one.campaign_id == campaign_id], first, last)
            ghosts = _ghosts(rules.get(campaign_id), max(first, today), last)
            if bars or ghosts:
                rows.append(Row(campaign_id, name, hue % HUES, tuple(bars), tuple(ghosts)))
        days = tuple(_day(first + timedelta(days=count), industry) for count in range(last.day))
        months.append(Month(first, days, tuple(rows)))
    return months


def _bars(editions: Iterable[EditionDays], first: date, last: date) -> list[Bar]:
    def days_and_state(edition: EditionDays) -> tuple[date, date, str]:
        return edition.opens_on, edition.closes_on, edition.state

    found = []
    inside = [one for one in editions if one.opens_on <= last and one.closes_on >= first]
    for (opens_on, closes_on, _), group in groupby(sorted(inside, key=days_and_state), key=days_and_state):
        begin, end = max(opens_on, first), min(closes_on, last)
        together = tuple(group)
        found.append(Bar(together, begin.day, (end - begin).days + 1, begin == opens_on, end == closes_on))
    return found


def _ghosts(campaign: RecurringCampaign | None, first: date, last: date) -> list[Ghost]:
    if campaign is None or first > last:
        return []
    dates = next_dates(read_rrule(campaign.recurrence), after=first - _LOOKS_BACK, count=_DATES)
    # An edition that opens some days beside the rule was written for the date that is nearest to it.
    written = {min(dates, key=lambda on: abs(on - opens)) for opens in campaign.opens if dates}
    return [Ghost(on) for on in dates if first <= on <= last and on not in written]


def _day(on: date, industry: IndustryRules | None) -> Day:
    weekend = on.weekday() >= 5
    if industry is None:
        return Day(on, weekend)
    stance, season = industry.calendar.stance_on(on, industry.places[0])
    return Day(on, weekend, stance.value, season.name if season else "")
