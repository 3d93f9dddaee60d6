"""Sending mail through SMTP servers of the business's choice."""

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace

from outreach.domain.errors import shortened
from outreach.domain.touch import Channel
from outreach.providers.base import Line, Outcome, Outgoing, Receipt
from outreach.providers.conversation import ANSWER_LIMIT
from outreach.providers.dialling import USUAL_TIME_OUTS, TimeOuts
from outreach.providers.smtp.accounts import Account, Connections, Limit, SharedLine
from outreach.providers.smtp.dkim import Signer
from outreach.providers.smtp.verp import ReturnPath


def unlimited(account: str, messages: int) -> int:
    """The limit of accounts that have none."""
    return messages


@dataclass(frozen=True, slots=True)
class SmtpProvider:
    """Mail through `accounts`, each with a share of it.

    Attributes:
        hostname: what we call ourselves in EHLO; a name of ours that resolves.
        return_path: makes the envelope sender of each mail, so that what comes back names it; None sends with the
            business's own address.
        signer: signs each mail; None where a server of the business does that.
        limit: how many messages an account may send now.
    """

    accounts: Sequence[Account]
    hostname: str
    return_path: ReturnPath | None = None
    signer: Signer | None = None
    limit: Limit = unlimited
    time_outs: TimeOuts = USUAL_TIME_OUTS
    _connections: Connections = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_connections", Connections(self.hostname, self.time_outs))

    @property
    def name(self) -> str:
        """Always smtp."""
        return "smtp"

    @property
    def channel(self) -> Channel:
        """Always email."""
        return Channel.EMAIL

    @contextmanager
    def open(self) -> Iterator[Line]:
        """A line that connects when it first has something to send, over connections of earlier lines where it can."""
        with closing(SharedLine(self.accounts, connections=self._connections, limit=self.limit)) as line:
            yield DressedLine(line, self.return_path, self.signer)

    def close(self) -> None:
        """Says good-bye to all servers."""
        self._connections.close()


@dataclass(frozen=True, slots=True)
class DressedLine:
    """A line that gives each mail its return path and its signature."""

    line: SharedLine
    return_path: ReturnPath | None
    signer: Signer | None

    def send(self, batch: Sequence[Outgoing]) -> Iterator[Receipt]:
        """Sends the mails, dressed; one that cannot be signed fails alone."""
        dressed = []
        for mail in batch:
            try:
                dressed.append(self._dressed(mail))
            except ValueError as error:
                yield Receipt(mail.touch_id, Outcome.FAILED, shortened(f"5.6.0 {error}", ANSWER_LIMIT))
        yield from self.line.send(dressed)

    def _dressed(self, mail: Outgoing) -> Outgoing:
        return replace(
            mail,
            sender=self.return_path.of(mail.touch_id) if self.return_path else mail.sender,
            data=self.signer.sign(mail.data) if self.signer else mail.data,
        )
