"""The renderer: whole mails and texts of an edition, for one recipient."""

import email
import email.policy
import re
from dataclasses import replace
from datetime import UTC, date, datetime
from email.message import EmailMessage
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from outreach.domain.content import EditionText, Recipient
from outreach.domain.errors import BadInput
from outreach.intake.edition_files import read_edition_file
from outreach.rendering.fields import cleaned
from outreach.rendering.links import HONEYPOT_LINK, Token, TokenKind, Tokens
from outreach.rendering.renderer import Renderer

NOW = datetime(2026, 9, 8, 9, 30, tzinfo=UTC)
SIAN = Recipient(
    touch_id=UUID("0195f3c2-7d11-7a3e-9b2f-5d1c8e4a6b70"),
    address="sian@customer.example",
    first_name="Siân",
    last_name="Rees",
    company="",
    industry="Farms",
    customer_since=date(2019, 3, 1),
)
_numbers = count(1000)


def an_edition(**values: Any) -> EditionText:
    """An edition of its own, with a greeting and one tracked link."""
    defaults: dict[str, Any] = {
        "edition_id": next(_numbers),
        "version": 1,
        "locale": "en",
        "subject": "For {{ contact.first_name }}: news",
        "preheader": "Something {{ contact.company }} can use",
        "body": '::: value\nHello {{ contact.first_name | default("there") }} {{ contact.last_name }}, welcome.\n:::\n',
    }
    return EditionText(**(defaults | values))


