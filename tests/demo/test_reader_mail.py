"""A simulated reader finds in a message what a mail program finds, and nothing of anybody else's."""

from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from uuid import uuid4

import pytest

from outreach.demo.reader_mail import Form, Found, find_form, look_at_mail, look_at_text
from outreach.domain.content import Brand, EditionText, Recipient
from outreach.rendering.links import Tokens
from outreach.rendering.renderer import Renderer

BASE = "http://127.0.0.1:8025"
PAGE = f"""<html><body>
<img src="https://elsewhere.example/logo.png"><a href="https://elsewhere.example/x">away</a>
<a href="{BASE}/c/one?a=1&amp;b=2">One</a><A HREF='{BASE}/c/two'>Two</A><a href="{BASE}/c/two">Two again</a>
<a href="{BASE}.evil.example/c/three">not ours</a><a name="anchor">no address</a>
<a href="{BASE}/u/leave">Unsubscribe</a><img width="1" src="{BASE}/o/pixel.gif"/></body></html>"""


@pytest.mark.parametrize("encoding", ["quoted-printable", "base64", "8bit"])
def test_it_finds_our_addresses_in_order_and_without_repeats(encoding: str) -> None:
    mail = EmailMessage()
    mail["List-Unsubscribe"] = f"<mailto:x@y.example>, <{BASE}/u/leave>"
    mail.set_content(f"See {BASE}/c/plain")
    mail.add_alternative(PAGE, subtype="html", cte=encoding)
    assert look_at_mail(mail.as_bytes(), base_url=BASE) == Found(
        pictures=("/o/pixel.gif",), links=("/c/one?a=1&b=2", "/c/two"), leave="/u/leave"
    )


@pytest.mark.parametrize("raw", [b"", b"\xff\xfe\x00", b"Content-Type: text/html; charset=klingon\r\n\r\n<a href="])
def test_a_message_that_cannot_be_read_holds_nothing(raw: bytes) -> None:
    assert look_at_mail(raw, base_url=BASE) == Found((), (), "")


def test_an_address_in_a_text_ends_before_the_full_stop() -> None:
    found = look_at_text(f"Book: {BASE}/c/abc-_1. Or see https://elsewhere.example/x", base_url=BASE)
    assert found.links == ("/c/abc-_1",)


def test_a_form_is_sent_with_what_it_carries() -> None:
    page = """<form method="get" action="/search"><input name="q"></form>
    <form method="POST" action="/u/x"><input type="hidden" name="csrf" value="a&amp;b"><input type="checkbox" name="no">
    <input type="checkbox" name="yes" value="1" checked></form><input name="outside" value="1">"""
    assert find_form(page) == Form("/u/x", {"csrf": "a&b", "yes": "1"})
    assert find_form("<p>none</p>") is None


def test_it_finds_everything_in_a_mail_as_the_product_renders_it(root: Path) -> None:
    """Readers and renderer agree about nothing but MIME and HTML."""
    tokens, touch_id = Tokens([b"secret"], BASE), uuid4()
    brand = Brand(
        "Hearth", "Carys", "c@h.example", "h@h.example", "1 High St", "+44", "https://h.example", "#b4451f", "en"
    )
    text = EditionText(
        edition_id=1,
        version=1,
        locale="en",
        subject="Hello",
        preheader="There",
        body='::: value\n[Book](https://h.example/book "button")\n:::\n',
        link_ids={"https://h.example/book": 7},
    )
    renderer = Renderer(brand, tokens, locales_dir=root / "locales", templates_dir=root / "templates" / "messages")
    recipient = Recipient(touch_id, "anna@example.com", "Anna", "Evans", "", "Restaurants", None)
    raw = renderer.mail(text, recipient, now=datetime(2026, 9, 8, tzinfo=UTC)).data
    found = look_at_mail(raw, base_url=BASE)
    assert found.pictures == (tokens.pixel(touch_id).removeprefix(BASE),)
    assert tokens.click(touch_id, 7).removeprefix(BASE) in found.links
    assert found.leave == tokens.unsubscribe(touch_id).removeprefix(BASE)
