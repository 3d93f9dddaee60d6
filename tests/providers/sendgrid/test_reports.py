"""SendGrid's Event Webhook: what is genuine, and what it means."""

import base64
import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st
from sendgrid.helpers.eventwebhook import EventWebhook

from outreach.demo.vendors.sendgrid import SendGridServer
from outreach.domain.bounce import BounceKind, kind_of_bounce
from outreach.domain.events import Actor, Event, EventType
from outreach.providers.base import Posting, ReportReader
from outreach.providers.sendgrid.reports import SIGNATURE_HEADER, TIMESTAMP_HEADER, SendGridReports

NOW = datetime(2026, 9, 8, 9, 30, tzinfo=UTC)
AT = 1_788_858_000
TOUCH = UUID("0195f3c2-7d11-7a3e-9b2f-5d1c8e4a6b70")
VENDOR = SendGridServer(api_key="SG.x")
READER = SendGridReports(VENDOR.public_key)
BODY = b'[{"event":"delivered","email":"a@b.example"}]\r\n'


def read(**said: Any) -> Event:
    item = {"email": "a@b.example", "timestamp": AT, "sg_event_id": "abc-_1", "message_id": str(TOUCH), **said}
    [event] = READER.events(json.dumps([item]).encode(), NOW)
    return event


def test_it_is_a_reader_named_as_its_webhook() -> None:
    reader: ReportReader = READER
    assert reader.name == "sendgrid"


def test_what_the_vendor_signed_is_genuine_and_nothing_else() -> None:
    headers = VENDOR.signed(BODY, timestamp=str(AT))
    assert READER.is_genuine(Posting(headers, BODY))
    assert READER.is_genuine(Posting({name.lower(): value for name, value in headers.items()}, BODY))
    for tampered in (BODY[:-2], BODY + b" ", BODY.replace(b"a@b", b"b@b"), json.dumps(json.loads(BODY)).encode()):
        assert not READER.is_genuine(Posting(headers, tampered))
    assert not READER.is_genuine(Posting(headers | {TIMESTAMP_HEADER: str(AT + 1)}, BODY))
    assert not READER.is_genuine(Posting(SendGridServer(api_key="SG.x").signed(BODY, timestamp=str(AT)), BODY))


def test_the_vendors_own_helper_holds_the_same_signature_genuine() -> None:
    headers = VENDOR.signed(BODY, timestamp=str(AT))
    helper = EventWebhook(VENDOR.public_key)
    assert helper.verify_signature(BODY.decode(), headers[SIGNATURE_HEADER], headers[TIMESTAMP_HEADER])


def test_no_digit_can_be_moved_between_timestamp_and_body() -> None:
    headers = VENDOR.signed(b"0" + BODY, timestamp=str(AT)[:9])
    assert not READER.is_genuine(Posting(headers, b"0" + BODY))
    assert not READER.is_genuine(Posting(headers | {TIMESTAMP_HEADER: str(AT)[:9] + "0"}, BODY[1:]))
    moved = VENDOR.signed(b"5" + BODY, timestamp=str(AT))
    assert not READER.has_shape(b"5" + BODY)
    assert not READER.is_genuine(Posting(moved | {TIMESTAMP_HEADER: f"{AT}5"}, BODY))


@pytest.mark.parametrize("missing", [{SIGNATURE_HEADER}, {TIMESTAMP_HEADER}, {SIGNATURE_HEADER, TIMESTAMP_HEADER}])
def test_a_missing_header_is_not_genuine_and_never_raises(missing: set[str]) -> None:
    headers = VENDOR.signed(BODY, timestamp=str(AT))
    assert not READER.is_genuine(Posting({name: value for name, value in headers.items() if name not in missing}, BODY))


@given(timestamp=st.text(max_size=12), signature=st.text(), body=st.binary())
def test_nonsense_is_not_genuine_and_never_raises(timestamp: str, signature: str, body: bytes) -> None:
    assert not READER.is_genuine(Posting({TIMESTAMP_HEADER: timestamp, SIGNATURE_HEADER: signature}, b"[" + body))
    assert not READER.is_genuine(Posting({TIMESTAMP_HEADER: str(AT), SIGNATURE_HEADER: signature}, b"[" + body))


