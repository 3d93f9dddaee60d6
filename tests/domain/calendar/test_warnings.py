"""What a calendar can never do, said before anybody waits for it."""

from collections.abc import Mapping
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from outreach.domain.calendar.contact_calendar import ContactCalendar
from outreach.domain.calendar.season import Stance
from outreach.domain.calendar.warnings import CalendarWarning, CalendarWarningCode, calendar_warnings
from outreach.domain.errors import BadInput
from outreach.domain.rhythm.band import RhythmBand

WEEK = {day: ["09:00-12:00"] for day in ("mon", "tue", "wed", "thu", "fri")}
BAND = RhythmBand(6, 14, 35)


def calendar_of(*seasons: Mapping[str, Any], hours: Mapping[str, Any] = WEEK) -> ContactCalendar:
    named = [{"key": f"s{place}", "stance": "closed", **season} for place, season in enumerate(seasons)]
    data = {"hours": hours, "holidays": "ignore", "seasons": named}
    return ContactCalendar.from_pack(data, place="pack.yaml", path="calendar")


def warned(calendar: ContactCalendar, *places: str, band: RhythmBand = BAND) -> list[CalendarWarning]:
    return calendar_warnings(calendar, band, places=places or ("",), years=(2026, 2027))


def test_a_calendar_that_leaves_room_for_the_rhythm_is_not_warned_about() -> None:
    assert warned(calendar_of({"from": "12-20", "to": "01-10"}, {"from": "07-01", "to": "07-30"})) == []


def test_closed_seasons_and_empty_weekdays_that_together_outlast_the_longest_gap_are_named() -> None:
    (warning,) = warned(
        calendar_of(
            {"name": "Christmas", "from": "12-21", "to": "01-06"},
            {"name": "Accounts", "from": "01-07", "to": "01-22"},
        )
    )
    assert warning.code is CalendarWarningCode.CLOSED_TOO_LONG
    # From Saturday 19 December 2026 to Sunday 24 January 2027; the year before begins and ends in the week.
    assert warning.numbers == {
        "seasons": "Christmas, Accounts",
        "from": "2026-12-19",
        "to": "2027-01-24",
        "days": 37,
        "max_gap": 35,
        "places": "",
    }
    assert warning.sentence == (
        "Nobody can be written to for 37 days, from 19 December 2026 to 24 January 2027 (Christmas, Accounts), "
        "and the longest gap is 35 days: silence will pass it. Shorten the seasons or allow a longer gap."
    )


def test_the_floor_breaks_on_the_day_on_which_the_next_usable_day_is_further_than_the_longest_gap() -> None:
    every_day = {day: ["09:00-12:00"] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
    month = calendar_of({"from": "06-01", "to": "06-30"}, hours=every_day)
    assert warned(month, band=RhythmBand(6, 14, 31)) == []
    assert [warning.numbers["days"] for warning in warned(month, band=RhythmBand(6, 14, 30))] == [30]


def test_only_the_places_that_a_closed_stretch_concerns_are_named() -> None:
    french = calendar_of({"name": "August", "from": "07-20", "to": "09-10", "countries": ["FR"]})
    (warning,) = warned(french, "GB", "FR", "FR-IDF")
    assert warning.numbers["places"] == "FR, FR-IDF"
    assert warning.sentence.startswith("Nobody in FR, FR-IDF can be written to ")


def test_hours_in_the_quiet_hours_of_a_channel_are_said_of_each_channel() -> None:
    early = calendar_of(hours={"mon": ["08:00-09:00", "20:00-21:00"]})
    assert [warning.code for warning in warned(early)] == ["no_hours_for_sms", "no_hours_for_call"]
    night = calendar_of(hours={"mon": ["22:00-24:00"]})
    assert len(warned(night)) == 4
    assert "outside 09:00-20:00" in warned(early)[0].sentence


@pytest.mark.parametrize(
    ("dates", "last"),
    [
        ([["2026-07-22", "2026-09-01"]], "2026-09-01"),
        ([["2026-12-20", "2027-01-03"]], "2027-01-03"),
        ([["2026-10-26", "2026-10-30"], ["2027-07-22", "2027-09-01"]], "2027-09-01"),
        ([["2026-07-22", "2026-09-01"], ["2027-07-21", "2027-08-31"]], None),
        ([["2026-07-22", "2026-09-01"], ["2028-07-21", "2028-08-31"]], None),
    ],
)
def test_a_table_of_dates_is_told_when_it_does_not_reach_through_the_last_year(
    dates: list[list[str]], last: str | None
) -> None:
    calendar = calendar_of({"name": "Terms", "stance": "quiet", "dates": dates})
    told = [(warning.code, warning.numbers["last"]) for warning in warned(calendar)]
    assert told == ([] if last is None else [("table_ends", last)])


def test_a_named_day_of_a_year_that_nobody_knows_is_told_with_the_first_such_year() -> None:
    calendar = calendar_of({"name": "Diwali", "from": "diwali - 3", "to": "diwali + 2"})
    assert warned(calendar) == []
    (warning,) = calendar_warnings(calendar, BAND, places=[""], years=range(2034, 2038))
    assert warning.code is CalendarWarningCode.DATE_UNKNOWN
    assert warning.numbers == {"season": "Diwali", "name": "diwali", "year": 2036}


STRETCHES = st.lists(
    st.tuples(st.dates(date(2026, 1, 1), date(2026, 12, 31)), st.integers(0, 60)).map(
        lambda stretch: {"dates": [[stretch[0].isoformat(), (stretch[0] + timedelta(stretch[1])).isoformat()]]}
    ),
    max_size=4,
)


@settings(max_examples=60, deadline=None)
@given(seasons=STRETCHES, weekdays=st.sets(st.sampled_from(sorted(WEEK)), min_size=1), longest=st.integers(20, 60))
def test_silence_is_foretold_exactly_if_some_usable_day_is_too_far_from_the_next(
    seasons: list[dict[str, Any]], weekdays: set[str], longest: int
) -> None:
    """Against an obvious oracle: the list of all usable days."""
    try:
        calendar = calendar_of(*seasons, hours={day: WEEK[day] for day in weekdays})
    except BadInput:
        reject()
    days = [date(2025, 1, 1) + timedelta(place) for place in range(3 * 365)]
    usable = [day for day in days if calendar.hours_on(day) and calendar.stance_on(day, "")[0] is not Stance.CLOSED]
    farthest = max((after - before).days for before, after in pairwise(usable))
    told = calendar_warnings(calendar, RhythmBand(1, 2, longest), places=[""], years=[2026])
    lengths = [warning.numbers["days"] for warning in told if warning.code is CalendarWarningCode.CLOSED_TOO_LONG]
    assert bool(lengths) == (farthest > longest)
    assert not lengths or max(map(int, lengths)) == farthest - 1
