"""Fetching reports from a mailbox, by real clients over real encryption."""

import ssl
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import quote

import pytest

from outreach.domain.errors import BadInput
from outreach.providers.letters import LARGEST_MAIL
from outreach.providers.smtp.pickup import BounceMailbox, MailboxFailed
from tests.providers.smtp.mailboxes import CERTIFICATE, PASSWORD, USER, Box, ImapTalk, PopTalk, Talk, serving

MAIL = b"Subject: one\r\n\r\n.dots\r\nand more\r\n"
OTHER = b"Subject: two\r\n\r\n\xff\x00\r\n"

KINDS = {"imaps": ImapTalk, "pop3s": PopTalk}


@pytest.fixture(params=list(KINDS))
def scheme(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def box() -> Box:
    return Box.holding(MAIL, OTHER)


@pytest.fixture
def mailbox(scheme: str, box: Box) -> Iterator[BounceMailbox]:
    kind: type[Talk] = KINDS[scheme]
    with serving(box, kind):
        yield pointing_at(scheme, box)


def pointing_at(scheme: str, box: Box, *, password: str = PASSWORD, folder: str = "INBOX") -> BounceMailbox:
    url = f"{scheme}://{quote(USER)}:{quote(password)}@localhost:{box.port}/{folder}"
    trust = ssl.create_default_context(cafile=str(CERTIFICATE))
    return replace(BounceMailbox.from_url(url), context=trust, time_out=5.0)


def test_every_byte_of_every_mail_is_handed_out(mailbox: BounceMailbox) -> None:
    with mailbox.open() as opened:
        assert [raw for _, raw in opened.mails(10)] == [MAIL, OTHER]


def test_only_what_was_removed_is_gone_and_only_once_it_is_closed(mailbox: BounceMailbox, box: Box) -> None:
    with mailbox.open() as opened:
        [(name, _), _] = opened.mails(10)
        opened.remove(name)
        assert set(box.mails) == {1, 2}
    assert set(box.mails) == {2}


def test_no_more_mails_are_fetched_than_asked_for(mailbox: BounceMailbox) -> None:
    with mailbox.open() as opened:
        assert len(list(opened.mails(1))) == 1


def test_a_huge_mail_is_cut_off(mailbox: BounceMailbox, box: Box) -> None:
    box.mails = {1: MAIL + b"x" * 70 + b"\r\n" + (b"y" * 70 + b"\r\n") * 20_000}
    with mailbox.open() as opened:
        [(_, raw)] = opened.mails(10)
    assert raw.startswith(MAIL)
    assert len(raw) <= LARGEST_MAIL


def test_a_wrong_password_is_told_without_it(scheme: str, mailbox: BounceMailbox, box: Box) -> None:
    wrong = pointing_at(scheme, box, password="secret")
    with pytest.raises(MailboxFailed, match="wrong password") as failure, wrong.open():
        pass
    assert "secret" not in str(failure.value)
    assert "secret" not in repr(wrong)


def test_a_folder_that_is_not_there_is_told(box: Box) -> None:
    with (
        serving(box, ImapTalk),
        pytest.raises(MailboxFailed, match="cannot be opened"),
        pointing_at("imaps", box, folder="Bounces").open(),
    ):
        pass


def test_a_connection_that_breaks_lets_nothing_go(scheme: str, mailbox: BounceMailbox, box: Box) -> None:
    def take_all() -> None:
        with mailbox.open() as opened:
            for name, _ in opened.mails(10):
                opened.remove(name)

    box.breaks_at = {"imaps": "FETCH 2", "pop3s": "RETR 2"}[scheme]
    with pytest.raises(MailboxFailed):
        take_all()
    assert set(box.mails) == {1, 2}


def test_a_certificate_that_nobody_vouches_for_is_not_accepted(mailbox: BounceMailbox) -> None:
    with pytest.raises(MailboxFailed, match="certificate"), replace(mailbox, context=None).open():
        pass


def test_a_server_that_is_not_there_is_told() -> None:
    with pytest.raises(MailboxFailed), replace(BounceMailbox.from_url("imaps://u:p@127.0.0.1"), port=1).open():
        pass


@pytest.mark.parametrize(("scheme_", "port"), [("imaps", 993), ("pop3s", 995)])
def test_an_address_without_a_port_means_the_usual_one(scheme_: str, port: int) -> None:
    mailbox = BounceMailbox.from_url(f"{scheme_}://anna%40x.example:p%40ss@mail.example")
    assert (mailbox.host, mailbox.port, mailbox.folder) == ("mail.example", port, "INBOX")
    assert (mailbox.user, mailbox.password) == ("anna@x.example", "p@ss")


@pytest.mark.parametrize(
    "url",
    [
        "http://u:secret@h",
        "imaps://",
        "imaps://h/INBOX",
        "imaps://u:secret@h:port",
        "imap://u:secret@mail.example",
        "pop3://u:secret@192.0.2.1",
    ],
)
def test_a_broken_or_unencrypted_address_is_refused_without_repeating_the_password(url: str) -> None:
    with pytest.raises(BadInput) as refusal:
        BounceMailbox.from_url(url)
    assert "BOUNCE_MAILBOX_URL" in str(refusal.value)
    assert "secret" not in str(refusal.value)
