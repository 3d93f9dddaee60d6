"""The door for reports, spoken to by real clients."""

import asyncio
import smtplib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import pytest

from outreach.domain.errors import NotReady
from outreach.providers.letters import LARGEST_MAIL
from outreach.providers.smtp.listener import MOST_RECIPIENTS, Door, Keep, ReportListener
from tests.providers.smtp.returned_mail import PATH, RETURN, SAMPLES

REPORT = SAMPLES[0].raw


@contextmanager
def listening(keep: Keep, *, lmtp: bool = False) -> Iterator[int]:
    listener = ReportListener(keep, door=Door(lmtp=lmtp), return_path=PATH)
    started, stop = threading.Event(), asyncio.Event()
    loop = asyncio.new_event_loop()

    async def run() -> None:
        await listener.start()
        started.set()
        await stop.wait()
        await listener.stop()

    def thread() -> None:
        with asyncio.Runner(loop_factory=lambda: loop) as runner:
            runner.run(run())

    worker = threading.Thread(target=thread, daemon=True)
    worker.start()
    assert started.wait(10)
    try:
        yield listener.port
    finally:
        loop.call_soon_threadsafe(stop.set)
        worker.join(10)


def client(port: int, *, lmtp: bool = False) -> smtplib.SMTP:
    return (smtplib.LMTP if lmtp else smtplib.SMTP)("127.0.0.1", port, timeout=5)


@pytest.mark.parametrize("lmtp", [False, True])
def test_a_report_is_kept_with_the_address_it_came_to(lmtp: bool) -> None:
    kept: list[bytes] = []
    with listening(kept.append, lmtp=lmtp) as port, client(port, lmtp=lmtp) as smtp:
        smtp.sendmail("", RETURN, REPORT)
    assert kept == [b"Delivered-To: " + RETURN.encode() + b"\r\n" + REPORT]


def test_two_recipients_over_lmtp_are_two_reports_and_two_answers() -> None:
    kept: list[bytes] = []
    other = PATH.of(uuid4())
    with listening(kept.append, lmtp=True) as port, client(port, lmtp=True) as smtp:
        smtp.ehlo_or_helo_if_needed()
        smtp.mail("")
        assert [smtp.rcpt(address)[0] for address in (RETURN, other)] == [250, 250]
        assert smtp.data(REPORT)[0] == 250
        assert smtp.getreply()[0] == 250
        assert smtp.noop()[0] == 250
    assert len(kept) == 2


def test_it_says_yes_only_after_the_mail_is_kept() -> None:
    began, go_on, answered = threading.Event(), threading.Event(), threading.Event()

    def keep(raw: bytes) -> None:
        began.set()
        assert go_on.wait(10)

    def send(port: int) -> None:
        with client(port) as smtp:
            smtp.sendmail("", RETURN, REPORT)
            answered.set()

    with listening(keep) as port:
        sender = threading.Thread(target=send, args=[port])
        sender.start()
        assert began.wait(10)
        assert not answered.is_set()
        go_on.set()
        sender.join(10)
    assert answered.is_set()


def test_a_store_that_fails_makes_the_server_come_again() -> None:
    def keep(raw: bytes) -> None:
        raise OSError("the disk is full")

    with listening(keep) as port, client(port) as smtp, pytest.raises(smtplib.SMTPDataError) as refusal:
        smtp.sendmail("", RETURN, REPORT)
    assert refusal.value.smtp_code == 451


@pytest.mark.parametrize(
    "address", ["anna@customer.example", "bounces@bounce.hearth.example", RETURN.replace("bounces+", "bounces+b", 1)]
)
def test_mail_for_anybody_else_is_refused(address: str) -> None:
    kept: list[bytes] = []
    with listening(kept.append) as port, client(port) as smtp, pytest.raises(smtplib.SMTPRecipientsRefused):
        smtp.sendmail("x@y.example", address, REPORT)
    assert kept == []


def test_more_recipients_than_a_report_can_have_are_put_off() -> None:
    with listening(lambda raw: None) as port, client(port) as smtp:
        smtp.ehlo()
        smtp.mail("")
        codes = [smtp.rcpt(PATH.of(uuid4()))[0] for _ in range(MOST_RECIPIENTS + 1)]
    assert codes == [250] * MOST_RECIPIENTS + [452]


def test_a_mail_above_the_limit_is_refused() -> None:
    kept: list[bytes] = []
    big = REPORT + (b"x" * 70 + b"\r\n") * (LARGEST_MAIL // 72)
    with listening(kept.append) as port, client(port) as smtp:
        smtp.ehlo()
        smtp.mail("")
        smtp.rcpt(RETURN)
        assert smtp.data(big)[0] == 552
        with pytest.raises(smtplib.SMTPSenderRefused) as refusal:
            smtp.sendmail("", RETURN, big)
    assert refusal.value.smtp_code == 552
    assert kept == []


def test_a_taken_port_is_told() -> None:
    with listening(lambda raw: None) as port:
        late = ReportListener(lambda raw: None, door=Door(port=port), return_path=PATH)
        with pytest.raises(NotReady, match=str(port)):
            asyncio.run(late.start())
