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
    st.sampled_from(["lunar-new-year - 7", "orthodox-easter", "yom-kippur", "diwali + 2"]),
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
            day, end = each.start.days(start_year)[0], each.end.days(start_year)[0]
            end = end if end >= day else each.end.days(start_year + 1)[0]
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


RAMADAN = {
    # Each first day with the Eid that follows it, by the almanac in test_named_days.
    2029: [("01-16", "02-13")],
    2030: [("01-05", "02-03"), ("12-26", "12-31")],
    2031: [("01-01", "01-23"), ("12-15", "12-31")],
    2032: [("01-01", "01-13"), ("12-04", "12-31")],
    2033: [("01-01", "01-01"), ("11-23", "12-22")],
    2034: [("11-12", "12-11")],
}


@pytest.mark.parametrize(("year", "spans"), RAMADAN.items())
def test_ramadan_lasts_until_the_day_before_the_next_eid_also_where_a_year_has_two(
    year: int, spans: list[tuple[str, str]]
) -> None:
    ramadan = calendar_of(season(from_="ramadan", to="eid-al-fitr - 1"), hours={"mon": ["09:00-10:00"]}).seasons[0]
    expected = [tuple(date.fromisoformat(f"{year}-{day}") for day in span) for span in spans]
    assert sorted(ramadan.spans(year)) == expected


@given(year=st.integers(1926, 2099))
def test_every_ramadan_has_twenty_nine_or_thirty_days(year: int) -> None:
    ramadan = calendar_of(season(from_="ramadan", to="eid-al-fitr - 1")).seasons[0]
    days = {
        first + timedelta(days=place)
        for of in (year - 1, year, year + 1)
        for first, last in ramadan.spans(of)
        for place in range((last - first).days + 1)
    }
    begins = [day for day in days if day - timedelta(days=1) not in days and day.year == year]
    assert begins
    for day in begins:
        length = next(count for count in range(1, 60) if day + timedelta(days=count) not in days)
        assert length in (29, 30)


def test_a_season_of_a_day_that_is_unknown_is_left_out_of_that_year_and_no_other() -> None:
    diwali = calendar_of(season(from_="diwali - 3", to="diwali + 2")).seasons[0]
    assert diwali.spans(2035) == ((date(2035, 10, 27), date(2035, 11, 1)),)
    assert diwali.spans(2036) == ()
    until_diwali = calendar_of(season(from_="first monday of october", to="diwali")).seasons[0]
    assert until_diwali.spans(2035) == ((date(2035, 10, 1), date(2035, 10, 30)),)
    assert until_diwali.spans(2036) == ()
    assert until_diwali.spans(2000) == ()


@pytest.mark.parametrize(
    ("start", "end", "reason"),
    [
        ("ramadan", "06-30", "the season would last "),
        ("eid-al-fitr", "ramadan", "the season would run over New Year and leave "),
        ("ramadan + 3", "ramadan - 3", "a season of no days"),
        ("ramadan - 183", "ramadan + 183", "the season hardly leaves a day"),
        ("eid-al-fitr", "lunar-new-year", "the season would last "),
    ],
)
def test_edges_that_wander_apart_or_stand_the_wrong_way_round_are_refused(start: str, end: str, reason: str) -> None:
    faults = faults_of({"hours": WEEK, "seasons": [season(from_=start, to=end)]})
    assert faults["calendar.seasons[0]"].startswith(reason)


def test_a_name_that_no_day_has_is_refused_with_those_there_are() -> None:
    with pytest.raises(BadInput) as refused:
        calendar_of(season(from_="passover", to="passover + 7"))
    assert "rosh-hashanah, yom-kippur" in refused.value.faults[0].mend


def test_a_season_of_a_country_holds_for_its_regions_and_one_of_a_region_for_nobody_else() -> None:
    days = {"from_": "06-01", "to": "06-30"}
    calendar = calendar_of(season("gb", "quiet", **days, countries=["GB"]), season("w", **days, countries=["GB-WLS"]))
    stances = [calendar.stance_on(date(2026, 6, 1), place)[0] for place in ("", "GB", "GB-SCT", "GB-WLS", "FR")]
    assert stances == [Stance.OPEN, Stance.QUIET, Stance.QUIET, Stance.CLOSED, Stance.OPEN]


