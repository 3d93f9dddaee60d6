"""Hours to call, and the reason for a call."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from outreach.domain.calendar.contact_calendar import ContactCalendar
from outreach.domain.care.calls import CallTime, call_reason, call_time
from outreach.domain.rhythm.codes import Code
from outreach.domain.rhythm.explain import sentence

LONDON = ZoneInfo("Europe/London")
NOW = datetime(2026, 9, 8, 9, 30, tzinfo=UTC)


def calendar(**values: Any) -> ContactCalendar:
    table = {"hours": {"tue": ["07:00-22:00"], "wed": ["10:00-12:00"]}, "holidays": "ignore", "seasons": []}
    return ContactCalendar.from_pack(table | values, place="industry test", path="calendar")


def test_inside_the_hours_of_a_day_it_is_time_to_call() -> None:
    assert call_time(calendar(), zone=LONDON, place="GB", now=NOW) == CallTime(True, NOW)


def test_nobody_is_called_in_quiet_hours_although_the_industry_is_up() -> None:
    early = datetime(2026, 9, 8, 6, 30, tzinfo=UTC)
    assert call_time(calendar(), zone=LONDON, place="GB", now=early) == CallTime(
        False, datetime(2026, 9, 8, 8, tzinfo=UTC)
    )


def test_after_hours_the_next_day_with_hours_counts() -> None:
    late = datetime(2026, 9, 8, 20, tzinfo=UTC)
    assert call_time(calendar(), zone=LONDON, place="GB", now=late).next_at == datetime(2026, 9, 9, 9, tzinfo=UTC)


def test_a_closed_season_is_left_alone() -> None:
    season = {"key": "rush", "name": "Rush", "stance": "closed", "from": "09-01", "to": "09-30"}
    found = call_time(calendar(seasons=[season]), zone=LONDON, place="GB", now=NOW)
    assert found == CallTime(False, datetime(2026, 10, 6, 8, tzinfo=UTC))


@pytest.mark.parametrize(
    ("waiting", "code"),
    [
        ("wait.no_content", Code.CALL_NO_CONTENT),
        ("no.consent", Code.CALL_NO_CONSENT),
        ("wait.no_hours", Code.CALL_NO_HOURS),
        ("wait.rhythm", Code.CALL_NOTHING_PLANNED),
        ("", Code.CALL_NOTHING_PLANNED),
    ],
)
def test_the_planners_silence_becomes_a_reason_to_call_in_a_sentence(waiting: str, code: Code) -> None:
    reason = call_reason(waiting_code=waiting, famine_at=NOW, max_gap=35.0)
    assert reason.code == code
    assert "the longest gap of 35 days on 8 September 2026" in sentence(reason)