def _spki(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> str:
    return base64.b64encode(key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()


@pytest.mark.parametrize(
    "key",
    [
        "",
        "no key",
        "AAAA",
        _spki(ec.generate_private_key(ec.SECP384R1())),
        _spki(rsa.generate_private_key(65537, 2048)),
    ],
)
def test_a_key_that_is_none_of_the_webhook_is_refused_at_start(key: str) -> None:
    with pytest.raises(ValueError, match="verification key"):
        SendGridReports(key)


def test_a_key_with_line_breaks_from_a_page_is_taken() -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    reader = SendGridReports(_spki(key)[:64] + "\n" + _spki(key)[64:] + "\n")
    signature = base64.b64encode(key.sign(str(AT).encode() + BODY, ec.ECDSA(hashes.SHA256()))).decode()
    assert reader.is_genuine(Posting({TIMESTAMP_HEADER: str(AT), SIGNATURE_HEADER: signature}, BODY))


def test_every_event_names_message_instant_and_itself() -> None:
    event = read(event="delivered", response="250 OK")
    assert (event.key, event.touch_id, event.occurred_at.timestamp()) == ("sendgrid:abc-_1", TOUCH, AT)
    assert (event.type, event.actor, event.data) == (EventType.DELIVERED, Actor.MACHINE, {"reason": "250 OK"})


@pytest.mark.parametrize(
    ("word", "kind", "actor"),
    [
        ("delivered", EventType.DELIVERED, Actor.MACHINE),
        ("deferred", EventType.DEFERRED, Actor.MACHINE),
        ("bounce", EventType.BOUNCED, Actor.MACHINE),
        ("open", EventType.OPENED, Actor.UNSURE),
        ("click", EventType.CLICKED, Actor.UNSURE),
        ("spamreport", EventType.COMPLAINED, Actor.HUMAN),
        ("unsubscribe", EventType.UNSUBSCRIBED, Actor.HUMAN),
        ("group_unsubscribe", EventType.UNSUBSCRIBED, Actor.HUMAN),
        ("processed", EventType.OTHER, Actor.UNSURE),
        ("group_resubscribe", EventType.OTHER, Actor.UNSURE),
        ("account_status_change", EventType.OTHER, Actor.UNSURE),
        ("never heard of", EventType.OTHER, Actor.UNSURE),
    ],
)
def test_every_word_has_its_meaning_and_unknown_ones_are_kept(word: str, kind: EventType, actor: Actor) -> None:
    event = read(event=word)
    assert (event.type, event.actor) == (kind, actor)
    assert event.data.get("word", "") == (word if kind is EventType.OTHER else "")


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ({"type": "bounce", "status": "5.1.1", "reason": "550 5.1.1 no such user"}, BounceKind.DEAD),
        ({"type": "bounce", "status": "5.0.0", "bounce_classification": "Invalid Address"}, BounceKind.DEAD),
        ({"type": "bounce", "status": "5.0.0", "reason": "550 user unknown"}, BounceKind.DEAD),
        ({"type": "bounce", "status": "5.2.2", "bounce_classification": "Mailbox Unavailable"}, BounceKind.PASSING),
        ({"type": "bounce", "status": "5.0.0", "bounce_classification": "Technical"}, BounceKind.PASSING),
        ({"type": "bounce", "status": "5.1.1", "bounce_classification": "Reputation"}, BounceKind.BLOCKED),
        ({"type": "bounce", "status": "5.7.26", "reason": "unauthenticated"}, BounceKind.OUR_SETUP),
        ({"type": "blocked", "status": "5.7.1", "reason": "listed at a blocklist"}, BounceKind.BLOCKED),
        ({"type": "blocked", "status": "4.0.0", "reason": "try again"}, BounceKind.BLOCKED),
        ({"type": "blocked", "status": "5.1.1", "reason": "550 5.1.1 no such user"}, BounceKind.BLOCKED),
        ({"type": "blocked"}, BounceKind.BLOCKED),
        ({}, BounceKind.PASSING),
    ],
)
def test_a_bounce_speaks_against_the_address_only_where_it_is_at_fault(said: dict[str, str], kind: BounceKind) -> None:
    event = read(event="bounce", **said)
    assert event.type is EventType.BOUNCED
    assert kind_of_bounce(event.data) is kind


