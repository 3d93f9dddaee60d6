"""Sending through SendGrid, against a server that checks every call by the vendor's contract."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from http import HTTPStatus
from uuid import uuid4

import httpx
import pytest

from outreach.demo.vendors.moods import Mood
from outreach.demo.vendors.sendgrid import SendGridServer
from outreach.providers.base import Assembler, Outcome, Outgoing, Receipt
from outreach.providers.pooled import Waits
from outreach.providers.sendgrid import calls
from outreach.providers.sendgrid.send import LONGEST_WAIT, MOST_SPLITS, USUAL_WAIT, SendGridProvider
from outreach.rendering.shared_mail import MailParts, SharedMail
from tests.providers.sendgrid.conftest import KEY, SHARED

Mails = Callable[..., Outgoing]
#: Long enough for a busy machine to answer, short enough to wait for what never comes.
SHORT = Waits(connect=5.0, write=5.0, answer=1.0)


def sent(provider: SendGridProvider, batch: list[Outgoing]) -> list[Receipt]:
    """The receipts, in the order of the batch; there must be one for each."""
    with provider.open() as line:
        receipts = {receipt.touch_id: receipt for receipt in line.send(batch)}
    assert receipts.keys() == {one.touch_id for one in batch}
    return [receipts[one.touch_id] for one in batch]


def outcomes(receipts: list[Receipt]) -> list[Outcome]:
    return [receipt.outcome for receipt in receipts]


def test_a_thousand_mails_of_one_edition_go_in_one_call_and_arrive_as_written(
    provider: SendGridProvider, vendor: SendGridServer, a_mail: Mails
) -> None:
    batch = [a_mail(number, f"Ann {number} & Bob") for number in range(1000)]
    receipts = sent(provider, batch)
    assert vendor.calls == 1
    assert set(outcomes(receipts)) == {Outcome.SENT}
    assert {receipt.reference for receipt in receipts} == {vendor.kept[0].reference}
    assert [mail.recipient for mail in vendor.kept] == [one.recipient for one in batch]
    for number, (mail, one) in enumerate(zip(vendor.kept, batch, strict=True)):
        assert one.parts is not None
        assert mail.custom_args == {"message_id": str(one.touch_id)}
        assert mail.text == f"Hello Ann {number} & Bob!\n"
        assert mail.html == f"<p>Hello Ann {number} &amp; Bob!</p>"
        assert mail.subject == f"For Ann {number} & Bob"
        assert mail.headers == {**one.parts.headers, "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
        assert (mail.sender, mail.sender_name) == ("carys@hearth.example", "Carys, at Hearth")
        assert mail.reply_to == "hello@hearth.example"


def test_it_is_an_assembler_of_the_mail_channel(provider: SendGridProvider) -> None:
    assert isinstance(provider, Assembler)
    assert (provider.name, provider.channel, provider.at_once) == ("sendgrid", "email", 1000)
    assert KEY not in repr(provider)


def test_calls_one_after_the_other_share_a_connection(
    provider: SendGridProvider, vendor: SendGridServer, a_mail: Mails
) -> None:
    for number in range(5):
        sent(provider, [a_mail(number)])
    assert (vendor.calls, vendor.connections) == (5, 1)


def test_a_finished_mail_is_sent_as_what_it_says(provider: SendGridProvider, vendor: SendGridServer) -> None:
    data = (
        b'From: "Carys" <carys@hearth.example>\r\nTo: a@customer.example\r\nReply-To: hello@hearth.example\r\n'
        b"Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\nDate: Tue, 08 Sep 2026 09:30:00 +0000\r\n"
        b"List-Unsubscribe: <https://o.example/u/x>\r\nMIME-Version: 1.0\r\n"
        b"Content-Type: text/plain; charset=utf-8\r\n\r\nHello\r\n"
    )
    [receipt] = sent(provider, [Outgoing(uuid4(), "carys@hearth.example", "a@customer.example", data)])
    assert receipt.outcome is Outcome.SENT
    [mail] = vendor.kept
    assert (mail.subject, mail.text, mail.html) == ("Grüße", "Hello\n", "")
    assert mail.headers == {"List-Unsubscribe": "<https://o.example/u/x>"}


def test_no_call_names_an_address_twice(provider: SendGridProvider, vendor: SendGridServer, a_mail: Mails) -> None:
    batch = [a_mail(0), a_mail(1), a_mail(address="ANNA0@customer.example")]
    assert set(outcomes(sent(provider, batch))) == {Outcome.SENT}
    assert sorted((mail.call, mail.recipient) for mail in vendor.kept) == [
        (0, "anna0@customer.example"),
        (0, "anna1@customer.example"),
        (1, "ANNA0@customer.example"),
    ]


def test_each_edition_and_language_is_a_call_of_its_own(
    provider: SendGridProvider, vendor: SendGridServer, a_mail: Mails
) -> None:
    welsh = replace(SHARED, text="Helo ~%0t%!\n")
    batch = [a_mail(number, shared=(SHARED, welsh)[number % 2]) for number in range(6)]
    sent(provider, batch)
    assert vendor.calls == 2
    assert sorted({(mail.call, mail.text) for mail in vendor.kept}) == [(0, "Hello Siân!\n"), (1, "Helo Siân!\n")]


@pytest.mark.parametrize("name", ["x" * 6000, "好" * 2000, "~%0h%"])
def test_values_too_long_or_like_a_tag_are_written_into_a_call_of_their_own(
    provider: SendGridProvider, vendor: SendGridServer, a_mail: Mails, name: str
) -> None:
    sent(provider, [a_mail(0), a_mail(1, name), a_mail(2)])
    assert vendor.calls == 2
    assert [(mail.recipient, mail.text) for mail in vendor.kept if mail.call == 1] == [
        ("anna1@customer.example", f"Hello {name}!\n")
    ]


def test_nothing_of_ours_is_tracked_by_the_vendor(a_mail: Mails) -> None:
    mail = a_mail()
    assert mail.parts is not None
    [call] = calls.calls_of([calls.Letter(mail.touch_id, mail.recipient, mail.parts)])
    said = httpx.Response(200, content=calls.body_of(call)).json()
    settings = said["tracking_settings"]
    kinds = ("click_tracking", "open_tracking", "subscription_tracking", "ganalytics")
    assert [settings[kind]["enable"] for kind in kinds] == [False] * 4
    assert "mail_settings" not in said


def test_in_the_sandbox_everything_is_checked_and_nothing_sent(
    base_url: str, vendor: SendGridServer, a_mail: Mails
) -> None:
    [receipt] = sent(SendGridProvider(KEY, base_url=base_url, sandbox=True), [a_mail()])
    assert (receipt.outcome, vendor.calls, vendor.kept) == (Outcome.SENT, 1, [])


def test_headers_that_the_vendor_writes_itself_are_left_out(
    provider: SendGridProvider, vendor: SendGridServer, a_mail: Mails
) -> None:
    mail = a_mail()
    assert mail.parts is not None
    headers = {"List-ID": "<a.b>", "DKIM-Signature": "v=1", "CC": "x@y.example", "X-SG-EID": "1"}
    sent(provider, [replace(mail, parts=mail.parts._replace(headers=headers))])
    assert vendor.kept[0].headers == {"List-ID": "<a.b>", **SHARED.headers}


def test_addresses_that_are_none_are_refused_before_the_call(
    provider: SendGridProvider, vendor: SendGridServer, a_mail: Mails
) -> None:
    bad = ["nobody", "@b.example", "a@", "a b@c.example", "a@b.example\r\nBcc: c@d.example", "Ann <a@b.example>"]
    receipts = sent(provider, [a_mail(address=one) for one in bad] + [a_mail()])
    assert outcomes(receipts) == [Outcome.FAILED] * len(bad) + [Outcome.SENT]
    assert vendor.calls == 1


def test_a_mail_that_cannot_be_taken_apart_fails_alone(
    provider: SendGridProvider, vendor: SendGridServer, a_mail: Mails
) -> None:
    broken = Outgoing(uuid4(), "a@b.example", "c@d.example", b"Subject: no sender\r\n\r\nx\r\n")
    assert outcomes(sent(provider, [broken, a_mail()])) == [Outcome.FAILED, Outcome.SENT]


def test_of_a_refused_call_only_those_it_was_refused_for_fail(
    provider: SendGridProvider, vendor: SendGridServer, a_mail: Mails
) -> None:
    batch = [a_mail(number) for number in range(100)]
    for place in (3, 50, 99):
        batch[place] = a_mail(place, address=f"x{place}@{'y' * 70}.example")
    receipts = sent(provider, batch)
    assert [place for place, one in enumerate(receipts) if one.outcome is Outcome.FAILED] == [3, 50, 99]
    assert "400 Does not contain a valid address." in receipts[3].answer
    assert outcomes(receipts).count(Outcome.SENT) == len(vendor.kept) == 97
    assert vendor.calls == 2


def test_a_fault_that_the_vendor_does_not_place_is_found_by_halving(
    provider: SendGridProvider, vendor: SendGridServer, a_mail: Mails
) -> None:
    vendor.is_vague = True
    batch = [a_mail(number) for number in range(1000)]
    batch[617] = a_mail(617, address=f"x@{'y' * 70}.example")
    receipts = sent(provider, batch)
    assert [place for place, one in enumerate(receipts) if one.outcome is Outcome.FAILED] == [617]
    assert sorted(mail.recipient for mail in vendor.kept) == sorted(
        one.recipient for place, one in enumerate(batch) if place != 617
    )
    assert vendor.calls <= 1 + MOST_SPLITS


def test_a_fault_of_all_of_them_costs_few_calls_and_burns_no_list(
    provider: SendGridProvider, vendor: SendGridServer, a_mail: Mails
) -> None:
    nameless = SharedMail("", "not an address", "", "Hello", "")
    receipts = sent(provider, [a_mail(number, shared=nameless) for number in range(1000)])
    assert vendor.calls <= 1 + 2 * MOST_SPLITS
    assert outcomes(receipts).count(Outcome.FAILED) <= MOST_SPLITS
    assert set(outcomes(receipts)) <= {Outcome.FAILED, Outcome.RETRY}


def test_a_call_beyond_the_largest_is_parted_before_it_is_sent(
    provider: SendGridProvider, vendor: SendGridServer, a_mail: Mails, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("outreach.providers.sendgrid.send.MOST_BYTES", 20_000)
    receipts = sent(provider, [a_mail(number) for number in range(100)])
    assert set(outcomes(receipts)) == {Outcome.SENT}
    assert 1 < vendor.calls <= 4
    assert len(vendor.kept) == 100


def test_a_call_that_the_vendor_finds_too_large_is_parted(
    provider: SendGridProvider, vendor: SendGridServer, a_mail: Mails
) -> None:
    vendor.moods.append(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    receipts = sent(provider, [a_mail(number) for number in range(10)])
    assert set(outcomes(receipts)) == {Outcome.SENT}
    assert (vendor.calls, len(vendor.kept)) == (3, 10)


@pytest.mark.parametrize(
    "status",
    [HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.MOVED_PERMANENTLY],
)
def test_an_answer_that_is_about_our_set_up_stops_everything_and_fails_nothing(
    provider: SendGridProvider, vendor: SendGridServer, a_mail: Mails, status: HTTPStatus
) -> None:
    vendor.moods.append(status)
    two_calls = [a_mail(0), a_mail(1), a_mail(1)]
    receipts = sent(provider, two_calls)
    assert set(outcomes(receipts)) == {Outcome.RETRY}
    assert all(receipt.refuses_us for receipt in receipts)
    assert (vendor.calls, vendor.kept) == (1, [])


def test_a_key_that_is_refused_stops_everything_and_is_not_repeated(
    base_url: str, vendor: SendGridServer, a_mail: Mails
) -> None:
    receipts = sent(SendGridProvider("SG.another", base_url=base_url), [a_mail(0), a_mail(1), a_mail(1)])
    assert set(outcomes(receipts)) == {Outcome.RETRY}
    assert all(receipt.refuses_us and "SG." not in receipt.answer for receipt in receipts)
    assert "401 The provided authorization grant is invalid" in receipts[0].answer
    assert vendor.calls == 1


@pytest.mark.parametrize("key", ["", "SG.a b", "SG.\r\nX: y", "SG.é"])
def test_a_key_that_can_be_none_is_refused_at_once(key: str) -> None:
    with pytest.raises(ValueError, match="API key"):
        SendGridProvider(key)


def test_the_limits_of_each_answer_are_passed_on_and_too_fast_means_wait(
    base_url: str, vendor: SendGridServer, a_mail: Mails
) -> None:
    heard: list[tuple[int, float]] = []
    vendor.calls_left, vendor.resets_at = 1, 1_788_862_230

    def heed(*, left: int, seconds: float) -> None:
        heard.append((left, seconds))

    provider = SendGridProvider(KEY, base_url=base_url, heed=heed, clock=lambda: 1_788_862_200.0)
    receipts = sent(provider, [a_mail(0), a_mail(0), a_mail(0)])
    assert outcomes(receipts) == [Outcome.SENT, Outcome.RETRY, Outcome.RETRY]
    assert [receipt.wait for receipt in receipts] == [0, 30.0, 30.0]
    assert heard == [(0, 30.0), (0, 30.0)]
    assert vendor.calls == 2
    assert not any(receipt.refuses_us for receipt in receipts)


@pytest.mark.parametrize(
    ("resets_at", "wait"), [(1_788_862_199, 1.0), (1_888_862_200, LONGEST_WAIT), (1_788_862_200, 1.0)]
)
def test_nobody_is_believed_who_asks_for_too_short_or_too_long_a_wait(
    base_url: str, vendor: SendGridServer, a_mail: Mails, resets_at: int, wait: float
) -> None:
    vendor.calls_left, vendor.resets_at = 0, resets_at
    provider = SendGridProvider(KEY, base_url=base_url, clock=lambda: 1_788_862_200.0)
    assert [receipt.wait for receipt in sent(provider, [a_mail()])] == [wait]


def test_too_fast_without_a_time_means_the_usual_wait(
    provider: SendGridProvider, vendor: SendGridServer, a_mail: Mails
) -> None:
    vendor.moods.append(HTTPStatus.TOO_MANY_REQUESTS)
    assert [receipt.wait for receipt in sent(provider, [a_mail()])] == [USUAL_WAIT]


@pytest.mark.parametrize("mood", [HTTPStatus.INTERNAL_SERVER_ERROR, HTTPStatus.SERVICE_UNAVAILABLE, *Mood])
def test_a_call_that_may_have_been_accepted_is_in_doubt_and_the_next_is_not_begun(
    base_url: str, vendor: SendGridServer, a_mail: Mails, mood: Mood | HTTPStatus
) -> None:
    vendor.moods.append(mood)
    batch = [a_mail(0), a_mail(1), a_mail(0)]
    receipts = sent(SendGridProvider(KEY, base_url=base_url, waits=SHORT), batch)
    assert outcomes(receipts) == [Outcome.UNKNOWN, Outcome.UNKNOWN, Outcome.RETRY]
    assert vendor.calls == 1
    assert len(vendor.kept) == (2 if mood in (Mood.HANG_AFTER, Mood.RESET_AFTER) else 0)


def test_a_vendor_that_nobody_reaches_leaves_no_doubt(a_mail: Mails) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        provider = SendGridProvider(KEY, base_url=f"http://127.0.0.1:{taken.getsockname()[1]}", waits=SHORT)
        receipts = sent(provider, [a_mail(0), a_mail(0)])
    assert outcomes(receipts) == [Outcome.RETRY, Outcome.RETRY]
    assert not any(receipt.refuses_us for receipt in receipts)


@contextmanager
def hanging_up(after: int) -> Iterator[str]:
    """A server that reads so many octets of a request and resets the connection."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            connection, _ = listener.accept()
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            connection.recv(after)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            connection.close()

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        thread.join(10)


