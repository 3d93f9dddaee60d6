"""What Twilio reports: status callbacks and texts that customers write, form posts one at a time.

The signature is HMAC of our public address with its query and, behind it, each distinct parameter's name and values in
order, with the account's auth token; of a JSON body, of the address alone, which then names the body's SHA-256. Ports
are at times in it and at times not. The SDK's helper is not used: handed a form parsed from what is no form it lets a
changed JSON body pass, it raises where a body came without its hash, and its comparison is not the library's.

Source: "Webhooks Security" and "Outbound Message Status in Status Callbacks" of the vendor.
"""

import base64
import hashlib
import hmac
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import SplitResult, parse_qs, parse_qsl, urlsplit
from uuid import UUID

from outreach.domain.errors import shortened
from outreach.domain.events import Actor, Event, EventType
from outreach.providers.base import Posting
from outreach.providers.twilio import inbound
from outreach.providers.twilio.codes import meaning_of

SOURCE = "twilio"
SIGNATURE_HEADER = "X-Twilio-Signature"
#: Names the algorithm where a webhook is signed with a shared key: "key=...,algorithm=HMAC_SHA256".
SETTINGS_HEADER = "X-Twilio-Webhooks-Signature-Settings"
#: In the query of the callback's address: our id of the message.
MESSAGE_ID = "m"

_ALGORITHMS = {"HMAC_SHA1": "sha1", "HMAC_SHA256": "sha256"}
_BODY_HASH = "bodySHA256"
_PORTS = {"https": 443, "http": 80}
_VALUE_LIMIT = 300
_MOST_FIELDS = 500
_PRICE = re.compile(r"-?([0-9]{1,4}(?:\.[0-9]{1,6})?)").fullmatch
_CURRENCY = re.compile(r"[A-Za-z]{3}").fullmatch
_DELIVERED = frozenset({"delivered", "read", "partially_delivered"})
_FAILED = frozenset({"failed", "undelivered"})


@dataclass(frozen=True, slots=True)
class TwilioReports:
    """Reads status callbacks and inbound texts; a `QueryReader`, because the message's id is in the query.

    Attributes:
        auth_token: of the account, or the shared key that its webhooks are signed with.

    Raises:
        ValueError: without a token.
    """

    auth_token: str = field(repr=False)

    def __post_init__(self) -> None:
        if not self.auth_token:
            raise ValueError("without a token anybody could sign")

    @property
    def name(self) -> str:
        """Always twilio."""
        return SOURCE

    @property
    def keeps_query(self) -> bool:
        """Always true."""
        return True

    def is_genuine(self, posting: Posting) -> bool:
        """Whether the vendor signed it."""
        given = posting.header(SIGNATURE_HEADER)
        algorithm = _algorithm(posting.header(SETTINGS_HEADER))
        signed = _signed_beside_address(posting)
        if not given or algorithm is None or signed is None:
            return False
        matches = False
        for address in _spellings(posting.url):
            mac = hmac.digest(self.auth_token.encode(), (address + signed).encode("utf-8", "replace"), algorithm)
            matches |= hmac.compare_digest(base64.b64encode(mac), given.encode("utf-8", "replace"))
        return matches

    def events(self, body: bytes, received_at: datetime) -> Iterable[Event]:
        """What one POST says.

        Args:
            body: the query of the address, a line feed, and the form.

        Raises:
            ValueError: if it is no form that names a text and what became of it.
        """
        query, _, posted = body.partition(b"\n")
        form = _form(posted)
        if form.get("SmsStatus") == "received":
            return list(inbound.events(form, received_at))
        return [_status(form, _touch_id(query), received_at)]


def _algorithm(settings: str) -> str | None:
    """The digest that the header names, SHA-1 where it names none; None for one we do not know."""
    for part in settings.split(","):
        name, _, value = part.partition("=")
        if name.strip() == "algorithm" and value.strip():
            return _ALGORITHMS.get(value.strip().upper())
    return "sha1"


def _signed_beside_address(posting: Posting) -> str | None:
    """What the signature covers behind the address; None if part of the body would be covered by nothing."""
    try:
        query = parse_qs(urlsplit(posting.url).query, max_num_fields=_MOST_FIELDS)
        if stated := query.get(_BODY_HASH):
            actual = hashlib.sha256(posting.body).hexdigest()
            fits = len(stated) == 1 and hmac.compare_digest(actual.encode(), stated[0].lower().encode())
            return "" if fits else None
        return "".join(name + value for name, value in sorted(set(_pairs(posting.body))))
    except ValueError:
        return None


