"""The invented customers: lifelike, the same every time, and broken only where it is meant."""

import csv
from collections import Counter
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import phonenumbers
import pytest
from email_validator import validate_email

from outreach.demo.population import (
    BROKEN_CONTACTS,
    BROKEN_SIGNALS,
    CONTACT_COLUMNS,
    HABITS,
    SIGNAL_COLUMNS,
    write_contacts,
    write_signals,
)

TODAY = date(2026, 9, 7)
SPOILT = range(17, 2_000, 50)


def rows_of(path: Path) -> list[list[str]]:
    """All rows of a CSV file, its header first."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


@pytest.fixture(scope="module")
def contacts(tmp_path_factory: pytest.TempPathFactory) -> list[list[str]]:
    """contacts.csv, its header first."""
    path = tmp_path_factory.mktemp("population") / "contacts.csv"
    write_contacts(path, today=TODAY)
    return rows_of(path)


@pytest.fixture(scope="module")
def good(contacts: list[list[str]]) -> list[dict[str, str]]:
    """The rows of contacts.csv that are not broken."""
    rows = (row for index, row in enumerate(contacts[1:]) if index not in SPOILT)
    return [dict(zip(CONTACT_COLUMNS, row, strict=True)) for row in rows]


@pytest.fixture(scope="module")
def signals(tmp_path_factory: pytest.TempPathFactory) -> list[list[str]]:
    """signals.csv, its header first."""
    path = tmp_path_factory.mktemp("population") / "signals.csv"
    write_signals(path, today=TODAY)
    return rows_of(path)


def test_the_same_day_gives_the_same_files(tmp_path: Path) -> None:
    for write in (write_contacts, write_signals):
        write(tmp_path / "one.csv", today=TODAY, rows=200)
        write(tmp_path / "two.csv", today=TODAY, rows=200)
        assert (tmp_path / "one.csv").read_bytes() == (tmp_path / "two.csv").read_bytes()


def test_progress_is_told_up_to_the_last_row(tmp_path: Path) -> None:
    told: list[int] = []
    write_contacts(tmp_path / "contacts.csv", today=TODAY, rows=300, progress=told.append)
    assert told == [100, 200, 300]


def test_there_are_two_thousand_rows_in_the_columns_of_the_design(contacts: list[list[str]]) -> None:
    assert contacts[0] == list(CONTACT_COLUMNS)
    assert len(contacts) == 2_001


def test_all_languages_industries_and_many_time_zones_occur(good: list[dict[str, str]]) -> None:
    languages = Counter(row["language"] for row in good)
    assert set(languages) == {"en", "cy", "zh-Hans", "es", "fr", "de", "ar"}
    assert min(languages.values()) >= 100
    assert {row["industry"] for row in good} == set(HABITS)
    zones = {row["time_zone"] for row in good}
    assert len(zones) >= 20
    assert all(ZoneInfo(zone) for zone in zones)


def test_every_sound_row_can_be_written_to(good: list[dict[str, str]]) -> None:
    emails = [row["email"] for row in good]
    assert len(set(emails)) == len(emails)
    assert all(email.isascii() and email.endswith(".example") for email in emails)
    for email in emails:
        # `.example` is reserved (RFC 2606), so only its form is looked at.
        validate_email(email, check_deliverability=False, test_environment=False, globally_deliverable=False)


def test_every_number_is_valid_and_belongs_to_its_country(good: list[dict[str, str]]) -> None:
    numbers = [(phonenumbers.parse(row["phone"]), row["country"]) for row in good if row["phone"]]
    assert 1_000 < len(numbers) < 1_500
    assert all(phonenumbers.is_valid_number_for_region(number, country) for number, country in numbers)
    assert len({row["phone"] for row in good if row["phone"]}) == len(numbers)


def test_most_allow_mail_about_half_allow_texts_and_some_allow_nothing(good: list[dict[str, str]]) -> None:
    mail = sum(row["consent_email"] == "yes" for row in good) / len(good)
    text = sum(row["consent_sms"] == "yes" for row in good) / len(good)
    assert 0.85 < mail < 0.93
    assert 0.44 < text < 0.54
    assert any("yes" not in (row["consent_email"], row["consent_sms"]) for row in good)
    assert all(row["phone"] for row in good if row["consent_sms"] == "yes")
    answered = [row for row in good if row["consent_email"] or row["consent_sms"]]
    assert all(row["consent_source"] and row["consent_at"] for row in answered)


def test_consent_was_given_by_customers_and_not_in_the_future(good: list[dict[str, str]]) -> None:
    for row in good:
        if row["consent_at"]:
            assert row["customer_since"] <= row["consent_at"] < TODAY.isoformat()
            assert datetime.fromisoformat(row["consent_at"]).tzinfo is not None


def test_customers_came_over_twelve_years_and_some_on_a_leap_day(good: list[dict[str, str]]) -> None:
    since = [date.fromisoformat(row["customer_since"]) for row in good]
    assert min(since) < TODAY - timedelta(days=11 * 365)
    assert max(since) < TODAY - timedelta(days=365)
    assert sum((day.month, day.day) == (2, 29) for day in since) >= 20


def test_about_twenty_addresses_are_gone(good: list[dict[str, str]]) -> None:
    assert sum(row["email"].startswith("gone.") for row in good) == 20


def test_only_businesses_have_companies_and_names_are_in_their_own_script(good: list[dict[str, str]]) -> None:
    assert {bool(row["company"]) for row in good if row["industry"] == "households"} == {False}
    assert all(row["company"] for row in good if row["industry"] != "households")
    assert not any(
        (row["first_name"] + row["last_name"]).isascii() for row in good if row["language"] in ("zh-Hans", "ar")
    )


def test_every_way_of_being_broken_occurs_and_a_few_dozen_rows_are(contacts: list[list[str]]) -> None:
    broken = [contacts[1 + index] for index in SPOILT]
    assert len(broken) == 40
    assert len(BROKEN_CONTACTS) >= 12
    for column, value in BROKEN_CONTACTS:
        if value is None:
            assert any(len(row) < len(CONTACT_COLUMNS) for row in broken)
        elif column not in CONTACT_COLUMNS:
            assert any(len(row) > len(CONTACT_COLUMNS) for row in broken)
        else:
            assert any(row[CONTACT_COLUMNS.index(column)] == value for row in broken if len(row) >= 17)


def test_signals_lie_in_the_two_years_before_today_and_belong_to_sound_customers(
    signals: list[list[str]], good: list[dict[str, str]]
) -> None:
    assert signals[0] == list(SIGNAL_COLUMNS)
    known = {row["external_id"]: row["customer_since"] for row in good}
    sound = [row for row in signals[1:] if is_sound(row, known)]
    assert len(signals) - 1 - len(sound) == len(BROKEN_SIGNALS) == 12
    assert len(sound) > 10_000
    assert {row[1] for row in sound} == {"purchase", "visit", "question", "complaint", "booking", "reply"}
    first, last = (TODAY - timedelta(days=731)).isoformat(), TODAY.isoformat()
    assert all(first <= row[2] < last and known[row[0]] <= row[2] for row in sound)
    assert len({row[5] for row in sound}) == len(sound)


def is_sound(row: list[str], known: dict[str, str]) -> bool:
    """Whether a signal can be read at all."""
    try:
        identity, kind, occurred_at, amount, currency, reference = row
        datetime.fromisoformat(occurred_at)
        float(amount or 0)
    except ValueError:
        return False
    spelled = len(currency) in (0, 3) and reference.isprintable() and amount != "NaN"
    return identity in known and kind not in ("", "telepathy") and spelled


def test_purchases_have_amounts_in_a_currency_and_follow_the_seasons(
    signals: list[list[str]], good: list[dict[str, str]]
) -> None:
    households = {row["external_id"] for row in good if row["industry"] == "households"}
    purchases = [row for row in signals[1:] if row[1] == "purchase" and row[4] != "shells"]
    assert all(row[3] and row[4] for row in purchases)
    months = Counter(row[2][5:7] for row in purchases if row[0] in households)
    assert months["10"] > 1.3 * months["05"]
