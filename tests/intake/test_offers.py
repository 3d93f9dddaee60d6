"""Offers as people write them: what cannot be read, and what would be unfair to present customers."""

from collections.abc import Callable
from pathlib import Path

import pytest

from outreach.domain.errors import BadInput, Fault
from outreach.intake.packs import read_pack
from tests.small_pack import write_small_pack

WELCOME = """\
  - key: welcome
    name: {en: Welcome, de: Willkommen}
    for: newcomers
    applies_to: boiler-service
    terms: {percent_off: 10}
    from: 2026-10-01
    to: 2026-10-31
"""
LOYAL = """\
  - key: loyal
    name: {en: Thank you}
    for: present
    applies_to: boiler-service
    terms: {percent_off: 10}
    from: 2026-09-24
    to: 2026-10-31
"""
Write = Callable[[str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """A small pack with these offers."""

    def act(offers: str) -> Path:
        folder = write_small_pack(tmp_path / "small")
        file = folder / "pack.yaml"
        file.write_text(f"{file.read_text('utf-8')}offers:\n{offers}", encoding="utf-8")
        return folder

    return act


def said(folder: Path) -> Fault:
    """The one thing that is wrong; it says how to mend it."""
    with pytest.raises(BadInput) as refused:
        read_pack(folder)
    (fault,) = refused.value.faults
    assert fault.mend.endswith(".")
    return fault


def test_a_fair_offer_is_read(write: Write) -> None:
    welcome, loyal = read_pack(write(WELCOME + LOYAL)).offers
    assert (welcome.early_days, loyal.early_days) == (7, 0)
    assert str(welcome.declared.terms) == "10 % off"


def test_an_offer_for_newcomers_alone_is_refused_with_offer_terms_date_and_mend(write: Write) -> None:
    folder = write(WELCOME)
    fault = said(folder)
    lines = (folder / "pack.yaml").read_text("utf-8").split("\n")
    assert fault.line is not None
    assert lines[fault.line - 1].strip() == "- key: welcome"
    assert str(fault).split(": ", 1) == [
        f"pack.yaml, line {fault.line}, offers[0]",
        "'welcome': newcomers get 10 % off for boiler-service from 2026-10-01 to 2026-10-31, and on 2026-09-24 present "
        "customers have nothing. Give present customers at least 10 % off for boiler-service from 2026-09-24 to "
        "2026-10-31, or make this offer for: everyone with early_access_days: 7.",
    ]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("{percent_off: 10}\n    from: 2026-09-24", "{percent_off: 9}\n    from: 2026-09-24"), "only 9 % off"),
        (("2026-09-24", "2026-09-25"), "on 2026-09-24 present customers have nothing"),
        (("for: present\n    applies_to: boiler-service", "for: present\n    applies_to: chimney"), "have nothing"),
        (("for: newcomers", "for: lapsed"), None),
        (("    to: 2026-10-31\n  - key: loyal", "    to: 2026-11-01\n  - key: loyal"), "on 2026-11-01 present"),
        (
            (
                "{percent_off: 10}\n    from: 2026-09-24",
                "{gift: {en: A poker}, worth: 500, currency: GBP}\n    from: 2026-09-24",
            ),
            "cannot be compared",
        ),
    ],
)
def test_what_is_worse_later_shorter_or_of_another_kind_is_not_fair(
    write: Write, change: tuple[str, str], words: str | None
) -> None:
    both = WELCOME + LOYAL
    assert both.count(change[0]) == 1
    folder = write(both.replace(*change))
    if words is None:
        read_pack(folder)
    else:
        fault = said(folder)
        assert words in fault.reason
        assert fault.value == "welcome"


def test_what_cannot_be_compared_may_be_declared_as_good_in_writing(write: Write) -> None:
    gift = LOYAL.replace("{percent_off: 10}", "{gift: {en: A poker}, worth: 30, currency: GBP}")
    read_pack(write(f"{WELCOME}{gift}    as_good_as: {{welcome: A service costs 300 GBP.}}\n"))


def test_an_offer_for_everyone_that_begins_with_the_newcomers_is_not_enough(write: Write) -> None:
    all_of_us = LOYAL.replace("for: present", "for: everyone").replace("2026-09-24", "2026-10-01")
    assert "on 2026-09-24 present customers have nothing" in said(write(WELCOME + all_of_us)).reason


def test_the_same_offer_a_week_earlier_is_fair(write: Write) -> None:
    all_of_us = LOYAL.replace("for: present", "for: everyone").replace("2026-09-24", "2026-10-01")
    read_pack(write(f"{WELCOME}{all_of_us}    early_access_days: 7\n"))


