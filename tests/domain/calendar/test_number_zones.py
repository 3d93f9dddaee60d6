"""A text waits until it is day wherever its reader may be."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.domain.calendar.number_zones import candidate_zones, common_day
from outreach.domain.calendar.windows import LOUD_HOURS, in_quiet_hours
from outreach.domain.touch import Channel

LONDON, BERLIN, NEW_YORK = (ZoneInfo(name) for name in ("Europe/London", "Europe/Berlin", "America/New_York"))
LOUD = LOUD_HOURS[Channel.SMS]


@pytest.mark.parametrize(
    ("number", "declared", "count"),
    [
        ("+442920180000", "Europe/London", 1),
        ("+447700900123", "Europe/London", 1),
        ("+12125550123", "America/New_York", 1),
        ("+12125550123", "Europe/Berlin", 2),
        ("+12085550123", "Europe/Berlin", 3),
        ("+18505550123", "Europe/Berlin", 3),
        ("+18505550123", "America/Chicago", 1),
        ("+870773111632", "Europe/Berlin", 1),
        ("", "Europe/Berlin", 1),
        ("no number", "Europe/Berlin", 1),
    ],
)
def test_only_a_number_that_contradicts_what_was_declared_adds_zones(number: str, declared: str, count: int) -> None:
    zones = candidate_zones(number, ZoneInfo(declared))
    assert zones[0] == ZoneInfo(declared)
    assert len(zones) == count


def test_a_toll_free_number_may_be_anywhere_on_its_continent() -> None:
    assert len(candidate_zones("+18005550123", BERLIN)) > 30


def test_the_border_second_of_the_evening_is_quiet_and_that_of_the_morning_is_not() -> None:
    morning = datetime(2026, 9, 8, tzinfo=LONDON) + timedelta(minutes=LOUD.start)
    evening = datetime(2026, 9, 8, tzinfo=LONDON) + timedelta(minutes=LOUD.end)
    second = timedelta(seconds=1)
    quiet = {at: in_quiet_hours(at, zone=LONDON, channel=Channel.SMS) for at in (morning, evening)}
    assert quiet == {morning: False, evening: True}
    assert in_quiet_hours(morning - second, zone=LONDON, channel=Channel.SMS)
    assert not in_quiet_hours(evening - second, zone=LONDON, channel=Channel.SMS)


def test_berlin_and_new_york_share_the_afternoon_of_one_and_the_morning_of_the_other() -> None:
    early = datetime(2026, 9, 8, 6, 0, tzinfo=UTC)
    common = common_day([BERLIN, NEW_YORK], after=early, latest=early + timedelta(days=2))
    assert common is not None
    morning = datetime(2026, 9, 8, tzinfo=NEW_YORK) + timedelta(minutes=LOUD.start)
    assert common == morning


def test_zones_without_a_common_day_never_agree() -> None:
    opposite = [ZoneInfo("Pacific/Auckland"), ZoneInfo("Europe/London"), ZoneInfo("America/Los_Angeles")]
    at = datetime(2026, 1, 8, 6, 0, tzinfo=UTC)
    assert common_day(opposite, after=at, latest=at + timedelta(days=3)) is None


@given(
    at=st.integers(0, 2 * 365 * 1440).map(
        lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    ),
    number=st.sampled_from(["+12125550123", "+12085550123", "+61491570156", "+79161234567", "+4915112345678"]),
    declared=st.sampled_from([LONDON, BERLIN, NEW_YORK]),
)
def test_whatever_is_found_is_day_everywhere_and_nothing_earlier_is(
    at: datetime, number: str, declared: ZoneInfo
) -> None:
    zones = candidate_zones(number, declared)
    found = common_day(zones, after=at, latest=at + timedelta(days=2))
    step = timedelta(minutes=5)
    end = found or at + timedelta(days=2)
    if found:
        assert not any(in_quiet_hours(found, zone=zone, channel=Channel.SMS) for zone in zones)
    earlier = at
    while earlier < end:
        assert any(in_quiet_hours(earlier, zone=zone, channel=Channel.SMS) for zone in zones)
        earlier += step
