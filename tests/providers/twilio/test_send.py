"""Sending through Twilio, against a server that checks every call by the vendor's contract."""

import socket
from collections.abc import Callable
from dataclasses import replace
from http import HTTPStatus
from uuid import UUID, uuid4

import pytest

from outreach.demo.vendors.moods import Mood
from outreach.demo.vendors.twilio import TwilioServer
from outreach.providers.base import Assembler, Outcome, Outgoing, Receipt, Witness
from outreach.providers.pooled import Waits
from outreach.providers.twilio import send
from outreach.providers.twilio.answers import LONGEST_WAIT, USUAL_WAIT
from outreach.providers.twilio.send import ABREAST, AT_ONCE, LONGEST_TEXT, TwilioTexts
from tests.providers.twilio.answering import answering, with_body
from tests.providers.twilio.conftest import ACCOUNT, CALLBACK, SENDER, TOKEN

Texts = Callable[..., Outgoing]
#: Long enough for a busy machine to answer, short enough to wait for what never comes.
SHORT = Waits(connect=5.0, write=5.0, answer=1.0)


def sent(provider: TwilioTexts, *batch: Outgoing) -> list[Receipt]:
    """The receipts, in the order of the batch; there must be one for each."""
    with provider.open() as line:
        got = list(line.send(batch))
    receipts = {receipt.touch_id: receipt for receipt in got}
    assert len(got) == len(batch)
    assert receipts.keys() == {one.touch_id for one in batch}
    return [receipts[one.touch_id] for one in batch]


def outcomes(receipts: list[Receipt]) -> list[Outcome]:
    return [receipt.outcome for receipt in receipts]


def test_a_batch_arrives_as_written_and_each_text_says_where_to_report(
    provider: TwilioTexts, vendor: TwilioServer, a_text: Texts
) -> None:
    batch = [a_text(number, f"Hello 你好 {number} & bye + 100 %") for number in range(AT_ONCE)]
    receipts = sent(provider, *batch)
    assert set(outcomes(receipts)) == {Outcome.SENT}
    kept = {text.sid: text for text in vendor.kept}
    assert len(kept) == vendor.calls == AT_ONCE
    for one, receipt in zip(batch, receipts, strict=True):
        text = kept[receipt.reference]
        assert (text.recipient, text.body.encode(), text.sender) == (one.recipient, one.data, SENDER)
        assert text.callback == f"{CALLBACK}?m={one.touch_id}#rc=5&rp=all&ct=3000"


def test_it_is_a_sender_of_texts_that_takes_several_at_once_and_is_no_witness(provider: TwilioTexts) -> None:
    assert (provider.name, provider.channel) == ("twilio", "sms")
    assert isinstance(provider, Assembler)
    assert provider.at_once == AT_ONCE
    assert not isinstance(provider, Witness)
    assert TOKEN not in repr(provider)


def test_an_empty_batch_calls_nobody(provider: TwilioTexts, vendor: TwilioServer) -> None:
    assert sent(provider) == []
    assert (vendor.calls, vendor.connections) == (0, 0)


def test_chunks_share_a_few_connections(provider: TwilioTexts, vendor: TwilioServer, a_text: Texts) -> None:
    for _ in range(3):
        sent(provider, *(a_text(number) for number in range(20)))
    assert vendor.calls == 60
    assert vendor.connections <= ABREAST


def test_a_text_that_takes_its_time_holds_up_no_other(
    provider: TwilioTexts, vendor: TwilioServer, a_text: Texts
) -> None:
    slow, *quick = (a_text(number) for number in range(6))
    vendor.fates[slow.recipient] = Mood.HANG_AFTER
    with provider.open() as line:
        receipts = line.send([slow, *quick])
        first = [next(receipts) for _ in quick]
        vendor.hang_up()
        [last] = receipts
    assert sorted(receipt.touch_id for receipt in first) == sorted(one.touch_id for one in quick)
    assert set(outcomes(first)) == {Outcome.SENT}
    assert (last.touch_id, last.outcome) == (slow.touch_id, Outcome.UNKNOWN)


@pytest.mark.parametrize(
    ("configured", "own", "expected"),
    [
        ("", "+1 (415) 555-0100", ("+14155550100", "")),
        ("", "Hearth Home", ("Hearth Home", "")),
        ("12345", SENDER, ("12345", "")),
        ("MG" + 16 * "ab", "whoever", ("", "MG" + 16 * "ab")),
    ],
)
def test_a_text_comes_from_who_was_configured_or_else_from_its_own_sender(
    vendor: TwilioServer, base_url: str, a_text: Texts, configured: str, own: str, expected: tuple[str, str]
) -> None:
    provider = TwilioTexts(ACCOUNT, TOKEN, CALLBACK, sender=configured, base_url=base_url)
    assert outcomes(sent(provider, a_text(sender=own))) == [Outcome.SENT]
    [text] = vendor.kept
    assert (text.sender, text.service) == expected
    provider.close()


