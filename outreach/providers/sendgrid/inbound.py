"""SendGrid's Inbound Parse: mails that customers write back, posted to us as forms.

The vendor signs none of it by default; the address that it posts to is the secret ("Setting up the Inbound Parse
Webhook"). With "send raw" on, which is what one should set, the field `email` holds the mail as it came; without it the
mail is put together again from its fields, whose charsets stand in a field of their own.

Which message a mail answers is believed on our Message-ID: random bits that only those have seen who handled the mail.
"""

import hashlib
import hmac
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.message import Message
from email.parser import BytesParser
from uuid import UUID

from outreach.domain.events import Actor, Event, EventType
from outreach.providers.base import Posting
from outreach.providers.letters import Letter
from outreach.providers.status_reports import fate_in

SOURCE = "sendgrid-inbound"
#: The vendor's own limit for a mail with what is attached to it.
LARGEST_BODY = 30 * 1024 * 1024
#: Characters of a reply that are kept for staff to read.
_WORDS_KEPT = 900

_MESSAGE_ID = re.compile(r"<([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})@")
_BOUNDARY = re.compile(rb"--([!-~]{1,70})\r?\n")
#: Where people's own words end and what they answer begins, in the ways in which mail programs write it.
_QUOTED = re.compile(
    r"(?m)^(?:>|-{2,} ?(?:original|forwarded|ursprüngliche|message d'origine|mensaje original)|_{10,}"
    r"|from: |von: |de : "
    r"|on .{4,80} wrote:$|am .{4,80} schrieb|le .{4,80} a écrit|el .{4,80} escribió|ar .{4,80} ysgrif"
    r"|.{4,80}写道|في .{4,80} كتب)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class SendGridInbound:
    """The reader of posted mails.

    Attributes:
        secret: the last part of the address.
    """

    secret: str = field(repr=False)

    @property
    def name(self) -> str:
        """Always sendgrid-inbound."""
        return SOURCE

    @property
    def largest_body(self) -> int:
        """As much as the vendor posts."""
        return LARGEST_BODY

    def is_genuine(self, posting: Posting) -> bool:
        """Whether it was posted to the secret address."""
        given = posting.url.partition("?")[0].rpartition("/")[2]
        return hmac.compare_digest(given.encode("utf-8", "replace"), self.secret.encode())

    def has_shape(self, body: bytes) -> bool:
        """Whether it can be a form in parts."""
        return _BOUNDARY.match(body) is not None

    def events(self, body: bytes, received_at: datetime) -> Iterable[Event]:
        """What the one mail says: a reply by a person, a bounce or complaint, or an answer by a machine.

        Raises:
            ValueError: if the body is no form that holds a mail.
        """
        letter = _letter(body)
        fate = fate_in(letter)
        touch_id, data, kind, actor = _about(letter), dict(fate.data), fate.type, Actor.MACHINE
        if data.get("word") == "unread mail":
            kind, actor = (EventType.REPLIED if touch_id else EventType.OTHER), Actor.HUMAN
            data = {
                "from": next(iter(letter.senders()), ""),
                "subject": letter.head("Subject"),
                "text": own_words(letter),
            }
        elif kind in (EventType.COMPLAINED, EventType.UNSUBSCRIBED):
            actor = Actor.HUMAN
        yield Event(
            key=f"{SOURCE} {_digest(letter)}",
            touch_id=touch_id,
            type=kind,
            occurred_at=received_at,
            actor=actor,
            data={name: value for name, value in data.items() if value},
        )


def own_words(letter: Letter) -> str:
    """What the writer wrote above what they answer, on one line, shortened."""
    said = letter.words().replace("\r\n", "\n")
    quoted = _QUOTED.search(said)
    return " ".join(said[: quoted.start() if quoted else None].split())[:_WORDS_KEPT]


def _letter(body: bytes) -> Letter:
    """The mail in a posted form; a form that was cut off at its end is read as far as it goes."""
    boundary = _BOUNDARY.match(body)
    if boundary is None:
        raise ValueError("a posted mail is a form in parts, and this is none")
    head = b'Content-Type: multipart/form-data; boundary="' + boundary[1] + b'"\r\n\r\n'
    form = BytesParser().parsebytes(head + body)
    fields: dict[str, bytes] = {}
    for part in form.get_payload() if form.is_multipart() else []:
        if not isinstance(part, Message):
            continue
        name = part.get_param("name", header="Content-Disposition")
        if isinstance(name, str) and part.get_filename() is None:
            payload = part.get_payload(decode=True)
            fields.setdefault(name, payload if isinstance(payload, bytes) else b"")
    if raw := fields.get("email"):
        return Letter.read(raw)
    if not fields.get("headers", b"").strip():
        raise ValueError("the form holds no mail: neither email nor headers")
    return Letter.read(_put_together(fields))


def _put_together(fields: Mapping[str, bytes]) -> bytes:
    """A mail with the posted head and the posted text; what the head says of the body was true of another one."""
    kept = [
        line
        for line in re.sub(rb"\r?\n[ \t]+", b" ", fields["headers"]).splitlines()
        if line and not line.lower().startswith((b"content-", b"mime-version"))
    ]
    kind = "plain" if fields.get("text") else "html"
    words = fields.get("text") or fields.get("html") or b""
    charset = _charsets(fields).get("text" if kind == "plain" else "html", "utf-8")
    kept.append(f"Content-Type: text/{kind}; charset={charset}".encode("ascii", "replace"))
    return b"\r\n".join([*kept, b"Content-Transfer-Encoding: 8bit", b"", words])


def _charsets(fields: Mapping[str, bytes]) -> Mapping[str, str]:
    try:
        told = json.loads(fields.get("charsets") or b"{}")
    except (ValueError, RecursionError):
        return {}
    found = told.items() if isinstance(told, dict) else ()
    return {str(name): str(value) for name, value in found if re.fullmatch(r"[\w.:-]{1,40}", str(value))}


def _about(letter: Letter) -> UUID | None:
    """The message of ours that it answers."""
    for name in ("In-Reply-To", "References"):
        for value in reversed(letter.heads(name)):
            if found := _MESSAGE_ID.findall(value.lower()):
                return UUID(found[-1])
    return None


def _digest(letter: Letter) -> str:
    named = letter.head("Message-ID").encode("utf-8", "replace") or letter.raw
    return hashlib.sha256(named).hexdigest()[:32]
