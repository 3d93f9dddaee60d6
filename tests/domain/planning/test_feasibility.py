"""What a plan can never do is said by name, with its numbers, and what works raises no warning."""

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from outreach.domain.calendar.contact_calendar import ContactCalendar
from outreach.domain.planning.feasibility import (
    CampaignPlan,
    EditionWindow,
    FeasibilityWarning,
    IndustryRules,
    WarningCode,
    feasibility_warnings,
)
from outreach.domain.rhythm.band import RhythmBand
from outreach.domain.touch import Channel, TouchClass

TODAY = date(2026, 9, 8)
SEPTEMBER = EditionWindow("2026-09", date(2026, 9, 1), date(2026, 9, 30))


def an_industry(*seasons: dict[str, Any], hours: object = None, **values: Any) -> IndustryRules:
    data = {"hours": hours or {"tue": ["09:00-17:00"]}, "holidays": "ignore", "seasons": list(seasons)}
    calendar = ContactCalendar.from_pack(data, place="test", path="calendar")
    defaults: dict[str, Any] = {"key": "farms", "name": "Farms", "calendar": calendar, "band": RhythmBand(6, 14, 35)}
    return IndustryRules(**(defaults | values))


def a_campaign(*editions: EditionWindow, **values: Any) -> CampaignPlan:
    defaults: dict[str, Any] = {
        "key": "news",
        "name": "Newsletter",
        "touch_class": TouchClass.RELATIONSHIP,
        "channel": Channel.EMAIL,
        "rule": "issue",
        "window_days": 0,
        "editions": editions or (SEPTEMBER,),
    }
    return CampaignPlan(**(defaults | values))


def season(stance: str, first: str, last: str, **values: Any) -> dict[str, Any]:
    return {"key": f"s{first}", "name": "Season", "stance": stance, "from": first, "to": last} | values


def warned(industry: IndustryRules, *campaigns: CampaignPlan) -> list[FeasibilityWarning]:
    return feasibility_warnings([industry], campaigns, today=TODAY)


def codes(industry: IndustryRules, *campaigns: CampaignPlan) -> list[WarningCode]:
    return [warning.code for warning in warned(industry, *campaigns)]


def test_a_plan_that_works_raises_no_warning() -> None:
    assert warned(an_industry(season("closed", "12-22", "01-02")), a_campaign()) == []


def test_closed_seasons_longer_than_the_longest_gap_are_named() -> None:
    (warning,) = warned(an_industry(season("closed", "06-01", "07-31")), a_campaign())
    assert (warning.code, warning.industry) == (WarningCode.FLOOR_CLOSED, "farms")
    assert warning.words.startswith(
        "Farms: Nobody can be written to for 69 days, from 27 May 2026 to 3 August 2026 (Season), "
        "and the longest gap is 35 days"
    )


def test_two_closed_seasons_that_overlap_count_as_one() -> None:
    apart = an_industry(season("closed", "06-01", "06-20"), season("closed", "07-10", "07-31"))
    joined = an_industry(season("closed", "06-01", "07-05"), season("closed", "06-28", "07-31"))
    assert codes(apart, a_campaign()) == []
    assert codes(joined, a_campaign()) == [WarningCode.FLOOR_CLOSED]


def test_a_floor_is_judged_where_contacts_live() -> None:
    closed_in_france = season("closed", "06-01", "07-31", countries=["FR"])
    assert codes(an_industry(closed_in_france, places=["GB"]), a_campaign()) == []
    (warning,) = warned(an_industry(closed_in_france, places=["GB", "FR"]), a_campaign())
    assert warning.numbers["places"] == "FR"
    assert warning.words.startswith("Farms: Nobody in FR can be written to ")


def test_a_quiet_season_does_not_endanger_the_floor() -> None:
    assert codes(an_industry(season("quiet", "06-01", "08-31")), a_campaign()) == []


