"""What every provider promises (outreach/providers/base.py), kept by each of them against a real server."""

from collections.abc import Callable
from uuid import uuid4

import pytest

from outreach.domain.touch import Channel
from outreach.providers.base import Outcome, Outgoing, Provider, Witness
from outreach.providers.registry import Ways, build_routes
from tests.providers.conftest import Inbox

Making = Callable[[Inbox], Provider]


def _provider(channel: Channel, email: str) -> Making:
    def make(inbox: Inbox) -> Provider:
        ways = Ways(
            inbox.port,
            lambda ids: frozenset(one.touch_id for one in inbox.arrivals if one.touch_id in set(ids)),
            smtp_url=f"smtp://127.0.0.1:{inbox.port}",
        )
        return build_routes(ways, email={email: 1.0}, sms={"mailbox": 1.0})[channel].first

    return make


@pytest.fixture(
    params=[
        pytest.param(_provider(Channel.EMAIL, "smtp"), id="smtp"),
        pytest.param(_provider(Channel.EMAIL, "mailbox"), id="mailbox-mail"),
        pytest.param(_provider(Channel.SMS, "mailbox"), id="mailbox-text"),
    ]
)
def provider(request: pytest.FixtureRequest, inbox: Inbox) -> Provider:
    make: Making = request.param
    return make(inbox)


def message(provider: Provider, number: int = 0, words: str = "Hello, Grüße, 你好.") -> Outgoing:
    """A message for the provider's channel."""
    touch_id = uuid4()
    if provider.channel is Channel.SMS:
        return Outgoing(
            touch_id=touch_id,
            sender="Hearth & Home",
            recipient=f"+4477009000{number:02}",
            data=words.encode(),
        )
    head = (
        f"From: b@hearth.example\r\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\nContent-Language: de\r\n"
        f"X-Outreach-Message: {touch_id}\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
    )
    data = head.encode() + words.encode() + b"\r\n"
    return Outgoing(touch_id=touch_id, sender="b@hearth.example", recipient=f"anna{number}@example.com", data=data)


def test_it_has_a_name_and_a_channel(provider: Provider) -> None:
    assert provider.name in {"smtp", "mailbox"}
    assert provider.channel in {Channel.EMAIL, Channel.SMS}


def test_it_gives_one_receipt_for_each_message_and_delivers_each_once(provider: Provider, inbox: Inbox) -> None:
    batch = [message(provider, number) for number in range(7)]
    with provider.open() as line:
        receipts = list(line.send(batch))
    assert sorted(receipt.touch_id for receipt in receipts) == sorted(one.touch_id for one in batch)
    assert {receipt.outcome for receipt in receipts} == {Outcome.SENT}
    assert [(one.touch_id, one.recipient, one.channel) for one in inbox.arrivals] == [
        (one.touch_id, one.recipient, provider.channel) for one in batch
    ]


def test_it_yields_a_receipt_as_soon_as_it_is_known(provider: Provider, inbox: Inbox) -> None:
    with provider.open() as line:
        receipts = line.send([message(provider, number) for number in range(3)])
        next(receipts)
        assert len(inbox.arrivals) == 1


def test_it_sends_nothing_of_an_empty_batch_and_connects_to_nobody(provider: Provider, inbox: Inbox) -> None:
    with provider.open() as line:
        assert list(line.send([])) == []
    assert inbox.arrivals == []


def test_it_goes_on_with_the_rest_after_a_message_that_cannot_be_sent(provider: Provider, inbox: Inbox) -> None:
    broken = Outgoing(touch_id=uuid4(), sender="b@hearth.example", recipient="not an address", data=b"x\r\n")
    good = message(provider)
    with provider.open() as line:
        receipts = {receipt.touch_id: receipt for receipt in line.send([broken, good])}
    assert receipts[broken.touch_id].outcome is Outcome.FAILED
    assert receipts[good.touch_id].outcome is Outcome.SENT
    assert [one.touch_id for one in inbox.arrivals] == [good.touch_id]


def test_it_does_not_change_what_it_carries(provider: Provider, inbox: Inbox) -> None:
    sent = message(provider, words=".\r\nOne line\r\n.\r\n..and more: ñ 你 😀")
    with provider.open() as line:
        list(line.send([sent]))
    [arrival] = inbox.arrivals
    assert arrival.raw == sent.data


def test_a_witness_knows_exactly_what_arrived(provider: Provider, inbox: Inbox) -> None:
    there, absent = message(provider), uuid4()
    with provider.open() as line:
        list(line.send([there]))
    if isinstance(provider, Witness):
        assert provider.has_seen([there.touch_id, absent]) == {there.touch_id}
    else:
        assert provider.name == "smtp"
