"""The starter pack: what a reader, a translator or a marketer would stumble over."""

import re
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from outreach.domain.calendar.contact_calendar import ContactCalendar
from outreach.domain.calendar.season import Stance
from outreach.rendering.blocks import check_body, links
from outreach.rendering.merge import check_text
from outreach.rendering.sms import Encoding, counted
from outreach.rendering.word_count import word_count

FOLDER = Path(__file__).parents[2] / "packs" / "hearth-energy"
PACK: dict[str, Any] = YAML(typ="safe").load((FOLDER / "pack.yaml").read_text("utf-8"))
INDUSTRIES = {industry["key"]: industry for industry in PACK["industries"]}
CONTENTS = sorted(
    {
        (campaign["channel"], campaign["key"], edition.get("content", edition["key"]))
        for campaign in PACK["campaigns"]
        for edition in campaign["editions"]
    }
)
MAILS = [(campaign, content) for channel, campaign, content in CONTENTS if channel == "email"]
SCRIPTS = {"zh-Hans": "[\u4e00-\u9fff]", "ar": "[\u0600-\u06ff]"}


def text_of(campaign: str, content: str, locale: str) -> tuple[dict[str, str], str]:
    """Front matter and body of one edition text."""
    source = (FOLDER / "editions" / campaign / f"{content}.{locale}.md").read_text("utf-8")
    opening, front, body = re.split(r"^---\n", source, maxsplit=2, flags=re.MULTILINE)
    assert opening == ""
    return YAML(typ="safe").load(front) or {}, body


def opening_days(calendar: ContactCalendar, country: str) -> list[date]:
    """Days of 2025 to 2028 on which the industry can be written to."""
    days = (date(2025, 1, 1) + timedelta(days=number) for number in range(4 * 365 + 1))
    return [day for day in days if calendar.stance_on(day, country)[0] is not Stance.CLOSED and calendar.hours_on(day)]


def calendar_of(key: str) -> ContactCalendar:
    """The calendar of one industry."""
    return ContactCalendar.from_pack(INDUSTRIES[key]["calendar"], place="pack.yaml", path=f"industries.{key}")


def test_there_are_six_industries_named_in_every_locale() -> None:
    assert list(INDUSTRIES) == ["households", "farms", "restaurants", "schools", "accountancies", "shops"]
    for industry in INDUSTRIES.values():
        assert list(industry["name"]) == PACK["locales"]
        assert all(industry["name"].values())


def test_every_season_says_why() -> None:
    seasons = [season for industry in INDUSTRIES.values() for season in industry["calendar"]["seasons"]]
    assert [season["key"] for season in seasons if len(season.get("why", "")) < 20] == []


@pytest.mark.parametrize("key", INDUSTRIES)
def test_no_closed_stretch_is_longer_than_the_longest_silence_we_promise(key: str) -> None:
    calendar = calendar_of(key)
    for country in ("GB", "US", "CN", "ES", "FR", "DE", "SA"):
        days = opening_days(calendar, country)
        longest = max((after - before).days for before, after in pairwise(days))
        assert longest <= INDUSTRIES[key]["rhythm"]["max_gap"], country


def test_accountants_are_closed_in_january_and_july_and_open_in_every_other_month() -> None:
    months = {day.month for day in opening_days(calendar_of("accountancies"), "GB")}
    assert months == set(range(1, 13)) - {1, 7}


def test_shops_are_closed_to_us_from_black_friday_to_new_year() -> None:
    calendar = calendar_of("shops")
    assert calendar.stance_on(date(2026, 11, 26), "GB")[0] is Stance.QUIET
    assert calendar.stance_on(date(2026, 11, 27), "GB")[0] is Stance.CLOSED
    assert calendar.stance_on(date(2027, 1, 1), "GB")[0] is Stance.CLOSED


def test_restaurants_are_quiet_in_december_and_left_alone_on_weekend_evenings() -> None:
    calendar = calendar_of("restaurants")
    assert calendar.stance_on(date(2026, 12, 9), "FR")[0] is Stance.QUIET
    friday, saturday, sunday = (calendar.hours_on(date(2026, 10, day)) for day in (2, 3, 4))
    assert not saturday
    assert not sunday
    assert all(str(hours).endswith("11:00") for hours in friday)


