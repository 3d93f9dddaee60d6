"""A batch of mails as calls of SendGrid's `POST /v3/mail/send`, within what one call may hold.

Limits are those of the vendor's OpenAPI description (twilio/sendgrid-oai, tsg_mail_v3): 1,000 personalizations, 10,000
bytes of substitutions in each; the pages add 30 MB for a call. An address stands once in a call: whoever gets two mails
of one edition gets them by two calls.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sendgrid.helpers.mail import (
    ClickTracking,
    Content,
    Ganalytics,
    Mail,
    MailSettings,
    OpenTracking,
    ReplyTo,
    SandBoxMode,
    SubscriptionTracking,
    TrackingSettings,
)
from sendgrid.helpers.mail import Email as NamedAddress

from outreach.rendering.shared_mail import MailParts, SharedMail

MOST_MAILS = 1_000
MOST_SUBSTITUTED = 10_000
MOST_BYTES = 30 * 1024 * 1024
#: A text as JSON writes it; the standard library's own, in C.
quoted = json.encoder.encode_basestring
#: The one custom argument: it comes back at the top level of every event, and the vendor keeps it for ever.
MESSAGE_ID = "message_id"
#: Headers that may not be set (tsg_mail_v3).
FORBIDDEN_HEADERS = frozenset(
    {"x-sg-id", "x-sg-eid", "received", "dkim-signature", "content-type", "content-transfer-encoding"}
    | {"to", "from", "subject", "reply-to", "cc", "bcc"}
)


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail to one address."""

    touch_id: UUID
    recipient: str
    parts: MailParts


@dataclass(frozen=True, slots=True)
class Call:
    """Letters that share one half and go in one request."""

    letters: tuple[Letter, ...]

    @property
    def shared(self) -> SharedMail:
        """What they say alike."""
        return self.letters[0].parts.shared

    def halves(self) -> tuple["Call", "Call"]:
        """Two calls for the letters of one; it must have two letters at least."""
        middle = len(self.letters) // 2
        return Call(self.letters[:middle]), Call(self.letters[middle:])

    def without(self, places: Iterable[int]) -> "Call | None":
        """The call without the letters at `places`; None if none is left."""
        out = set(places)
        left = tuple(letter for place, letter in enumerate(self.letters) if place not in out)
        return Call(left) if left else None


class _Group:
    """The calls of one shared half while they are filled."""

    def __init__(self) -> None:
        self.calls: list[tuple[list[Letter], set[str]]] = []

    def add(self, letter: Letter) -> None:
        address = letter.recipient.lower()
        for letters, addresses in self.calls:
            if len(letters) < MOST_MAILS and address not in addresses:
                letters.append(letter)
                addresses.add(address)
                return
        self.calls.append(([letter], {address}))


def calls_of(letters: Sequence[Letter]) -> Iterator[Call]:
    """`letters` in as few calls as may be.

    A letter whose values are too long, or could be taken for tags, goes in a call of its own with nothing to replace.
    """
    groups: dict[SharedMail, _Group] = {}
    alone: list[Letter] = []
    for letter in letters:
        if letter.parts.is_sound and _fits(letter.parts):
            groups.setdefault(letter.parts.shared, _Group()).add(letter)
        else:
            alone.append(Letter(letter.touch_id, letter.recipient, letter.parts.whole()))
    for group in groups.values():
        yield from (Call(tuple(one)) for one, _ in group.calls)
    yield from (Call((letter,)) for letter in alone)


def _fits(parts: MailParts) -> bool:
    """Whether the values are within the limit; in octets they are counted only where characters leave a doubt."""
    tags = sum(map(len, parts.shared.tags))
    if tags + 4 * sum(map(len, parts.values)) <= MOST_SUBSTITUTED:
        return True
    return tags + sum(len(value.encode("utf-8", "replace")) for value in parts.values) <= MOST_SUBSTITUTED


def body_of(call: Call, *, sandbox: bool = False) -> bytes:
    """The request's body.

    What is said once is built by the SDK. What is said a thousand times is put together here from JSON strings: objects
    of the SDK, or even dicts, for every address, header and value of a call cost several times as much.

    Args:
        sandbox: checks the call and sends nothing.
    """
    shared = call.shared
    mail = Mail()
    mail.from_email = NamedAddress(shared.sender_email, shared.sender_name or None)
    if shared.reply_to:
        mail.reply_to = ReplyTo(shared.reply_to)
    # RFC 2046 5.1.4: the last part is the best; the vendor refuses another order.
    for kind, words in (("text/plain", shared.text), ("text/html", shared.html)):
        if words:
            mail.add_content(Content(kind, words))
    # Our own links, pixel and way off the list are in the mail already; the vendor's would double or break them.
    mail.tracking_settings = TrackingSettings(
        click_tracking=ClickTracking(False, False),
        open_tracking=OpenTracking(False),
        subscription_tracking=SubscriptionTracking(False),
        ganalytics=Ganalytics(False),
    )
    if sandbox:
        mail.mail_settings = MailSettings(sandbox_mode=SandBoxMode(True))
    head = json.dumps(mail.get(), ensure_ascii=False).removesuffix("}")
    personalizations = ",".join(map(_Written(shared), call.letters))
    # Half of a surrogate pair is no character; it must not keep a thousand others from leaving.
    return f'{head},"personalizations":[{personalizations}]}}'.encode("utf-8", "replace")


class _Written:
    """Writes the personalizations of a call: what is between the values is the same for all, and written once."""

    def __init__(self, shared: SharedMail) -> None:
        self._headers = "".join(f",{quoted(name)}:{quoted(value)}" for name, value in _allowed(shared.headers))
        names = [("," if place else "") + quoted(tag) + ":" for place, tag in enumerate(shared.tags)]
        self._pieces = [piece for name in names for piece in (name, "")]

    def __call__(self, letter: Letter) -> str:
        """One personalization."""
        parts = letter.parts
        headers = ",".join([f"{quoted(name)}:{quoted(value)}" for name, value in _allowed(parts.headers)])
        pieces = self._pieces.copy()
        pieces[1::2] = map(quoted, parts.values)
        return (
            f'{{"to":[{{"email":{quoted(letter.recipient)}}}],"subject":{quoted(parts.subject)},'
            f'"headers":{{{(headers + self._headers).lstrip(",")}}},'
            f'"custom_args":{{"{MESSAGE_ID}":"{letter.touch_id}"}},"substitutions":{{{"".join(pieces)}}}}}'
        )


def _allowed(headers: Mapping[str, str]) -> list[tuple[str, str]]:
    """Those that may be set."""
    return [(name, value) for name, value in headers.items() if name.lower() not in FORBIDDEN_HEADERS]
