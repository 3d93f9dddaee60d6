"""What texts cost, as the vendor shows it."""

import json
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest

from outreach.demo.vendors.twilio import TwilioServer
from outreach.domain.text_cost import TextCost
from outreach.providers.pooled import InDoubt, NotSent
from outreach.providers.twilio.send import TwilioTexts
from tests.providers.twilio.answering import answering, with_body
from tests.providers.twilio.conftest import ACCOUNT, CALLBACK, TOKEN

AT = datetime(2026, 9, 8, 10, 30, tzinfo=UTC)
SOUND = {"sid": "SM1", "num_segments": "2", "price": "-0.01580", "price_unit": "usd", "direction": "outbound-api"}


def read(*messages: Any) -> list[TextCost]:
    """What a list with these messages says."""
    body = json.dumps({"messages": messages, "next_page_uri": None}).encode()
    with answering(with_body(body, b"200 OK")) as url:
        provider = TwilioTexts(ACCOUNT, TOKEN, CALLBACK, base_url=url)
        costs = list(provider.costs(AT))
        provider.close()
    return costs


def test_a_price_is_a_loss_and_we_keep_its_size() -> None:
    assert read(SOUND) == [TextCost("SM1", 2, Decimal("0.01580"), "USD")]


@pytest.mark.parametrize(
    "odd",
    [
        {"price": None},
        {"price": "free"},
        {"price": "-1e9"},
        {"price": "NaN"},
        {"price_unit": None},
        {"price_unit": "dollars"},
        {"num_segments": None},
        {"num_segments": "-1"},
        {"num_segments": "1000"},
        {"sid": None},
        {"direction": "inbound"},
    ],
)
def test_what_says_no_price_that_makes_sense_has_none_yet(odd: dict[str, str | None]) -> None:
    assert read(SOUND | odd, SOUND | {"sid": "SM2"}) == [TextCost("SM2", 2, Decimal("0.01580"), "USD")]


@pytest.mark.parametrize("body", [b"[]", b"{}", b'{"messages": [7]}', b'{"messages": 7}', b"<html>"])
def test_an_answer_that_cannot_be_read_is_said_to_be_one(body: bytes) -> None:
    with answering(with_body(body, b"200 OK")) as url:
        provider = TwilioTexts(ACCOUNT, TOKEN, CALLBACK, base_url=url)
        with pytest.raises(InDoubt):
            list(provider.costs(AT))
        provider.close()


def test_an_instant_is_asked_for_in_utc(vendor: TwilioServer, provider: TwilioTexts) -> None:
    vendor.clock = lambda: AT
    vendor.take({"To": "+447400123456", "From": "+14155550100", "Body": "Hello"})
    east = timezone(timedelta(hours=9))
    assert len(list(provider.costs(AT.astimezone(east)))) == 1
    assert list(provider.costs((AT + timedelta(seconds=1)).astimezone(east))) == []


def test_where_nobody_listens_it_says_so() -> None:
    provider = TwilioTexts(ACCOUNT, TOKEN, CALLBACK, base_url="http://127.0.0.1:1")
    with pytest.raises(NotSent):
        list(provider.costs(AT))
    provider.close()
