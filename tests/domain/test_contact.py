"""A row of a table as a contact, or what is wrong with it."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.domain.consent_terms import Basis
from outreach.domain.contact import KNOWN, NewContact, read_contact, withdrawn_channels
from outreach.domain.refused import CellFault
from outreach.domain.touch import Channel

TODAY = date(2026, 9, 8)
LOCALES = frozenset({"en", "cy", "zh-Hans"})
GOOD = {
    "external_id": "C1",
    "email": "Anna@Blue-Door.EXAMPLE",
    "phone": "07700 900123",
    "first_name": "Anna",
    "last_name": "Evans",
    "company": "The Blue Door",
    "industry": "restaurants",
    "language": "en-gb",
    "time_zone": "Europe/London",
    "country": "gb",
    "region": "wls",
    "customer_since": "2024-03-01",
    "consent_email": "Yes",
    "consent_sms": "no",
    "consent_source": "web form",
    "consent_basis": "consent",
    "consent_at": "2024-03-01",
    "fireplace": "yes",
}


def read(**cells: str) -> tuple[NewContact | None, list[CellFault]]:
    return read_contact(GOOD | cells, industries={"restaurants", "farms"}, locales=LOCALES, today=TODAY)


def taken(**cells: str) -> NewContact:
    contact, faults = read(**cells)
    assert faults == []
    assert contact is not None
    return contact


def test_a_consent_that_ends_by_itself_needs_the_day_it_began() -> None:
    contact, faults = read(consent_basis="implied_purchase", consent_at="")
    assert contact is None
    assert [(fault.column, fault.reason) for fault in faults] == [("consent_at", "is empty")]
    assert taken(consent_basis="Implied_Purchase").consent_basis == Basis.IMPLIED_PURCHASE


def test_a_good_row_is_brought_into_one_spelling() -> None:
    contact = taken()
    assert (contact.email, contact.phone) == ("Anna@blue-door.example", "+447700900123")
    assert (contact.country, contact.region) == ("GB", "GB-WLS")
    assert contact.language == "en-GB"
    assert contact.consents == {Channel.EMAIL: True, Channel.SMS: False}
    assert contact.consent_at == datetime(2024, 3, 1, 12, tzinfo=UTC)
    assert contact.attributes == {"fireplace": "yes"}


@pytest.mark.parametrize(
    ("country", "cell", "region"),
    [
        ("DE", "BY", "DE-BY"),
        ("de", "de-by", "DE-BY"),
        ("DE", "", ""),
        ("", "DE-BY", "DE-BY"),
        ("AT", "9", "AT-9"),
        ("FR", "IDF", "FR-IDF"),  # the library lists the overseas regions of France only
        ("IE", "D", "IE-D"),  # and none of Ireland
    ],
)
def test_a_region_is_written_with_its_country_however_the_cell_says_it(country: str, cell: str, region: str) -> None:
    contact = taken(country=country, region=cell, phone="+447700900123")
    assert (contact.region, contact.country) == (region, country.upper() or region[:2])


@pytest.mark.parametrize(
    ("country", "cell", "reason", "mend"),
    [
        ("GB", "WSL", "is no region of GB", "Use one of ENG, NIR, SCT, WLS."),
        ("DE", "FR-IDF", "is no region of DE", "Correct the region or the country."),
        ("", "BY", "is a region without a country", "Write it with its country, like DE-BY."),
        ("", "QQ-BY", "is no region of QQ", "Use a code of ISO 3166-2, like DE-BY."),
        ("IE", "Dublin", "is no region of IE", "Use a code of ISO 3166-2, like DE-BY."),
        ("DE", "DE-BY-1", "is no region of DE", "Use one of BB, BE, BW"),
    ],
)
def test_a_region_there_is_not_is_refused_with_those_there_are(country: str, cell: str, reason: str, mend: str) -> None:
    _, faults = read(country=country, region=cell, phone="+447700900123")
    ((column, value, said, mended),) = [(one.column, one.value, one.reason, one.mend) for one in faults]
    assert (column, value, said) == ("region", cell, reason)
    assert mended.startswith(mend)


def test_an_empty_consent_says_nothing() -> None:
    assert taken(consent_email="", consent_sms="").consents == {}


@pytest.mark.parametrize("word", ["yes", "TRUE", "1", "ja", "Oui", "sí", "是", "نعم"])
def test_yes_is_understood_in_several_languages(word: str) -> None:
    assert taken(consent_email=word).consents[Channel.EMAIL] is True


@pytest.mark.parametrize("word", ["no", "False", "0", "nein", "NON", "否", "لا", " withdrawn "])
def test_no_is_understood_in_several_languages(word: str) -> None:
    assert withdrawn_channels({"consent_email": word}) == {Channel.EMAIL}


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("en", "en"),
        ("EN_us", "en-US"),
        ("zh-CN", "zh-Hans-CN"),
        ("zh", "zh-Hans-CN"),
        ("zh-hans", "zh-Hans"),
        ("zh-TW", "zh-Hant-TW"),
        ("pt-BR", "pt-BR"),
    ],
)
def test_a_language_is_spelt_so_that_its_fall_back_chain_finds_what_we_write(tag: str, language: str) -> None:
    assert taken(language=tag).language == language


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("external_id", "", "is empty"),
        ("external_id", "x" * 101, "is longer than 100 characters"),
        ("email", "carys(at)hearth.example", "is no e-mail address"),
        ("email", "two@at@signs.example", "is no e-mail address"),
        ("email", "a@b.example\nBcc: c@d.example", "is no e-mail address"),
        ("phone", "ring the office", "is no telephone number"),
        ("phone", "+44 123", "is too short or too long"),
        ("first_name", "Bell\a", "holds a control character"),
        ("last_name", "Evans\nBcc: x", "holds a control character"),
        ("industry", "space stations", "is not known"),
        ("language", "Elvish", "is no language"),
        ("language", "", "is no language"),
        ("time_zone", "Europe/Cardiff", "is no time zone"),
        ("country", "Atlantis", "is no country code"),
        ("customer_since", "2023-02-30", "is no date"),
        ("customer_since", "2030-01-01", "lies in the future"),
        ("consent_email", "perhaps", "is neither yes nor no"),
        ("consent_at", "last Tuesday", "is no date or time"),
        ("consent_at", "2030-01-01", "lies in the future"),
        ("consent_at", "0001-01-01T00:00:00+14:00", "is no date or time"),
        ("fireplace", "y" * 501, "is longer than 500 characters"),
    ],
)
def test_a_bad_cell_is_named_with_its_value_a_reason_and_the_mend(column: str, value: str, reason: str) -> None:
    contact, faults = read(**{column: value})
    assert contact is None
    (fault,) = [fault for fault in faults if fault.column == column]
    assert fault.value == value
    assert fault.reason.startswith(reason)
    assert fault.mend.endswith(".")


def test_consent_without_an_address_is_a_fault() -> None:
    _, faults = read(email="")
    assert [(fault.column, fault.reason) for fault in faults] == [("consent_email", "there is no address to write to")]


def test_all_faults_of_a_row_are_told_at_once() -> None:
    _, faults = read(email="x", phone="y", industry="z")
    assert [fault.column for fault in faults] == ["email", "phone", "industry"]


@given(st.fixed_dictionaries({}, optional={name: st.text(max_size=40) for name in (*KNOWN, "fireplace")}))
def test_whatever_stands_in_the_cells_it_is_taken_or_explained(cells: dict[str, str]) -> None:
    contact, faults = read(**cells)
    assert (contact is None) == bool(faults)
    for fault in faults:
        assert fault.column in GOOD
        assert fault.reason
        assert fault.mend.endswith(".")
    if contact is not None:
        assert contact.external_id
        assert "\n" not in contact.email + contact.first_name + contact.last_name + contact.company
        assert contact.phone == "" or contact.phone.startswith("+")
        assert contact.consent_at is None or contact.consent_at.tzinfo is UTC
