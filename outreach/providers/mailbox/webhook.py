"""What the mailbox reports back, as vendors do: a signed POST of a JSON array.

    [{"event": "bounced", "message_id": "<touch>", "timestamp": 1788862200, "id": "...", "code": "5.1.1", "reason": ""}]

The signature is HMAC-SHA256, in hex, over the timestamp header, a dot and the raw body. Nobody checks the age: reports
may be posted again for a day, and an event seen twice is dropped by its key.
"""

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from outreach.domain.errors import shortened
from outreach.domain.events import Actor, Event, EventType
from outreach.providers.base import Posting
from outreach.providers.posted_json import is_json_array, objects_in

SIGNATURE_HEADER = "X-Mailbox-Signature"
TIMESTAMP_HEADER = "X-Mailbox-Timestamp"

#: The mailbox's words in ours, with who does such a thing.
VOCABULARY: Mapping[str, tuple[EventType, Actor]] = {
    "delivered": (EventType.DELIVERED, Actor.MACHINE),
    "deferred": (EventType.DEFERRED, Actor.MACHINE),
    "bounced": (EventType.BOUNCED, Actor.MACHINE),
    "complained": (EventType.COMPLAINED, Actor.HUMAN),
    "replied": (EventType.REPLIED, Actor.HUMAN),
    "unsubscribed": (EventType.UNSUBSCRIBED, Actor.HUMAN),
}
_TOLD = ("reason", "code")
_VALUE_LIMIT = 1000


def sign(body: bytes, *, secret: bytes, timestamp: int) -> dict[str, str]:
    """The headers that make a POST of `body` genuine.

    Args:
        timestamp: seconds since 1970, ten digits.
    """
    return {
        TIMESTAMP_HEADER: str(timestamp),
        SIGNATURE_HEADER: _signature(body, secret=secret, timestamp=str(timestamp)),
    }


def _signature(body: bytes, *, secret: bytes, timestamp: str) -> str:
    key = hmac.digest(secret, b"reports of the built-in mailbox", "sha256")
    return hmac.new(key, timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


@dataclass(frozen=True, slots=True)
class MailboxReports:
    """Reads the mailbox's reports.

    Attributes:
        secret: the product's secret; the key is derived from it.
    """

    secret: bytes = field(repr=False)

    @property
    def name(self) -> str:
        """Always mailbox."""
        return "mailbox"

    def is_genuine(self, posting: Posting) -> bool:
        """Whether the signature is ours."""
        timestamp, given = posting.header(TIMESTAMP_HEADER), posting.header(SIGNATURE_HEADER)
        if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) == 10):
            return False
        expected = _signature(posting.body, secret=self.secret, timestamp=timestamp)
        return hmac.compare_digest(expected.encode(), given.encode("utf-8", "replace"))

    def has_shape(self, body: bytes) -> bool:
        """Whether it can be an array of reports."""
        return is_json_array(body)

    def events(self, body: bytes, received_at: datetime) -> Iterable[Event]:
        """The reports of one POST.

        Raises:
            ValueError: if the body is no JSON array of objects.
        """
        return [_event(item, received_at) for item in objects_in(body)]


def _event(item: dict[str, Any], received_at: datetime) -> Event:
    word = str(item.get("event", ""))
    kind, actor = VOCABULARY.get(word, (EventType.OTHER, Actor.UNSURE))
    data = {key: _storable(item[key]) for key in _TOLD if item.get(key) not in (None, "")}
    if kind is EventType.OTHER:
        data["word"] = _storable(word)
    return Event(
        key=f"mailbox:{_name(item)}",
        touch_id=_touch_id(item.get("message_id")),
        type=kind,
        occurred_at=_instant(item.get("timestamp"), received_at),
        actor=actor,
        data=data,
    )


def _storable(value: object) -> str:
    """`value` as text that every database takes: no NUL, no half of a surrogate pair, not endless."""
    text = str(value).replace("\0", "").encode("utf-8", "replace").decode()
    return shortened(text, _VALUE_LIMIT)


def _name(item: dict[str, Any]) -> str:
    """The report's own id, or a digest of all it says if it has none or one too long to index."""
    given = item.get("id")
    if isinstance(given, str) and 0 < len(given) <= 100 and given.isprintable():
        return given
    return hashlib.sha256(json.dumps(item, sort_keys=True).encode()).hexdigest()


def _touch_id(value: object) -> UUID | None:
    try:
        return UUID(str(value))
    except ValueError:
        return None


def _instant(value: object, otherwise: datetime) -> datetime:
    """Seconds since 1970 as an instant; `otherwise` if it is no such number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return otherwise
    try:
        return datetime.fromtimestamp(value, UTC)
    except (OverflowError, OSError, ValueError):
        return otherwise
