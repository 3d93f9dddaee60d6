"""Openings: inside hours, outside quiet hours, on allowed days, whatever the clocks do."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outreach.domain.calendar.contact_calendar import ContactCalendar
from outreach.domain.calendar.hours import Hours
from outreach.domain.calendar.season import Season, Stance
from outreach.domain.calendar.windows import LOUD_HOURS, in_quiet_hours, last_opening, next_opening, opening_on
from outreach.domain.touch import Channel

LONDON, NEW_YORK, AUCKLAND = ZoneInfo("Europe/London"), ZoneInfo("America/New_York"), ZoneInfo("Pacific/Auckland")
#: Zones of every kind: half and quarter hours, far east and west, change at midnight, change of half an hour, two
#: changes around Ramadan.
ZONES = [
    *("Europe/London", "America/New_York", "Asia/Kolkata", "Asia/Kathmandu", "Pacific/Kiritimati", "Pacific/Pago_Pago"),
    *("America/Havana", "Asia/Beirut", "Africa/Cairo", "Australia/Lord_Howe", "Pacific/Chatham", "America/Santiago"),
    *("Africa/Casablanca", "Asia/Tehran", "America/St_Johns", "Africa/Nairobi"),
]
EVERY_STANCE = frozenset(Stance)
ALL_DAY = ContactCalendar(hours=((Hours(0, 1440),),) * 7, closed_on_holidays=False)
TUESDAY = ContactCalendar(hours=((), (Hours(570, 690), Hours(870, 1020)), (), (), (), (), ()), closed_on_holidays=False)


def opening(calendar: ContactCalendar, after: datetime, zone: ZoneInfo = LONDON, **other: object) -> datetime | None:
    arguments = {"latest": after + timedelta(days=400), "stances": EVERY_STANCE, "channel": Channel.EMAIL, **other}
    return next_opening(calendar, zone=zone, country="GB", after=after, **arguments)  # type: ignore[arg-type]


def test_inside_the_hours_the_first_opening_is_now(now: datetime) -> None:
    assert opening(TUESDAY, now) == now


def test_after_the_hours_it_is_their_next_beginning(now: datetime) -> None:
    assert opening(TUESDAY, now + timedelta(hours=2)) == datetime(2026, 9, 8, 13, 30, tzinfo=UTC)
    assert opening(TUESDAY, now + timedelta(hours=9)) == datetime(2026, 9, 15, 8, 30, tzinfo=UTC)


def test_the_end_of_the_hours_is_outside_them() -> None:
    assert opening(TUESDAY, datetime(2026, 9, 8, 10, 30, tzinfo=UTC)) == datetime(2026, 9, 8, 13, 30, tzinfo=UTC)


def test_a_part_of_a_second_is_rounded_up_into_the_opening(now: datetime) -> None:
    assert opening(TUESDAY, now + timedelta(microseconds=1)) == now + timedelta(seconds=1)


def test_latest_is_inclusive(now: datetime) -> None:
    begins = datetime(2026, 9, 8, 13, 30, tzinfo=UTC)
    after = now + timedelta(hours=2)
    assert opening(TUESDAY, after, latest=begins) == begins
    assert opening(TUESDAY, after, latest=begins - timedelta(seconds=1)) is None
    assert opening(TUESDAY, after, latest=after - timedelta(days=9)) is None
    noon = datetime(2026, 9, 8, 11, tzinfo=UTC)
    assert opening(ALL_DAY, noon, latest=noon - timedelta(seconds=1)) is None


def test_days_of_other_stances_are_passed_over(now: datetime) -> None:
    closed = Season("s", "s", Stance.CLOSED, dates=((date(2026, 9, 1), date(2026, 9, 20)),))
    calendar = ContactCalendar(TUESDAY.hours, (closed,), closed_on_holidays=False)
    assert opening(calendar, now, stances={Stance.OPEN}) == datetime(2026, 9, 22, 8, 30, tzinfo=UTC)
    assert opening(calendar, now, stances={Stance.CLOSED}) == now


@pytest.mark.parametrize(
    ("channel", "first", "last"), [(Channel.EMAIL, time(8), time(20, 59)), (Channel.SMS, time(9), time(19, 59))]
)
def test_the_first_minute_of_quiet_hours_is_quiet_and_their_end_is_not(
    channel: Channel, first: time, last: time
) -> None:
    day = date(2026, 9, 8)
    assert not in_quiet_hours(datetime.combine(day, first, NEW_YORK), zone=NEW_YORK, channel=channel)
    assert not in_quiet_hours(datetime.combine(day, last, NEW_YORK), zone=NEW_YORK, channel=channel)
    one_minute = timedelta(minutes=1)
    assert in_quiet_hours(datetime.combine(day, first, NEW_YORK) - one_minute, zone=NEW_YORK, channel=channel)
    assert in_quiet_hours(datetime.combine(day, last, NEW_YORK) + one_minute, zone=NEW_YORK, channel=channel)
    assert opening(ALL_DAY, datetime(2026, 9, 8, 4, tzinfo=UTC), NEW_YORK, channel=channel) == datetime.combine(
        day, first, NEW_YORK
    )


def test_the_same_local_hour_is_another_instant_after_the_clocks_change() -> None:
    before = opening(ALL_DAY, datetime(2026, 10, 24, 2, tzinfo=UTC))
    after = opening(ALL_DAY, datetime(2026, 10, 25, 2, tzinfo=UTC))
    assert before == datetime(2026, 10, 24, 7, tzinfo=UTC)
    assert after == datetime(2026, 10, 25, 8, tzinfo=UTC)


def test_hours_that_a_changing_clock_skips_or_doubles_are_open_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Real quiet hours keep every clock change away; without them the night itself is tried."""
    monkeypatch.setitem(LOUD_HOURS, Channel.MEETING, Hours(0, 1440))  # type: ignore[arg-type]
    nights = ContactCalendar(hours=((Hours(90, 165),),) * 7, closed_on_holidays=False)
    # Not asked for before in this process, so nothing is remembered with the real quiet hours.
    skipped = opening(nights, datetime(2027, 3, 28, 0, 59, tzinfo=UTC), channel=Channel.MEETING)
    assert skipped == datetime(2027, 3, 28, 1, tzinfo=UTC)  # 01:30 does not exist; the clock says 02:00
    doubled = opening(nights, datetime(2027, 10, 31, 0, 0, tzinfo=UTC), channel=Channel.MEETING)
    assert doubled == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)  # the first 01:30, in summer time
    within_second = opening(nights, datetime(2027, 10, 31, 1, 30, tzinfo=UTC), channel=Channel.MEETING)
    assert within_second == datetime(2027, 10, 31, 2, 0, tzinfo=UTC)  # the second 01:30 is passed over


