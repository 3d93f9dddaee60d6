"""Who receives a message, as the limiter and the rates count it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.domain.pacing.destinations import ELSEWHERE, country_of, destination
from outreach.domain.touch import Channel


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("anna@gmail.com", "google"),
        ("Anna@GoogleMail.COM", "google"),
        ("anna@hotmail.co.uk", "microsoft"),
        ('"odd@name"@icloud.com', "apple"),
        ("anna@bakery.example", "bakery.example"),
        ("anna@bakery.example.", "bakery.example"),
        ("", ELSEWHERE),
        ("anna@", ELSEWHERE),
    ],
)
def test_domains_of_one_mailbox_provider_belong_together(address: str, expected: str) -> None:
    assert destination(Channel.EMAIL, address) == expected


@pytest.mark.parametrize(
    ("number", "expected"),
    [("+447400123456", "three"), ("+12125551234", "US"), ("+99", ELSEWHERE), ("no number", ELSEWHERE)],
)
def test_numbers_belong_to_their_carrier_or_their_country(number: str, expected: str) -> None:
    assert destination(Channel.SMS, number) == expected


@given(st.sampled_from([Channel.EMAIL, Channel.SMS]), st.text(max_size=60))
def test_whatever_stands_there_has_a_destination(channel: Channel, address: str) -> None:
    assert destination(channel, address)


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("+14155550123", "US"),
        ("+16135550123", "CA"),
        ("+447400123456", "GB"),
        ("+447700900123", "GB"),  # kept for films, given to nobody
        ("+80012345678", "001"),
        ("+99", ELSEWHERE),
        ("07400 123456", ELSEWHERE),
    ],
)
def test_a_number_has_a_country_whoever_its_carrier_is(number: str, expected: str) -> None:
    assert country_of(number) == expected


@given(st.text(max_size=60))
def test_whatever_stands_there_has_a_country(number: str) -> None:
    assert country_of(number)