@pytest.mark.parametrize(
    ("reason", "kind", "bounce"),
    [
        ("Bounced Address", EventType.BOUNCED, BounceKind.DEAD),
        ("Invalid", EventType.BOUNCED, BounceKind.DEAD),
        ("Unsubscribed Address", EventType.UNSUBSCRIBED, None),
        ("Spam Reporting Address", EventType.COMPLAINED, None),
        ("Spam Content (if spam checker app enabled)", EventType.BOUNCED, BounceKind.BLOCKED),
        ("Recipient List over Package Quota", EventType.BOUNCED, BounceKind.BLOCKED),
        ("", EventType.BOUNCED, BounceKind.BLOCKED),
    ],
)
def test_what_was_dropped_copies_their_list_into_ours(reason: str, kind: EventType, bounce: BounceKind | None) -> None:
    event = read(event="dropped", reason=reason)
    assert event.type is kind
    assert reason in event.data["reason"]
    assert bounce is None or kind_of_bounce(event.data) is bounce


def test_a_visit_says_what_it_is_judged_by_and_not_from_where_it_came() -> None:
    click = read(event="click", url="https://hearth.example/a", useragent="Mozilla/5.0 (X)", ip="192.0.2.1")
    assert click.data == {
        "target": "https://hearth.example/a",
        "url": "https://hearth.example/a",
        "user_agent": "Mozilla/5.0 (X)",
        "arrived": click.occurred_at.isoformat(),
    }
    assert read(event="open").data["target"] == "pixel"
    assert read(event="open", sg_machine_open=True).actor is Actor.MACHINE
    assert read(event="open", sg_machine_open=False).actor is Actor.UNSURE


def test_categories_may_be_a_word_or_a_list() -> None:
    assert read(event="delivered", category="a").key == read(event="delivered", category=["a", "b"]).key


@pytest.mark.parametrize("named", [None, "", "x" * 101, "a\nb", 7, ["x"]])
def test_an_event_without_a_sound_id_is_named_by_all_it_says(named: object) -> None:
    one, again, other = (read(event="open", sg_event_id=named, n=number) for number in (1, 1, 2))
    assert one.key == again.key != other.key
    assert len(one.key) <= 100


@pytest.mark.parametrize("named", [None, "", "no uuid", 5, {"a": 1}])
def test_an_event_about_no_message_of_ours_is_kept(named: object) -> None:
    assert read(event="delivered", message_id=named).touch_id is None


@pytest.mark.parametrize("instant", [None, "soon", True, 1e30, -1e30, [1]])
def test_an_event_without_a_sound_instant_has_that_of_its_coming(instant: object) -> None:
    assert read(event="delivered", timestamp=instant).occurred_at == NOW


@pytest.mark.parametrize("body", [b"", b"{}", b"[1]", b"null", b"[" * 100_000, b'[{"event":', b"\xff[]"])
def test_a_body_that_is_no_list_of_events_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - json's own words differ
        list(READER.events(body, NOW))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
NAMES = st.sampled_from(["event", "timestamp", "sg_event_id", "message_id", "reason", "status", "type", "useragent"])


@given(st.lists(st.dictionaries(NAMES, JSON), max_size=4))
def test_whatever_stands_in_an_event_is_read(items: list[dict[str, Any]]) -> None:
    events = list(READER.events(json.dumps(items).encode(), NOW))
    assert len(events) == len(items)
    assert all(isinstance(value, str) for event in events for value in event.data.values())
