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
from outreach.providers.smtp.send import SmtpProvider


def build_providers(
    *,
    email: str,
    sms: str,
    smtp_url: str,
    mailbox_port: int,
    seen: Callable[[Sequence[UUID]], frozenset[UUID]],
    hostname: str = "",
) -> Mapping[Channel, Provider]:
    """The provider of each channel.

    Args:
        email: mailbox or smtp. sms: mailbox.
        smtp_url: for smtp, `smtp[s]://[user:password@]host[:port]`.
        seen: those of the given touches that the mailbox holds.
        hostname: what we call ourselves towards other servers; "" for this machine's name.

    Raises:
        BadInput: for a provider that does not exist, or an address that is none.
    """
    mailbox = Server(HOST, mailbox_port)
    by_mail: Provider
    if email == "smtp":
        by_mail = SmtpProvider(Server.from_url(smtp_url), hostname or socket.gethostname())
    elif email == "mailbox":
        by_mail = MailboxProvider(Channel.EMAIL, mailbox, seen)
    else:
        raise _no_such("EMAIL_PROVIDER", email, "mailbox or smtp")
    if sms != "mailbox":
        raise _no_such("SMS_PROVIDER", sms, "mailbox")
    return {Channel.EMAIL: by_mail, Channel.SMS: MailboxProvider(Channel.SMS, mailbox, seen)}


def build_readers(*, secret: bytes) -> Mapping[str, ReportReader]:
    """Who understands a raw batch, by its source; the sources are also the names in the webhooks' addresses."""
    readers: list[ReportReader] = [MailboxReports(secret), OwnLinksReader()]
    return {reader.name: reader for reader in readers}


def _no_such(variable: str, value: str, known: str) -> BadInput:
    fault = Fault(
        place="environment", column=variable, value=value, reason="there is no such provider", mend=f"Set {known}."
    )
    return BadInput([fault])
