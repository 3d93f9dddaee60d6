"""The addresses in our messages: opaque, hard to forge, never expiring (an unsubscribe must outlive the mail).

A token has a head that names the message, and for a link a tail that names the link; each is signed by itself, so that
a message needs one HMAC-SHA256 however many links it has, and the tails are the same for everybody:

    head  base64url of kind (1 byte), touch id (16), 10 bytes of the HMAC over the touch id, others for each kind
    tail  base64url of link id (4 bytes), 5 bytes of the HMAC over the link id

RFC 8058 asks that a token be opaque and hard to forge; 80 bits is out of reach for guessing over a network, and a tail
is of no use without a head. Mails from before had one signature over everything (lower-case kinds); they
are still read.

A link in a text message is as long: 48 characters behind our domain, 22 of them the touch's random id, the others its
link's number and the signatures. Fewer would mean an id that can be guessed, or a table of short names that has to
outlive every text. On a short domain the whole address takes about half a segment of GSM-7.
"""

import base64
import binascii
import hmac
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple
from uuid import UUID

#: Stands for the id of a link that no person sees: whoever follows it is a machine. No stored link has this id.
HONEYPOT_LINK = 2**32 - 1

_MAC_BYTES = 10
_TAIL_MAC_BYTES = 5
_HEAD_CHARACTERS = 36
_TAIL_CHARACTERS = 12
_SHAPE = re.compile(r"[A-Za-z0-9_-]{36}(?:[A-Za-z0-9_-]{6}|[A-Za-z0-9_-]{12})?").fullmatch


class TokenKind(Enum):
    """What following the address means. The value is the token's first byte."""

    #: Takes the recipient off the list.
    UNSUBSCRIBE = b"U"
    #: Was fetched with the pictures of the mail.
    PIXEL = b"O"
    #: Leads on to a stored address.
    CLICK = b"C"


@dataclass(frozen=True, slots=True)
class Token:
    """What a genuine token says; `link_id` is None except for a click."""

    kind: TokenKind
    touch_id: UUID
    link_id: int | None = None


class Heads(NamedTuple):
    """The heads of one message's tokens; a tuple, because one is made for every message."""

    unsubscribe: str
    pixel: str
    click: str

    def of(self, kind: str) -> str:
        """The head of a kind by its name."""
        return str(getattr(self, kind))


