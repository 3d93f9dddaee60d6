"""Reads what comes back by mail: one raw mail is one batch.

Which message a report is about is believed only on a name that we signed: the return path it came to, or, where that is
lost, a link of ours in the mail it returns. Whoever has neither of a message cannot speak about it. Many feedback loops
black out addresses, and our names are not addresses.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from outreach.domain.events import Actor, Event, EventType
from outreach.providers.base import Posting
from outreach.providers.letters import Letter
from outreach.providers.smtp.verp import ReturnPath
from outreach.providers.status_reports import fate_in
from outreach.rendering.links import Tokens

SOURCE = "smtp-bounces"
#: How far back a report may date itself: servers give up after five days, and a mailbox may wait to be read.
BELIEVED_BACK = timedelta(days=14)

#: Headers in which servers write down whom a mail came for, the surest first.
_CAME_FOR = ("Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "To", "Cc")
_LINK = re.compile(r"/[uoc]/([A-Za-z0-9_-]{36,48})(?![A-Za-z0-9_-])")
_MESSAGE_ID = re.compile(r"(?im)^(?:message-id|x-outreach-message):[ \t]*<?([0-9a-f-]{36})(?:@|>|$)")


@dataclass(frozen=True, slots=True)
class SmtpReports:
    """The reader of the bounce mailbox.

    Attributes:
        tokens: reads the links in mails that came back.
        return_path: reads return paths; None where none is configured.
    """

    tokens: Tokens
    return_path: ReturnPath | None = None

    @property
    def name(self) -> str:
        """Always smtp-bounces."""
        return SOURCE

    def is_genuine(self, posting: Posting) -> bool:
        """Never: mails come by mail, and nobody may post them."""
        return False

    def events(self, body: bytes, received_at: datetime) -> Iterable[Event]:
        """The one event that a mail tells of; OTHER where it is no news of a message, or none that we know.

        Raises:
            ValueError: if the body is no mail.
        """
        letter = Letter.read(body)
        touch_id = self._about(letter)
        fate = fate_in(letter)
        human = fate.type in (EventType.COMPLAINED, EventType.UNSUBSCRIBED)
        yield Event(
            key=f"smtp {fate.type.value} {touch_id or 'nobody'} {_digest(letter)}",
            touch_id=touch_id,
            type=fate.type,
            occurred_at=_instant(letter.date(), received_at),
            actor=Actor.HUMAN if human else Actor.MACHINE,
            data=fate.data,
        )

    def _about(self, letter: Letter) -> UUID | None:
        """The message of ours that the mail is about, by a name we signed."""
        if self.return_path is not None:
            came_for = (address for name in _CAME_FOR for address in letter.heads(name))
            for text in (*came_for, *letter.everything()):
                if (touch_id := next(self.return_path.find(text), None)) is not None:
                    return touch_id
        texts = list(letter.everything())
        linked = [touch_id for text in texts for touch_id in self._linked(text)]
        named = {named.lower() for text in texts for named in _MESSAGE_ID.findall(text)}
        # A mail may quote another of ours; the one whose own head came back goes first.
        return next((touch_id for touch_id in linked if str(touch_id) in named), linked[0] if linked else None)

    def _linked(self, text: str) -> Iterator[UUID]:
        for found in _LINK.finditer(text):
            token = self.tokens.read(found.group(1))
            if token is not None:
                yield token.touch_id


def _digest(letter: Letter) -> str:
    """A name for the report that it keeps however it travels: of its Message-ID, else of all below its head."""
    named = letter.head("Message-ID")
    said = named.encode("utf-8", "replace") or letter.raw.replace(b"\r\n", b"\n").partition(b"\n\n")[2]
    return hashlib.sha256(said).hexdigest()[:32]


def _instant(said: datetime | None, received_at: datetime) -> datetime:
    """When the report says it was, if that can be; else when it came."""
    return said if said and received_at - BELIEVED_BACK <= said <= received_at else received_at