def test_a_region_there_is_not_is_refused_with_those_there_are() -> None:
    with pytest.raises(BadInput) as refused:
        calendar_of(season(from_="06-01", to="06-30", countries=["GB-WSL", "IE-D"]))
    (fault,) = refused.value.faults
    assert (fault.column, fault.value) == ("calendar.seasons[0].countries[0]", "GB-WSL")
    assert fault.mend == "Regions of GB are ENG, NIR, SCT, WLS."


@pytest.mark.parametrize(
    ("place", "day", "rests"),
    [
        ("DE-BY", "2026-01-06", True),  # Epiphany
        ("DE-HH", "2026-01-06", False),
        ("DE", "2026-01-06", False),
        ("GB-SCT", "2026-11-30", True),  # Saint Andrew's Day
        ("GB-WLS", "2026-11-30", False),
        ("FR-IDF", "2026-07-14", True),  # a region the library does not know rests as its country
        ("IE-D", "2026-03-17", True),
        ("US-HI", "2026-06-11", True),  # Kamehameha Day
        ("US", "2026-06-11", False),
    ],
)
def test_a_region_has_the_holidays_of_its_own(place: str, day: str, rests: bool) -> None:
    stance, _ = calendar_of(holidays="closed").stance_on(date.fromisoformat(day), place)
    assert (stance is Stance.CLOSED) == rests


def test_a_day_is_explained_by_every_season_that_claims_it_the_winner_first() -> None:
    christmas = date(2026, 12, 25)
    calendar = calendar_of(
        season("fair", "peak", from_="12-01", to="12-31"),
        season("parties", "quiet", from_="12-10", to="12-31"),
        season("rest", "closed", from_="12-24", to="01-02"),
        season("stock", "closed", from_="12-25", to="12-28"),
        season("dutch", "closed", from_="12-01", to="12-31", countries=["NL"]),
        holidays="closed",
    )
    keys = [each.key for each in calendar.explained(christmas, "GB-WLS")]
    assert keys == ["rest", "stock", HOLIDAY_KEY, "parties", "fair"]
    assert [each.key for each in calendar.explained(date(2026, 12, 3), "GB")] == ["fair"]
    assert calendar.explained(date(2026, 5, 5), "GB") == ()


@settings(max_examples=50, deadline=None)
@given(seasons=SEASONS, day=st.dates(date(2024, 1, 1), date(2034, 12, 31)), place=st.sampled_from(["", "GB-WLS", "FR"]))
def test_the_first_to_explain_a_day_is_the_one_that_decides_it(
    seasons: list[dict[str, object]], day: date, place: str
) -> None:
    try:
        calendar = calendar_of(*({"key": str(index), **data} for index, data in enumerate(seasons)), holidays="closed")
    except BadInput:
        reject()
    claims = calendar.explained(day, place)
    stance, winner = calendar.stance_on(day, place)
    assert (claims[0] if claims else None) == winner
    assert [STRICTNESS[each.stance] for each in claims] == sorted(STRICTNESS[each.stance] for each in claims)
    assert stance is (claims[0].stance if claims else Stance.OPEN)


@pytest.mark.parametrize("words", ["Two\nlines", "Nul\0", 2026, "x" * 301])
def test_words_for_staff_stand_on_one_line(words: object) -> None:
    data = {"hours": WEEK, "sources": [words], "seasons": [season(from_="06-01", to="06-30", why=words, name=words)]}
    assert faults_of(data).keys() == {"calendar.sources[0]", "calendar.seasons[0].why", "calendar.seasons[0].name"}


def test_a_stored_calendar_names_no_tables() -> None:
    reasons = faults_of({"hours": WEEK, "seasons": [season(dates="bavaria")]})
    assert reasons == {"calendar.seasons[0].dates": "there is no such table of dates"}