def test_a_call_that_is_cut_in_the_middle_of_its_body_leaves_no_doubt(a_mail: Mails) -> None:
    # More than both ends' buffers hold, so that it cannot have gone whole.
    large = MailParts(replace(SHARED, text="x" * 28_000_000, tags=()), "s", {})
    with hanging_up(after=100) as url:
        provider = SendGridProvider(KEY, base_url=url, waits=SHORT)
        [receipt] = sent(provider, [replace(a_mail(), parts=large)])
    assert receipt.outcome is Outcome.RETRY


def test_after_a_time_no_further_call_is_begun(
    provider: SendGridProvider, vendor: SendGridServer, a_mail: Mails, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("outreach.providers.sendgrid.send.PATIENCE", -1.0)
    [receipt] = sent(provider, [a_mail()])
    assert (receipt.outcome, vendor.calls) == (Outcome.RETRY, 0)
    assert "too slow" in receipt.answer


def test_half_a_character_keeps_nobody_from_leaving(
    provider: SendGridProvider, vendor: SendGridServer, a_mail: Mails
) -> None:
    assert set(outcomes(sent(provider, [a_mail(0, "\ud83d"), a_mail(1)]))) == {Outcome.SENT}
    assert [mail.text for mail in vendor.kept] == ["Hello ?!\n", "Hello Siân!\n"]
