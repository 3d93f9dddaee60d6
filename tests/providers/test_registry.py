"""Settings choose providers by name."""

import pytest

from outreach.domain.errors import BadInput
from outreach.domain.touch import Channel
from outreach.providers.registry import build_providers, build_readers
from outreach.providers.smtp.accounts import read_accounts


def build(*, email: str = "mailbox", sms: str = "mailbox", smtp_url: str = "") -> dict[Channel, str]:
    """Names of the providers chosen."""
    providers = build_providers(
        email=email, sms=sms, smtp_url=smtp_url, mailbox_port=8026, seen=lambda ids: frozenset(ids)
    )
    return {channel: provider.name for channel, provider in providers.items()}


def test_the_mailbox_carries_both_channels() -> None:
    assert build() == {Channel.EMAIL: "mailbox", Channel.SMS: "mailbox"}


def test_smtp_carries_mail_only() -> None:
    assert build(email="smtp", smtp_url="smtp://mail.example") == {Channel.EMAIL: "smtp", Channel.SMS: "mailbox"}


@pytest.mark.parametrize(
    ("email", "sms", "smtp_url", "named"),
    [
        ("pigeon", "mailbox", "", "EMAIL_PROVIDER"),
        ("mailbox", "pigeon", "", "SMS_PROVIDER"),
        ("smtp", "mailbox", "", "SMTP_URL"),
    ],
)
def test_a_provider_that_does_not_exist_is_named(email: str, sms: str, smtp_url: str, named: str) -> None:
    with pytest.raises(BadInput, match=named):
        build(email=email, sms=sms, smtp_url=smtp_url)


def test_each_reader_is_found_under_its_own_name() -> None:
    names = {name: reader.name for name, reader in build_readers(secret=b"s").items()}
    assert names == {name: name for name in ("mailbox", "tracking", "smtp-bounces")}


def test_several_accounts_share_the_mail_by_their_weights() -> None:
    accounts = read_accounts("smtp://anna:p%40ss@one.example:2525?weight=3 smtps://two.example")
    assert [(one.name, one.weight, one.server.port) for one in accounts] == [
        ("1.one.example", 3.0, 2525),
        ("2.two.example", 1.0, 465),
    ]
    assert accounts[0].server.password == "p@ss"
    assert [one.name for one in read_accounts("smtp://mail.example")] == ["smtp"]


@pytest.mark.parametrize(
    "urls", ["", "http://mail.example", "smtp://mail.example?weight=0", "smtp://a?weight=x", "smtp://a?speed=1"]
)
def test_an_account_that_cannot_be_read_is_refused(urls: str) -> None:
    with pytest.raises(BadInput):
        read_accounts(urls)
