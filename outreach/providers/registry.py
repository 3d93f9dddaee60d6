"""Which provider carries what, and who may report to us."""

import socket
from collections.abc import Callable, Mapping, Sequence
from uuid import UUID

from outreach.domain.errors import BadInput, Fault
from outreach.domain.touch import Channel
from outreach.providers.base import Provider, ReportReader
from outreach.providers.dialling import Server
from outreach.providers.mailbox.send import MailboxProvider
from outreach.providers.mailbox.server import HOST
from outreach.providers.mailbox.webhook import MailboxReports
from outreach.providers.own_links.visits import OwnLinksReader
from outreach.providers.smtp.accounts import Limit, read_accounts
from outreach.providers.smtp.dkim import Signer
from outreach.providers.smtp.reports import SmtpReports
from outreach.providers.smtp.send import SmtpProvider, unlimited
from outreach.providers.smtp.verp import ReturnPath
from outreach.rendering.links import Tokens


def build_providers(
    *,
    email: str,
    sms: str,
    smtp_url: str,
    mailbox_port: int,
    seen: Callable[[Sequence[UUID]], frozenset[UUID]],
    hostname: str = "",
    return_path: ReturnPath | None = None,
    signer: Signer | None = None,
    limit: Limit = unlimited,
) -> Mapping[Channel, Provider]:
    """The provider of each channel.

    Args:
        email: mailbox or smtp. sms: mailbox.
        smtp_url: for smtp, `smtp[s]://[user:password@]host[:port][?weight=2]`; several are parted by spaces.
        seen: those of the given touches that the mailbox holds.
        hostname: what we call ourselves towards other servers; "" for this machine's name.
        return_path, signer: for smtp, makes the envelope sender of each mail, and its signature.
        limit: for smtp, how many messages an account may send now.

    Raises:
        BadInput: for a provider that does not exist, or an address that is none.
    """
    mailbox = Server(HOST, mailbox_port)
    by_mail: Provider
    if email == "smtp":
        by_mail = SmtpProvider(
            read_accounts(smtp_url),
            hostname or socket.gethostname(),
            return_path=return_path,
            signer=signer,
            limit=limit,
        )
    elif email == "mailbox":
        by_mail = MailboxProvider(Channel.EMAIL, mailbox, seen)
    else:
        raise _no_such("EMAIL_PROVIDER", email, "mailbox or smtp")
    if sms != "mailbox":
        raise _no_such("SMS_PROVIDER", sms, "mailbox")
    return {Channel.EMAIL: by_mail, Channel.SMS: MailboxProvider(Channel.SMS, mailbox, seen)}


def build_readers(*, secret: bytes, return_path: ReturnPath | None = None) -> Mapping[str, ReportReader]:
    """Who understands a raw batch, by its source; the sources are also the names in the webhooks' addresses."""
    by_mail = SmtpReports(Tokens([secret], ""), return_path)
    readers: list[ReportReader] = [MailboxReports(secret), OwnLinksReader(), by_mail]
    return {reader.name: reader for reader in readers}


def _no_such(variable: str, value: str, known: str) -> BadInput:
    fault = Fault(
        place="environment", column=variable, value=value, reason="there is no such provider", mend=f"Set {known}."
    )
    return BadInput([fault])
