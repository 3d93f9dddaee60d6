"""What every provider promises.

Sending: `send` takes a batch and yields exactly one `Receipt` per message, in any order, as soon as it is known. It
does not raise for a message; what it knows about the fate of the message is the receipt's outcome.

    with provider.open() as line:
        for receipt in line.send(batch):
            ...

Reporting: a `ReportReader` verifies a request before anything parses it, then translates it into our events.
Witnessing: a provider that can be asked afterwards whether it has a message implements `Witness`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol, runtime_checkable
from uuid import UUID

from outreach.domain.events import Event
from outreach.domain.touch import Channel


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message ready to leave.

    Attributes:
        touch_id: our name for it; the provider must carry it along so that reports can name it.
        sender: envelope sender of a mail, or the number or name a text comes from.
        recipient: bare address, or E.164 number.
        data: the whole mail as it goes over the wire (RFC 5322, CRLF), or the text in UTF-8.
        language: BCP 47, for vendors that ask; a mail says it in its head as well.
    """

    touch_id: UUID
    sender: str
    recipient: str
    data: bytes
    language: str = ""


class Outcome(StrEnum):
    """What the provider's answer means for the message."""

    #: The provider has taken responsibility.
    SENT = "sent"
    #: Refused for good; trying again cannot help.
    FAILED = "failed"
    #: Provably not sent, and another try may help.
    RETRY = "retry_wait"
    #: It may have left: the connection broke after the body went, or the answer cannot be read.
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of one message.

    Attributes:
        touch_id: which.
        outcome: what it means.
        answer: the provider's code and words, shortened to 300 characters.
        reference: the provider's own name for the message, "" if it gave none.
        dead_address: the address itself is at fault for good (RFC 3463 5.1.1, 5.1.2, 5.1.3, 5.1.6, 5.1.10, 5.2.1).
        refuses_us: the provider does not accept who we are; nothing of ours leaves before somebody mends that.
    """

    touch_id: UUID
    outcome: Outcome
    answer: str
    reference: str = ""
    dead_address: bool = False
    refuses_us: bool = False


class Line(Protocol):
    """An open connection to a provider."""

    def send(self, batch: Sequence[Outgoing]) -> Iterator[Receipt]:
        """Sends the batch; one receipt each."""
        ...


class Provider(Protocol):
    """A way for messages of one channel to leave."""

    @property
    def name(self) -> str:
        """Short name: mailbox, smtp."""
        ...

    @property
    def channel(self) -> Channel:
        """What it carries."""
        ...

    def open(self) -> AbstractContextManager[Line]:
        """A line for one chunk of work; connects lazily, closes politely."""
        ...


@runtime_checkable
class Witness(Protocol):
    """A provider that knows for certain which messages it has."""

    def has_seen(self, touch_ids: Sequence[UUID]) -> frozenset[UUID]:
        """Those of `touch_ids` that the provider holds. The rest it certainly does not hold."""
        ...


class ReportReader(Protocol):
    """Reads what a provider posts to us."""

    @property
    def name(self) -> str:
        """The name in the webhook's address and on raw batches."""
        ...

    def is_genuine(self, headers: Mapping[str, str], body: bytes) -> bool:
        """Whether the request is really the provider's; constant time, never raises."""
        ...

    def events(self, body: bytes, received_at: datetime) -> Iterable[Event]:
        """The body in our vocabulary; words we do not know become EventType.OTHER.

        Raises:
            ValueError: if the body is not what the provider is known to post.
        """
        ...