def test_it_says_for_how_many_segments_the_vendor_wants_to_be_paid(
    provider: TwilioTexts, vendor: TwilioServer, a_text: Texts
) -> None:
    receipts = sent(provider, a_text(1, "a" * 160), a_text(2, "a" * 161), a_text(3, "é" * 141))
    assert [receipt.segments for receipt in receipts] == [1, 2, 3]
    with_a_service = replace(provider, sender="MG" + 32 * "0")
    assert [receipt.segments for receipt in sent(with_a_service, a_text())] == [0]
    with_a_service.close()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ({"recipient": "020 7946 0000"}, "21211"),
        ({"recipient": "+0123456789"}, "21211"),
        ({"recipient": "+" + 40 * "1"}, "21211"),
        ({"recipient": "+4477009\n00123"}, "21211"),
        ({"recipient": "+447700900123\n"}, "21211"),
        ({"recipient": "+٤٤٧٧٠٠٩٠٠١٢٣"}, "21211"),
        ({"data": b""}, "21619"),
        ({"data": b" \n"}, "21619"),
        ({"data": b"x" * (LONGEST_TEXT + 1)}, "21617"),
        ({"data": b"\xff"}, "utf-8"),
        ({"sender": "A name that is too long"}, "a text comes from"),
        ({"sender": ""}, "a text comes from"),
        ({"sender": "+44\r\n"}, "a text comes from"),
    ],
)
def test_what_the_vendor_would_not_take_fails_before_a_call_and_harms_no_other(
    provider: TwilioTexts, vendor: TwilioServer, a_text: Texts, text: dict[str, str | bytes], code: str
) -> None:
    broken = replace(a_text(), **text)  # type: ignore[arg-type]
    refused, good = sent(provider, broken, a_text(1, "x" * LONGEST_TEXT))
    assert (refused.outcome, good.outcome) == (Outcome.FAILED, Outcome.SENT)
    assert code in refused.answer
    assert not refused.is_providers_fault
    assert vendor.calls == 1


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (21211, Receipt(UUID(int=0), Outcome.FAILED, "", dead_address=True)),
        (21614, Receipt(UUID(int=0), Outcome.FAILED, "", dead_address=True)),
        (21635, Receipt(UUID(int=0), Outcome.FAILED, "", dead_address=True)),
        (21610, Receipt(UUID(int=0), Outcome.FAILED, "", opted_out=True)),
        (21617, Receipt(UUID(int=0), Outcome.FAILED, "")),
        (21612, Receipt(UUID(int=0), Outcome.RETRY, "")),
        (30410, Receipt(UUID(int=0), Outcome.RETRY, "", unwell=True)),
        (21408, Receipt(UUID(int=0), Outcome.RETRY, "")),
        (20003, Receipt(UUID(int=0), Outcome.RETRY, "", refuses_us=True)),
        (20404, Receipt(UUID(int=0), Outcome.RETRY, "", refuses_us=True)),
        (21606, Receipt(UUID(int=0), Outcome.RETRY, "", refuses_us=True)),
        (21659, Receipt(UUID(int=0), Outcome.RETRY, "", refuses_us=True)),
        (21660, Receipt(UUID(int=0), Outcome.RETRY, "", refuses_us=True)),
        (30002, Receipt(UUID(int=0), Outcome.RETRY, "", refuses_us=True)),
        (30034, Receipt(UUID(int=0), Outcome.RETRY, "", refuses_us=True)),
        (20429, Receipt(UUID(int=0), Outcome.RETRY, "", wait=USUAL_WAIT)),
        (21611, Receipt(UUID(int=0), Outcome.RETRY, "", wait=600.0)),
        (30001, Receipt(UUID(int=0), Outcome.RETRY, "", wait=600.0)),
        (29999, Receipt(UUID(int=0), Outcome.RETRY, "")),
    ],
)
def test_each_code_of_the_vendor_has_its_meaning(
    provider: TwilioTexts, vendor: TwilioServer, a_text: Texts, code: int, expected: Receipt
) -> None:
    text = a_text()
    vendor.fates[text.recipient] = code
    [receipt] = sent(provider, text)
    assert f" {code} Refused with {code}: (a number)" in receipt.answer
    assert replace(receipt, touch_id=UUID(int=0), answer="") == expected
    assert vendor.kept == []


