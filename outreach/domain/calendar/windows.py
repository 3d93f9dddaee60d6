"""Openings: instants at which a message may reach a contact, on the contact's own clock.

An opening lies inside the weekly hours of the contact calendar, outside quiet hours, on a day with an allowed stance.
Local times that a clock change skips do not exist and are passed over; of those it doubles only the first counts.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from math import ceil, floor
from zoneinfo import ZoneInfo

from outreach.domain.calendar.contact_calendar import ContactCalendar
from outreach.domain.calendar.hours import Hours
from outreach.domain.calendar.season import Stance
from outreach.domain.touch import Channel

LOUD_HOURS: Mapping[Channel, Hours] = {
    Channel.EMAIL: Hours(8 * 60, 21 * 60),
    Channel.SMS: Hours(9 * 60, 20 * 60),
    Channel.CALL: Hours(9 * 60, 20 * 60),
    Channel.MEETING: Hours(8 * 60, 21 * 60),
}
"""The hours that are not quiet, on the contact's clock; the end itself is quiet.

Text messages and calls keep to the narrower window of the American states (TCPA 47 CFR 64.1200(c)(1) allows 8 to 21,
Florida and others 8 to 20, Kentucky from 10; law notes, "Quiet hours"); mails keep to 8 to 21 as a courtesy.
"""

Seconds = tuple[int, int]
"""A stretch of time in seconds since 1970 (UTC); the end is the first second outside."""


def next_opening(
    calendar: ContactCalendar,
    *,
    zone: ZoneInfo,
    country: str,
    after: datetime,
    latest: datetime,
    stances: Collection[Stance],
    channel: Channel,
    spread: float = 0.0,
) -> datetime | None:
    """The first opening from `after` to `latest` (both inclusive), or None.

    Args:
        calendar: of the contact's industry.
        zone: the contact's time zone.
        country: for holidays and seasons of one country; "" if unknown.
        after, latest: aware instants.
        stances: days of other stances are passed over.
        channel: decides the quiet hours.
        spread: 0 to 1 (exclusive), the contact's place in the open time of its day, so that not everybody is written
            to in the first minute. 0 is the first instant possible.

    Returns:
        An aware UTC instant with whole seconds.
    """
    for day in map(date.fromordinal, local_days(after, latest, zone=zone)):
        if calendar.stance_on(day, country)[0] in stances and (
            found := opening_on(
                calendar, day=day, zone=zone, after=after, latest=latest, channel=channel, spread=spread
            )
        ):
            return found
    return None


def last_opening(
    calendar: ContactCalendar,
    *,
    zone: ZoneInfo,
    country: str,
    after: datetime,
    latest: datetime,
    stances: Collection[Stance],
    channel: Channel,
    spread: float = 0.0,
) -> datetime | None:
    """An opening on the last possible day between `after` and `latest`, or None; arguments as in `next_opening`."""
    for day in map(date.fromordinal, reversed(local_days(after, latest, zone=zone))):
        if calendar.stance_on(day, country)[0] in stances and (
            found := opening_on(
                calendar, day=day, zone=zone, after=after, latest=latest, channel=channel, spread=spread
            )
        ):
            return found
    return None


def opening_on(
    calendar: ContactCalendar,
    *,
    day: date,
    zone: ZoneInfo,
    after: datetime,
    latest: datetime,
    channel: Channel,
    spread: float = 0.0,
) -> datetime | None:
    """The contact's opening on the local `day`, whatever its stance, from `after` to `latest` (inclusive), or None.

    The place inside the day's open time depends on `spread` alone, as long as that place is not yet past.
    """
    stretches = open_seconds(calendar.hours_on(day), zone, day.toordinal(), channel)
    first, end = ceil(after.timestamp()), floor(latest.timestamp()) + 1
    clipped = [(max(start, first), min(stop, end)) for start, stop in stretches]
    reachable = [(start, stop) for start, stop in clipped if start < stop]
    if not reachable:
        return None
    wished = _second_at(spread, stretches)
    second = wished if first <= wished < end else _second_at(spread, reachable)
    return datetime.fromtimestamp(second, UTC)


def in_quiet_hours(at: datetime, *, zone: ZoneInfo, channel: Channel) -> bool:
    """Whether nobody may be disturbed on `channel` at this instant on the clock of `zone`."""
    local = at.astimezone(zone)
    loud = LOUD_HOURS[channel]
    return not loud.start <= local.hour * 60 + local.minute < loud.end


def local_days(after: datetime, latest: datetime, *, zone: ZoneInfo) -> range:
    """The local days from `after` to `latest` as ordinals (`date.fromordinal`); none if `latest` is earlier."""
    return range(after.astimezone(zone).toordinal(), latest.astimezone(zone).toordinal() + 1)


def _second_at(spread: float, stretches: Sequence[Seconds]) -> int:
    """The second at the share `spread` of the stretches laid end to end."""
    left = int(spread * sum(stop - start for start, stop in stretches))
    for start, stop in stretches:
        if left < stop - start:
            return start + left
        left -= stop - start
    return stretches[-1][1] - 1


@lru_cache(maxsize=65536)
def open_seconds(hours: tuple[Hours, ...], zone: ZoneInfo, ordinal: int, channel: Channel) -> tuple[Seconds, ...]:
    """The hours of one local day, without quiet hours, as stretches of UTC seconds in order."""
    loud = LOUD_HOURS[channel]
    kept = [Hours(max(start, loud.start), min(end, loud.end)) for start, end in hours]
    kept = [stretch for stretch in kept if stretch.start < stretch.end]
    if not kept:
        return ()
    midnight = datetime.combine(date.fromordinal(ordinal), time(), zone)
    offset = midnight.utcoffset()
    if offset == (midnight + timedelta(days=1)).utcoffset() == (midnight + timedelta(hours=12)).utcoffset():
        base = int(midnight.timestamp())
        return tuple((base + start * 60, base + end * 60) for start, end in kept)
    return _open_seconds_of_a_changing_day(kept, midnight)


def _open_seconds_of_a_changing_day(hours: list[Hours], midnight: datetime) -> tuple[Seconds, ...]:
    """The same for a day on which the clocks change, found by walking its minutes one by one."""
    zone, day = midnight.tzinfo, midnight.date()
    noon = int(datetime.combine(day, time(12), UTC).timestamp())
    stretches: list[Seconds] = []
    # A local day lies inside the 52 hours around its noon in UTC, wherever on earth it is.
    for minute in range(noon - 26 * 3600, noon + 26 * 3600, 60):
        local = datetime.fromtimestamp(minute, zone)
        now = local.hour * 60 + local.minute
        if local.date() == day and not local.fold and any(start <= now < end for start, end in hours):
            if stretches and stretches[-1][1] == minute:
                stretches[-1] = (stretches[-1][0], minute + 60)
            else:
                stretches.append((minute, minute + 60))
    return tuple(stretches)
