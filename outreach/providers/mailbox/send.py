"""Sending to the built-in mailbox, over real SMTP, so that the demo walks the road production walks.

A text travels as a small mail to its number at `sms.mailbox.invalid` (a name that can never resolve, RFC 2606).
"""

import base64
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from email.utils import formataddr
from uuid import UUID

from outreach.domain.touch import Channel
from outreach.providers.base import Line, Outgoing, Receipt
from outreach.providers.conversation import Conversation
from outreach.providers.dialling import USUAL_TIME_OUTS, Server, TimeOuts

SMS_DOMAIN = "sms.mailbox.invalid"
SMS_SENDER = f"texts@{SMS_DOMAIN}"
MESSAGE_HEADER = "X-Outreach-Message"


@dataclass(frozen=True, slots=True)
class MailboxProvider:
    """Mail, or texts, to the mailbox on this machine; as a `Witness` it knows what the mailbox holds.

    Attributes:
        channel: email or sms.
        seen: those of the given touches that the mailbox holds.
    """

    channel: Channel
    server: Server
    seen: Callable[[Sequence[UUID]], frozenset[UUID]]
    time_outs: TimeOuts = USUAL_TIME_OUTS

    @property
    def name(self) -> str:
        """Always mailbox."""
        return "mailbox"

    @contextmanager
    def open(self) -> Iterator[Line]:
        """A conversation that connects when it first has something to send."""
        with closing(Conversation(self.server, hostname="localhost", time_outs=self.time_outs)) as talk:
            yield TextLine(talk) if self.channel is Channel.SMS else talk

    def has_seen(self, touch_ids: Sequence[UUID]) -> frozenset[UUID]:
        """Those of `touch_ids` that the mailbox stored; it stores before it answers, so the rest it never had."""
        return self.seen(touch_ids)


@dataclass(frozen=True, slots=True)
class TextLine:
    """A line that wraps each text in the mail it travels in."""

    talk: Conversation

    def send(self, batch: Sequence[Outgoing]) -> Iterator[Receipt]:
        """Sends the texts as mails."""
        return self.talk.send([as_mail(text) for text in batch])


def as_mail(text: Outgoing) -> Outgoing:
    """The mail in which a text travels to the mailbox; the sender's number or name stands in From."""
    number = text.recipient.removeprefix("+")
    language = (f"Content-Language: {text.language}",) if text.language else ()
    head = (
        f"From: {formataddr((' '.join(text.sender.split()), SMS_SENDER))}",
        f"To: {number}@{SMS_DOMAIN}",
        f"{MESSAGE_HEADER}: {text.touch_id}",
        *language,
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: base64",
    )
    body = base64.encodebytes(text.data).replace(b"\n", b"\r\n")
    data = "\r\n".join(head).encode("ascii", "replace") + b"\r\n\r\n" + body
    return replace(text, sender=SMS_SENDER, recipient=f"{number}@{SMS_DOMAIN}", data=data)
