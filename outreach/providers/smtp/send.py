"""Sending mail through an SMTP server of the business's choice."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass

from outreach.domain.touch import Channel
from outreach.providers.base import Line
from outreach.providers.conversation import Conversation
from outreach.providers.dialling import USUAL_TIME_OUTS, Server, TimeOuts


@dataclass(frozen=True, slots=True)
class SmtpProvider:
    """Mail through `server`.

    Attributes:
        hostname: what we call ourselves in EHLO; a name of ours that resolves.
    """

    server: Server
    hostname: str
    time_outs: TimeOuts = USUAL_TIME_OUTS

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
        """A conversation that connects when it first has something to send."""
        with closing(Conversation(self.server, hostname=self.hostname, time_outs=self.time_outs)) as line:
            yield line
