"""The mailbox's reports: verified first, then translated."""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from outreach.domain.events import Actor, Event, EventType
from outreach.providers.base import Posting
from outreach.providers.mailbox.webhook import SIGNATURE_HEADER, TIMESTAMP_HEADER, MailboxReports, sign

NOW = datetime(2026, 9, 8, 9, 30, tzinfo=UTC)
TOUCH = UUID("0b0e4a34-7f2b-4c51-9f05-3c4f0a1b2c3d")
READER = MailboxReports(b"secret")


def read(*items: Any) -> list[Event]:
    return list(READER.events(json.dumps(items).encode(), NOW))


def test_what_was_signed_with_our_secret_is_genuine_whatever_the_case_of_the_headers() -> None:
    headers = sign(b"[]", secret=b"secret", timestamp=1788859800)
    assert READER.is_genuine(Posting(headers, b"[]"))
    assert READER.is_genuine(Posting({key.lower(): value for key, value in headers.items()}, b"[]"))


@pytest.mark.parametrize(
    "changes",
    [
        {SIGNATURE_HEADER: "0" * 64},
        {SIGNATURE_HEADER: "ü\udcff"},
        {SIGNATURE_HEADER: ""},
        {TIMESTAMP_HEADER: "1788859801"},
        {TIMESTAMP_HEADER: "178885980"},
        {TIMESTAMP_HEADER: "１７８８８５９８００"},
        {TIMESTAMP_HEADER: ""},
    ],
)
def test_a_changed_header_is_not_genuine(changes: dict[str, str]) -> None:
    assert not READER.is_genuine(Posting(sign(b"[]", secret=b"secret", timestamp=1788859800) | changes, b"[]"))


def test_another_body_another_secret_or_no_headers_are_not_genuine() -> None:
    headers = sign(b"[]", secret=b"secret", timestamp=1788859800)
    assert not READER.is_genuine(Posting(headers, b"[ ]"))
    assert not MailboxReports(b"other").is_genuine(Posting(headers, b"[]"))
    assert not READER.is_genuine(Posting({}, b"[]"))


@pytest.mark.parametrize(
    ("word", "kind", "actor"),
    [
        ("delivered", EventType.DELIVERED, Actor.MACHINE),
        ("deferred", EventType.DEFERRED, Actor.MACHINE),
        ("bounced", EventType.BOUNCED, Actor.MACHINE),
        ("complained", EventType.COMPLAINED, Actor.HUMAN),
        ("replied", EventType.REPLIED, Actor.HUMAN),
        ("unsubscribed", EventType.UNSUBSCRIBED, Actor.HUMAN),
        ("teleported", EventType.OTHER, Actor.UNSURE),
    ],
)
def test_each_word_has_its_meaning(word: str, kind: EventType, actor: Actor) -> None:
    [event] = read({"event": word, "message_id": str(TOUCH), "timestamp": 1788859800, "id": "7"})
    assert (event.type, event.actor, event.touch_id, event.key) == (kind, actor, TOUCH, "mailbox:7")
    assert event.occurred_at == datetime(2026, 9, 8, 9, 30, tzinfo=UTC)


def test_reason_and_code_and_an_unknown_word_are_kept() -> None:
    [bounce, other] = read({"event": "bounced", "code": "5.1.1", "reason": "nobody"}, {"event": "teleported"})
    assert bounce.data == {"code": "5.1.1", "reason": "nobody"}
    assert other.data == {"word": "teleported"}


def test_characters_that_no_database_takes_are_dropped() -> None:
    [event] = list(READER.events(rb'[{"event": "bounced", "reason": "a\u0000b\ud800c"}]', NOW))
    assert event.data == {"reason": "ab?c"}


def test_a_report_without_an_id_has_the_same_key_whenever_it_comes() -> None:
    report = {"event": "delivered", "message_id": str(TOUCH), "timestamp": 1788859800}
    [first] = read(report)
    [again] = read(dict(reversed(report.items())))
    [other] = read(report | {"timestamp": 1788859801})
    assert first.key == again.key != other.key


@pytest.mark.parametrize("timestamp", [None, "soon", 1e300, True, [], -1e18])
def test_a_report_without_a_usable_instant_happened_when_it_came(timestamp: object) -> None:
    [event] = read({"event": "delivered", "timestamp": timestamp})
    assert event.occurred_at == NOW


@pytest.mark.parametrize("message_id", [None, "x", 7, [], {}])
def test_a_report_about_none_of_our_messages_names_none(message_id: object) -> None:
    [event] = read({"event": "delivered", "message_id": message_id})
    assert event.touch_id is None


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"[1]", b"[[]]", b"null", b"\xff", b"[" * 100_000, b'[{"event":"delivered"}'], ids=repr
)
def test_anything_but_an_array_of_objects_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        list(READER.events(body, NOW))
