"""Contact calendars: what a pack may say, and the stance of every day."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from outreach.domain.calendar.contact_calendar import HOLIDAY_KEY, ContactCalendar
from outreach.domain.calendar.season import STRICTNESS, Season, Stance
from outreach.domain.errors import BadInput

WEEK = {"tue": ["09:30-11:30", "14:30-17:00"], "sat": ["10:00-12:00"]}


def calendar_of(*seasons: Mapping[str, Any], hours: object = WEEK, holidays: str = "ignore") -> ContactCalendar:
    data = {"hours": hours, "holidays": holidays, "seasons": list(seasons)}
    return ContactCalendar.from_pack(data, place="pack.yaml", path="calendar")


def faults_of(data: Any) -> dict[str, str]:
    """What is refused: reason by key path."""
    with pytest.raises(BadInput) as refused:
        ContactCalendar.from_pack(data, place="pack.yaml", path="calendar")
    assert all(fault.place == "pack.yaml" and fault.mend for fault in refused.value.faults)
    return {fault.column: fault.reason for fault in refused.value.faults}


def season(key: str = "s", stance: str = "closed", **days: object) -> dict[str, object]:
    return {"key": key, "stance": stance, **{name.rstrip("_"): value for name, value in days.items()}}


def test_a_day_that_no_season_covers_is_open() -> None:
    assert calendar_of().stance_on(date(2026, 5, 4), "GB") == (Stance.OPEN, None)


def test_a_season_covers_both_its_edges_and_nothing_else() -> None:
    calendar = calendar_of(season(stance="quiet", from_="12-01", to="12-31"))
    covered = [
        day
        for day in (date(2026, 11, 30), date(2026, 12, 1), date(2026, 12, 31), date(2027, 1, 1))
        if calendar.stance_on(day, "")[0] is Stance.QUIET
    ]
    assert covered == [date(2026, 12, 1), date(2026, 12, 31)]


def test_a_season_wraps_over_new_year() -> None:
    calendar = calendar_of(season(from_="black-friday", to="01-06"))
    for day, stance in {
        date(2026, 1, 6): Stance.CLOSED,
        date(2026, 1, 7): Stance.OPEN,
        date(2026, 11, 26): Stance.OPEN,
        date(2026, 11, 27): Stance.CLOSED,
        date(2027, 1, 1): Stance.CLOSED,
        date(2027, 1, 7): Stance.OPEN,
    }.items():
        assert calendar.stance_on(day, "")[0] is stance, day


def test_an_offset_carries_a_season_into_the_year_before() -> None:
    calendar = calendar_of(season(from_="01-05 - 10", to="01-08"))
    assert calendar.stance_on(date(2025, 12, 26), "")[0] is Stance.CLOSED
    assert calendar.stance_on(date(2025, 12, 25), "")[0] is Stance.OPEN


def test_the_strictest_stance_wins_whatever_the_order() -> None:
    seasons = [season(stance, stance, from_="06-01", to="06-30") for stance in ("open", "peak", "quiet", "closed")]
    for count in range(1, 5):
        strictest = Stance(seasons[count - 1]["stance"])
        for order in (seasons[:count], seasons[count - 1 :: -1]):
            assert calendar_of(*order).stance_on(date(2026, 6, 15), "")[0] is strictest


def test_a_dated_table_holds_only_for_its_dates_and_countries() -> None:
    calendar = calendar_of(season(dates=[["2026-07-22", "2026-09-01"]], countries=["GB"]))
    assert calendar.stance_on(date(2026, 7, 22), "GB")[0] is Stance.CLOSED
    assert calendar.stance_on(date(2026, 7, 22), "FR")[0] is Stance.OPEN
    assert calendar.stance_on(date(2027, 7, 22), "GB")[0] is Stance.OPEN


def test_dates_may_come_as_yaml_reads_them() -> None:
    calendar = calendar_of(season(dates=[[date(2026, 7, 22), date(2026, 9, 1)]]))
    assert calendar.stance_on(date(2026, 9, 1), "")[0] is Stance.CLOSED


def test_a_public_holiday_closes_the_day_under_its_own_name() -> None:
    stance, why = calendar_of(holidays="closed").stance_on(date(2026, 12, 25), "FR")
    assert stance is Stance.CLOSED
    assert isinstance(why, Season)
    assert (why.key, why.name) == (HOLIDAY_KEY, "Christmas Day")
    assert calendar_of(holidays="ignore").stance_on(date(2026, 12, 25), "FR")[0] is Stance.OPEN


@pytest.mark.parametrize("country", ["", "XX", "ZZ"])
def test_a_country_without_known_holidays_has_none(country: str) -> None:
    assert calendar_of(holidays="closed").stance_on(date(2026, 12, 25), country)[0] is Stance.OPEN


def test_hours_belong_to_the_weekday() -> None:
    assert [str(hours) for hours in calendar_of().hours_on(date(2026, 9, 8))] == ["09:30-11:30", "14:30-17:00"]
    assert calendar_of().hours_on(date(2026, 9, 9)) == ()


def test_equal_calendars_are_equal_however_much_they_have_remembered() -> None:
    one, other = calendar_of(season(from_="06-01", to="06-30")), calendar_of(season(from_="06-01", to="06-30"))
    one.stance_on(date(2026, 6, 1), "GB")
    assert one == other
    assert hash(one) == hash(other)


def test_every_fault_is_told_at_once_with_its_key_path() -> None:
    faults = faults_of(
        {
            "hours": {
                "mon": ["09:30-25:00", "9-5"],
                "tue": ["12:00-11:00"],
                "wed": ["09:00-12:00", "11:00-13:00"],
                "thursday": ["09:00-10:00"],
                "fri": "09:00-10:00",
            },
            "holidays": "shut",
            "saisons": [],
            "seasons": [
                season("a", "shut", from_="12-01", to="12-31"),
                season("b", from_="12-41", to="12-31"),
                season("c", from_="12-01"),
                season("d", dates=[["2026-09-01", "2026-07-22"], ["soon", "later"], "2026-07-22"]),
                season("e", dates=[]),
                season("f", from_="06-01", to="06-30", dates=[["2026-07-22", "2026-09-01"]]),
                season("g", from_="06-01", to="06-30", countries=["UK ", "gb"]),
                season("h", from_="easter + 3", to="easter - 3"),
                season("i", from_="04-02", to="easter"),
                season("j", from_="12-31", to="12-01"),
                "july",
                {"stance": "closed", "from": "06-01", "to": "06-30", "until": "07-01"},
                season("k", from_="06-01", to="06-30"),
                season("k", from_="07-01", to="07-30"),
            ],
        }
    )
    assert faults.keys() == {
        "calendar.saisons",
        *("calendar.hours.mon[0]", "calendar.hours.mon[1]", "calendar.hours.tue[0]", "calendar.hours.wed"),
        *("calendar.hours.thursday", "calendar.hours.fri", "calendar.holidays", "calendar.seasons"),
        *("calendar.seasons[0].stance", "calendar.seasons[1].from", "calendar.seasons[2].to"),
        *("calendar.seasons[3].dates[0]", "calendar.seasons[3].dates[1]", "calendar.seasons[3].dates[2]"),
        *("calendar.seasons[4].dates", "calendar.seasons[5]"),
        *("calendar.seasons[6].countries[0]", "calendar.seasons[6].countries[1]", "calendar.seasons[7]"),
        *("calendar.seasons[8]", "calendar.seasons[9]", "calendar.seasons[10]", "calendar.seasons[10].key"),
        *("calendar.seasons[10].stance", "calendar.seasons[10].from", "calendar.seasons[10].to"),
        *("calendar.seasons[11].key", "calendar.seasons[11].until"),
    }
    assert "no days" in faults["calendar.seasons[4].dates"]
    assert "no days" in faults["calendar.seasons[7]"]


@pytest.mark.parametrize("data", [{}, {"hours": {}}, {"hours": {"mon": []}}, {"hours": None, "holidays": "ignore"}])
def test_a_week_without_an_open_hour_is_refused(data: object) -> None:
    assert faults_of(data) == {"calendar.hours": "there is no open hour in the whole week"}


@pytest.mark.parametrize("data", [None, [], "closed", 3])
def test_what_is_no_table_is_refused(data: object) -> None:
    assert faults_of(data)["calendar"] == "a table of keys was expected here"


def test_a_calendar_with_no_open_day_in_a_year_is_refused() -> None:
    halves = [season("a", from_="01-01", to="06-30"), season("b", from_="07-01", to="12-31")]
    assert faults_of({"hours": WEEK, "seasons": halves}) == {"calendar.seasons": "2024 has no open day"}
    halves[1]["countries"] = ["CY"]
    reasons = faults_of({"hours": WEEK, "seasons": halves})
    assert reasons == {"calendar.seasons": "2024 has no open day for contacts in CY"}


def test_a_dated_year_with_no_open_day_is_refused() -> None:
    closed = season(dates=[["2041-01-01", "2041-12-31"]])
    assert faults_of({"hours": WEEK, "seasons": [closed]}) == {"calendar.seasons": "2041 has no open day"}


EDGES = st.one_of(
    st.dates(date(2024, 1, 1), date(2024, 12, 31)).map(lambda day: f"{day:%m-%d}"),
    st.sampled_from(["easter", "easter - 14", "black-friday", "first monday of september", "last friday of may + 3"]),
)
SEASONS = st.lists(
    st.builds(
        lambda stance, start, end, countries: {"stance": stance, "from": start, "to": end, "countries": countries},
        st.sampled_from(list(Stance)).map(str),
        EDGES,
        EDGES,
        st.sampled_from([[], ["GB"], ["FR", "DE"]]),
    ),
    max_size=4,
)


@settings(max_examples=150, deadline=None)
@given(seasons=SEASONS, year=st.integers(2024, 2034), country=st.sampled_from(["", "GB", "FR"]))
def test_every_day_has_the_strictest_stance_that_covers_it(
    seasons: list[dict[str, object]], year: int, country: str
) -> None:
    """Against an obvious oracle: walk from each season's start to its end, day by day."""
    try:
        calendar = calendar_of(*({"key": str(index), **data} for index, data in enumerate(seasons)), holidays="ignore")
    except BadInput:
        reject()
    covering: dict[date, list[Stance]] = {}
    for each in calendar.seasons:
        for start_year in (year - 1, year, year + 1):
            if each.start is None or each.end is None or (each.countries and country not in each.countries):
                continue
            day, end = each.start.on(start_year), each.end.on(start_year)
            end = end if end >= day else each.end.on(start_year + 1)
            while day <= end:
                covering.setdefault(day, []).append(each.stance)
                day += timedelta(days=1)
    day = date(year, 1, 1)
    while day.year == year:
        expected = min(covering.get(day, [Stance.OPEN]), key=STRICTNESS.__getitem__)
        assert calendar.stance_on(day, country)[0] is expected, day
        day += timedelta(days=1)


@settings(max_examples=50, deadline=None)
@given(seasons=SEASONS, year=st.integers(2024, 2034), country=st.sampled_from(["GB", "FR", "CN", "US"]))
def test_the_ribbon_covers_the_year_once_and_agrees_with_every_day(
    seasons: list[dict[str, object]], year: int, country: str
) -> None:
    try:
        calendar = calendar_of(*({"key": str(index), **data} for index, data in enumerate(seasons)), holidays="closed")
    except BadInput:
        reject()
    expected = date(year, 1, 1)
    for start, end, stance, name in calendar.year_ribbon(year, country):
        assert start == expected
        while expected <= end:
            day_stance, day_season = calendar.stance_on(expected, country)
            assert (day_stance, day_season.name if day_season else "") == (stance, name)
            expected += timedelta(days=1)
    assert expected == date(year + 1, 1, 1)