def test_spread_places_contacts_over_the_open_time_of_the_day() -> None:
    morning = datetime(2026, 9, 8, 5, tzinfo=UTC)
    places = [opening(TUESDAY, morning, spread=place / 100) for place in range(100)]
    assert places == sorted(places)
    assert len(set(places)) == 100
    assert places[0] == datetime(2026, 9, 8, 8, 30, tzinfo=UTC)
    assert places[-1] > datetime(2026, 9, 8, 15, 50, tzinfo=UTC)


instants = st.integers(1_704_067_200, 1_830_297_600).map(lambda second: datetime.fromtimestamp(second, UTC))
weeks = st.lists(
    st.lists(st.sampled_from([Hours(0, 600), Hours(570, 690), Hours(870, 1020), Hours(1080, 1440)]), max_size=1),
    min_size=7,
    max_size=7,
).filter(any)


@settings(max_examples=300, deadline=None)
@given(
    week=weeks,
    zone=st.sampled_from(ZONES).map(ZoneInfo),
    after=instants,
    length=st.timedeltas(timedelta(), timedelta(days=20)),
    spread=st.floats(0, 1, exclude_max=True),
    channel=st.sampled_from([Channel.EMAIL, Channel.SMS]),
)
def test_an_opening_is_always_inside_hours_and_outside_quiet_hours(
    week: list[list[Hours]],
    zone: ZoneInfo,
    after: datetime,
    length: timedelta,
    spread: float,
    channel: Channel,
) -> None:
    calendar = ContactCalendar(hours=tuple(map(tuple, week)), closed_on_holidays=False)
    latest = after + length
    asked = {"zone": zone, "country": "", "after": after, "latest": latest, "stances": EVERY_STANCE, "channel": channel}
    first = next_opening(calendar, **asked, spread=spread)  # type: ignore[arg-type]
    last = last_opening(calendar, **asked, spread=spread)  # type: ignore[arg-type]
    assert (first is None) == (last is None) == (_walked(calendar, zone, after, latest, channel) is None)
    for found in (first, last):
        if found is None:
            continue
        local = found.astimezone(zone)
        assert after <= found <= latest
        assert not in_quiet_hours(found, zone=zone, channel=channel)
        assert any(
            hours.start <= local.hour * 60 + local.minute < hours.end for hours in calendar.hours_on(local.date())
        )
    if first is not None and last is not None:
        assert first.astimezone(zone).date() <= last.astimezone(zone).date()


