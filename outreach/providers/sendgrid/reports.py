"""What SendGrid reports: its Event Webhook, a signed POST of a JSON array.

The signature is ECDSA over P-256 with SHA-256, of timestamp and raw body simply one behind the other. So that no digit
can be moved from one to the other, exactly ten digits and a body that begins an array are asked for. Nobody checks the
age: the vendor repeats a report for a day, and an event seen twice is dropped by its key. The SDK's helper is not used:
it decodes the body, and raises where a header is missing.

Source: "Event Webhook Reference" and "Getting Started with the Event Webhook Security Features" of the vendor.
"""

import base64
import binascii
import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_der_public_key

from outreach.domain.bounce import enhanced_code
from outreach.domain.engagement import PIXEL
from outreach.domain.events import Actor, Event, EventType
from outreach.providers.base import Posting
from outreach.providers.posted_json import is_json_array, objects_in
from outreach.providers.sendgrid.calls import MESSAGE_ID

SOURCE = "sendgrid"
SIGNATURE_HEADER = "X-Twilio-Email-Event-Webhook-Signature"
TIMESTAMP_HEADER = "X-Twilio-Email-Event-Webhook-Timestamp"

#: RFC 3463: "other or undefined security or policy status"; says nothing against the address.
_POLICY = "5.7.0"
#: What the vendor's classes of bounces say about the address; of the others, code and words decide.
_CLASSES: Mapping[str, Mapping[str, str]] = {
    "invalid address": {"dead_address": "yes"},
    "technical": {"dead_address": "no"},
    "mailbox unavailable": {"dead_address": "no"},
    "content": {"code": _POLICY},
    "reputation": {"code": _POLICY},
    "frequency or volume too high": {"code": _POLICY},
}
#: Why a message was dropped before it left: what the vendor's own list of addresses not to write to says, copied into
#: ours. Everything else (their spam filter, a used-up quota) is no fault of the address.
_DROPPED: Mapping[str, tuple[EventType, Actor, Mapping[str, str]]] = {
    "bounced address": (EventType.BOUNCED, Actor.MACHINE, {"dead_address": "yes"}),
    "invalid": (EventType.BOUNCED, Actor.MACHINE, {"dead_address": "yes"}),
    "unsubscribed address": (EventType.UNSUBSCRIBED, Actor.HUMAN, {}),
    "spam reporting address": (EventType.COMPLAINED, Actor.HUMAN, {}),
}

#: An event's type, who did it, and what else it says.
_Said = tuple[EventType, Actor, dict[str, str]]


class SendGridReports:
    """Reads the Event Webhook.

    Args:
        public_key: the verification key as the vendor shows it: base64 of an SPKI, without PEM lines.

    Raises:
        ValueError: if it is no such key.
    """

    name = SOURCE

    def __init__(self, public_key: str) -> None:
        try:
            key = load_der_public_key(base64.b64decode("".join(public_key.split()), validate=True))
        except (ValueError, TypeError) as error:
            raise ValueError("that is no verification key of the Event Webhook") from error
        if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
            raise ValueError("a verification key of the Event Webhook is of the curve P-256")
        self._key = key

    def is_genuine(self, posting: Posting) -> bool:
        """Whether the vendor signed it."""
        body, timestamp = posting.body, posting.header(TIMESTAMP_HEADER)
        ten_digits = len(timestamp) == 10 and timestamp.isascii() and timestamp.isdigit()
        if not ten_digits:  # timestamp and body are signed in one piece; its length says where one ends
            return False
        try:
            octets = base64.b64decode(posting.header(SIGNATURE_HEADER), validate=True)
            self._key.verify(octets, timestamp.encode() + body, ec.ECDSA(hashes.SHA256()))
        except (InvalidSignature, binascii.Error, ValueError):
            return False
        return True

    def has_shape(self, body: bytes) -> bool:
        """Whether it can be an array of events."""
        return is_json_array(body)

    def events(self, body: bytes, received_at: datetime) -> Iterable[Event]:
        """The events of one POST.

        Raises:
            ValueError: if the body is no JSON array of objects.
        """
        return [_event(item, received_at) for item in objects_in(body)]


