"""The return path of each mail: an address that names the message, so that what comes back names it too.

    bounces+<token>@<domain>      token: lower-case base32 of touch id (16 bytes) and 10 bytes of an HMAC-SHA256

The local part has 50 octets of the 64 that RFC 5321 4.5.3.1.1 allows. Base32, because some servers fold the case of a
local part. A return path is believed only once its signature holds: else anybody could suppress anybody.
"""

import base64
import binascii
import hmac
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from uuid import UUID

_TAG = "bounces+"
_ID_BYTES = 16
_MAC_BYTES = 10
#: Characters of the base32 of 26 bytes without padding.
_LENGTH = 42
_SHAPE = re.compile(rf"(?i)(?<![a-z0-9.+_-])bounces(?:\+|=2[Bb]|\\2[Bb])([A-Za-z2-7]{{{_LENGTH}}})@([A-Za-z0-9.-]+)")


@dataclass(frozen=True, slots=True)
class ReturnPath:
    """Makes and reads return paths.

    Attributes:
        domain: what stands behind the @; its MX leads to the bounce mailbox. ASCII.
        keys: secrets; the first signs, all are accepted.

    Raises:
        ValueError: if there is no key or no domain.
    """

    domain: str
    keys: Sequence[bytes] = field(repr=False)

    def __post_init__(self) -> None:
        if not self.keys or not self.domain:
            raise ValueError("a return path needs a domain and a key")

    def of(self, touch_id: UUID) -> str:
        """The envelope sender of the message."""
        said = touch_id.bytes
        token = base64.b32encode(said + _mac(self.keys[0], said)).rstrip(b"=").decode().lower()
        return f"{_TAG}{token}@{self.domain}"

    def read(self, address: str) -> UUID | None:
        """The message that an address names; None if we did not make it."""
        found = _SHAPE.fullmatch(address)
        return self._genuine(found) if found else None

    def find(self, text: str) -> Iterator[UUID]:
        """The messages named by every genuine return path of ours that stands in `text`."""
        for found in _SHAPE.finditer(text):
            touch_id = self._genuine(found)
            if touch_id is not None:
                yield touch_id

    def _genuine(self, found: "re.Match[str]") -> UUID | None:
        token, domain = found.groups()
        if domain.lower().rstrip(".") != self.domain.lower():
            return None
        try:
            data = base64.b32decode(token.upper() + "=" * (-len(token) % 8))
        except binascii.Error:
            return None
        if base64.b32encode(data).rstrip(b"=").decode() != token.upper():
            return None  # spare bits at the end would give one token several spellings
        said, mac = data[:_ID_BYTES], data[_ID_BYTES:]
        # All keys are looked at, so that time tells nothing.
        genuine = [hmac.compare_digest(_mac(key, said), mac) for key in self.keys]
        return UUID(bytes=said) if any(genuine) else None


def _mac(secret: bytes, said: bytes) -> bytes:
    # The secret also signs sessions and links; a key of its own keeps one use from forging for another.
    key = hmac.digest(secret, b"outreach return path", "sha256")
    return hmac.digest(key, said, "sha256")[:_MAC_BYTES]
