"""Mail that came back, in our vocabulary."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outreach.domain.bounce import kind_of_bounce
from outreach.domain.events import Actor, Event, EventType
from outreach.providers.base import Posting
from outreach.providers.smtp.reports import SmtpReports
from outreach.providers.smtp.verp import ReturnPath
from tests.providers.smtp.returned_mail import (
    OURS,
    PATH,
    SAMPLES,
    TOKENS,
    TOUCH,
    Sample,
    arf,
    dsn,
    head,
    recipient,
)

NOW = datetime(2026, 9, 8, 9, 30, tzinfo=UTC)
READER = SmtpReports(TOKENS, PATH)
FAILED = recipient("failed", "5.1.1", "550 5.1.1 unknown")


def read(text: str | bytes, reader: SmtpReports = READER) -> Event:
    raw = text if isinstance(text, bytes) else text.encode().replace(b"\n", b"\r\n")
    [event] = reader.events(raw, NOW)
    return event


@pytest.mark.parametrize("sample", SAMPLES, ids=[sample.name for sample in SAMPLES])
def test_each_kind_of_mail_is_read_for_what_it_is(sample: Sample) -> None:
    event = read(sample.raw)
    assert event.type is sample.type
    assert event.touch_id == TOUCH
    if sample.kind:
        assert kind_of_bounce(event.data) is sample.kind
    if sample.code:
        assert event.data["code"] == sample.code


@pytest.mark.parametrize("sample", SAMPLES, ids=[sample.name for sample in SAMPLES])
def test_line_ends_do_not_matter(sample: Sample) -> None:
    folded = read(sample.text.encode())
    event = read(sample.raw)
    assert (folded.type, folded.touch_id, folded.key) == (event.type, event.touch_id, event.key)


def test_what_a_server_said_is_kept_for_people() -> None:
    event = read(dsn(FAILED))
    assert event.data == {"code": "5.1.1", "reason": "550 5.1.1 unknown", "recipient": "anna@customer.example"}
    assert event.actor is Actor.MACHINE
    assert event.occurred_at == datetime(2026, 9, 7, 8, 5, tzinfo=UTC)


def test_a_complaint_is_a_persons() -> None:
    assert read(arf("abuse")).actor is Actor.HUMAN


def test_the_same_mail_is_the_same_event_however_it_travelled() -> None:
    text = dsn(FAILED)
    again = "Received: from elsewhere\nDelivered-To: " + PATH.of(TOUCH) + "\n" + text
    assert read(again).key == read(text).key


def test_without_a_return_path_a_signed_link_in_the_returned_head_names_the_message() -> None:
    event = read(dsn(FAILED, to="hello@hearth.example"), SmtpReports(TOKENS))
    assert event.touch_id == TOUCH


def test_of_two_quoted_mails_the_one_whose_head_came_back_counts() -> None:
    other = f"As I said in {TOKENS.click(uuid4(), 7)} yesterday."
    event = read(dsn(FAILED, to="hello@hearth.example", words=other))
    assert event.touch_id == TOUCH


def test_the_return_path_it_came_to_outweighs_one_it_quotes() -> None:
    quoted = dsn(FAILED, words=f"sent by {PATH.of(uuid4())}")
    assert read(quoted).touch_id == TOUCH


@pytest.mark.parametrize(
    "returned",
    [
        pytest.param("Subject: nothing of ours\n", id="nothing"),
        pytest.param(f"Message-ID: <{TOUCH}@hearth.example>\n", id="only a message id"),
        pytest.param(OURS.replace("/u/", "/u/A"), id="a broken link"),
    ],
)
def test_a_report_that_names_nothing_we_signed_is_about_nobody(returned: str) -> None:
    event = read(dsn(FAILED, to="hello@hearth.example", returned=returned))
    assert event.touch_id is None
    assert event.type is EventType.BOUNCED


def test_a_forged_return_path_suppresses_nobody() -> None:
    forged = ReturnPath(PATH.domain, [b"a guess"]).of(TOUCH)
    assert read(dsn(FAILED, to=forged, returned="Subject: x\n")).touch_id is None


def test_a_complaint_is_found_by_our_token_although_every_address_is_blacked_out() -> None:
    blacked = OURS.replace("anna@customer.example", "[redacted]")
    event = read(arf("abuse", returned=blacked))
    assert (event.type, event.touch_id) == (EventType.COMPLAINED, TOUCH)


@pytest.mark.parametrize(
    "date",
    ["Tue, 08 Sep 2026 12:00:00 +0000", "Mon, 01 Jun 2026 08:00:00 +0000", "yesterday", "Mon, 07 Sep 2026 08:00:00"],
)
def test_a_date_that_cannot_be_is_replaced_by_the_arrival(date: str) -> None:
    text = dsn(FAILED).replace("Date: Mon, 07 Sep 2026 08:05:00 +0000", f"Date: {date}", 1)
    assert read(text).occurred_at == NOW


@pytest.mark.parametrize("body", [b"", b"no head", b"\r\n\r\nonly a body", b"\0" * 100])
def test_what_is_no_mail_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError, match="no mail"):
        read(body)


def test_endless_nesting_is_read_or_refused_but_never_breaks_us() -> None:
    nested = "Subject: x\n" + "Content-Type: message/rfc822\n\n" * 5000
    with suppress(ValueError):
        assert read(nested).touch_id is None


def test_unknown_character_sets_and_broken_encodings_are_no_obstacle() -> None:
    text = head("postmaster@x.example", "=?nonsense?q?=FF?= failure", 'Content-Type: text/plain; charset="nonsense"')
    event = read(text.encode() + b"Content-Transfer-Encoding: base64\n\n\xff\xfe!!not base64")
    assert (event.type, event.touch_id) == (EventType.BOUNCED, TOUCH)


def test_nobody_can_post_a_mail_over_http() -> None:
    assert not READER.is_genuine(Posting({"X-Signature": "x"}, dsn(FAILED).encode()))


@settings(max_examples=200)
@given(st.data())
def test_a_mangled_mail_is_read_as_one_event_or_refused(data: st.DataObject) -> None:
    raw = bytearray(data.draw(st.sampled_from(SAMPLES)).raw)
    for _ in range(data.draw(st.integers(0, 8))):
        start = data.draw(st.integers(0, len(raw)))
        raw[start : start + data.draw(st.integers(0, 40))] = data.draw(st.binary(max_size=20))
    try:
        event = read(bytes(raw))
    except ValueError:
        return
    assert NOW - timedelta(days=14) <= event.occurred_at <= NOW
    assert event.touch_id in (None, TOUCH)


@given(st.binary(max_size=3000))
def test_bytes_of_any_kind_are_read_or_refused(raw: bytes) -> None:
    with suppress(ValueError):
        assert read(raw).touch_id is None
