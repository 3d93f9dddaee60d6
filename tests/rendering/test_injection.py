"""Injection: no word of a contact, a business or an author becomes a header, a line, an element or a merge field."""

import email
import email.policy
from dataclasses import replace
from datetime import UTC, date, datetime
from email.message import EmailMessage
from html.parser import HTMLParser
from itertools import count
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from outreach.domain.content import Brand, EditionText, Recipient
from outreach.domain.errors import BadInput
from outreach.rendering.fields import cleaned
from outreach.rendering.merge import MARK_WORD
from outreach.rendering.renderer import Renderer

NOW = datetime(2026, 9, 8, 9, 30, tzinfo=UTC)
EVIL = "=?utf-8?q?Ann=0D=0ABcc:=20evil@evil.example=0D=0A=0D=0Abody?="
NOAH = Recipient(
    touch_id=UUID("0195f3c2-7d11-7a3e-9b2f-5d1c8e4a6b70"),
    address="noah@customer.example",
    first_name="Noah",
    last_name="Price",
    company="Blue Door",
    industry="Shops",
    customer_since=date(2019, 3, 1),
)
#: Everywhere a field can stand: the head, the title, the preheader, a heading, a list, a quotation, labels of links.
LETTER = EditionText(
    edition_id=50_000,
    version=1,
    locale="en",
    subject="{{ contact.first_name }} {{ contact.last_name }}: {{ contact.company }} ({{ contact.industry }})",
    preheader="For {{ contact.first_name }} of {{ contact.company }}",
    body="""::: value
## {{ contact.first_name }}'s list

- **{{ contact.last_name }}**, `{{ contact.company }}`, {{ contact.industry }}

> {{ contact.company }}

See [what {{ contact.company }} can do](https://hearth.example/do).

[Book for {{ contact.first_name }}](https://hearth.example/book "button")
:::

::: question
Was this for {{ contact.industry }}?

- [Yes, {{ contact.last_name }}](https://hearth.example/yes)
:::
""",
    link_ids={"https://hearth.example/do": 1, "https://hearth.example/book": 2, "https://hearth.example/yes": 3},
)
FRAGMENTS = st.sampled_from(
    [
        *("\r\n", "\n", "\r", "\u2028", "\u2029", "\u0085", "\x00", "\v", "\x1b[31m", "\u202e", "\ufeff"),
        *("Bcc: evil@evil.example", "Subject: x", ": ", "=?utf-8?q?", "=?utf-8?b?QQ==", "=0D=0A", "?=", EVIL),
        *("<script>alert(1)</script>", "</title>", "</td></tr>", "<img src=x onerror=alert(1)>", "-->", "<!--"),
        *('"', "'", '">', "' onclick='x", "&lt;b&gt;", "&#60;", "]]>", "\\", "`", "**", "[x](javascript:x)"),
        *("{{ 7 * 7 }}", "{% raw %}", "OUTREACHSLOT0X", "OUTREACHSLOTC0X", "--=_outreach_alternative--", "=", "."),
    ]
)
HOSTILE = st.lists(st.one_of(FRAGMENTS, st.text(max_size=6)), max_size=6).map("".join)
_numbers = count(50_001)


