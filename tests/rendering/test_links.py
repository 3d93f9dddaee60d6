"""Tokens: what we made is read back, and nothing else is."""

import base64
import hmac
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.rendering.links import Token, TokenKind, Tokens

TOKENS = Tokens([b"first key"], "https://o.example/")
TOUCH = UUID("8f1cbf3b-4ea0-4a43-9d48-2f3bb2b5f0a1")


def last_part(address: str) -> str:
    return address.rpartition("/")[2].removesuffix(".gif")


@given(touch=st.uuids(), link=st.integers(0, 2**32 - 1))
def test_what_we_made_is_read_back(touch: UUID, link: int) -> None:
    assert TOKENS.read(last_part(TOKENS.click(touch, link))) == Token(TokenKind.CLICK, touch, link)
    assert TOKENS.read(last_part(TOKENS.pixel(touch))) == Token(TokenKind.PIXEL, touch)
    assert TOKENS.read(last_part(TOKENS.unsubscribe(touch))) == Token(TokenKind.UNSUBSCRIBE, touch)


@given(garbage=st.text(max_size=60))
def test_nothing_else_is_read_and_nothing_raises(garbage: str) -> None:
    assert TOKENS.read(garbage) is None


@pytest.mark.parametrize("place", range(36))
def test_a_token_changed_in_any_place_is_no_token(place: int) -> None:
    token = last_part(TOKENS.unsubscribe(TOUCH))
    other = "A" if token[place] != "A" else "B"
    assert TOKENS.read(token[:place] + other + token[place + 1 :]) is None


@given(touch=st.uuids(), link=st.integers(0, 2**32 - 1), data=st.data())
def test_a_token_with_any_bit_changed_is_no_token(touch: UUID, link: int, data: st.DataObject) -> None:
    made = st.sampled_from([TOKENS.click(touch, link), TOKENS.pixel(touch), TOKENS.unsubscribe(touch)])
    token = last_part(data.draw(made))
    octets = bytearray(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
    octets[data.draw(st.integers(0, len(octets) - 1))] ^= data.draw(st.integers(1, 255))
    assert TOKENS.read(base64.urlsafe_b64encode(octets).rstrip(b"=").decode()) is None


@given(touch=st.uuids(), link=st.integers(0, 2**32 - 1), more=st.text("Aa0_-= \n", min_size=1, max_size=6))
def test_a_token_cut_short_or_lengthened_is_no_token(touch: UUID, link: int, more: str) -> None:
    click = last_part(TOKENS.click(touch, link))
    assert TOKENS.read(click[:36]) is None
    assert TOKENS.read(click[: -len(more)]) is None
    assert TOKENS.read(click + more) is None
    assert TOKENS.read(more + click) is None
    assert TOKENS.read(last_part(TOKENS.unsubscribe(touch)) + more) is None


def test_a_token_of_one_kind_cannot_be_turned_into_another() -> None:
    pixel, unsubscribe = last_part(TOKENS.pixel(TOUCH)), last_part(TOKENS.unsubscribe(TOUCH))
    assert TOKENS.read(unsubscribe[:2] + pixel[2:]) is None


def test_an_old_key_still_opens_what_it_made_and_a_strange_one_does_not() -> None:
    made = last_part(TOKENS.unsubscribe(TOUCH))
    assert Tokens([b"new key", b"first key"], "https://o.example").read(made) is not None
    assert Tokens([b"new key"], "https://o.example").read(made) is None


def test_the_one_click_header_keeps_within_one_encoded_word() -> None:
    for base in ("https://mail.hearth-energy.uk", "https://m.hearth-energy.test", "https://" + "x" * 27):
        assert len(base) in (28, 29, 35)
        assert len(f"<{Tokens([b'k'], base).unsubscribe(uuid4())}>") <= 76


@given(touch=st.uuids(), link=st.integers(0, 2**32 - 1))
def test_tokens_of_mails_from_before_are_still_read(touch: UUID, link: int) -> None:
    key = hmac.digest(b"first key", b"outreach links", "sha256")
    for kind, said in (
        (TokenKind.UNSUBSCRIBE, b"u" + touch.bytes),
        (TokenKind.PIXEL, b"o" + touch.bytes),
        (TokenKind.CLICK, b"c" + touch.bytes + link.to_bytes(4, "big")),
    ):
        mac = hmac.digest(key, said, "sha256")[:10]
        token = base64.urlsafe_b64encode(said + mac).rstrip(b"=").decode()
        assert TOKENS.read(token) == Token(kind, touch, link if kind is TokenKind.CLICK else None)
        assert TOKENS.read(token[:-2] + ("AA" if token[-2:] != "AA" else "BB")) is None


def test_a_key_is_needed() -> None:
    with pytest.raises(ValueError, match="key"):
        Tokens([], "https://o.example")
