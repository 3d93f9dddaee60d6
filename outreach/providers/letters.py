"""Mail that comes back, taken apart so that nothing in it can break the reading.

Python's older policy (compat32) is used: it takes headers as they are, where the newer one raises on some that spammers
and old servers write. Nothing here decides what a mail means.
"""

import base64
import binascii
import quopri
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.parser import BytesParser, HeaderParser
from email.utils import getaddresses, parsedate_to_datetime

#: Most octets of a mail that are kept and read; what matters of a report stands at its beginning.
LARGEST_MAIL = 1024 * 1024
#: Parts that are looked at; a report has three or four.
MOST_PARTS = 100

_BLANK_LINES = re.compile(r"\n[ \t]*\n")


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail as it came.

    Attributes:
        raw: its octets. message: its parts.
    """

    raw: bytes
    message: Message

    @classmethod
    def read(cls, raw: bytes) -> "Letter":
        """The mail in `raw`.

        Raises:
            ValueError: if it has no header at all, or is nested too deeply to be read.
        """
        try:
            message = BytesParser().parsebytes(raw[:LARGEST_MAIL])
        except (RecursionError, MessageError) as error:
            raise ValueError(f"a mail that cannot be read: {type(error).__name__}") from None
        if not message.keys():
            raise ValueError("no mail: it has no header")
        return cls(raw, message)

    def head(self, name: str) -> str:
        """The first header of that name on one line, its encoded words read; "" if there is none."""
        return read_header(self.message, name)

    def heads(self, name: str) -> list[str]:
        """All headers of that name, as they stand."""
        return [str(value) for value in self.message.get_all(name, [])]

    def senders(self) -> list[str]:
        """Bare addresses of From, lower-case; a broken header gives none."""
        return [address.lower() for _, address in getaddresses(self.heads("From")) if address]

    def parts(self) -> list[Message]:
        """Its parts, the whole first, down to `MOST_PARTS`."""
        try:
            return [part for part, _ in zip(self.message.walk(), range(MOST_PARTS), strict=False)]
        except RecursionError:
            return [self.message]

    def parts_of(self, *types: str) -> list[Message]:
        """Parts of these content types."""
        return [part for part in self.parts() if part.get_content_type() in types]

    def words(self) -> str:
        """What it says to a person: the text of its first text part (plain if it has one), "" if there is none."""
        texts: dict[str, str] = {}
        for part in self.parts():
            kind = part.get_content_type()
            if part.get_content_maintype() == "message":
                break  # what follows is the mail that came back
            if kind in ("text/plain", "text/html") and kind not in texts:
                texts[kind] = text_of(part)
        return texts.get("text/plain") or re.sub(r"<[^>]{0,500}>", " ", texts.get("text/html", ""))

    def everything(self) -> Iterator[str]:
        """All headers and texts at every depth, where our names may stand."""
        for part in self.parts():
            yield "\n".join(f"{name}: {_unfolded(str(value))}" for name, value in part.items())
            if not part.is_multipart():
                yield text_of(part)

    def date(self) -> datetime | None:
        """Its Date, None where it has none that can be read or none with a zone."""
        return read_date(self.head("Date"))


def read_header(message: Message, name: str) -> str:
    """The first header of that name on one line, its encoded words read; "" if there is none."""
    value = _unfolded(str(message.get(name, "")))
    try:
        return str(make_header(decode_header(value)))
    except (MessageError, UnicodeError, LookupError, ValueError):
        return value


def read_date(text: str) -> datetime | None:
    """A date of RFC 5322; None if it is none, or names no zone."""
    try:
        date = parsedate_to_datetime(text)
        return date if date.tzinfo and date.utcoffset() is not None else None
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def text_of(part: Message) -> str:
    """The text of a part without parts, whatever its encoding says."""
    try:
        payload = part.get_payload(decode=True)
    except (ValueError, LookupError, AssertionError):
        payload = None
    octets = payload if isinstance(payload, bytes) else str(part.get_payload()).encode("utf-8", "replace")
    try:
        return octets.decode(part.get_content_charset() or "utf-8", "replace")
    except (LookupError, ValueError):
        return octets.decode("utf-8", "replace")


def blocks_of(part: Message) -> list[Mapping[str, str]]:
    """The groups of fields of a report part (RFC 3464 2.1, RFC 5965 3), field names in lower case.

    The parser reads some of these types as mails in mails and others as text, and knows nothing of base64 in them; so
    the part is written out flat again and read here.
    """
    flat = _flat(part)
    coding = str(part.get("Content-Transfer-Encoding", "")).strip().lower()
    if coding == "base64":
        try:
            flat = base64.b64decode("".join(flat.split()), validate=False).decode("utf-8", "replace")
        except (binascii.Error, ValueError):
            return []
    elif coding == "quoted-printable":
        flat = quopri.decodestring(flat.encode("utf-8", "replace")).decode("utf-8", "replace")
    found: list[Mapping[str, str]] = []
    for block in _BLANK_LINES.split(flat.replace("\r\n", "\n")):
        fields = HeaderParser().parsestr(block.lstrip("\n"))
        if fields.keys():
            found.append({name.lower(): read_header(fields, name) for name in fields})
    return found


def _flat(part: Message) -> str:
    payload = part.get_payload()
    if not isinstance(payload, list):
        return text_of(part)
    pieces = []
    for inner in payload:
        if isinstance(inner, Message):
            fields = "".join(f"{name}: {value}\n" for name, value in inner.items())
            pieces.append(fields + "\n" + _flat(inner))
    return "\n\n".join(pieces)


def _unfolded(value: str) -> str:
    return re.sub(r"\s*[\r\n]+\s*", " ", value).strip()
