"""The days on which seasons begin and end."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.domain.calendar.edges import FixedDay, NthWeekday, parse_edge
from outreach.domain.errors import BadInput

# Western Easter after the United States Naval Observatory's list; Black Friday is the Friday after Thanksgiving.
MOVABLE_DAYS = {
    2024: ("03-31", "11-29"),
    2025: ("04-20", "11-28"),
    2026: ("04-05", "11-27"),
    2027: ("03-28", "11-26"),
    2028: ("04-16", "11-24"),
    2029: ("04-01", "11-23"),
    2030: ("04-21", "11-29"),
    2031: ("04-13", "11-28"),
    2032: ("03-28", "11-26"),
    2033: ("04-17", "11-25"),
    2034: ("04-09", "11-24"),
    2035: ("03-25", "11-23"),
}


def edge_on(text: str, year: int) -> date:
    return parse_edge(text, place="pack.yaml", path="from").days(year)[0]


@pytest.mark.parametrize(("year", "days"), MOVABLE_DAYS.items())
def test_easter_and_black_friday_fall_on_their_published_days(year: int, days: tuple[str, str]) -> None:
    assert edge_on("easter", year) == date.fromisoformat(f"{year}-{days[0]}")
    assert edge_on("black-friday", year) == date.fromisoformat(f"{year}-{days[1]}")


@pytest.mark.parametrize(
    ("text", "year", "day"),
    [
        ("12-01", 2026, "2026-12-01"),
        ("02-29", 2028, "2028-02-29"),
        ("02-29", 2026, "2026-02-28"),
        ("02-29 + 1", 2026, "2026-03-01"),
        ("01-05 - 10", 2026, "2025-12-26"),
        ("easter - 14", 2026, "2026-03-22"),
        ("Easter+1", 2026, "2026-04-06"),
        ("black-friday - 3", 2026, "2026-11-24"),
        ("black-friday-3", 2026, "2026-11-24"),
        ("first monday of september", 2026, "2026-09-07"),
        ("Second  Tuesday of June", 2026, "2026-06-09"),
        ("third friday of may + 2", 2026, "2026-05-17"),
        ("fourth thursday of november", 2026, "2026-11-26"),
        ("last monday of august", 2026, "2026-08-31"),
        ("last sunday of february", 2026, "2026-02-22"),
        ("last sunday of march - 1", 2026, "2026-03-28"),
    ],
)
def test_every_form_of_edge_is_a_day_of_the_year(text: str, year: int, day: str) -> None:
    assert edge_on(text, year) == date.fromisoformat(day)


@pytest.mark.parametrize(
    "nonsense",
    [
        *(
            "",
            "13-01",
            "02-30",
            "00-10",
            "6-31",
            "12/01",
            "2026-12-01",
            "easter * 2",
            "easter - ",
            "eastern",
            "easter + 184",
        ),
        *("fifth monday of may", "first monday", "first mon of may", "monday of may", "first monday of mai"),
        *("easter + 1 + 1", "12-01 to 12-31", 1201, None, ["12-01"], "easter + 99999999999999999999"),
    ],
)
def test_nonsense_is_refused_with_its_key_path_and_a_mend(nonsense: object) -> None:
    with pytest.raises(BadInput) as refused:
        parse_edge(nonsense, place="pack.yaml", path="industries[2].calendar.seasons[0].from")
    (fault,) = refused.value.faults
    assert fault.column == "industries[2].calendar.seasons[0].from"
    assert fault.place == "pack.yaml"
    assert fault.value == str(nonsense)
    assert fault.reason
    assert fault.mend.endswith(".")


@given(nth=st.integers(1, 4), weekday=st.integers(0, 6), month=st.integers(1, 12), year=st.integers(1990, 2090))
def test_an_nth_weekday_is_that_weekday_in_its_week_of_the_month(nth: int, weekday: int, month: int, year: int) -> None:
    day = NthWeekday(nth, weekday, month).days(year)[0]
    assert (day.month, day.weekday(), (day.day - 1) // 7) == (month, weekday, nth - 1)
    last = NthWeekday(-1, weekday, month).days(year)[0]
    assert (last.month, last.weekday()) == (month, weekday)
    assert (last + timedelta(days=7)).month != month


@given(day=st.dates(date(2024, 1, 1), date(2024, 12, 31)), offset=st.integers(-183, 183), year=st.integers(1990, 2090))
def test_an_offset_moves_a_fixed_day_by_that_many_days(day: date, offset: int, year: int) -> None:
    sign = "-" if offset < 0 else "+"
    shifted = edge_on(f"{day:%m-%d} {sign} {abs(offset)}", year)
    assert shifted - FixedDay(day.month, day.day).days(year)[0] == timedelta(days=offset)