def _pairs(posted: bytes) -> list[tuple[str, str]]:
    """The fields of a form.

    Raises:
        ValueError: if not every part of it is a name with a value.
    """
    if not posted:
        return []
    return parse_qsl(
        posted.decode(),
        keep_blank_values=True,
        strict_parsing=True,
        encoding="utf-8",
        errors="strict",
        max_num_fields=_MOST_FIELDS,
    )


def _spellings(url: str) -> Iterator[str]:
    """The address without and with its port, as the vendor may have signed it."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return
    host = parts.netloc.removesuffix(f":{port}") if port else parts.netloc
    for netloc in (host, f"{host}:{port or _PORTS.get(parts.scheme, '')}"):
        yield _written(parts, netloc)


def _written(parts: SplitResult, netloc: str) -> str:
    return parts._replace(netloc=netloc, fragment="").geturl()


def _form(posted: bytes) -> Mapping[str, str]:
    """The form; a field with two values says nothing that can be trusted.

    Raises:
        ValueError: if it is none.
    """
    values: defaultdict[str, set[str]] = defaultdict(set)
    for name, value in _pairs(posted):
        values[name].add(value)
    for name, several in values.items():
        if len(several) > 1:
            raise ValueError(f"{shortened(name)} has several values")
    return {name: one for name, (one,) in values.items()}


def _status(form: Mapping[str, str], touch_id: UUID | None, received_at: datetime) -> Event:
    """One step of a text. Steps come in any order, so each is an event of its own and none undoes another."""
    status = _said(form, "MessageStatus") or _said(form, "SmsStatus")
    kind, actor, data = _meant(status.lower(), form)
    # RawDlrDoneDate is the carrier's wall clock without a zone: not when it happened.
    return Event(
        key=f"{SOURCE}:{_sid(form)}:{status}",
        touch_id=touch_id,
        type=kind,
        occurred_at=received_at,
        actor=actor,
        data={name: value for name, value in data.items() if value} | _cost(form),
    )


def _meant(status: str, form: Mapping[str, str]) -> tuple[EventType, Actor, dict[str, str]]:
    reference = {"reference": _sid(form)}
    if not status:
        raise ValueError("the form names no status")
    if status in _DELIVERED:
        return EventType.DELIVERED, Actor.MACHINE, reference
    if status not in _FAILED:
        return EventType.OTHER, Actor.UNSURE, {"word": status, **reference}
    code = _said(form, "ErrorCode")
    meaning = meaning_of(int(code) if code.isascii() and code.isdigit() else 0)
    reason = " ".join(f"{status} {code} {_said(form, 'ErrorMessage')}".split())
    if meaning.opted_out:
        return EventType.UNSUBSCRIBED, Actor.HUMAN, {"code": code, "reason": reason, **reference}
    verdict = {"carrier_action": meaning.action.value, "bounce": meaning.kind.value}
    return EventType.BOUNCED, Actor.MACHINE, {"code": code, "reason": reason, **verdict, **reference}


def _cost(form: Mapping[str, str]) -> dict[str, str]:
    """How many segments were paid for and what they cost, where the vendor says so; a price is told as a loss."""
    cost = {}
    segments = _said(form, "NumSegments")
    if segments.isascii() and segments.isdigit() and 0 < int(segments) < 1000:
        cost["segments"] = str(int(segments))
    price, currency = _PRICE(_said(form, "Price")), _CURRENCY(_said(form, "PriceUnit"))
    if price and currency:
        cost |= {"price": price[1], "currency": currency[0].upper()}
    return cost


def _sid(form: Mapping[str, str]) -> str:
    """The vendor's name for the text.

    Raises:
        ValueError: if there is none.
    """
    sid = form.get("MessageSid") or form.get("SmsSid") or ""
    if not (len(sid) == 34 and sid.isascii() and sid.isalnum()):
        raise ValueError("the form names no text")
    return sid


def _said(form: Mapping[str, str], name: str) -> str:
    return shortened(form.get(name, "").replace("\0", ""), _VALUE_LIMIT)


def _touch_id(query: bytes) -> UUID | None:
    """Our id of the message in the query; None if there is none."""
    try:
        [given] = parse_qs(query.decode("latin-1"), max_num_fields=_MOST_FIELDS)[MESSAGE_ID]
        return UUID(given)
    except (KeyError, ValueError):
        return None
