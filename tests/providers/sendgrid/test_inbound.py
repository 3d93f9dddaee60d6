"""Mails that customers write back, as the vendor posts them."""

from contextlib import suppress
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.domain.events import Actor, Event, EventType
from outreach.providers.base import LongReader, Posting, ReportReader
from outreach.providers.sendgrid.inbound import SendGridInbound

SECRET = "a-secret-of-a-test-1234"
READER = SendGridInbound(SECRET)
AT = datetime(2026, 9, 8, 10, tzinfo=UTC)
TOUCH = UUID("0192f0c1-2b3c-7d4e-8f50-123456789abc")
URL = f"https://o.example/webhooks/sendgrid-inbound/{SECRET}"

REPLY = f"""\
From: Anna Bevan <anna@example.com>\r
To: hello@hearth.example\r
Subject: Re: Frost is coming\r
Message-ID: <reply-1@example.com>\r
In-Reply-To: <{TOUCH}@hearth.example>\r
Content-Type: text/plain; charset=utf-8\r
Content-Transfer-Encoding: 8bit\r
\r
Thank you, could you come on Tuesday? Grüße\r
\r
On Tue, 8 Sep 2026 at 09:30, Carys <carys@hearth.example> wrote:\r
> Frost is coming. Shall we look at your boiler?\r
"""


def form(*, boundary: str = "xYzZY", attached: bytes = b"", **fields: str | bytes) -> bytes:
    """A form as the vendor posts it."""
    parts = []
    for name, value in fields.items():
        octets = value if isinstance(value, bytes) else value.encode()
        parts.append(b'Content-Disposition: form-data; name="' + name.encode() + b'"\r\n\r\n' + octets)
    if attached:
        parts.append(b'Content-Disposition: form-data; name="attachment1"; filename="a.bin"\r\n\r\n' + attached)
    line = b"--" + boundary.encode()
    return b"".join(line + b"\r\n" + part + b"\r\n" for part in parts) + line + b"--\r\n"


def read(body: bytes) -> Event:
    (event,) = READER.events(body, AT)
    return event


def test_it_is_a_reader_of_long_bodies() -> None:
    reader: ReportReader = READER
    assert isinstance(reader, LongReader)


def test_only_the_secret_address_is_genuine() -> None:
    assert READER.is_genuine(Posting({}, b"", URL))
    assert READER.is_genuine(Posting({}, b"", URL + "?x=1"))
    for url in (URL + "x", URL[:-1], URL.rpartition("/")[0], URL + "/", "", URL.replace("secret", "s\udcffecret")):
        assert not READER.is_genuine(Posting({}, b"", url))


def test_a_persons_answer_is_a_reply_to_the_message_with_their_own_words() -> None:
    event = read(form(email=REPLY, to="hello@hearth.example"))
    assert (event.touch_id, event.type, event.actor, event.occurred_at) == (TOUCH, EventType.REPLIED, Actor.HUMAN, AT)
    assert event.data == {
        "from": "anna@example.com",
        "subject": "Re: Frost is coming",
        "text": "Thank you, could you come on Tuesday? Grüße",
    }


def test_without_the_raw_mail_it_is_put_together_from_its_fields() -> None:
    head, _, words = REPLY.partition("\r\n\r\n")
    event = read(form(headers=head, charsets='{"text":"iso-8859-1"}', text=words.encode("iso-8859-1")))
    assert (event.touch_id, event.type) == (TOUCH, EventType.REPLIED)
    assert event.data["text"] == "Thank you, could you come on Tuesday? Grüße"
    only_html = read(form(headers=head, html="<p>Yes, <b>please</b></p>"))
    assert only_html.data["text"] == "Yes, please"


def test_a_mail_that_arrives_twice_is_one_event() -> None:
    assert read(form(email=REPLY)).key == read(form(boundary="other", email=REPLY)).key


def test_a_form_that_was_cut_off_in_an_attachment_still_tells_the_words() -> None:
    body = form(email=REPLY, attached=b"\x00\xff" * 5_000)
    assert read(body[:-4_000]).data["text"].startswith("Thank you")


def test_an_answer_by_a_machine_is_no_reply() -> None:
    event = read(form(email=REPLY.replace("Subject:", "Auto-Submitted: auto-replied\r\nSubject:")))
    assert (event.type, event.actor, event.data["word"]) == (EventType.OTHER, Actor.MACHINE, "auto-reply")


def test_a_mail_that_answers_nothing_of_ours_is_kept_and_is_nobodys_reply() -> None:
    event = read(form(email=REPLY.replace(str(TOUCH), "0192f0c1")))
    assert (event.touch_id, event.type, event.actor) == (None, EventType.OTHER, Actor.HUMAN)


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"--x\r\n", form(to="a@example.com"), form(email=b""), form(headers=""), form(email=b"\xff" * 50)],
)
def test_what_is_no_posted_mail_is_refused_as_such(body: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        list(READER.events(body, AT))


@given(st.binary(max_size=400), st.sampled_from(["email", "headers", "charsets", "text", "html"]))
def test_no_body_breaks_the_reading(noise: bytes, name: str) -> None:
    for body in (noise, form(**{"headers": "Subject: x", name: noise}), b"--x\r\n" + noise):
        with suppress(ValueError):  # that is how a reader says so
            assert len(list(READER.events(body, AT))) == 1
