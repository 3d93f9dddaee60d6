"""The 24 industry calendars: every one can be read, says why, and keeps its promise possible in eight places."""

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from outreach.domain.calendar.contact_calendar import ContactCalendar
from outreach.domain.calendar.season import Stance
from outreach.domain.calendar.windows import LOUD_HOURS
from outreach.domain.touch import Channel
from outreach.intake.packs import Pack, read_pack

FOLDER = Path(__file__).parents[2] / "packs" / "industry-calendars"
HEARTH = FOLDER.parent / "hearth-energy"
RAW: dict[str, Any] = YAML(typ="safe").load((FOLDER / "pack.yaml").read_text("utf-8"))
KEYS: list[str] = [industry["key"] for industry in RAW["industries"]]
INDUSTRIES: dict[str, dict[str, Any]] = dict(zip(KEYS, RAW["industries"], strict=True))

PLACES = ("", "GB", "DE", "FR", "US", "CN", "IN", "SA")
#: Places whose school holidays stand in a date table, and some whose seasons differ from those above.
MORE_PLACES = ("GB-ENG", "GB-WLS", "GB-SCT", "DE-BY", "DE-NW", "FR-ARA", "FR-BRE", "FR-IDF", "ES", "IT", "AT", "GR")
YEARS = range(2026, 2030)

#: A promise needs a day to write before a closed stretch and one after it, some days off either end.
SPARE_DAYS = 3

#: Months in which an industry is left alone altogether, with the place it is so in; "" for everywhere.
WHOLE_MONTHS = {
    ("tax-advisers", "GB", 1),  # self-assessment
    ("gyms", "", 1),  # resolutions
    ("school-offices", "US", 7),  # summer
    ("school-offices", "SA", 7),  # summer
    ("wedding-trades", "", 8),  # height of the season
}


@cache
def pack() -> Pack:
    """The pack, read once."""
    return read_pack(FOLDER)


@cache
def calendar_of(key: str) -> ContactCalendar:
    """The calendar of one industry."""
    (industry,) = (industry for industry in pack().industries if industry.key == key)
    return industry.contact_calendar


def days(first: date, last: date) -> Iterator[date]:
    """Every day from `first` to `last`, both inclusive."""
    return (first + timedelta(days=number) for number in range((last - first).days + 1))


def can_be_written_to(key: str, day: date, place: str) -> bool:
    """Whether `day` is not closed and its weekday has hours."""
    calendar = calendar_of(key)
    return calendar.stance_on(day, place)[0] is not Stance.CLOSED and bool(calendar.hours_on(day))


def longest_silence(key: str, place: str) -> int:
    """The most days on end on which the industry cannot be written to, New Year's on both sides included."""
    year = days(date(YEARS[0] - 1, 11, 1), date(YEARS[-1] + 1, 2, 28))
    runs = groupby(year, key=lambda day: can_be_written_to(key, day, place))
    return max(sum(1 for _ in run) for open_to_us, run in runs if not open_to_us)


def test_there_are_exactly_24_industries_with_keys_of_their_own() -> None:
    assert len(KEYS) == len(set(KEYS)) == 24


def test_the_pack_is_read_without_a_fault_and_brings_nothing_but_industries() -> None:
    assert [industry.key for industry in pack().industries] == KEYS
    assert pack().campaigns == ()
    assert pack().business is None


def test_no_industry_takes_the_key_or_the_seasons_of_the_starter_pack() -> None:
    starter = YAML(typ="safe").load((HEARTH / "pack.yaml").read_text("utf-8"))["industries"]
    assert {industry["key"] for industry in starter}.isdisjoint(KEYS)
    reasons = {season["why"] for industry in starter for season in industry["calendar"]["seasons"]}
    assert reasons.isdisjoint(season["why"] for key in KEYS for season in INDUSTRIES[key]["calendar"]["seasons"])


@pytest.mark.parametrize("key", KEYS)
def test_an_industry_has_a_name_of_its_own_in_every_locale(key: str) -> None:
    names = INDUSTRIES[key]["name"]
    assert list(names) == RAW["locales"] == ["en", "cy", "zh-Hans", "es", "fr", "de", "ar"]
    assert all(name.strip() for name in names.values())
    assert key not in names.values()
    assert len(set(names.values())) == len(names)
    assert re.search("[\u4e00-\u9fff]", names["zh-Hans"])
    assert re.search("[\u0600-\u06ff]", names["ar"])


@pytest.mark.parametrize("key", KEYS)
def test_an_industry_says_why_its_band_and_each_of_its_seasons_is_so(key: str) -> None:
    assert len(INDUSTRIES[key]["reason"]) > 60
    seasons = INDUSTRIES[key]["calendar"]["seasons"]
    assert len(seasons) >= 5
    assert [season["key"] for season in seasons if len(season.get("why", "")) < 25] == []
    assert [season["key"] for season in seasons if not season["name"].strip()] == []


