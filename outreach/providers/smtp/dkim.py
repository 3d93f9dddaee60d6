"""Signs mail with our domain's key (DKIM, RFC 6376): relaxed/relaxed, the whole body, RSA-SHA256.

Both List-Unsubscribe headers are signed, because mail programs act on them only then (RFC 8058 4). Headers that nobody
may add or replace are signed once more than they stand there. `l=` is never used: it lets anybody append to our words.
"""

from dataclasses import dataclass, field
from typing import Any

import dkim as dkimpy

from outreach.domain.errors import BadInput, Fault

#: Signed as often as they stand in the head, and once more.
_FROZEN = (b"from", b"to", b"subject", b"date", b"reply-to", b"list-unsubscribe", b"list-unsubscribe-post")
_SIGNED = (
    *_FROZEN,
    b"message-id",
    b"list-id",
    b"mime-version",
    b"content-type",
    b"content-language",
    b"content-transfer-encoding",
)
_TRIAL = b"From: a@b.example\r\n\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs for one domain.

    Attributes:
        domain: what the signature answers for; From must be in it, or in a part of it, for DMARC.
        selector: names the key; its public half is at `<selector>._domainkey.<domain>`.
        key: RSA private key in PEM.

    Raises:
        BadInput: if the key is none.
    """

    domain: str
    selector: str
    key: bytes = field(repr=False)

    def __post_init__(self) -> None:
        try:
            self.sign(_TRIAL)
        except Exception:  # the library promises no particular error for a broken key; none must tell it
            reason = "is not an RSA private key in PEM, or its domain or selector is empty"
            mend = "Make one with `openssl genrsa -traditional 2048` and name its domain and selector."
            raise BadInput([Fault(place="environment", column="DKIM_KEY", reason=reason, mend=mend)]) from None

    def sign(self, mail: bytes) -> bytes:
        """`mail` (RFC 5322, CRLF) with its signature on top.

        Raises:
            ValueError: if it cannot be signed.
        """
        if not (self.domain and self.selector):
            raise ValueError("a signature needs a domain and a selector")
        try:
            signing: Any = dkimpy.DKIM(mail)
            there = [name.lower() for name, _ in signing.headers if name.lower() in _SIGNED]
            signature: bytes = signing.sign(
                self.selector.encode("idna"),
                self.domain.encode("idna"),
                self.key,
                canonicalize=(b"relaxed", b"relaxed"),
                include_headers=[*there, *_FROZEN],
            )
        except dkimpy.DKIMException as error:
            raise ValueError(f"cannot be signed: {error}") from error
        return signature + mail
