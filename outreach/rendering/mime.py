"""How words travel in a mail: quoted-printable bodies (RFC 2045 6.7) and header values (RFC 5322, RFC 2047).

Python's `email` package is not used for writing: it is a hundred times slower, encodes long List-Unsubscribe values
(that breaks one-click), and before 3.12.5 let encoded words inject headers (CVE-2024-6923). It is our tests' oracle.
"""

import base64
import re

from outreach.domain.errors import BadInput, Fault
from outreach.rendering.fields import cleaned

_MOST = 75
_CODES = tuple(
    bytes([octet]) if 32 <= octet <= 126 and octet != ord("=") else f"={octet:02X}".encode() for octet in range(256)
)
#: Needs no encoding: whole lines of 75 and a last one, none of which begins with a dot (SMTP would double it).
_AS_IT_IS = re.compile(r"(?:[ !-\-/-<>-~][ -<>-~]{74})*[ !-\-/-<>-~][ -<>-~]{0,74}").fullmatch
_ASCII_WORDS = re.compile(r"[ -~]*").fullmatch
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*").fullmatch


def quoted_printable(text: str) -> bytes:
    """`text` with lines of at most 76 octets, ended by CRLF where `text` has a line feed.

    No line begins with a dot (SMTP would double it) or with `From ` (an mbox would change it).
    """
    return b"\r\n".join(_line(line.encode()) for line in text.replace("\r\n", "\n").split("\n"))


def slot_value(text: str) -> bytes:
    """`text` as it stands in a hole of a quoted-printable body, with its soft line break."""
    if "\n" in text:
        return quoted_printable(text) + b"=\r\n"
    if not _AS_IT_IS(text):
        return _line(text.encode()) + b"=\r\n"
    octets = text.encode()
    if len(octets) <= _MOST:
        return octets + b"=\r\n"
    return b"".join(octets[start : start + _MOST] + b"=\r\n" for start in range(0, len(octets), _MOST))


def _line(octets: bytes) -> bytes:
    short = b"".join([_CODES[octet] for octet in octets])
    if len(short) <= _MOST and not short.startswith((b".", b"From ")) and not short.endswith((b" ", b"\t")):
        return short
    lines: list[bytes] = []
    line = b""
    for at, octet in enumerate(octets):
        code = _CODES[octet]
        if octet in b" \t" and at == len(octets) - 1:
            code = b"=%02X" % octet
        if len(line) + len(code) > _MOST:
            lines.append(line)
            line = b""
        if not line and (octet == ord(".") or octets.startswith(b"From ", at)):
            code = b"=%02X" % octet
        line += code
    return b"=\r\n".join([*lines, line])


def header_words(value: str) -> bytes:
    """`value` for an unstructured header: as it is if short and ASCII, else in encoded words of at most 75 octets.

    Line breaks and other controls become blanks, and the opener of an encoded word is broken, so that a value which
    is one itself (`=?utf-8?q?Ann=0D=0ABcc:...?=`) is read as the plain words it is.
    """
    words = cleaned(value).replace("=?", "= ?")
    if len(words) <= 60 and _ASCII_WORDS(words):
        return words.encode()
    return b"\r\n ".join(b"=?utf-8?b?" + base64.b64encode(chunk) + b"?=" for chunk in _chunks(words))


def header_name(value: str) -> bytes:
    """`value` as the display name of an address: a quoted string if it is ASCII, else encoded words."""
    words = header_words(value)
    if words.startswith(b"=?"):
        return words
    return b'"' + re.sub(rb'(["\\])', rb"\\\1", words) + b'"'


def address(value: str) -> bytes:
    """A bare address as it stands in a header.

    Raises:
        BadInput: if it is not one (RFC 5322 dot-atom, ASCII). It is not repeated there: logs must not hold addresses.
    """
    if not _ADDRESS(value) or len(value) > 254:
        mend = "Correct the address, without a name or brackets."
        raise BadInput([Fault(place="address", reason="cannot stand in the head of a mail", mend=mend)])
    return value.encode()


def checked_head(head: bytes, headers: int) -> bytes:
    """`head`, if it holds exactly so many headers and no line break of another kind than CRLF.

    Raises:
        BadInput: if a value has brought in a header or a break.
    """
    breaks = head.count(b"\r\n")
    continued = head.count(b"\r\n ") + head.count(b"\r\n\t")
    sound = head.count(b"\r") == breaks == head.count(b"\n") and b"\r\n\r\n" not in head
    if not sound or breaks - continued != headers:
        mend = "Look for line breaks in the names of the business and the contact."
        raise BadInput([Fault(place="mail", reason="a value has changed the head", mend=mend)])
    return head


def _chunks(words: str) -> list[bytes]:
    """`words` in UTF-8, cut between characters into at most 39 octets (52 in base64, 64 with the frame)."""
    octets = words.encode()
    chunks = []
    while len(octets) > 39:
        # An octet 10xxxxxx goes on with a character.
        end = next(at for at in range(39, 0, -1) if octets[at] & 0xC0 != 0x80)
        chunks.append(octets[:end])
        octets = octets[end:]
    return [*chunks, octets]
