"""The built-in mailbox accepts only what it has stored."""

import smtplib
import socket
import subprocess
import sys
import threading
from collections.abc import Sequence
from uuid import UUID, uuid4

import pytest

from outreach.domain.errors import NotReady
from outreach.domain.touch import Channel
from outreach.providers.mailbox.server import (
    HOST,
    SIZE_LIMIT,
    Arrival,
    MailboxServer,
    read_arrivals,
    running_mailbox,
)
from tests.providers.conftest import Inbox

MAIL = (
    b"From: Carys <carys@hearth.example>\r\nSubject: =?utf-8?b?5L2g5aW9?=\r\nContent-Language: zh-Hans\r\n"
    b"X-Outreach-Message: 0b0e4a34-7f2b-4c51-9f05-3c4f0a1b2c3d\r\n\r\nHello\r\n"
)


def send(port: int, recipient: str = "anna@example.com", data: bytes = MAIL) -> None:
    with smtplib.SMTP(HOST, port, local_hostname="localhost", timeout=10) as smtp:
        smtp.sendmail("b@hearth.example", [recipient], data)


def test_a_mail_is_stored_with_what_its_head_says(inbox: Inbox) -> None:
    send(inbox.port)
    assert inbox.arrivals == [
        Arrival(
            channel=Channel.EMAIL,
            sender="b@hearth.example",
            recipient="anna@example.com",
            subject="你好",
            touch_id=UUID("0b0e4a34-7f2b-4c51-9f05-3c4f0a1b2c3d"),
            language="zh-Hans",
            raw=MAIL,
        )
    ]


@pytest.mark.parametrize(
    "head", [b"", b"X-Outreach-Message: none\r\n", b"Subject: =?klingon?q?x?=\r\n", b"\xff\xfe\r\n"]
)
def test_mail_that_is_none_of_ours_is_kept_too(inbox: Inbox, head: bytes) -> None:
    send(inbox.port, data=head + b"\r\nHello\r\n")
    [arrival] = inbox.arrivals
    assert arrival.touch_id is None
    assert arrival.raw == head + b"\r\nHello\r\n"


def test_the_same_message_twice_shows_as_two(inbox: Inbox) -> None:
    send(inbox.port)
    send(inbox.port)
    assert len({arrival.touch_id for arrival in inbox.arrivals}) == 1
    assert len(inbox.arrivals) == 2


@pytest.mark.parametrize("address", ["gone.anna@example.com", "Gone.Anna@example.com"])
def test_people_who_left_are_refused_with_the_code_of_a_dead_address(inbox: Inbox, address: str) -> None:
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refusal:
        send(inbox.port, address)
    assert refusal.value.recipients[address] == (550, b"5.1.1 no such person here")
    assert inbox.arrivals == []


def test_a_message_beyond_the_size_limit_is_refused(inbox: Inbox) -> None:
    with pytest.raises(smtplib.SMTPException, match="552"):
        send(inbox.port, data=MAIL + (b"x" * 900 + b"\r\n") * (SIZE_LIMIT // 902 + 1))
    assert inbox.arrivals == []


def test_a_message_that_cannot_be_stored_is_not_accepted() -> None:
    def broken(arrivals: Sequence[Arrival]) -> None:
        raise OSError("disk full")

    with running_mailbox(MailboxServer(broken, port=0)) as port:
        with pytest.raises(smtplib.SMTPDataError) as refusal:
            send(port)
        assert refusal.value.smtp_code == 451


def test_a_message_is_stored_before_it_is_accepted() -> None:
    """Whoever is killed while waiting for the answer finds the message in the mailbox or nowhere, never half."""
    release, asked = threading.Event(), threading.Event()
    kept: list[Arrival] = []

    def slow(arrivals: Sequence[Arrival]) -> None:
        asked.set()
        assert release.wait(10)
        kept.extend(arrivals)

    with running_mailbox(MailboxServer(slow, port=0)) as port:
        sender = threading.Thread(target=send, args=(port,))
        sender.start()
        assert asked.wait(10)
        assert sender.is_alive()
        release.set()
        sender.join(10)
    assert len(kept) == 1


def test_a_sender_that_goes_away_before_the_storing_has_sent_nothing(inbox: Inbox) -> None:
    kept: list[Arrival] = []
    server = MailboxServer(kept.extend, port=0, delay_seconds=1.0)
    with running_mailbox(server) as port:
        smtp = smtplib.SMTP(HOST, port, local_hostname="localhost", timeout=10)
        for command in ("MAIL FROM:<b@hearth.example>", "RCPT TO:<anna@example.com>", "DATA"):
            smtp.docmd(command)
        smtp.send(MAIL + b".\r\n")
        smtp.close()
        send(port)  # takes the whole delay, so the first message had its time
    assert len(kept) == 1


def test_stopping_waits_for_what_is_being_stored() -> None:
    release, asked = threading.Event(), threading.Event()
    kept: list[Arrival] = []

    def slow(arrivals: Sequence[Arrival]) -> None:
        asked.set()
        assert release.wait(10)
        kept.extend(arrivals)

    with running_mailbox(MailboxServer(slow, port=0)) as port:
        sender = threading.Thread(target=send, args=(port,))
        sender.start()
        assert asked.wait(10)
        threading.Timer(0.1, release.set).start()
    sender.join(10)
    assert len(kept) == 1


def test_a_taken_port_is_told_with_the_way_round_it() -> None:
    with (
        socket.create_server((HOST, 0)) as taken,
        pytest.raises(NotReady, match="OUTREACH_MAILBOX_PORT"),
        running_mailbox(MailboxServer(lambda arrivals: None, port=taken.getsockname()[1])),
    ):
        raise AssertionError("never reached")


def test_a_process_that_is_told_to_stop_ends_by_itself() -> None:
    program = (
        "from outreach.providers.mailbox.server import MailboxServer, serve_mailbox\n"
        "server = MailboxServer(lambda arrivals: None, port=0)\n"
        "serve_mailbox(server, ready=lambda port: print(port, flush=True))\n"
    )
    process = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    port = int(process.stdout.readline())
    send(port)
    process.terminate()
    assert process.wait(20) == 0
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((HOST, port), timeout=5)


def test_a_text_arrives_as_words_with_its_number_and_sender() -> None:
    touch_id = uuid4()
    raw = (
        f"From: Hearth & Home <texts@sms.mailbox.invalid>\r\nX-Outreach-Message: {touch_id}\r\n"
        "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\nR3LDvMOfZQ==\r\n"
    )
    assert read_arrivals(raw.encode(), "texts@sms.mailbox.invalid", ["447700900123@sms.mailbox.invalid"]) == [
        Arrival(
            channel=Channel.SMS,
            sender="Hearth & Home",
            recipient="+447700900123",
            subject="",
            touch_id=touch_id,
            language="",
            raw="Grüße".encode(),
        )
    ]
