"""What every provider promises.

Sending: `send` takes a batch and yields exactly one `Receipt` per message, in any order, as soon as it is known. It
does not raise for a message; what it knows about the fate of the message is the receipt's outcome.

    with provider.open() as line:
        for receipt in line.send(batch):
            ...

A vendor that puts mails together itself, many in one call, is an `Assembler`: its messages come in parts, in larger
batches.

Reporting: a `ReportReader` verifies a request before anything parses it, then translates it into our events.
Witnessing: a provider that can be asked afterwards whether it has a message implements `Witness`; one that says what
messages cost, `Biller`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol, runtime_checkable
from uuid import UUID

from outreach.domain.events import Event
from outreach.domain.text_cost import TextCost
from outreach.domain.touch import Channel
from outreach.rendering.shared_mail import MailParts


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message ready to leave.

    Attributes:
        touch_id: our name for it; the provider must carry it along so that reports can name it.
        sender: envelope sender of a mail, or the number or name a text comes from.
        recipient: bare address, or E.164 number.
        data: the whole mail as it goes over the wire (RFC 5322, CRLF), or the text in UTF-8; b"" beside `parts`.
        language: BCP 47, for vendors that ask; a mail says it in its head as well.
        parts: the mail for an `Assembler`; None where it is in `data`.
    """

    touch_id: UUID
    sender: str
    recipient: str
    data: bytes
    language: str = ""
    parts: MailParts | None = None


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
        code: what a server said of the recipient, or of the message to it, when it refused (RFC 3463); "" where nobody
            did.
        refuses_us: the provider does not accept who we are; nothing of ours leaves before somebody mends that.
        wait: seconds for which the provider asks to be left alone; 0 where it does not.
        unwell: the provider itself could not, whatever the message: not reached, broken off, too busy.
        opted_out: whoever has the address told the provider that they want no more of us.
        segments: of a text that was taken, for how many the provider wants to be paid; 0 where it does not say yet,
            None for anything else.
    """

    touch_id: UUID
    outcome: Outcome
    answer: str
    reference: str = ""
    dead_address: bool = False
    code: str = ""
    refuses_us: bool = False
    wait: float = 0.0
    unwell: bool = False
    opted_out: bool = False
    segments: int | None = None

    @property
    def is_providers_fault(self) -> bool:
        """Whether it speaks against the provider's health; silence after the message went always does."""
        return self.unwell or self.wait > 0 or self.outcome is Outcome.UNKNOWN


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
class Assembler(Protocol):
    """A provider that puts mails together itself, many in one call.

    It takes `Outgoing.parts` where there are any. One answer of it may be about many messages, so its `send` gives all
    receipts it has before it is left, and begins nothing more by itself once it has taken too long.
    """

    @property
    def at_once(self) -> int:
        """How many messages it takes in one batch."""
        ...


@runtime_checkable
class Closing(Protocol):
    """A provider that keeps connections between chunks."""

    def close(self) -> None:
        """Gives them back."""
        ...


@runtime_checkable
class Witness(Protocol):
    """A provider that knows for certain which messages it has."""

    def has_seen(self, touch_ids: Sequence[UUID]) -> frozenset[UUID]:
        """Those of `touch_ids` that the provider holds. The rest it certainly does not hold."""
        ...


@runtime_checkable
class Biller(Protocol):
    """A provider that says afterwards what messages cost."""

    def costs(self, since: datetime) -> Iterator[TextCost]:
        """What messages that left at `since` or later cost, as far as that is known by now.

        Raises:
            OutreachError: if it does not answer, or refuses.
        """
        ...


@dataclass(frozen=True, slots=True)
class Posting:
    """What somebody posted to our webhook.

    Attributes:
        headers: by name, folded as HTTP wants it.
        body: as it came; signatures are over these octets.
        url: our public address of the webhook with the query of the request, as the provider knows it.
    """

    headers: Mapping[str, str]
    body: bytes
    url: str = ""

    def header(self, name: str) -> str:
        """The header of that name, in whatever case it came; "" if there is none."""
        wanted = name.lower()
        return next((value for key, value in self.headers.items() if key.lower() == wanted), "")


class ReportReader(Protocol):
    """Reads what a provider posts to us."""

    @property
    def name(self) -> str:
        """The name in the webhook's address and on raw batches."""
        ...

    def is_genuine(self, posting: Posting) -> bool:
        """Whether the request is really the provider's; constant time, never raises."""
        ...

    def events(self, body: bytes, received_at: datetime) -> Iterable[Event]:
        """The body in our vocabulary; words we do not know become EventType.OTHER.

        Raises:
            ValueError: if the body is not what the provider is known to post.
        """
        ...


@runtime_checkable
class QueryReader(Protocol):
    """A reader whose `events` must know the query of the webhook's address.

    What is stored, and what `events` gets, is then the query, one line feed, and the body as it came.
    """

    @property
    def keeps_query(self) -> bool:
        """Always true."""
        ...


@runtime_checkable
class LongReader(Protocol):
    """A reader of what may be longer than reports are, and of which the beginning tells all; only that is stored."""

    @property
    def largest_body(self) -> int:
        """Octets of a body that are taken at most."""
        ...


@runtime_checkable
class Shaped(Protocol):
    """A reader that sees at a glance what its provider never posts, genuine or not."""

    def has_shape(self, body: bytes) -> bool:
        """Whether the body begins and ends as it should; reading it whole is a worker's work."""
        ...