def test_colleagues_see_the_reason_of_a_calendar_and_the_source_of_its_dates() -> None:
    calendar = calendar_of("school-offices")
    assert calendar.sources == (INDUSTRIES["school-offices"]["reason"],)
    dated = {season.key: season.source for season in calendar.seasons if season.dates}
    assert dated["bavaria"] == RAW["date_tables"]["bavaria-school-holidays"]["source"]
    assert all(dated.values())


@pytest.mark.parametrize("key", KEYS)
def test_no_two_seasons_of_an_industry_share_a_reason(key: str) -> None:
    reasons = [season["why"] for season in INDUSTRIES[key]["calendar"]["seasons"]]
    assert len(set(reasons)) == len(reasons)


@pytest.mark.parametrize("key", KEYS)
def test_a_band_is_a_start_with_sense_for_the_trade(key: str) -> None:
    band = INDUSTRIES[key]["rhythm"]
    assert 5 <= band["min_gap"] <= 14
    assert 10 <= band["target_gap"] <= 30
    assert 30 <= band["max_gap"] <= 60


@pytest.mark.parametrize("table", RAW["date_tables"])
def test_a_date_table_names_its_source_is_in_order_and_is_used(table: str) -> None:
    source, dates = (RAW["date_tables"][table][name] for name in ("source", "dates"))
    assert source.startswith(("Published: ", "Typical: ", "Third day of the waxing moon"))
    spans = [(date.fromisoformat(first), date.fromisoformat(last)) for first, last in dates]
    assert all(first <= last for first, last in spans)
    assert all(before[1] < after[0] for before, after in pairwise(spans))
    used = [season.get("dates") for key in KEYS for season in INDUSTRIES[key]["calendar"]["seasons"]]
    assert table in used


@pytest.mark.parametrize("key", KEYS)
def test_a_text_message_can_arrive_every_week(key: str) -> None:
    loud = LOUD_HOURS[Channel.SMS]
    stretches = [stretch for day in calendar_of(key).hours for stretch in day]
    assert any(min(stretch.end, loud.end) - max(stretch.start, loud.start) >= 60 for stretch in stretches)
    assert all(stretch.start >= 8 * 60 and stretch.end <= 20 * 60 for stretch in stretches)


@pytest.mark.parametrize("key", KEYS)
def test_no_closed_stretch_breaks_the_floor_anywhere(key: str) -> None:
    band = INDUSTRIES[key]["rhythm"]
    longest_allowed = band["max_gap"] - band["min_gap"] - SPARE_DAYS
    silences = {place: longest_silence(key, place) for place in (*PLACES, *MORE_PLACES)}
    assert {place: silence for place, silence in silences.items() if silence > longest_allowed} == {}


@pytest.mark.parametrize("key", KEYS)
def test_every_month_has_a_day_to_write_on_unless_said(key: str) -> None:
    for place in PLACES:
        closed = {
            month
            for year in YEARS
            for month in range(1, 13)
            if not any(
                can_be_written_to(key, day, place)
                for day in days(date(year, month, 1), date(year, month, monthrange(year, month)[1]))
            )
        }
        said = {month for industry, where, month in WHOLE_MONTHS if industry == key and where in ("", place)}
        assert closed == said, place


@pytest.mark.parametrize("key", KEYS)
def test_the_ribbon_of_every_year_is_without_a_hole(key: str) -> None:
    for place in PLACES:
        for year in YEARS:
            ribbon = calendar_of(key).year_ribbon(year, place)
            assert (ribbon[0][0], ribbon[-1][1]) == (date(year, 1, 1), date(year, 12, 31))
            assert all(after[0] - before[1] == timedelta(days=1) for before, after in pairwise(ribbon))


@pytest.mark.parametrize("key", KEYS)
def test_every_season_wins_some_day_somewhere(key: str) -> None:
    seasons = INDUSTRIES[key]["calendar"]["seasons"]
    places = {*PLACES, *(place for season in seasons for place in season.get("countries", []))}
    seen = {
        season.key
        for place in places
        for year in YEARS
        for _, season in calendar_of(key).year(year, place)
        if season is not None
    }
    assert {season["key"] for season in seasons} - seen == set()


