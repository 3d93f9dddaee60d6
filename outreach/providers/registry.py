"""Which provider carries what, and who may report to us."""

import socket
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from outreach.domain.errors import BadInput, Fault
from outreach.domain.touch import Channel
from outreach.providers.base import Provider, ReportReader
from outreach.providers.dialling import Server
from outreach.providers.mailbox.send import MailboxProvider
from outreach.providers.mailbox.server import HOST
from outreach.providers.mailbox.webhook import MailboxReports
from outreach.providers.own_links.visits import OwnLinksReader
from outreach.providers.routes import Route
from outreach.providers.sendgrid.inbound import SendGridInbound
from outreach.providers.sendgrid.reports import SendGridReports
from outreach.providers.sendgrid.send import BASE_URL, Heed, SendGridProvider, heedless
from outreach.providers.smtp.accounts import Limit, read_accounts
from outreach.providers.smtp.dkim import Signer
from outreach.providers.smtp.reports import SmtpReports
from outreach.providers.smtp.send import SmtpProvider, unlimited
from outreach.providers.smtp.verp import ReturnPath
from outreach.providers.twilio.reports import TwilioReports
from outreach.providers.twilio.send import BASE_URL as TWILIO_BASE_URL
from outreach.providers.twilio.send import TwilioTexts
from outreach.rendering.links import Tokens


@dataclass(frozen=True, slots=True)
class Ways:
    """What providers must know; each looks only at its own.

    Attributes:
        seen: those of the given touches that the mailbox holds.
        smtp_url: `smtp[s]://[user:password@]host[:port][?weight=2]`; several are parted by spaces.
        hostname: what we call ourselves towards other servers; "" for this machine's name.
        return_path, signer: make the envelope sender of each mail by SMTP, and its signature.
        limit: how many messages an account by SMTP may send now.
        sendgrid_heed: is told the limits that SendGrid states.
        twilio_sender: number, name or messaging service that texts come from; "" for the business's own number.
        twilio_callback_url: our public address of Twilio's webhook.
    """

    mailbox_port: int
    seen: Callable[[Sequence[UUID]], frozenset[UUID]]
    smtp_url: str = field(default="", repr=False)
    hostname: str = ""
    return_path: ReturnPath | None = None
    signer: Signer | None = None
    limit: Limit = unlimited
    sendgrid_api_key: str = field(default="", repr=False)
    sendgrid_base_url: str = BASE_URL
    sendgrid_heed: Heed = heedless
    twilio_account_sid: str = ""
    twilio_auth_token: str = field(default="", repr=False)
    twilio_sender: str = ""
    twilio_callback_url: str = ""
    twilio_base_url: str = TWILIO_BASE_URL


def build_routes(ways: Ways, *, email: Mapping[str, float], sms: Mapping[str, float]) -> Mapping[Channel, Route]:
    """The route of each channel.

    Args:
        email, sms: weights by the provider's name.

    Raises:
        BadInput: for a provider that does not exist, or an address or key that is none.
    """
    return {
        Channel.EMAIL: _route(_BY_MAIL, email, ways, variable="EMAIL_PROVIDER"),
        Channel.SMS: _route(_BY_TEXT, sms, ways, variable="SMS_PROVIDER"),
    }


def build_readers(
    *,
    secret: bytes,
    return_path: ReturnPath | None = None,
    sendgrid_key: str = "",
    sendgrid_inbound: str = "",
    twilio_token: str = "",
) -> Mapping[str, ReportReader]:
    """Who understands a raw batch, by its source; the sources are also the names in the webhooks' addresses.

    Args:
        sendgrid_key: verifies SendGrid's events; without it nobody reads them. sendgrid_inbound: the secret of the
            address where it posts mails; without it nobody reads those. twilio_token: verifies what Twilio posts.

    Raises:
        BadInput: for a key that is none.
    """
    by_mail = SmtpReports(Tokens([secret], ""), return_path)
    readers: list[ReportReader] = [MailboxReports(secret), OwnLinksReader(), by_mail]
    if sendgrid_key:
        try:
            readers.append(SendGridReports(sendgrid_key))
        except ValueError as error:
            raise _unfit("SENDGRID_WEBHOOK_KEY", sendgrid_key, str(error), _WEBHOOK_KEY) from error
    if sendgrid_inbound:
        readers.append(SendGridInbound(sendgrid_inbound))
    if twilio_token:
        readers.append(TwilioReports(twilio_token))
    return {reader.name: reader for reader in readers}


_Maker = Callable[[Ways], Provider]
_WEBHOOK_KEY = "Copy the verification key from the vendor's page of the Event Webhook."


def _route(makers: Mapping[str, _Maker], weights: Mapping[str, float], ways: Ways, *, variable: str) -> Route:
    for name in weights:
        if name not in makers:
            raise _unfit(variable, name, "there is no such provider", "Set " + " or ".join(makers) + ".")
    return Route(tuple(makers[name](ways) for name in weights), weights)


def _smtp(ways: Ways) -> Provider:
    return SmtpProvider(
        read_accounts(ways.smtp_url),
        ways.hostname or socket.gethostname(),
        return_path=ways.return_path,
        signer=ways.signer,
        limit=ways.limit,
    )


def _sendgrid(ways: Ways) -> Provider:
    try:
        return SendGridProvider(ways.sendgrid_api_key, base_url=ways.sendgrid_base_url, heed=ways.sendgrid_heed)
    except ValueError as error:
        raise _unfit("SENDGRID_API_KEY", "", str(error), "Copy it from the vendor's page.") from error


def _twilio(ways: Ways) -> Provider:
    try:
        return TwilioTexts(
            ways.twilio_account_sid,
            ways.twilio_auth_token,
            callback_url=ways.twilio_callback_url,
            sender=ways.twilio_sender,
            base_url=ways.twilio_base_url,
        )
    except ValueError as error:
        mend = "Set TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN and TWILIO_SENDER as the vendor's console shows them."
        raise _unfit("TWILIO_ACCOUNT_SID", ways.twilio_account_sid, str(error), mend) from error


def _mailbox(channel: Channel) -> _Maker:
    return lambda ways: MailboxProvider(channel, Server(HOST, ways.mailbox_port), ways.seen)


_BY_MAIL: Mapping[str, _Maker] = {"mailbox": _mailbox(Channel.EMAIL), "smtp": _smtp, "sendgrid": _sendgrid}
_BY_TEXT: Mapping[str, _Maker] = {"mailbox": _mailbox(Channel.SMS), "twilio": _twilio}


def _unfit(variable: str, value: str, reason: str, mend: str) -> BadInput:
    return BadInput([Fault(place="environment", column=variable, value=value, reason=reason, mend=mend)])
