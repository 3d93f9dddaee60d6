"""Settings choose providers by name."""

import pytest

from outreach.domain.errors import BadInput
from outreach.domain.touch import Channel
from outreach.providers.registry import build_providers, build_readers


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
    assert names == {"mailbox": "mailbox", "tracking": "tracking"}
