"""A mail for one recipient: the holes of its skeleton filled, and the head written line by line."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from functools import lru_cache

from markupsafe import escape

from outreach.domain.content import Brand, Recipient
from outreach.rendering.compile import BOUNDARY, CompiledMail
from outreach.rendering.mime import address, checked_head, header_name, header_words
from outreach.rendering.slots import Branch

_STATIC = (
    b"From",
    b"Reply-To",
    b"List-ID",
    b"List-Unsubscribe-Post",
    b"Content-Language",
    b"MIME-Version",
    b"Content-Type",
)
_OWN = (b"To", b"Subject", b"Date", b"Message-ID", b"X-Outreach-Message", b"List-Unsubscribe")
#: What a mail says that belongs to a list, and no other.
_OF_A_LIST = frozenset({b"List-ID", b"List-Unsubscribe-Post", b"List-Unsubscribe"})


@dataclass(frozen=True, slots=True)
class RenderedMail:
    """A mail as one person gets it.

    Attributes:
        subject: as a mail program shows it.
        data: the whole mail as it goes over the wire (RFC 5322, CRLF), no line beginning with a dot.
        compiled, values: what it was made of. The parts as words are made of them only when somebody asks.
    """

    subject: str
    data: bytes
    compiled: CompiledMail
    values: tuple[str, ...]

    @property
    def text(self) -> str:
        """The text part as a mail program shows it."""
        values: list[str] = list(self.values)
        for place, branch in self._branches():
            values[place] = branch.text.filled(self.values)
        return self.compiled.text.filled(values)

    @property
    def html(self) -> str:
        """The HTML part."""
        values = [str(escape(value)) for value in self.values]
        for place, branch in self._branches():
            values[place] = branch.html.filled(values)
        return self.compiled.html.filled(values)

    def _branches(self) -> list[tuple[int, Branch]]:
        """The blocks for some that this recipient sees."""
        places = ((place, self.compiled.slots[place]) for place in self.compiled.branches if self.values[place])
        return [(place, slot) for place, slot in places if isinstance(slot, Branch)]


def static_head(brand: Brand, locale: str, *, answers: bool = False) -> bytes:
    """The headers that are the same for everybody who gets an edition.

    Args:
        answers: the mail answers what somebody asked for, and belongs to no list.

    Raises:
        BadInput: if an address of the business cannot stand in a header.
    """
    values = (
        header_name(brand.sender_name) + b" <" + address(brand.sender_email) + b">",
        address(brand.reply_to),
        # RFC 2919: a name for this list of readers, under the sender's own domain.
        b"<customers." + _domain(brand) + b">",
        # RFC 8058: with List-Unsubscribe, lets mail programs take the reader off by one POST.
        b"List-Unsubscribe=One-Click",
        header_words(locale),
        b"1.0",
        f'multipart/alternative; boundary="{BOUNDARY}"'.encode(),
    )
    lines = [(name, value) for name, value in zip(_STATIC, values, strict=True) if not (answers and name in _OF_A_LIST)]
    return checked_head(_lines(*zip(*lines, strict=True)), len(lines))


def own_head(
    *, recipient: Recipient, brand: Brand, subject: str, unsubscribe: str, now: datetime, static: bytes
) -> bytes:
    """The whole head of one mail, ended by the empty line.

    List-Unsubscribe is written as it is, however long: encoded words would break one-click. It is left out where
    `unsubscribe` is "".

    Raises:
        BadInput: if the recipient's address cannot stand in a header, or a value would change the head.
    """
    touch_id = str(recipient.touch_id).encode()
    values = (
        address(recipient.address),
        header_words(subject),
        _date(now),
        b"<" + touch_id + b"@" + _domain(brand) + b">",
        touch_id,
        b"<" + unsubscribe.encode("ascii") + b">",
    )
    count = len(_OWN) if unsubscribe else len(_OWN) - 1
    return static + checked_head(_lines(_OWN[:count], values[:count]), count) + b"\r\n"


def _lines(names: Sequence[bytes], values: Sequence[bytes]) -> bytes:
    return b"".join(name + b": " + value + b"\r\n" for name, value in zip(names, values, strict=True))


@lru_cache(maxsize=8)
def _date(now: datetime) -> bytes:
    return format_datetime(now).encode()


@lru_cache(maxsize=8)
def _domain(brand: Brand) -> bytes:
    return address(brand.sender_email).rpartition(b"@")[2]
