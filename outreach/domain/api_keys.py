"""Keys of the API: long random words of which only a digest is kept, with what each may do."""

import hashlib
import secrets
from enum import StrEnum

#: What a key begins with, so that scanners for leaked secrets find it.
PREFIX = "outreach_"
#: Random octets of a key.
OCTETS = 32
LONGEST_NAME = 80


class Scope(StrEnum):
    """What a key may do."""

    #: Tell what customers did.
    SIGNALS = "signals"


def new_key() -> str:
    """A key nobody has."""
    return PREFIX + secrets.token_urlsafe(OCTETS)


def digest_of(key: str) -> bytes:
    """What is kept of a key: it is random, so a plain hash cannot be guessed back."""
    return hashlib.sha256(key.encode("utf-8", "replace")).digest()