@pytest.mark.parametrize(
    ("key", "day", "place", "stance"),
    [
        ("tax-advisers", "2027-01-29", "GB", Stance.CLOSED),  # two days before 31 January
        ("tax-advisers", "2027-01-29", "US", Stance.QUIET),
        ("tax-advisers", "2027-04-14", "US", Stance.CLOSED),  # the day before 15 April
        ("tax-advisers", "2027-02-15", "GB", Stance.PEAK),
        ("law-firms", "2026-08-12", "ES", Stance.CLOSED),  # August does not count for courts
        ("law-firms", "2026-08-12", "US", Stance.OPEN),
        ("property-managers", "2026-10-06", "DE", Stance.CLOSED),  # the first cold week
        ("it-services", "2026-11-27", "GB", Stance.QUIET),  # Black Friday
        ("dental-practices", "2027-03-24", "GB", Stance.QUIET),  # the contract year ends on 31 March
        ("veterinary-practices", "2026-11-05", "GB", Stance.CLOSED),  # Bonfire Night
        ("veterinary-practices", "2026-11-05", "FR", Stance.OPEN),
        ("school-offices", "2026-10-28", "GB-ENG", Stance.CLOSED),  # half-term
        ("school-offices", "2026-10-28", "GB", Stance.QUIET),  # probably England
        ("school-offices", "2026-09-10", "DE-BY", Stance.CLOSED),  # Bavaria goes last
        ("school-offices", "2027-02-09", "GB-WLS", Stance.CLOSED),
        ("school-offices", "2027-02-09", "FR-IDF", Stance.CLOSED),  # zone C
        ("school-offices", "2027-02-09", "FR-ARA", Stance.OPEN),  # zone A goes a week later
        ("seaside-hotels", "2026-08-04", "", Stance.CLOSED),
        ("seaside-hotels", "2026-11-10", "GB", Stance.PEAK),
        ("pubs-and-restaurants", "2027-03-05", "GB", Stance.CLOSED),  # before Mothering Sunday, 7 March 2027
        ("pubs-and-restaurants", "2027-03-05", "DE", Stance.OPEN),
        ("pubs-and-restaurants", "2027-04-29", "GR", Stance.CLOSED),  # Orthodox Easter is 2 May 2027
        ("gyms", "2027-01-12", "DE", Stance.CLOSED),
        ("gyms", "2026-07-07", "FR", Stance.PEAK),
        ("wedding-trades", "2026-08-18", "", Stance.CLOSED),
        ("hairdressers", "2026-12-15", "GB", Stance.CLOSED),
        ("high-street-retailers", "2026-11-27", "US", Stance.CLOSED),  # Black Friday
        ("high-street-retailers", "2026-11-24", "GB", Stance.QUIET),  # the week before it
        ("online-shops", "2026-11-11", "CN", Stance.CLOSED),  # Singles' Day
        ("online-shops", "2026-11-11", "GB", Stance.QUIET),
        ("garden-centres", "2027-03-27", "GB", Stance.CLOSED),  # Easter Saturday
        ("builders", "2026-08-11", "FR", Stance.CLOSED),
        ("builders", "2026-08-11", "GB", Stance.OPEN),
        ("heating-engineers", "2026-10-13", "GB", Stance.CLOSED),
        ("heating-engineers", "2027-05-18", "GB", Stance.PEAK),
        ("landscapers", "2027-04-14", "", Stance.CLOSED),
        ("car-workshops", "2026-10-20", "DE", Stance.CLOSED),  # winter tyres
        ("car-workshops", "2027-03-10", "GB", Stance.CLOSED),  # the month of the first MOT
        ("churches-and-charities", "2026-12-01", "US", Stance.CLOSED),  # Giving Tuesday
        ("churches-and-charities", "2027-03-24", "", Stance.CLOSED),  # Holy Week
        ("halal-food-trade", "2027-02-18", "GB", Stance.QUIET),  # Ramadan 2027 begins about 8 February
        ("halal-food-trade", "2027-03-10", "GB", Stance.CLOSED),  # Eid al-Fitr 2027, about 9 or 10 March
        ("halal-food-trade", "2026-05-27", "GB", Stance.CLOSED),  # Eid al-Adha 2026
        ("chinese-import-trade", "2027-02-06", "DE", Stance.CLOSED),  # New Year's Day of the Chinese calendar
        ("chinese-import-trade", "2026-10-05", "GB", Stance.CLOSED),  # Golden Week
        ("indian-sweets-and-jewellery", "2026-11-06", "GB", Stance.CLOSED),  # Dhanteras, Diwali is 8 November 2026
        ("indian-sweets-and-jewellery", "2026-04-17", "IN", Stance.CLOSED),  # before Akshaya Tritiya
        ("arable-farms", "2026-08-05", "FR", Stance.CLOSED),  # harvest
        ("arable-farms", "2027-01-20", "GB", Stance.PEAK),
    ],
)
def test_a_day_has_the_stance_that_the_trade_would_expect(key: str, day: str, place: str, stance: Stance) -> None:
    assert calendar_of(key).stance_on(date.fromisoformat(day), place)[0] is stance