def _event(item: dict[str, Any], received_at: datetime) -> Event:
    at = _instant(item.get("timestamp"), received_at)
    kind, actor, data = _READERS.get(_text(item, "event"), _other)(item, at)
    return Event(
        key=f"sendgrid:{_name(item)}",
        touch_id=_touch_id(item.get(MESSAGE_ID)),
        type=kind,
        occurred_at=at,
        actor=actor,
        data={name: value for name, value in data.items() if value},
    )


def _delivered(item: Mapping[str, Any], _at: datetime) -> _Said:
    return EventType.DELIVERED, Actor.MACHINE, {"reason": _text(item, "response")}


def _deferred(item: Mapping[str, Any], _at: datetime) -> _Said:
    reason = _text(item, "response") or _text(item, "reason")
    return EventType.DEFERRED, Actor.MACHINE, {"reason": reason, "code": enhanced_code(reason)}


def _bounced(item: Mapping[str, Any], _at: datetime) -> _Said:
    """A bounce, or a "blocked": that is about reputation or content, whatever code stands in it."""
    reason, status = _text(item, "reason"), _text(item, "status")
    code = enhanced_code(status) or enhanced_code(reason)
    data = {"reason": reason, "code": code, "class": _text(item, "bounce_classification")}
    if _text(item, "type") == "blocked":
        data["code"] = code if code.startswith("5.7.") else _POLICY
    else:
        data |= _CLASSES.get(data["class"].lower(), {})
    return EventType.BOUNCED, Actor.MACHINE, data


def _dropped(item: Mapping[str, Any], _at: datetime) -> _Said:
    reason = _text(item, "reason")
    kind, actor, more = _DROPPED.get(reason.lower(), (EventType.BOUNCED, Actor.MACHINE, {"code": _POLICY}))
    return kind, actor, {"reason": f"dropped: {reason}", **more}


def _opened(item: Mapping[str, Any], at: datetime) -> _Said:
    return EventType.OPENED, _visitor(item), {"target": PIXEL, **_visit(item, at)}


def _clicked(item: Mapping[str, Any], at: datetime) -> _Said:
    url = _text(item, "url")
    return EventType.CLICKED, _visitor(item), {"target": url, "url": url, **_visit(item, at)}


def _complained(_item: Mapping[str, Any], _at: datetime) -> _Said:
    return EventType.COMPLAINED, Actor.HUMAN, {}


def _unsubscribed(item: Mapping[str, Any], _at: datetime) -> _Said:
    return EventType.UNSUBSCRIBED, Actor.HUMAN, {"group": _text(item, "asm_group_id")}


def _other(item: Mapping[str, Any], _at: datetime) -> _Said:
    """Everything else: `processed`, which says that the vendor has the message; `group_resubscribe`, because consent
    is given to us and to nobody else; `account_status_change`; and what nobody knows yet."""
    said = {"word": _text(item, "event"), "reason": _text(item, "reason"), "group": _text(item, "asm_group_id")}
    return EventType.OTHER, Actor.UNSURE, said


_READERS: Mapping[str, Callable[[Mapping[str, Any], datetime], _Said]] = {
    "delivered": _delivered,
    "deferred": _deferred,
    "bounce": _bounced,
    "blocked": _bounced,
    "dropped": _dropped,
    "open": _opened,
    "click": _clicked,
    "spamreport": _complained,
    "unsubscribe": _unsubscribed,
    "group_unsubscribe": _unsubscribed,
}


def _visitor(item: Mapping[str, Any]) -> Actor:
    return Actor.MACHINE if item.get("sg_machine_open") is True else Actor.UNSURE


def _visit(item: Mapping[str, Any], at: datetime) -> dict[str, str]:
    """What visits are judged by; the visitor's address is not kept."""
    return {"user_agent": _text(item, "useragent"), "arrived": at.isoformat()}


def _text(item: Mapping[str, Any], name: str) -> str:
    value = item.get(name)
    return "" if value is None else str(value)


def _name(item: dict[str, Any]) -> str:
    """The event's own id, or a digest of all it says if it has none or one that is not as promised."""
    given = item.get("sg_event_id")
    if isinstance(given, str) and 0 < len(given) <= 100 and given.isascii() and given.isprintable():
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
