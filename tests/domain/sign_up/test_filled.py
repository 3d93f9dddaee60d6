"""What somebody filled in is taken whole or not at all."""

from collections.abc import Mapping
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.domain.sign_up.filled import Filled, read_filled
from outreach.domain.sign_up.form import SignUpField, SignUpForm
from outreach.domain.words import has_controls

TODAY = date(2026, 9, 8)
FORM = SignUpForm(
    id=1,
    key="news",
    titles={"en": "News", "de": "Neues", "ar": "أخبار"},
    wordings={"en": "Write to me.", "de": "Schreibt mir."},
    industry="households",
    time_zone="Europe/London",
    country="GB",
    topics=("letter", "tips"),
    asks=frozenset({SignUpField.NAME, SignUpField.PHONE, SignUpField.LANGUAGE}),
)


def read(cells: Mapping[str, str], topics: tuple[str, ...] = ()) -> tuple[Filled | None, frozenset[SignUpField]]:
    return read_filled(cells, form=FORM, topics=topics, seen_in="de", today=TODAY)


def test_it_takes_what_can_be_used_and_keeps_the_wording_that_was_read() -> None:
    cells = {"email": " Anna@Example.COM ", "first_name": "Anna", "phone": "01632 960183", "language": "en"}
    filled, wrong = read(cells, ("tips", "secret", "letter"))
    assert wrong == frozenset()
    assert filled == Filled(
        "Anna@example.com", "Anna", "+441632960183", "en", ("letter", "tips"), "Schreibt mir.", "de"
    )


def test_only_the_address_is_needed() -> None:
    filled, _ = read({"email": "anna@example.com"})
    assert filled == Filled("anna@example.com", "", "", "de", (), "Schreibt mir.", "de")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", ""),
        ("email", "anna"),
        ("email", "anna@example.com\nBcc: all@example.com"),
        ("email", "anna@example.com\r\n"),
        ("first_name", "A" * 101),
        ("first_name", "Anna\nEvans"),
        ("phone", "1" * 40),
        ("phone", "call me"),
        ("language", "tlh-klingon-none"),
        ("language", "ar"),
        ("language", "fr"),
    ],
)
def test_a_fault_is_named_by_its_field_and_nothing_is_taken(field: str, value: str) -> None:
    assert read({"email": "anna@example.com"} | {field: value}) == (None, {SignUpField(field)})


def test_every_fault_is_named_at_once() -> None:
    wrong = read({"email": "anna", "first_name": "\x00", "phone": "1", "language": "xx"})[1]
    assert wrong == set(SignUpField)


def test_what_is_not_asked_is_not_looked_at() -> None:
    bare = SignUpForm(1, "bare", {"en": "News"}, {"en": "Write to me."}, "households", "Europe/London")
    cells = {"email": "anna@example.com", "first_name": "A" * 101, "phone": "1" * 40, "language": "xx"}
    filled, _ = read_filled(cells, form=bare, topics=("letter",), seen_in="en", today=TODAY)
    assert filled == Filled("anna@example.com", "", "", "en", (), "Write to me.", "en")


@given(st.fixed_dictionaries({name.value: st.text(max_size=120) for name in SignUpField}))
def test_no_text_whatever_breaks_it_or_brings_a_control_character_in(cells: Mapping[str, str]) -> None:
    filled, wrong = read(cells)
    assert (filled is None) == bool(wrong)
    if filled:
        assert not any(map(has_controls, (filled.email, filled.first_name, filled.phone)))
        assert filled.language in FORM.languages
