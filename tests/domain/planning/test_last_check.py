"""The last look before a message leaves."""

from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from outreach.domain.calendar.contact_calendar import ContactCalendar
from outreach.domain.calendar.windows import in_quiet_hours
from outreach.domain.planning.last_check import CASE_WAIT, Departure, Go, Later, Never, check_last
from outreach.domain.touch import Channel, TouchClass

CALENDAR = ContactCalendar.from_pack(
    {
        "hours": {"tue": ["09:00-12:00"], "wed": ["09:00-20:00"]},
        "holidays": "ignore",
        "seasons": [
            {
                "key": "stocktaking",
                "name": "Stocktaking",
                "stance": "closed",
                "from": "09-16",
                "to": "09-20",
                "why": "Everybody counts.",
            }
        ],
    },
    place="test",
    path="calendar",
)
TUESDAY = datetime(2026, 9, 8, 9, 30, tzinfo=UTC)  # 10:30 in London

DEPARTURE = Departure(
    contact_id=1,
    channel=Channel.EMAIL,
    touch_class=TouchClass.RELATIONSHIP,
    address="anna@example.com",
    consented=True,
    consent_expired=False,
    has_case=False,
    meant=True,
    called_off=False,
    suppressed=False,
    paused_until=None,
    send_at=TUESDAY,
    closes_on=date(2026, 9, 30),
    calendar=CALENDAR,
    zone=ZoneInfo("Europe/London"),
    country="GB",
)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """An instant of September 2026 on the London clock (an hour before it in UTC)."""
    return datetime(2026, 9, day, hour - 1, minute, tzinfo=UTC)


def test_a_message_in_its_hour_goes() -> None:
    assert check_last(DEPARTURE, now=TUESDAY) == Go()


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"address": ""}, "no address"),
        ({"suppressed": True}, "the address is barred"),
        ({"consented": False}, "consent was withdrawn"),
        ({"called_off": True}, "its occasion is over"),
        ({"meant": False}, "it is not meant for this contact any more"),
        ({"closes_on": date(2026, 9, 7)}, "its last day has passed"),
    ],
)
def test_a_message_that_may_no_longer_leave_says_why(change: dict[str, object], reason: str) -> None:
    assert check_last(replace(DEPARTURE, **change), now=TUESDAY) == Never(reason)  # type: ignore[arg-type]


def test_a_pause_moves_the_message_behind_it() -> None:
    until = at(9, 10)
    assert check_last(replace(DEPARTURE, paused_until=until), now=TUESDAY) == Later(until)


def test_a_message_a_few_minutes_late_still_goes() -> None:
    assert check_last(replace(DEPARTURE, send_at=at(8, 11, 55)), now=at(8, 12, 10)) == Go()


def test_a_message_an_hour_late_waits_for_the_next_open_hour() -> None:
    assert check_last(replace(DEPARTURE, send_at=at(8, 11, 55)), now=at(8, 13)) == Later(at(9, 9))


def test_lateness_never_excuses_quiet_hours() -> None:
    text = replace(DEPARTURE, channel=Channel.SMS, send_at=at(9, 19, 50))
    assert check_last(text, now=at(9, 19, 55)) == Go()
    assert isinstance(check_last(text, now=at(9, 20, 5)), Later)


def test_a_closed_season_holds_everything_but_service_and_recovery() -> None:
    now = at(16, 10)
    late = replace(DEPARTURE, send_at=now)
    assert check_last(late, now=now) == Later(at(22, 9))
    assert check_last(replace(late, touch_class=TouchClass.SERVICE), now=now) == Go()
    assert check_last(replace(late, touch_class=TouchClass.RECOVERY), now=now) == Go()


def test_a_text_waits_until_it_is_day_in_every_zone_the_number_may_be_in() -> None:
    text = replace(DEPARTURE, channel=Channel.SMS, address="+12125550123")
    checked = check_last(text, now=TUESDAY)
    assert isinstance(checked, Later)
    # On Tuesday the shop is open while New York sleeps; on Wednesday afternoon both are awake.
    assert checked.at == at(9, 14)
    assert not in_quiet_hours(checked.at, zone=ZoneInfo("America/New_York"), channel=Channel.SMS)
    assert isinstance(check_last(replace(text, address="+447700900123"), now=TUESDAY), Go)
    assert isinstance(check_last(replace(text, send_at=checked.at), now=checked.at), Go)


def test_an_open_case_holds_back_everything_but_service_and_recovery() -> None:
    letdown = replace(DEPARTURE, has_case=True)
    assert check_last(letdown, now=TUESDAY) == Later(TUESDAY + CASE_WAIT)
    for kind in (TouchClass.SERVICE, TouchClass.RECOVERY):
        assert isinstance(check_last(replace(letdown, touch_class=kind), now=TUESDAY), Go)
    last_day = replace(letdown, closes_on=TUESDAY.date())
    assert isinstance(check_last(last_day, now=TUESDAY), Never)