def _walked(
    calendar: ContactCalendar, zone: ZoneInfo, after: datetime, latest: datetime, channel: Channel
) -> datetime | None:
    """The slow, obvious answer: try every quarter of an hour and every end of the question."""
    second = after if not after.microsecond else after.replace(microsecond=0) + timedelta(seconds=1)
    at = second
    while at <= latest:
        local = at.astimezone(zone)
        minute = local.hour * 60 + local.minute
        hours = calendar.hours_on(local.date())
        if not in_quiet_hours(at, zone=zone, channel=channel) and any(h.start <= minute < h.end for h in hours):
            return at
        # From a moment outside, nothing opens before the next full quarter of an hour.
        epoch = int(at.timestamp()) // 900 * 900 + 900
        at = datetime.fromtimestamp(epoch, UTC)
    return None


@given(after=instants, later=st.timedeltas(timedelta(), timedelta(days=9)), spread=st.floats(0, 1, exclude_max=True))
@settings(max_examples=200, deadline=None)
def test_asking_later_never_gives_an_earlier_opening(after: datetime, later: timedelta, spread: float) -> None:
    sooner, afterwards = opening(TUESDAY, after, spread=spread), opening(TUESDAY, after + later, spread=spread)
    assert sooner is not None
    assert afterwards is not None
    assert sooner <= afterwards


@given(after=instants, hours=st.integers(-11, 11))
@settings(max_examples=100, deadline=None)
def test_moving_a_contact_east_moves_the_opening_by_as_much(after: datetime, hours: int) -> None:
    # Etc/GMT-3 is three hours east of Greenwich.
    moved = ZoneInfo(f"Etc/GMT{-hours:+d}")
    at_home = opening(TUESDAY, after, ZoneInfo("Etc/GMT+0"), spread=0.4)
    there = opening(TUESDAY, after - timedelta(hours=hours), moved, spread=0.4)
    assert at_home is not None
    assert there == at_home - timedelta(hours=hours)


def test_a_day_that_a_zone_never_had_has_no_opening() -> None:
    apia, skipped = ZoneInfo("Pacific/Apia"), date(2011, 12, 30)
    around = {"after": datetime(2011, 12, 28, tzinfo=UTC), "latest": datetime(2012, 1, 2, tzinfo=UTC)}
    assert opening_on(ALL_DAY, day=skipped, zone=apia, channel=Channel.EMAIL, **around) is None
