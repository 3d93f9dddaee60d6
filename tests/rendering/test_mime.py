"""How words travel, read back by the standard library's own readers."""

import email
import email.policy
import quopri
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from outreach.domain.errors import BadInput
from outreach.rendering.fields import cleaned
from outreach.rendering.mime import address, checked_head, header_name, header_words, quoted_printable, slot_value

EVIL = "=?utf-8?q?Ann=0D=0ABcc:_evil@evil.example=0D=0A=0D=0Abody?="
#: Unicode text as a database can hold it.
words = st.text(st.characters(exclude_categories=["Cs"]))


@given(words)
@example("." + "x" * 200)
@example("From here\n.\n..\n")
@example("trailing \nand tab\t")
@example("x" * 75 + ".")
def test_quoted_printable_gives_back_what_went_in(text: str) -> None:
    text = text.replace("\r", "")
    encoded = quoted_printable(text)
    assert quopri.decodestring(encoded) == text.replace("\n", "\r\n").encode()
    for line in encoded.split(b"\r\n"):
        assert len(line) <= 76
        assert not line.startswith((b".", b"From "))
        assert not line.endswith((b" ", b"\t"))
        assert re.fullmatch(rb"[ -~]*", line)


@given(words.map(cleaned))
@example(".leading")
@example("x" * 75)
@example("x" * 76)
@example("1=2")
@example("x" * 150)
@example("x" * 75 + "." + "x" * 75)
def test_a_slots_value_gives_back_what_went_in(value: str) -> None:
    encoded = slot_value(value)
    assert quopri.decodestring(encoded) == value.encode()
    assert encoded.endswith(b"=\r\n")
    assert all(len(line) <= 76 and not line.startswith(b".") for line in encoded.split(b"\r\n"))


@given(words)
@example(EVIL)
@example("a\r\nBcc: evil@evil.example")
@example("a\u2028Bcc: b\u0085c")
@example("=?=?=?utf-8?b?QQ==?=")
@example("x" * 200)
def test_a_header_value_is_read_as_its_clean_words(value: str) -> None:
    raw = b"Subject: " + header_words(value) + b"\r\n\r\n"
    message = email.message_from_bytes(raw, policy=email.policy.SMTP)
    assert message.keys() == ["Subject"]
    assert all(len(line) <= 78 for line in raw.split(b"\r\n"))
    assert " ".join(str(message["Subject"]).split()) == " ".join(cleaned(value).replace("=?", "= ?").split())


@given(words)
@example('Ann "the boss" \\ O\'Neill <evil@evil.example>, ')
@example(EVIL)
def test_a_display_name_never_becomes_an_address(value: str) -> None:
    raw = b"From: " + header_name(value) + b" <carys@hearth.example>\r\n\r\n"
    message = email.message_from_bytes(raw, policy=email.policy.SMTP)
    assert [a.addr_spec for a in message["From"].addresses] == ["carys@hearth.example"]


@pytest.mark.parametrize(
    "value",
    [
        "",
        "a",
        "a@",
        "@b",
        "a b@c",
        "a@b\r\nBcc: c@d",
        "a@b>",
        "<a@b>",
        "a@b,c@d",
        "é@b.example",
        "a@b.",
        "a" * 251 + "@b.c",
    ],
)
def test_what_is_no_address_is_refused_without_being_repeated(value: str) -> None:
    with pytest.raises(BadInput) as caught:
        address(value)
    assert value == "" or value not in str(caught.value) or len(value) < 3


@pytest.mark.parametrize(
    "head",
    [b"A: 1\r\nB: 2\r\nBcc: x\r\n", b"A: 1\r\n", b"A: 1\nB: 2\r\n", b"A: 1\r\n\r\nB: 2\r\n", b"A: 1\rX\r\nB: 2\r\n"],
)
def test_a_head_with_anything_else_is_refused(head: bytes) -> None:
    with pytest.raises(BadInput):
        checked_head(head, 2)


def test_a_folded_head_is_let_through() -> None:
    head = b"A: 1\r\n 2\r\nB: 3\r\n"
    assert checked_head(head, 2) == head