def parts(data: bytes) -> tuple[str, str]:
    """The plain words and the page of a mail on the wire, which must be read without any defect."""
    message = email.message_from_bytes(data, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    for part in message.walk():
        assert not part.defects
    plain, page = message.iter_parts()
    return str(plain.get_content()), str(page.get_content())


LETTER = an_edition()


@given(first=st.text(), last=st.text())
@example(first="", last="")
@example(first="--=_outreach_alternative--", last=".\r\n")
@example(first="x" * 200, last="好" * 200)
def test_what_travels_is_what_is_shown(renderer: Renderer, first: str, last: str) -> None:
    mail = renderer.mail(LETTER, replace(SIAN, first_name=first, last_name=last), now=NOW)
    plain, page = parts(mail.data)
    assert plain.replace("\r\n", "\n") == mail.text
    assert page.replace("\r\n", "\n") == mail.html
    assert f"Hello {cleaned(first) or 'there'} {cleaned(last)}, welcome." in mail.text
    _head, _, body = mail.data.partition(b"\r\n\r\n")
    assert max(map(len, body.split(b"\r\n"))) <= 76
    # A customer may be called like a mark; our own are all filled.
    if "OUTREACHSLOT" not in first + last:
        assert "OUTREACHSLOT" not in mail.html + mail.text


def a_letter_of_the_pack(root: Path, name: str, locale: str) -> EditionText:
    """An edition of the starter pack, its links tracked as `apply_pack` would have them."""
    path = root / "packs" / "hearth-energy" / "editions" / f"{name}.{locale}.md"
    file = read_edition_file(path, place=path.name, channel="email")
    links = {url: number for number, url in enumerate(file.urls, start=1)}
    return an_edition(locale=locale, subject=file.subject, preheader=file.preheader, body=file.body, link_ids=links)


@pytest.mark.parametrize("locale", ["en", "cy", "zh-Hans", "es", "fr", "de", "ar"])
def test_a_letter_of_the_starter_pack_comes_out_of_its_skeleton_as_from_a_fresh_renderer(
    renderer: Renderer, root: Path, locale: str
) -> None:
    text = a_letter_of_the_pack(root, "newsletter/2026-09", locale)
    known, unknown = SIAN, replace(SIAN, first_name="", last_name="", customer_since=None)
    for recipient in (known, unknown, known):
        fresh = Renderer(
            renderer.brand, renderer.tokens, locales_dir=root / "locales", templates_dir=root / "templates" / "messages"
        )
        mail = renderer.mail(text, recipient, now=NOW)
        assert mail == fresh.mail(text, recipient, now=NOW)
        assert ("Siân" in mail.text) == bool(recipient.first_name)
        assert not any(url in mail.html + mail.text for url in text.link_ids)
        assert "{{" not in mail.subject + mail.html + mail.text
    assert renderer.problems(text, "2026-09") == []


@pytest.mark.parametrize(("locale", "default"), [("en", "Hello there,"), ("ar", "مرحبًا بكم،")])
def test_an_unknown_name_gives_way_to_the_words_of_the_author(
    renderer: Renderer, root: Path, locale: str, default: str
) -> None:
    text = a_letter_of_the_pack(root, "newsletter/2026-09", locale)
    mail = renderer.mail(text, replace(SIAN, first_name=" \r\n"), now=NOW)
    assert default in mail.text
    assert default in mail.html


@pytest.mark.parametrize("base", ["https://m.example", "https://" + "long-name." * 20 + "example"])
def test_the_unsubscribe_header_is_never_encoded_however_long(renderer: Renderer, root: Path, base: str) -> None:
    tokens = Tokens([b"k"], base)
    other = Renderer(
        renderer.brand, tokens, locales_dir=root / "locales", templates_dir=root / "templates" / "messages"
    )
    data = other.mail(LETTER, SIAN, now=NOW).data
    assert f"\r\nList-Unsubscribe: <{tokens.unsubscribe(SIAN.touch_id)}>\r\n".encode() in data


def test_a_tracked_link_says_which_link_of_which_message(renderer: Renderer) -> None:
    url = "https://hearth.example/a?x=1&y=2"
    body = f"::: value\n[a]({url}), [b](https://hearth.example/b), [c](mailto:c@hearth.example)\n:::"
    text = an_edition(body=body, link_ids={url: 5, "mailto:c@hearth.example": 6})
    mail = renderer.mail(text, SIAN, now=NOW)
    hidden = renderer.tokens.click(SIAN.touch_id, HONEYPOT_LINK)
    assert f'href="{hidden}"' in mail.html
    for words in (mail.html.replace(hidden, ""), mail.text):
        [token] = set(re.findall(r"/c/([\w-]+)", words))
        assert renderer.tokens.read(token) == Token(TokenKind.CLICK, SIAN.touch_id, 5)
        assert "https://hearth.example/b" in words
        assert "mailto:c@hearth.example" in words


@pytest.mark.parametrize(
    ("locale", "day"),
    [
        ("en", "1 March 2019"),
        ("cy", "1 Mawrth 2019"),
        ("zh-Hans", "2019年3月1日"),
        ("es", "1 de marzo de 2019"),
        ("fr", "1 mars 2019"),
        ("de", "1. März 2019"),
        ("ar", "1 مارس 2019"),
    ],
)
def test_a_date_is_written_as_the_language_writes_it(renderer: Renderer, locale: str, day: str) -> None:
    text = an_edition(locale=locale, subject="{{ contact.customer_since }}")
    assert renderer.mail(text, SIAN, now=NOW).subject == day


def test_an_address_that_is_none_is_refused(renderer: Renderer) -> None:
    with pytest.raises(BadInput):
        renderer.mail(LETTER, replace(SIAN, address="a@b.example\r\nBcc: c@d.example"), now=NOW)


def test_an_edition_is_compiled_once_per_version(renderer: Renderer) -> None:
    first = an_edition(subject="One")
    again = replace(first, subject="Never seen: this version is compiled already")
    second = replace(first, version=2, subject="Two")
    assert [renderer.mail(text, SIAN, now=NOW).subject for text in (first, again, second, first)] == [
        *("One", "One", "Two", "One")
    ]


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"subject": "{{ contact.nickname }}"}, "not a merge field"),
        ({"preheader": "{% if 1 %}"}, "not a merge field"),
        ({"body": "no block"}, "stands outside a block"),
        ({"locale": "xx-Nope"}, "is not a language"),
        ({"subject": "", "body": "{{ contact.nickname }}"}, "not a merge field"),
    ],
)
def test_a_trial_names_what_keeps_an_edition_from_being_sent(
    renderer: Renderer, values: dict[str, str], reason: str
) -> None:
    faults = renderer.problems(an_edition(**values), "2026-09.en.md")
    assert [fault.place for fault in faults if reason in fault.reason] == ["2026-09.en.md"], faults


@pytest.mark.parametrize("values", [{}, {"subject": "", "preheader": "", "body": "Hi {{ contact.first_name }}!"}])
def test_a_trial_of_a_sound_edition_finds_nothing(renderer: Renderer, values: dict[str, str]) -> None:
    assert renderer.problems(an_edition(**values), "x") == []


def test_a_link_in_a_text_message_may_be_tracked(renderer: Renderer) -> None:
    url = "https://hearth.example/frost"
    text = an_edition(
        subject="", preheader="", body=f"Frost, {{{{ contact.first_name }}}}: {url}. STOP", link_ids={url: 3}
    )
    sms = renderer.sms(text, replace(SIAN, first_name="<b>\r\nAnn"))
    assert sms.body == f"Frost, <b> Ann: {renderer.tokens.click(SIAN.touch_id, 3)}. STOP"