def test_farms_are_quiet_at_lambing_and_harvest_and_households_welcome_us_before_winter() -> None:
    farms = calendar_of("farms")
    assert {farms.stance_on(date(2027, *day), "IE")[0] for day in ((3, 1), (4, 30), (8, 10))} == {Stance.QUIET}
    assert calendar_of("households").stance_on(date(2026, 10, 1), "DE")[0] is Stance.PEAK


def test_a_british_school_is_closed_at_half_term_and_a_german_one_is_not() -> None:
    schools = calendar_of("schools")
    assert schools.stance_on(date(2026, 10, 28), "GB")[0] is Stance.CLOSED
    assert schools.stance_on(date(2026, 10, 28), "DE")[0] is Stance.OPEN


def test_the_editions_folder_holds_exactly_what_the_pack_names() -> None:
    expected = {f"{campaign}/{content}.{locale}.md" for _, campaign, content in CONTENTS for locale in PACK["locales"]}
    folder = FOLDER / "editions"
    assert {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()} == expected


def test_there_is_a_newsletter_for_every_month_and_a_series_of_twelve_tips() -> None:
    editions = {campaign["key"]: campaign["editions"] for campaign in PACK["campaigns"]}
    months = [edition["key"] for edition in editions["newsletter"]]
    assert months == ["2026-08", "2026-09", "2026-10", "2026-11", "2026-12", "2027-01"]
    assert len(editions["tips"]) == 12


@pytest.mark.parametrize("locale", PACK["locales"])
@pytest.mark.parametrize(("campaign", "content"), MAILS)
def test_a_mail_has_its_front_matter_sound_blocks_and_a_question(campaign: str, content: str, locale: str) -> None:
    front, body = text_of(campaign, content, locale)
    assert list(front) == ["subject", "preheader"]
    assert 10 <= len(front["subject"]) * (2 if locale == "zh-Hans" else 1) <= 78
    for written in (front["subject"], front["preheader"], body):
        assert check_text(written, place=content) == []
    assert check_body(body, place=content) == []
    assert "::: question" in body
    assert word_count(body).share <= 0.3


@pytest.mark.parametrize(("campaign", "content"), MAILS)
def test_every_translation_leads_to_the_same_addresses(campaign: str, content: str) -> None:
    english = links(text_of(campaign, content, "en")[1])
    assert english
    for locale in PACK["locales"]:
        assert links(text_of(campaign, content, locale)[1]) == english


@pytest.mark.parametrize(("campaign", "content"), MAILS)
def test_every_translation_says_as_much_as_the_english_one(campaign: str, content: str) -> None:
    english_front, english = text_of(campaign, content, "en")
    for locale in PACK["locales"]:
        front, body = text_of(campaign, content, locale)
        assert re.findall(r"^:::.*|^- |^## ", body, re.MULTILINE) == re.findall(
            r"^:::.*|^- |^## ", english, re.MULTILINE
        )
        assert (front["subject"] == english_front["subject"]) == (locale == "en")
        # Chinese says in one sign what takes English three or four letters.
        least = 0.25 if locale == "zh-Hans" else 0.7
        assert least <= len(body) / len(english) <= 1.6
        assert len(re.findall(SCRIPTS.get(locale, "[A-Za-z]"), body)) > 60


@pytest.mark.parametrize("locale", PACK["locales"])
def test_the_frost_alert_fits_its_segments_and_says_how_to_stop(locale: str) -> None:
    _, body = text_of("frost-alert", "2026-frost", locale)
    assert check_text(body, place="frost") == []
    said = counted(body.strip().replace("{{ business.phone }}", PACK["business"]["phone"]))
    latin = locale not in SCRIPTS
    assert said.encoding is (Encoding.GSM_7 if latin else Encoding.UCS_2)
    assert said.segments == (1 if latin else said.segments)
    assert said.segments <= 2
    assert "STOP" in said.body
