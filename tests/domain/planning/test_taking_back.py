"""What a changed calendar or band takes back, and what it leaves alone."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from outreach.domain.calendar.contact_calendar import ContactCalendar
from outreach.domain.planning.taking_back import Rules, WaitingTouch, taken_back
from outreach.domain.rhythm.band import RhythmBand
from outreach.domain.rhythm.explain import sentence
from outreach.domain.touch import Channel, TouchClass

#: Tuesday, 10:30 in London.
AT = datetime(2026, 9, 8, 9, 30, tzinfo=UTC)
BAND = RhythmBand(6, 14, 35)


def rules(*, stance: str = "", hours: str = "09:00-17:00", band: RhythmBand = BAND, **season: Any) -> Rules:
    seasons = [{"key": "fair", "name": "Fair", "stance": stance, "from": "09-08", "to": "09-08"} | season]
    data = {"hours": {"tue": [hours]}, "holidays": "ignore", "seasons": seasons if stance else []}
    return Rules(ContactCalendar.from_pack(data, place="test", path="calendar"), band)


def a_touch(**values: Any) -> WaitingTouch:
    defaults: dict[str, Any] = {
        "id": UUID(int=1),
        "contact_id": 1,
        "edition_id": 1,
        "campaign_name": "Newsletter",
        "channel": Channel.EMAIL,
        "touch_class": TouchClass.RELATIONSHIP,
        "send_at": AT,
        "zone": ZoneInfo("Europe/London"),
        "place": "GB",
        "last_at": AT - timedelta(days=14),
    }
    return WaitingTouch(**(defaults | values))


def said(touch: WaitingTouch, after: Rules, *, before: Rules | None = None) -> str:
    reason = taken_back(touch, before=before or rules(), after=after)
    return sentence(reason) if reason else ""


@pytest.mark.parametrize(
    ("touch", "after", "why"),
    [
        (a_touch(), rules(stance="closed"), "8 September 2026 is closed now (Fair)"),
        (
            a_touch(touch_class=TouchClass.PROMOTION),
            rules(stance="quiet"),
            "8 September 2026 is quiet now (Fair), and nothing is sold then",
        ),
        (a_touch(), rules(hours="11:00-17:00"), "10:30 on 8 September 2026 is outside the hours now"),
        (
            a_touch(last_at=AT - timedelta(days=8)),
            rules(band=RhythmBand(10, 14, 35)),
            "it would come 8 days after the last touch, and the shortest gap is 10 days now",
        ),
    ],
)
def test_what_the_new_rules_forbid_is_taken_back_with_the_reason(touch: WaitingTouch, after: Rules, why: str) -> None:
    assert said(touch, after) == f"Newsletter was planned and is planned anew: {why}."


@pytest.mark.parametrize(
    ("touch", "after"),
    [
        (a_touch(), rules()),
        (a_touch(), rules(stance="quiet")),
        (a_touch(), rules(stance="closed", countries=["FR"])),
        (a_touch(touch_class=TouchClass.SERVICE), rules(stance="closed")),
        (a_touch(touch_class=TouchClass.RECOVERY), rules(hours="11:00-17:00")),
        (a_touch(last_at=None), rules(band=RhythmBand(10, 14, 35))),
        (a_touch(last_at=AT - timedelta(days=10)), rules(band=RhythmBand(10, 14, 35))),
        (a_touch(last_at=AT - timedelta(days=8), own_min_gap=5.0), rules(band=RhythmBand(10, 14, 35))),
        (a_touch(last_at=AT - timedelta(days=12), floor_gap=12.0), rules(band=RhythmBand(10, 14, 35))),
    ],
)
def test_what_the_new_rules_allow_stays(touch: WaitingTouch, after: Rules) -> None:
    assert said(touch, after) == ""


def test_what_the_old_rules_forbade_already_is_not_this_changes_doing() -> None:
    assert said(a_touch(), rules(stance="closed"), before=rules(stance="closed", hours="08:00-18:00")) == ""


def test_hours_are_read_on_the_contacts_own_clock() -> None:
    evening = a_touch(zone=ZoneInfo("Asia/Kolkata"))  # 15:00 there
    assert said(evening, rules(hours="14:00-16:00")) == ""
    assert "15:00" in said(evening, rules(hours="09:00-12:00"))


def test_the_last_minute_of_the_hours_is_outside() -> None:
    assert said(a_touch(send_at=AT - timedelta(seconds=1)), rules(hours="09:00-10:30")) == ""
    assert "10:30" in said(a_touch(), rules(hours="09:00-10:30"))