@pytest.mark.parametrize(("max_gap", "expected"), [(5.5, [WarningCode.FLOOR_CAP]), (5.6, [])])
def test_a_floor_that_the_caps_cannot_keep_is_named(max_gap: float, expected: list[WarningCode]) -> None:
    every_day = {key: ["09:00-17:00"] for key in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
    industry = an_industry(hours=every_day, band=RhythmBand(2, 4, max_gap))
    assert codes(industry, a_campaign()) == expected


def test_hours_inside_the_quiet_hours_of_a_channel_are_named_once() -> None:
    early = an_industry(hours={"tue": ["08:00-09:00"]})
    texts = a_campaign(channel=Channel.SMS), a_campaign(key="more", channel=Channel.SMS)
    (warning,) = warned(early, *texts)
    assert (warning.code, warning.numbers["channel"]) == (WarningCode.NO_HOURS, "sms")
    assert codes(early, a_campaign()) == []


def test_a_promotion_whose_whole_window_is_quiet_can_reach_nobody() -> None:
    quiet = an_industry(season("quiet", "08-25", "10-05"))
    (warning,) = warned(quiet, a_campaign(touch_class=TouchClass.PROMOTION))
    assert (warning.code, warning.campaign) == (WarningCode.WINDOW_CLOSED, "news")
    assert warning.words == (
        "2026-09 of Newsletter can never reach Farms between 1 September 2026 and 30 September 2026: "
        "every day of it is closed or quiet."
    )
    assert codes(quiet, a_campaign(touch_class=TouchClass.RELATIONSHIP)) == []


def test_only_what_is_left_of_a_window_counts() -> None:
    rest = an_industry(season("closed", "09-08", "09-30"))
    assert codes(rest, a_campaign()) == [WarningCode.WINDOW_CLOSED]


def test_a_window_without_a_weekday_that_has_hours_is_named() -> None:
    weekend = EditionWindow("weekend", date(2026, 9, 9), date(2026, 9, 14))
    assert WarningCode.WINDOW_HOURS in codes(an_industry(), a_campaign(weekend))


def test_service_writes_in_closed_seasons_too() -> None:
    closed = an_industry(season("closed", "09-01", "09-30"), band=RhythmBand(6, 14, 60))
    assert codes(closed, a_campaign()) == [WarningCode.WINDOW_CLOSED]
    assert codes(closed, a_campaign(touch_class=TouchClass.SERVICE)) == []


def test_a_window_that_works_in_some_places_names_the_others() -> None:
    industry = an_industry(season("closed", "08-30", "10-02", countries=["FR"]), places=["GB", "FR", ""])
    words = [warning.words for warning in warned(industry, a_campaign()) if warning.code is WarningCode.WINDOW_CLOSED]
    assert len(words) == 1
    assert "reach Farms in FR between" in words[0]


def test_an_edition_open_for_less_than_the_shortest_gap_is_named() -> None:
    short = EditionWindow("flash", date(2026, 9, 15), date(2026, 9, 19))
    (warning,) = warned(an_industry(), a_campaign(short))
    assert (warning.code, warning.numbers["open_for"]) == (WarningCode.WINDOW_SHORT, 5)


@pytest.mark.parametrize(("window_days", "expected"), [(60, []), (25, [WarningCode.ANNIVERSARY_SHORT])])
def test_an_anniversary_that_a_closed_season_can_swallow_is_named(
    window_days: int, expected: list[WarningCode]
) -> None:
    industry = an_industry(season("closed", "12-10", "01-02"))
    campaign = a_campaign(
        EditionWindow("round", date(2026, 1, 1), date(2027, 12, 31)), rule="anniversary", window_days=window_days
    )
    assert codes(industry, campaign) == expected


def test_a_campaign_with_nothing_left_to_say_is_named_once() -> None:
    old = [EditionWindow(f"{month}", date(2026, month, 1), date(2026, month, 28)) for month in (1, 2)]
    (warning,) = warned(an_industry(), a_campaign(*old))
    assert warning.words == "Newsletter has nothing left to say: its last edition ended on 28 February 2026."


def test_past_issues_of_a_running_newsletter_are_no_fault_but_a_new_one_that_is_over_is() -> None:
    past = EditionWindow("2026-01", date(2026, 1, 1), date(2026, 1, 31))
    late = EditionWindow("2026-02", date(2026, 2, 1), date(2026, 2, 28), fresh=True)
    assert codes(an_industry(), a_campaign(past, SEPTEMBER)) == []
    assert codes(an_industry(), a_campaign(past, late, SEPTEMBER)) == [WarningCode.EDITION_OVER]


def test_a_table_of_dates_that_ends_soon_is_named() -> None:
    terms = {"key": "terms", "name": "Terms", "stance": "closed", "dates": [["2026-02-16", "2026-02-20"]]}
    assert codes(an_industry(terms), a_campaign()) == [WarningCode.TABLE_ENDS]


def test_an_industry_that_nobody_writes_to_is_named_if_it_has_contacts() -> None:
    others = a_campaign(industries=frozenset({"shops"}))
    assert codes(an_industry(contacts=3), others) == [WarningCode.NO_CAMPAIGN]
    assert codes(an_industry(contacts=0), others) == []


def test_the_glossary_names_every_warning(root: Path) -> None:
    named = set(re.findall(r"\bwarn\.[a-z_]+", (root / "docs/glossary.md").read_text(encoding="utf-8")))
    assert named == set(WarningCode)
