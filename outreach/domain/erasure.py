"""How an address is known again whose owner had everything erased: by a keyed hash, and in no other way."""

import hmac

from outreach.domain.touch import Channel


def keyed_hash(channel: Channel, address: str, *, secret: bytes) -> bytes:
    """HMAC-SHA256 of an address under a key derived from the product's `secret`.

    Args:
        address: as suppressions hold it: lower case, or E.164.
    """
    key = hmac.digest(secret, b"outreach erased addresses", "sha256")
    return hmac.digest(key, f"{channel.value} {address}".encode(), "sha256")
