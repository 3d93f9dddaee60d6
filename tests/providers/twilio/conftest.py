"""The vendor on this machine, and texts for it."""

from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest

from outreach.demo.vendors.twilio import TwilioServer, running_twilio
from outreach.providers.base import Outgoing
from outreach.providers.twilio.send import TwilioTexts

ACCOUNT = "AC" + 16 * "0a"
TOKEN = "a-token-of-a-test"
SENDER = "+14155550100"
CALLBACK = "https://outreach.example/webhooks/twilio"


@pytest.fixture
def vendor() -> TwilioServer:
    """The vendor as `provider` meets it."""
    return TwilioServer(account_sid=ACCOUNT, auth_token=TOKEN)


@pytest.fixture
def base_url(vendor: TwilioServer) -> Iterator[str]:
    """Where it listens."""
    with running_twilio(vendor) as url:
        yield url


@pytest.fixture
def provider(base_url: str) -> Iterator[TwilioTexts]:
    """A sender with the right credentials."""
    sender = TwilioTexts(ACCOUNT, TOKEN, CALLBACK, base_url=base_url)
    yield sender
    sender.close()


@pytest.fixture
def a_text() -> Callable[..., Outgoing]:
    """Makes a text to a number of the United States, by its last three digits, or to any given one."""

    def make(number: int | str = 0, words: str = "Hello Siân", sender: str = SENDER) -> Outgoing:
        recipient = f"+14155551{number:03}" if isinstance(number, int) else number
        return Outgoing(uuid4(), sender, recipient, words.encode(), "en")

    return make
