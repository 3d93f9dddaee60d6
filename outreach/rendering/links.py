"""The addresses in our messages: short, opaque, hard to forge, never expiring (an unsubscribe must outlive the mail).

A token is base64url of kind (1 byte), touch id (16), link id (4, clicks only) and the first 10 bytes of an HMAC-SHA256
over these. RFC 8058 asks that it be opaque and hard to forge; 80 bits is out of reach for guessing over a network.
"""

import base64
import binascii
import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from uuid import UUID

_MAC_BYTES = 10
_SHAPE = re.compile(r"[A-Za-z0-9_-]{36}(?:[A-Za-z0-9_-]{6})?").fullmatch


class TokenKind(Enum):
    """What following the address means. The value is the token's first byte."""

    #: Takes the recipient off the list.
    UNSUBSCRIBE = b"u"
    #: Was fetched with the pictures of the mail.
    PIXEL = b"o"
    #: Leads on to a stored address.
    CLICK = b"c"


@dataclass(frozen=True, slots=True)
class Token:
    """What a genuine token says; `link_id` is None except for a click."""

    kind: TokenKind
    touch_id: UUID
    link_id: int | None = None


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

    def unsubscribe(self, touch_id: UUID) -> str:
        """Address of the page that takes the recipient of `touch_id` off the list."""
        return f"{self.base_url}/u/{self._token(b'u' + touch_id.bytes)}"

    def pixel(self, touch_id: UUID) -> str:
        """Address of the tracking pixel of `touch_id`."""
        return f"{self.base_url}/o/{self._token(b'o' + touch_id.bytes)}.gif"

    def click(self, touch_id: UUID, link_id: int) -> str:
        """Address that leads on to the stored link `link_id` (0 to 2**32 - 1)."""
        return f"{self.base_url}/c/{self._token(b'c' + touch_id.bytes + link_id.to_bytes(4, 'big'))}"

    def read(self, token: str) -> Token | None:
        """What `token` (the last part of an address, without `.gif`) says, or None if we did not make it."""
        if not _SHAPE(token):
            return None
        try:
            data = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
        except binascii.Error:
            return None
        # Spare bits at the end would give one token several spellings.
        if base64.urlsafe_b64encode(data).rstrip(b"=").decode() != token:
            return None
        said, mac = data[:-_MAC_BYTES], data[-_MAC_BYTES:]
        genuine = False
        for key in self._keys:
            genuine |= hmac.compare_digest(hmac.digest(key, said, "sha256")[:_MAC_BYTES], mac)
        return _said(said) if genuine else None

    def _token(self, said: bytes) -> str:
        mac = hmac.digest(self._keys[0], said, "sha256")[:_MAC_BYTES]
        return base64.urlsafe_b64encode(said + mac).rstrip(b"=").decode()


def _said(data: bytes) -> Token:
    kind = TokenKind(data[:1])
    link_id = int.from_bytes(data[17:], "big") if kind is TokenKind.CLICK else None
    return Token(kind=kind, touch_id=UUID(bytes=data[1:17]), link_id=link_id)