@pytest.mark.parametrize(
    ("old", "new", "column", "reason"),
    [
        ("{percent_off: 10}", "{}", "offers[0].terms", "it says nothing"),
        ("{percent_off: 10}", "{percent_off: 10, extra_months: 1}", "offers[0].terms", "several things at once"),
        ("{percent_off: 10}", "{percent_off: 101}", "offers[0].terms.percent_off", "less than or equal to 100"),
        ("{percent_off: 10}", "{amount_off: 10}", "offers[0].terms", "the currency is missing"),
        ("{percent_off: 10}", "{amount_off: 10, currency: QQQ}", "offers[0].terms.currency", "no such currency"),
        ("{percent_off: 10}", "{percent_off: 10, currency: GBP}", "offers[0].terms.currency", "no use for it"),
        ("{percent_off: 10}", "{percent_off: 10, worth: 5}", "offers[0].terms.worth", "no use for it"),
        ("{percent_off: 10}", "{gift: {en: Tea}, currency: GBP}", "offers[0].terms", "without a value"),
        ("for: present", "for: friends", "offers[0].for", "input should be"),
        ("from: 2026-09-24", "from: 2026-12-24", "offers[0].from", "first day lies after its last"),
        ("{en: Thank you}", "{de: Danke}", "offers[0].name", "no name in the default locale"),
        ("{en: Thank you}", "{en: Thank you, fr: Merci}", "offers[0].name.fr", "does not write in it"),
        ("for: present", "for: present\n    early_access_days: 3", "offers[0].early_access_days", "no use for it"),
        ("for: present", "for: present\n    campaigns: [letters]", "offers[0].campaigns[0]", "no such campaign"),
        ("for: present", "for: present\n    campaigns: [frost]", "offers[0].campaigns[0]", "outside the offer's days"),
        ("for: present", "for: present\n    early_campaigns: [frost]", "offers[0].early_campaigns", "nobody has this"),
        ("for: present", "for: present\n    as_good_as: {x: Because.}", "offers[0].as_good_as.x", "no such offer"),
        ("for: present", "for: present\n    colour: red", "offers[0].colour", "no such key"),
    ],
)
def test_every_slip_is_named_with_its_place(write: Write, old: str, new: str, column: str, reason: str) -> None:
    assert LOYAL.count(old) == 1
    faults = refused(write(LOYAL.replace(old, new)))
    assert any(fault.column == column and reason in fault.reason for fault in faults), faults
    assert all(fault.line for fault in faults)


def refused(folder: Path) -> list[Fault]:
    with pytest.raises(BadInput) as bad:
        read_pack(folder)
    return list(bad.value.faults)


def test_one_campaign_cannot_carry_offers_for_different_people(write: Write) -> None:
    wide = "    from: 2026-09-01\n    to: 2027-02-28\n    campaigns: [frost]\n"
    days = "    from: 2026-09-24\n    to: 2026-10-31\n"
    present = LOYAL.replace(days, wide)
    everyone = present.replace("key: loyal", "key: all").replace("for: present", "for: everyone")
    faults = refused(write(present + everyone))
    assert [(one.column, one.reason) for one in faults] == [
        ("offers[1].campaigns[0]", "it carries the offer loyal, which is for others")
    ]


def test_places_for_public_reviews_are_read(tmp_path: Path) -> None:
    folder = write_small_pack(tmp_path / "small")
    file = folder / "pack.yaml"
    whole = file.read_text("utf-8")
    file.write_text(f"{whole}review_links:\n  - {{name: Town, url: https://reviews.example/x}}\n", encoding="utf-8")
    (link,) = read_pack(folder).review_links
    assert (link.name, link.url) == ("Town", "https://reviews.example/x")
    file.write_text(f"{whole}review_links:\n  - {{name: Town, url: reviews}}\n", encoding="utf-8")
    assert said(folder).column == "review_links[0].url"


def test_a_pack_cannot_hold_a_customers_story(tmp_path: Path) -> None:
    folder = write_small_pack(tmp_path / "small")
    letter = folder / "editions/newsletter/2026-09.en.md"
    letter.write_text(letter.read_text("utf-8") + "\n::: story from=story-12\n> Warm.\n:::\n", encoding="utf-8")
    fault = said(folder)
    assert (fault.place, fault.value) == ("editions/newsletter/2026-09.en.md", "from=story-12")
    assert fault.line == 11