def test_one_refusal_of_who_we_are_begins_nothing_more(vendor: TwilioServer, base_url: str, a_text: Texts) -> None:
    provider = TwilioTexts(ACCOUNT, "another-token", CALLBACK, base_url=base_url)
    receipts = sent(provider, *(a_text(number) for number in range(AT_ONCE)))
    assert {(one.outcome, one.refuses_us) for one in receipts} == {(Outcome.RETRY, True)}
    assert vendor.calls < 2 * ABREAST
    assert vendor.kept == []
    provider.close()


@pytest.mark.parametrize("path", ["/elsewhere", "/v1"])
def test_a_wrong_address_of_the_api_is_a_fault_of_the_set_up(base_url: str, a_text: Texts, path: str) -> None:
    provider = TwilioTexts(ACCOUNT, TOKEN, CALLBACK, base_url=base_url + path)
    [receipt] = sent(provider, a_text())
    assert (receipt.outcome, receipt.refuses_us) == (Outcome.RETRY, True)
    provider.close()


def test_a_country_that_is_not_enabled_costs_one_call_and_no_other_country(
    provider: TwilioTexts, vendor: TwilioServer, a_text: Texts, caplog: pytest.LogCaptureFixture
) -> None:
    german, british, again = a_text("+4915112345678"), a_text("+447400123456"), a_text("+4915112345679")
    vendor.fates[german.recipient] = 21408
    sent(provider, german)
    receipts = sent(provider, again, british)
    assert outcomes(receipts) == [Outcome.RETRY, Outcome.SENT]
    assert receipts[0].answer.startswith("not tried: 400 21408")
    assert german.recipient not in receipts[0].answer + caplog.text
    assert vendor.calls == 2
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    assert "DE" in caplog.text


def test_a_short_code_that_does_not_reach_a_country_stops_that_country_only(
    vendor: TwilioServer, base_url: str, a_text: Texts
) -> None:
    provider = TwilioTexts(ACCOUNT, TOKEN, CALLBACK, sender="12345", base_url=base_url)
    german, american = a_text("+4915112345678"), a_text()
    vendor.fates[german.recipient] = 21659
    [first] = sent(provider, german)
    second, third = sent(provider, a_text("+4915112345679"), american)
    assert (first.outcome, first.refuses_us) == (Outcome.RETRY, False)
    assert second.answer.startswith("not tried")
    assert third.outcome is Outcome.SENT
    provider.close()


def test_too_many_calls_stop_the_batch_for_as_long_as_the_vendor_asks(
    provider: TwilioTexts, vendor: TwilioServer, a_text: Texts
) -> None:
    vendor.calls_left, vendor.retry_after = 3, 17
    receipts = sent(provider, *(a_text(number) for number in range(AT_ONCE)))
    assert outcomes(receipts).count(Outcome.SENT) == 3 == len(vendor.kept)
    assert {(one.outcome, one.wait) for one in receipts if one.outcome is not Outcome.SENT} == {(Outcome.RETRY, 17.0)}
    assert vendor.calls < 3 + 2 * ABREAST


@pytest.mark.parametrize(("said", "expected"), [(0, USUAL_WAIT), (10**9, LONGEST_WAIT)])
def test_a_wait_is_never_endless(
    provider: TwilioTexts, vendor: TwilioServer, a_text: Texts, said: int, expected: float
) -> None:
    vendor.calls_left, vendor.retry_after = 0, said
    [receipt] = sent(provider, a_text())
    assert receipt.wait == expected


@pytest.mark.parametrize(
    ("fate", "outcome", "arrives"),
    [
        (HTTPStatus.INTERNAL_SERVER_ERROR, Outcome.UNKNOWN, 0),
        (HTTPStatus.SERVICE_UNAVAILABLE, Outcome.UNKNOWN, 0),
        (Mood.HANG_BEFORE, Outcome.UNKNOWN, 0),
        (Mood.HANG_AFTER, Outcome.UNKNOWN, 1),
        (Mood.RESET_BEFORE, Outcome.UNKNOWN, 0),
        (Mood.RESET_AFTER, Outcome.UNKNOWN, 1),
    ],
)
def test_what_may_have_been_taken_is_in_doubt_and_never_sent_again(
    vendor: TwilioServer, base_url: str, a_text: Texts, fate: Mood | HTTPStatus, outcome: Outcome, arrives: int
) -> None:
    provider = TwilioTexts(ACCOUNT, TOKEN, CALLBACK, base_url=base_url, waits=SHORT)
    text = a_text()
    vendor.fates[text.recipient] = fate
    [receipt] = sent(provider, text)
    assert receipt.outcome is outcome
    assert receipt.is_providers_fault
    assert (vendor.calls, len(vendor.kept)) == (1, arrives)
    provider.close()


