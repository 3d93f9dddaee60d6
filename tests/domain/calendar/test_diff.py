"""Differences between two versions of a calendar, in words."""

from typing import Any

import pytest

from outreach.domain.calendar.contact_calendar import ContactCalendar
from outreach.domain.calendar.diff import Matter, band_differences, differences
from outreach.domain.rhythm.band import RhythmBand

HARVEST = {"key": "harvest", "name": "Harvest", "stance": "closed", "from": "07-22", "to": "07-31"}


def a_calendar(*seasons: dict[str, Any], **values: Any) -> ContactCalendar:
    data = {"hours": {"tue": ["09:00-12:00"]}, "holidays": "ignore", "seasons": list(seasons)} | values
    return ContactCalendar.from_pack(data, place="test", path="calendar")


def told(
    before: ContactCalendar, after: ContactCalendar, *, place: str = "", years: tuple[int, ...] = (2026,)
) -> list[str]:
    return [one.words for one in differences(before, after, years=years, place=place)]


def test_a_calendar_does_not_differ_from_itself() -> None:
    assert told(a_calendar(HARVEST), a_calendar(dict(HARVEST))) == []


def test_a_new_season_is_told_with_its_days() -> None:
    assert told(a_calendar(), a_calendar(HARVEST)) == [
        "New season Harvest: closed, 22 July to 31 July",
        "22 to 31 July 2026: open → closed (Harvest)",
    ]


def test_a_season_that_is_gone_gives_its_days_back() -> None:
    assert told(a_calendar(HARVEST), a_calendar()) == [
        "Harvest is no longer a season (it was closed, 22 July to 31 July)",
        "22 to 31 July 2026: closed → open (Harvest no longer)",
    ]


def test_a_moved_and_softened_season_tells_both() -> None:
    later = HARVEST | {"stance": "quiet", "to": "08-02"}
    assert told(a_calendar(HARVEST), a_calendar(later)) == [
        "Harvest: closed → quiet; 22 July to 31 July → 22 July to 2 August",
        "22 to 31 July 2026: closed → quiet (Harvest)",
        "1 to 2 August 2026: open → quiet (Harvest)",
    ]


def test_edges_are_said_as_people_say_them() -> None:
    lent = {"key": "lent", "name": "Lent", "stance": "quiet", "from": "easter - 46", "to": "easter - 1"}
    fair = {
        "key": "fair",
        "name": "Fair",
        "stance": "quiet",
        "from": "first monday of may",
        "to": "last friday of may + 1",
    }
    words = told(a_calendar(), a_calendar(lent, fair))
    assert words[0] == "New season Lent: quiet, 46 days before Easter to 1 day before Easter"
    assert words[1] == "New season Fair: quiet, the first Monday of May to 1 day after the last Friday of May"


def test_a_long_table_of_dates_is_summed_up_and_a_changed_date_is_still_told() -> None:
    dates = [[f"2026-0{month}-10", f"2026-0{month}-12"] for month in range(1, 6)]
    terms = {"key": "terms", "name": "Terms", "stance": "closed", "dates": dates}
    moved = terms | {"dates": [["2026-01-10", "2026-01-13"], *dates[1:]]}
    assert told(a_calendar(), a_calendar(terms))[0] == (
        "New season Terms: closed, 5 stretches, 10 January to 12 May 2026"
    )
    assert told(a_calendar(terms), a_calendar(moved)) == [
        "Terms: other dates",
        "13 January 2026: open → closed (Terms)",
    ]


def test_hours_and_holidays_are_told_weekday_by_weekday() -> None:
    after = a_calendar(hours={"tue": ["09:00-12:00", "14:00-15:00"], "wed": ["10:00-11:00"]}, holidays="closed")
    assert told(a_calendar(), after) == [
        "Tuesday: 09:00–12:00 → 09:00–12:00, 14:00–15:00",
        "Wednesday: no hours → 10:00–11:00",
        "Public holidays: ignored → closed",
    ]


def test_holidays_move_the_days_of_the_place_they_are_for() -> None:
    words = told(a_calendar(), a_calendar(holidays="closed"), place="DE")
    assert "3 October 2026: open → closed (German Unity Day)" in words


def test_a_season_of_one_country_is_told_everywhere_and_moves_days_only_there() -> None:
    there = HARVEST | {"countries": ["GB"]}
    assert told(a_calendar(HARVEST), a_calendar(there), place="GB") == ["Harvest: for all countries → for GB"]
    assert told(a_calendar(HARVEST), a_calendar(there), place="FR")[1:] == [
        "22 to 31 July 2026: closed → open (Harvest no longer)"
    ]


def test_a_stretch_over_new_year_is_told_year_by_year() -> None:
    winter = {"key": "winter", "name": "Winter", "stance": "closed", "from": "12-30", "to": "01-02"}
    words = told(a_calendar(), a_calendar(winter), years=(2027, 2026))
    assert words[1:] == [
        "1 to 2 January 2026: open → closed (Winter)",
        "30 to 31 December 2026: open → closed (Winter)",
        "1 to 2 January 2027: open → closed (Winter)",
        "30 to 31 December 2027: open → closed (Winter)",
    ]


def test_another_order_of_equal_seasons_is_told() -> None:
    fair = {"key": "fair", "name": "Fair", "stance": "quiet", "from": "05-01", "to": "05-03"}
    (words,) = told(a_calendar(HARVEST, fair), a_calendar(fair, HARVEST))
    assert "another order" in words


@pytest.mark.parametrize(
    ("after", "words"),
    [
        (RhythmBand(6, 14, 35), []),
        (RhythmBand(8, 14, 35), ["Shortest gap: 6 → 8 days"]),
        (RhythmBand(6, 15.5, 40), ["Usual gap: 14 → 15.5 days", "Longest gap: 35 → 40 days"]),
    ],
)
def test_a_changed_band_is_told_gap_by_gap(after: RhythmBand, words: list[str]) -> None:
    found = band_differences(RhythmBand(6, 14, 35), after)
    assert [one.words for one in found] == words
    assert {one.matter for one in found} <= {Matter.BAND}
