"""What a plan can never do, found before anybody waits for it: named warnings about calendars, bands and campaigns.

Everything here is about civil days and weekly hours, so no time zone is needed: hours are the contact's own, and clocks
change at night, in everybody's quiet hours.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise

from outreach.domain.calendar.contact_calendar import ContactCalendar
from outreach.domain.calendar.season import STRICTNESS, Stance
from outreach.domain.calendar.warnings import CalendarWarningCode, calendar_warnings
from outreach.domain.calendar.windows import LOUD_HOURS
from outreach.domain.planning.manners import ALLOWED_STANCES, URGENT
from outreach.domain.rhythm.band import RhythmBand
from outreach.domain.rhythm.caps import EVEN_SHARE
from outreach.domain.rhythm.explain import day, days
from outreach.domain.touch import Channel, TouchClass

#: Anniversaries are tried this far ahead: long enough for named days to wander.
LOOK_AHEAD = timedelta(days=3 * 365)


Numbers = Mapping[str, str | int | float]
"""What a sentence is made of: gaps in days, dates as ISO text, keys."""


class WarningCode(StrEnum):
    """What can go wrong with something that is allowed all the same."""

    #: A closed stretch is longer than the longest gap: silence passes it every year.
    FLOOR_CLOSED = "warn.floor_closed"
    #: A table of dates ends soon, and its season with it.
    TABLE_ENDS = "warn.table_ends"
    #: A season hangs on a named day that nobody has told us for a coming year.
    DATE_UNKNOWN = "warn.date_unknown"
    #: The longest gap is so short that the caps cannot keep it.
    FLOOR_CAP = "warn.floor_cap"
    #: The industry's hours lie in the quiet hours of a channel that a campaign uses.
    NO_HOURS = "warn.no_hours"
    #: On no day of an edition's window may its class write to an industry.
    WINDOW_CLOSED = "warn.window_closed"
    #: The days of an edition's window on which its class may write have no hours.
    WINDOW_HOURS = "warn.window_hours"
    #: An edition is open for less than the shortest gap: whoever had another touch just before misses it.
    WINDOW_SHORT = "warn.window_short"
    #: An anniversary may be kept for less time than the shortest gap and the longest closed stretch together.
    ANNIVERSARY_SHORT = "warn.anniversary_short"
    #: A new edition whose last day has passed.
    EDITION_OVER = "warn.edition_over"
    #: Every edition of a campaign is over: it has nothing left to say.
    CAMPAIGN_OVER = "warn.campaign_over"
    #: An industry with contacts that no campaign is meant for.
    NO_CAMPAIGN = "warn.no_campaign"


_FROM_CALENDAR: Mapping[CalendarWarningCode, WarningCode] = {
    CalendarWarningCode.CLOSED_TOO_LONG: WarningCode.FLOOR_CLOSED,
    CalendarWarningCode.NO_HOURS_FOR_EMAIL: WarningCode.NO_HOURS,
    CalendarWarningCode.NO_HOURS_FOR_SMS: WarningCode.NO_HOURS,
    CalendarWarningCode.NO_HOURS_FOR_CALL: WarningCode.NO_HOURS,
    CalendarWarningCode.NO_HOURS_FOR_MEETING: WarningCode.NO_HOURS,
    CalendarWarningCode.TABLE_ENDS: WarningCode.TABLE_ENDS,
    CalendarWarningCode.DATE_UNKNOWN: WarningCode.DATE_UNKNOWN,
}


@dataclass(frozen=True, slots=True)
class FeasibilityWarning:
    """One warning.

    Attributes:
        code: what it is.
        words: the sentence.
        numbers: what the sentence is made of.
        industry, campaign: keys of what it is about; "" for none.
    """

    code: WarningCode
    words: str
    numbers: Numbers
    industry: str = ""
    campaign: str = ""


@dataclass(frozen=True, slots=True)
class IndustryRules:
    """An industry as a plan sees it.

    Attributes:
        name: for sentences.
        places: countries and regions of its contacts, most contacts first, "" for unknown; without contacts only "".
        contacts: how many it has.
    """

    key: str
    name: str
    calendar: ContactCalendar
    band: RhythmBand
    places: Sequence[str] = ("",)
    contacts: int = 0


@dataclass(frozen=True, slots=True)
class EditionWindow:
    """The civil days of an edition, first and last inclusive; `fresh` says that it is declared for the first time."""

    key: str
    opens_on: date
    closes_on: date
    fresh: bool = False


@dataclass(frozen=True, slots=True)
class CampaignPlan:
    """An active campaign with its editions; no industries means all."""

    key: str
    name: str
    touch_class: TouchClass
    channel: Channel
    rule: str
    window_days: int
    editions: Sequence[EditionWindow]
    industries: frozenset[str] = field(default_factory=frozenset)

    def is_for(self, industry: str) -> bool:
        """Whether it is meant for the industry with this key."""
        return not self.industries or industry in self.industries


def feasibility_warnings(
    industries: Sequence[IndustryRules], campaigns: Sequence[CampaignPlan], *, today: date
) -> list[FeasibilityWarning]:
    """Everything that cannot work from `today` on, industries first, then campaigns, each in the order given."""
    found: list[FeasibilityWarning] = []
    for industry in industries:
        found += _of_calendar(industry, campaigns, today)
        found += _floor_above_cap(industry)
        # What only goes to who is invited promises nobody anything.
        promised = [campaign for campaign in campaigns if campaign.rule != "invited"]
        if industry.contacts and campaigns and not any(campaign.is_for(industry.key) for campaign in promised):
            words = f"No campaign is meant for {industry.name}: its {industry.contacts:,} contacts will hear nothing."
            numbers = {"contacts": industry.contacts}
            found.append(FeasibilityWarning(WarningCode.NO_CAMPAIGN, words, numbers, industry=industry.key))
    for campaign in campaigns:
        found += _over(campaign, today)
        for industry in industries:
            if campaign.is_for(industry.key):
                found += _windows(campaign, industry, today)
    return found


def _of_calendar(
    industry: IndustryRules, campaigns: Sequence[CampaignPlan], today: date
) -> Iterator[FeasibilityWarning]:
    """What the calendar alone tells; of the channels only those that a campaign uses."""
    unused = set(Channel) - {campaign.channel for campaign in campaigns if campaign.is_for(industry.key)}
    found = calendar_warnings(
        industry.calendar, industry.band, places=industry.places, years=(today.year, today.year + 1)
    )
    for warning in found:
        if warning.numbers.get("channel") not in unused:
            words = f"{industry.name}: {warning.sentence}"
            yield FeasibilityWarning(_FROM_CALENDAR[warning.code], words, warning.numbers, industry=industry.key)


def _floor_above_cap(industry: IndustryRules) -> Iterator[FeasibilityWarning]:
    if industry.band.max_gap < EVEN_SHARE:
        words = (
            f"{industry.name}: the longest gap of {days(industry.band.max_gap)} cannot be kept, because the caps leave "
            f"room for one letter in {days(EVEN_SHARE)}. Allow a gap of at least that."
        )
        numbers = {"max_gap": industry.band.max_gap, "cap_share": EVEN_SHARE}
        yield FeasibilityWarning(WarningCode.FLOOR_CAP, words, numbers, industry=industry.key)


def _over(campaign: CampaignPlan, today: date) -> Iterator[FeasibilityWarning]:
    # Yesterday is still today somewhere on earth.
    over = [edition for edition in campaign.editions if edition.closes_on < today - timedelta(days=1)]
    if over and len(over) == len(campaign.editions):
        last = max(edition.closes_on for edition in over)
        words = f"{campaign.name} has nothing left to say: its last edition ended on {day(last.isoformat())}."
        numbers = {"last": last.isoformat()}
        yield FeasibilityWarning(WarningCode.CAMPAIGN_OVER, words, numbers, campaign=campaign.key)
        return
    for edition in over:
        if edition.fresh:
            ended = edition.closes_on.isoformat()
            words = f"{edition.key} of {campaign.name} is new and over already: it ended on {day(ended)}."
            numbers = {"edition": edition.key, "last": ended}
            yield FeasibilityWarning(WarningCode.EDITION_OVER, words, numbers, campaign=campaign.key)


def _windows(campaign: CampaignPlan, industry: IndustryRules, today: date) -> Iterator[FeasibilityWarning]:
    if not any(_open_weekdays(industry.calendar, campaign.channel)):
        return  # said of the whole industry already
    for edition in campaign.editions:
        if edition.closes_on >= today:
            yield from _unreachable(campaign, industry, edition, today)
    if campaign.touch_class in URGENT:
        return
    if campaign.rule == "anniversary":
        yield from _short_anniversary(campaign, industry, today)
    else:
        yield from _short_windows(campaign, industry, today)


def _unreachable(
    campaign: CampaignPlan, industry: IndustryRules, edition: EditionWindow, today: date
) -> Iterator[FeasibilityWarning]:
    """The window has no day on which the class may write, or none of these has hours; for some places or for all."""
    allowed = ALLOWED_STANCES[campaign.touch_class]
    weekdays = _open_weekdays(industry.calendar, campaign.channel)
    closed: list[str] = []
    hourless: list[str] = []
    for place in industry.places:
        some_day = False
        for on in _days(max(edition.opens_on, today), edition.closes_on):
            if industry.calendar.stance_on(on, place)[0] in allowed:
                some_day = True
                if weekdays[on.weekday()]:
                    break
        else:
            (hourless if some_day else closed).append(place)
    barred = " or ".join(stance for stance in STRICTNESS if stance not in allowed)
    cases = (
        (WarningCode.WINDOW_CLOSED, closed, f"every day of it is {barred}"),
        (WarningCode.WINDOW_HOURS, hourless, f"no day of it on which it may write has hours for {campaign.channel}"),
    )
    for code, places, why in cases:
        if places:
            first, last = edition.opens_on.isoformat(), edition.closes_on.isoformat()
            words = (
                f"{edition.key} of {campaign.name} can never reach {industry.name}{_whom(places, industry)} between "
                f"{day(first)} and {day(last)}: {why}."
            )
            numbers: Numbers = {"edition": edition.key, "from": first, "to": last, "places": ", ".join(places)}
            yield FeasibilityWarning(code, words, numbers, industry=industry.key, campaign=campaign.key)


def _short_windows(campaign: CampaignPlan, industry: IndustryRules, today: date) -> Iterator[FeasibilityWarning]:
    for edition in campaign.editions:
        length = (edition.closes_on - edition.opens_on).days + 1
        if edition.closes_on >= today and length < industry.band.min_gap:
            words = (
                f"{edition.key} of {campaign.name} is open for {days(length)}, less than the shortest gap of "
                f"{industry.name} ({days(industry.band.min_gap)}): whoever had another touch just before misses it."
            )
            numbers: Numbers = {"edition": edition.key, "open_for": length, "min_gap": industry.band.min_gap}
            yield FeasibilityWarning(
                WarningCode.WINDOW_SHORT, words, numbers, industry=industry.key, campaign=campaign.key
            )


def _short_anniversary(campaign: CampaignPlan, industry: IndustryRules, today: date) -> Iterator[FeasibilityWarning]:
    needed = industry.band.min_gap + _longest_silence(industry, today)
    if campaign.window_days < needed:
        words = (
            f"{campaign.name} may be sent up to {days(campaign.window_days)} after the day itself, but {industry.name} "
            f"can be out of reach for {days(needed)} (the shortest gap and the longest closed stretch): "
            "some anniversaries will pass unsaid."
        )
        numbers: Numbers = {"window_days": campaign.window_days, "needed": needed}
        yield FeasibilityWarning(
            WarningCode.ANNIVERSARY_SHORT, words, numbers, industry=industry.key, campaign=campaign.key
        )


def _longest_silence(industry: IndustryRules, today: date) -> int:
    """Days of the longest way from one day that allows an ordinary touch to the next, over all places."""
    weekdays = [bool(hours) for hours in industry.calendar.hours]
    longest = 0
    for place in industry.places:
        open_days = (
            on
            for on in _days(today, today + LOOK_AHEAD)
            if weekdays[on.weekday()] and industry.calendar.stance_on(on, place)[0] is not Stance.CLOSED
        )
        longest = max(longest, *((after - before).days for before, after in pairwise(open_days)), 0)
    return longest


def _open_weekdays(calendar: ContactCalendar, channel: Channel) -> list[bool]:
    """For each weekday from Monday, whether it has hours outside the channel's quiet hours."""
    loud = LOUD_HOURS[channel]
    return [any(max(start, loud.start) < min(end, loud.end) for start, end in hours) for hours in calendar.hours]


def _days(first: date, last: date) -> Iterator[date]:
    return map(date.fromordinal, range(first.toordinal(), last.toordinal() + 1))


def _whom(places: Collection[str], industry: IndustryRules) -> str:
    """` in GB, DE`, or "" if that is everybody."""
    if set(places) == set(industry.places):
        return ""
    return " in " + ", ".join(place or "no known country" for place in places)