def test_a_doubt_begins_nothing_more_of_the_batch(vendor: TwilioServer, base_url: str, a_text: Texts) -> None:
    provider = TwilioTexts(ACCOUNT, TOKEN, CALLBACK, base_url=base_url, waits=SHORT)
    batch = [a_text(number) for number in range(AT_ONCE)]
    vendor.fates |= {one.recipient: Mood.HANG_BEFORE for one in batch}
    found = outcomes(sent(provider, *batch))
    assert found.count(Outcome.UNKNOWN) == ABREAST == vendor.calls
    assert found.count(Outcome.RETRY) == AT_ONCE - ABREAST
    provider.close()


def test_where_nobody_listens_nothing_was_sent(a_text: Texts) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    provider = TwilioTexts(ACCOUNT, TOKEN, CALLBACK, base_url=f"http://127.0.0.1:{port}")
    first, *_ = sent(provider, *(a_text(number) for number in range(AT_ONCE)))
    assert (first.outcome, first.unwell, first.refuses_us) == (Outcome.RETRY, True, False)
    provider.close()


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (with_body(b""), Outcome.UNKNOWN),
        (with_body(b"<html>"), Outcome.UNKNOWN),
        (with_body(b"[]"), Outcome.UNKNOWN),
        (with_body(b"[" * 100_000), Outcome.UNKNOWN),
        (b"no HTTP at all\r\n\r\n", Outcome.UNKNOWN),
        (with_body(b"{}"), Outcome.SENT),
        (with_body(b'{"sid": "SM1", "num_segments": "many"}'), Outcome.SENT),
        (with_body(b'{"sid": "SM1", "date_sent": 7}'), Outcome.UNKNOWN),
        (with_body(b"teapot", b"418 I am a teapot"), Outcome.RETRY),
        (with_body(b'{"code": true, "message": 7}', b"400 Bad Request"), Outcome.RETRY),
        (with_body(b"", b"302 Found"), Outcome.RETRY),
    ],
)
def test_whatever_comes_back_is_a_receipt(a_text: Texts, answer: bytes, outcome: Outcome) -> None:
    with answering(answer) as url:
        provider = TwilioTexts(ACCOUNT, TOKEN, CALLBACK, base_url=url, waits=SHORT)
        [receipt] = sent(provider, a_text())
        provider.close()
    assert receipt.outcome is outcome
    assert len(receipt.answer) <= 300


def test_a_slow_vendor_is_given_no_more_of_a_batch_after_a_while(
    provider: TwilioTexts, a_text: Texts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(send, "PATIENCE", -1.0)
    receipts = sent(provider, *(a_text(number) for number in range(9)))
    assert set(outcomes(receipts)) == {Outcome.RETRY}
    assert {one.answer for one in receipts} == {"not tried: the provider was too slow"}


@pytest.mark.parametrize(
    ("account", "token", "sender"),
    [
        ("", TOKEN, ""),
        ("AC123", TOKEN, ""),
        (ACCOUNT, "", ""),
        (ACCOUNT, "two words", ""),
        (ACCOUNT, TOKEN, "MG123456789012"),
    ],
)
def test_credentials_and_senders_that_cannot_be_any_are_refused_at_once(
    monkeypatch: pytest.MonkeyPatch, account: str, token: str, sender: str
) -> None:
    monkeypatch.setenv("TWILIO_ACCOUNT_SID", ACCOUNT)
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", TOKEN)
    with pytest.raises(ValueError, match=r"is AC and|printable|comes from"):
        TwilioTexts(account, token, CALLBACK, sender=sender)


def test_the_environment_does_not_send_texts_elsewhere(
    monkeypatch: pytest.MonkeyPatch, vendor: TwilioServer, base_url: str, a_text: Texts
) -> None:
    monkeypatch.setenv("TWILIO_EDGE", "sydney")
    monkeypatch.setenv("TWILIO_REGION", "au1")
    provider = TwilioTexts(ACCOUNT, TOKEN, CALLBACK, base_url=base_url)
    assert outcomes(sent(provider, a_text())) == [Outcome.SENT]
    assert vendor.calls == 1
    provider.close()


def test_two_texts_of_one_message_are_told_apart_by_nothing_but_their_ids(
    provider: TwilioTexts, vendor: TwilioServer, a_text: Texts
) -> None:
    text = a_text()
    receipts = sent(provider, text, replace(text, touch_id=uuid4()))
    assert len({receipt.reference for receipt in receipts}) == 2 == len(vendor.kept)