class Tokens:
    """Makes and reads tokens.

    Args:
        keys: secrets; the first signs, all are accepted, so that a key can be replaced without breaking old mail.
        base_url: what our links begin with, without a final slash. Up to 35 characters keep the List-Unsubscribe value
            within 76.

    Raises:
        ValueError: if there is no key.
    """

    def __init__(self, keys: Sequence[bytes], base_url: str) -> None:
        if not keys:
            raise ValueError("at least one key is needed")
        # The secret also signs sessions; a key of our own keeps one use from forging for another.
        self._keys = tuple(hmac.digest(key, b"outreach links", "sha256") for key in keys)
        self.base_url = base_url.rstrip("/")

    def heads(self, touch_id: UUID) -> Heads:
        """The heads of a message's tokens."""
        said = touch_id.bytes
        first, second, third = _macs(self._keys[0], said)
        unsubscribe, pixel, click = _FIRST_BYTES
        # Three bytes are four characters and each head is 27, so all three can be written in one go.
        heads = b"".join((unsubscribe, said, first, pixel, said, second, click, said, third))
        text = base64.urlsafe_b64encode(heads).decode()
        one, two = _HEAD_CHARACTERS, 2 * _HEAD_CHARACTERS
        return Heads(text[:one], text[one:two], text[two:])

    def tail(self, link_id: int) -> str:
        """The tail of a link's tokens (0 to 2**32 - 1); the same for every message."""
        said = link_id.to_bytes(4, "big")
        return base64.urlsafe_b64encode(said + _tail_mac(self._keys[0], said)).decode()

    def unsubscribe(self, touch_id: UUID) -> str:
        """Address of the page that takes the recipient of `touch_id` off the list."""
        return self.unsubscribe_at(self.heads(touch_id).unsubscribe)

    def pixel(self, touch_id: UUID) -> str:
        """Address of the tracking pixel of `touch_id`."""
        return self.pixel_at(self.heads(touch_id).pixel)

    def click(self, touch_id: UUID, link_id: int) -> str:
        """Address that leads on to the stored link `link_id`."""
        return self.click_at(self.heads(touch_id).click, link_id)

    def unsubscribe_at(self, head: str) -> str:
        """The address with this head; so are the next ones."""
        return f"{self.base_url}/u/{head}"

    def choices_at(self, head: str) -> str:
        """Address of the page on which the reader chooses; the head is that of `unsubscribe`, with the same powers."""
        return f"{self.base_url}/p/{head}"

    def web_copy_at(self, head: str) -> str:
        """Address of the mail in the browser; the head is that of `unsubscribe`."""
        return f"{self.base_url}/v/{head}"

    def pixel_at(self, head: str) -> str:
        """See `pixel`."""
        return f"{self.base_url}/o/{head}.gif"

    def click_at(self, head: str, link_id: int) -> str:
        """See `click`."""
        return f"{self.base_url}/c/{head}{self.tail(link_id)}"

    def read(self, token: str) -> Token | None:
        """What `token` (the last part of an address, without `.gif`) says, or None if we did not make it."""
        if not _SHAPE(token):
            return None
        head = _decoded(token[:_HEAD_CHARACTERS])
        if head is not None and head[:1] in _KINDS:
            return self._read_parts(head, token[_HEAD_CHARACTERS:])
        data = _decoded(token)
        return self._read_old(data) if data is not None else None

    def _read_parts(self, head: bytes, tail: str) -> Token | None:
        kind, said, mac = TokenKind(head[:1]), head[1:17], head[17:]
        place = list(TokenKind).index(kind)
        genuine = _any(hmac.compare_digest(_macs(key, said)[place], mac) for key in self._keys)
        if kind is not TokenKind.CLICK:
            return Token(kind, UUID(bytes=said)) if genuine and not tail else None
        data = _decoded(tail) if len(tail) == _TAIL_CHARACTERS else None
        if data is None:
            return None
        link, tail_mac = data[:4], data[4:]
        genuine &= _any(hmac.compare_digest(_tail_mac(key, link), tail_mac) for key in self._keys)
        return Token(kind, UUID(bytes=said), int.from_bytes(link, "big")) if genuine else None

    def _read_old(self, data: bytes) -> Token | None:
        """A token with one signature over everything."""
        said, mac = data[:-_MAC_BYTES], data[-_MAC_BYTES:]
        kind = _OLD_KINDS.get((said[:1], len(said)))
        signed = _any(hmac.compare_digest(hmac.digest(key, said, "sha256")[:_MAC_BYTES], mac) for key in self._keys)
        if kind is None or not signed:
            return None
        link_id = int.from_bytes(said[17:], "big") if kind is TokenKind.CLICK else None
        return Token(kind, UUID(bytes=said[1:17]), link_id)


_FIRST_BYTES = tuple(kind.value for kind in TokenKind)
_KINDS = frozenset(_FIRST_BYTES)
#: First byte and length of what tokens said before their parts were signed apart.
_OLD_KINDS = {(b"u", 17): TokenKind.UNSUBSCRIBE, (b"o", 17): TokenKind.PIXEL, (b"c", 21): TokenKind.CLICK}


def _macs(key: bytes, touch: bytes) -> tuple[bytes, bytes, bytes]:
    """The signatures of a message's heads, in the order of the kinds: three stretches of one digest."""
    digest = hmac.digest(key, b"touch" + touch, "sha256")
    return digest[:10], digest[10:20], digest[20:30]


def _tail_mac(key: bytes, link: bytes) -> bytes:
    return hmac.digest(key, b"link" + link, "sha256")[:_TAIL_MAC_BYTES]


def _any(genuine: Iterable[bool]) -> bool:
    """Whether one is true, all of them looked at, so that time tells nothing."""
    return any(list(genuine))


def _decoded(text: str) -> bytes | None:
    """The octets of base64url without padding; None if it is not the one way of writing them."""
    try:
        data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error:
        return None
    # Spare bits at the end would give one token several spellings.
    return data if base64.urlsafe_b64encode(data).rstrip(b"=").decode() == text else None