class Elements(HTMLParser):
    """The elements of a page as they open and close, with their attributes: what an injection would change."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[object] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        # The layout says the subject in `aria-label` too.
        self.seen.append((tag, [(name, "" if name == "aria-label" else value) for name, value in attrs]))

    def handle_endtag(self, tag: str) -> None:
        self.seen.append(tag)

    def handle_comment(self, data: str) -> None:
        self.seen.append(("comment", data))


def elements(page: str) -> list[object]:
    reader = Elements()
    reader.feed(page)
    reader.close()
    return reader.seen


def read(data: bytes) -> EmailMessage:
    message = email.message_from_bytes(data, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def another_business(renderer: Renderer, root: Path, brand: Brand) -> Renderer:
    return Renderer(brand, renderer.tokens, locales_dir=root / "locales", templates_dir=root / "templates" / "messages")


@given(first=HOSTILE, last=HOSTILE, company=HOSTILE, industry=HOSTILE)
@example(first=EVIL, last=EVIL, company=EVIL, industry=EVIL)
@example(first="a\r\nBcc: b@c.example", last="<script>", company="\u2028Bcc: x", industry="\u0085Bcc: x")
@example(first='"', last="'", company='"><b>', industry="&lt;")
def test_what_is_known_of_a_contact_changes_neither_the_head_nor_the_elements_nor_the_lines(
    renderer: Renderer, first: str, last: str, company: str, industry: str
) -> None:
    expected = renderer.mail(LETTER, NOAH, now=NOW)
    hostile = replace(NOAH, first_name=first, last_name=last, company=company, industry=industry)
    mail = renderer.mail(LETTER, hostile, now=NOW)
    message, sound = read(mail.data), read(expected.data)
    assert message.keys() == sound.keys()
    assert [(name, message[name]) for name in message if name != "Subject"] == [
        (name, sound[name]) for name in sound if name != "Subject"
    ]
    assert [part.get_content_type() for part in message.walk()] == [part.get_content_type() for part in sound.walk()]
    assert elements(mail.html) == elements(expected.html)
    assert len(mail.text.splitlines()) == len(expected.text.splitlines())


@given(name=HOSTILE)
@example(name=EVIL)
def test_a_mail_that_somebody_reads_and_writes_again_gains_no_header(renderer: Renderer, name: str) -> None:
    # Gateways and archives do so; before CPython 3.12.5 the email package wrote decoded breaks as they were.
    message = read(renderer.mail(LETTER, replace(NOAH, first_name=name), now=NOW).data)
    assert not set("\r\n") & set(str(message["Subject"]))
    assert read(message.as_bytes()).keys() == message.keys()


@pytest.mark.parametrize("field", ["name", "sender_name", "postal_address", "phone"])
@given(value=HOSTILE.map(cleaned).filter(lambda value: MARK_WORD not in value))
@settings(max_examples=15)
@example(value='"><script>alert(1)</script>')
@example(value="&lt;script&gt;</mj-text><mj-raw><script>")
@example(value=EVIL)
def test_what_is_said_of_the_business_changes_neither_the_head_nor_the_elements(
    renderer: Renderer, root: Path, field: str, value: str
) -> None:
    expected = renderer.mail(LETTER, NOAH, now=NOW)
    mail = another_business(renderer, root, replace(renderer.brand, **{field: value})).mail(LETTER, NOAH, now=NOW)
    message = read(mail.data)
    assert message.keys() == read(expected.data).keys()
    assert [one.addr_spec for one in message["From"].addresses] == [renderer.brand.sender_email]
    assert elements(mail.html) == elements(expected.html)


@pytest.mark.parametrize("word", ["OUTREACHSLOT0X", "OUTREACHSLOTC0X", "OUTREACHSLOT99X"])
def test_a_business_called_like_a_mark_is_refused(renderer: Renderer, root: Path, word: str) -> None:
    business = another_business(renderer, root, replace(renderer.brand, name=word))
    with pytest.raises(BadInput, match="a word that we use ourselves"):
        business.mail(LETTER, NOAH, now=NOW)
    assert [fault.place for fault in business.problems(LETTER, "2026-09.en.md")] == ["2026-09.en.md"]


@pytest.mark.parametrize("value", ["Carys\r\nBcc: evil@evil.example", "Carys\u2028Bcc: x", "Carys\u0085Bcc: x", EVIL])
def test_a_break_in_the_name_of_the_sender_adds_no_header(renderer: Renderer, root: Path, value: str) -> None:
    mail = another_business(renderer, root, replace(renderer.brand, sender_name=value)).mail(LETTER, NOAH, now=NOW)
    assert read(mail.data).keys() == read(renderer.mail(LETTER, NOAH, now=NOW).data).keys()


@pytest.mark.parametrize(
    "value", ["</title><script>alert(1)</script>", '"><img src=x>', "&lt;script&gt;", "x\nBcc: y", "<!-- x", EVIL]
)
def test_markup_in_a_subject_or_a_preheader_is_words(renderer: Renderer, value: str) -> None:
    text = replace(LETTER, edition_id=next(_numbers), subject=value, preheader=value)
    mail, expected = renderer.mail(text, NOAH, now=NOW), renderer.mail(LETTER, NOAH, now=NOW)
    assert read(mail.data).keys() == read(expected.data).keys()
    assert elements(mail.html) == elements(expected.html)
    assert mail.subject == cleaned(value)


@given(name=HOSTILE)
def test_a_name_stays_on_its_line_of_a_text_message(renderer: Renderer, name: str) -> None:
    text = replace(LETTER, edition_id=50_000, subject="", preheader="", body="Hi {{ contact.first_name }}好\nSTOP")
    body = renderer.sms(text, replace(NOAH, first_name=name)).body
    assert body == f"Hi {cleaned(name)}好\nSTOP"
    assert len(body.splitlines()) == 2
