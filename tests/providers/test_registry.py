"""Settings choose providers by name."""

import pytest

from outreach.demo.vendors.sendgrid import SendGridServer
from outreach.domain.errors import BadInput
from outreach.domain.touch import Channel
from outreach.providers.registry import Ways, build_readers, build_routes
from outreach.providers.smtp.accounts import read_accounts


def build(
    *, email: str = "mailbox", sms: str = "mailbox", smtp_url: str = "", key: str = ""
) -> dict[Channel, list[str]]:
    """Names of the providers chosen."""
    ways = Ways(8026, lambda ids: frozenset(ids), smtp_url=smtp_url, sendgrid_api_key=key)
    routes = build_routes(ways, email=dict.fromkeys(email.split(), 1.0), sms={sms: 1.0})
    return {channel: [provider.name for provider in route.providers] for channel, route in routes.items()}


def test_the_mailbox_carries_both_channels() -> None:
    assert build() == {Channel.EMAIL: ["mailbox"], Channel.SMS: ["mailbox"]}


def test_several_providers_share_the_mail() -> None:
    found = build(email="smtp sendgrid", smtp_url="smtp://mail.example", key="SG.x")
    assert found == {Channel.EMAIL: ["smtp", "sendgrid"], Channel.SMS: ["mailbox"]}


@pytest.mark.parametrize(
    ("email", "sms", "smtp_url", "named"),
    [
        ("pigeon", "mailbox", "", "EMAIL_PROVIDER"),
        ("mailbox", "pigeon", "", "SMS_PROVIDER"),
        ("smtp", "mailbox", "", "SMTP_URL"),
        ("sendgrid", "mailbox", "", "SENDGRID_API_KEY"),
        ("mailbox", "twilio", "", "TWILIO_ACCOUNT_SID"),
    ],
)
def test_a_provider_that_does_not_exist_is_named(email: str, sms: str, smtp_url: str, named: str) -> None:
    with pytest.raises(BadInput, match=named):
        build(email=email, sms=sms, smtp_url=smtp_url)


def test_each_reader_is_found_under_its_own_name() -> None:
    key = SendGridServer(api_key="SG.x").public_key
    all_of_them = build_readers(secret=b"s", sendgrid_key=key, sendgrid_inbound="x", twilio_token="t")
    names = {name: reader.name for name, reader in all_of_them.items()}
    vendors = ("sendgrid", "sendgrid-inbound", "twilio")
    assert names == {name: name for name in ("mailbox", "tracking", "smtp-bounces", *vendors)}
    assert "sendgrid" not in build_readers(secret=b"s")


def test_a_key_that_verifies_nothing_is_refused_at_start() -> None:
    with pytest.raises(BadInput, match="SENDGRID_WEBHOOK_KEY"):
        build_readers(secret=b"s", sendgrid_key="no key")


def test_the_provider_with_the_greatest_share_carries_what_goes_out_singly() -> None:
    ways = Ways(8026, frozenset, smtp_url="smtp://mail.example", sendgrid_api_key="SG.x")
    route = build_routes(ways, email={"smtp": 1.0, "sendgrid": 3.0}, sms={"mailbox": 1.0})[Channel.EMAIL]
    assert route.first.name == "sendgrid"
    assert route.named("smtp").name == "smtp"
    with pytest.raises(KeyError):
        route.named("mailbox")


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
