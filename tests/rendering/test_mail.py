import email
import email.policy
import re
from datetime import date
from email.message import EmailMessage
from html.parser import HTMLParser
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from outreach.domain.content import Brand
from outreach.domain.errors import BadInput
from outreach.rendering.email import touch_id_of
from outreach.rendering.fields import cleaned
from outreach.rendering.links import Token, TokenKind, Tokens
from outreach.rendering.renderer import Renderer
from tests.rendering.makers import BODY, NOW, TOUCH, a_recipient, an_edition

HEADERS = [
    *("From", "Reply-To", "List-ID", "List-Unsubscribe-Post", "Content-Language", "MIME-Version", "Content-Type"),
    *("To", "Subject", "Date", "Message-ID", "X-Outreach-Message", "List-Unsubscribe"),
]
ROOT = Path(__file__).parents[2]
TEXT = an_edition()
names = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"])),
    st.text("<>&\"'=?\r\n\u2028\u0085 {}%-.", min_size=1),
    st.sampled_from(
        [
            "=?utf-8?q?Ann=0D=0ABcc:_evil@evil.example?=",
            "<script>alert(1)</script>",
            '"><img src=x onerror=alert(1)>',
            "</title><script>",
            "--=_outreach_alternative--",
            "Ann\r\n.\r\nMAIL FROM:<evil@evil.example>",
            "{{ 7 * 7 }}",
            "OUTREACHSLOT0X",
            "-->",
        ]
    ),
)


class Skeleton(HTMLParser):
    """The tags and attributes of a page, without its words."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.seen: list[tuple[str, object]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        # The page's label repeats the subject, which holds the name.
        self.seen.append((tag, [pair for pair in attrs if pair[0] != "aria-label"]))

    def handle_endtag(self, tag: str) -> None:
        self.seen.append(("/", tag))

    def handle_comment(self, data: str) -> None:
        self.seen.append(("comment", data))


def read(data: bytes) -> EmailMessage:
    message = email.message_from_bytes(data, policy=email.policy.SMTP)
    assert isinstance(message, EmailMessage)
    return message


def part(message: EmailMessage, kind: str) -> str:
    body = message.get_body((kind,))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def test_a_mail_says_who_why_and_how_to_leave(renderer: Renderer) -> None:
    mail = renderer.mail(TEXT, a_recipient(), now=NOW)
    message = read(mail.data)
    assert message.keys() == HEADERS
    assert message["From"] == '"Carys at Hearth & Home" <carys@hearth.example>'
    assert message["To"] == "sian@customer.example"
    assert message["Subject"] == mail.subject == "For Siân: news"
    assert message["Date"].datetime == NOW
    assert message["Message-ID"] == f"<{TOUCH}@hearth.example>"
    assert touch_id_of(message["Message-ID"]) == UUID(message["X-Outreach-Message"]) == TOUCH
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    for words in (mail.html, mail.text):
        assert renderer.tokens.unsubscribe(TOUCH) in words
        assert "14 Foundry Lane, Cardiff" in words
    assert renderer.tokens.pixel(TOUCH) in mail.html
    assert "OUTREACHSLOT" not in mail.html + mail.text + mail.subject


def test_the_parts_on_the_wire_are_the_parts_as_shown(renderer: Renderer) -> None:
    mail = renderer.mail(TEXT, a_recipient(), now=NOW)
    message = read(mail.data)
    assert [one.get_content_type() for one in message.iter_parts()] == ["text/plain", "text/html"]
    assert part(message, "plain") == mail.text
    assert part(message, "html") == mail.html


@pytest.mark.parametrize("base", ["https://m.example", "https://" + "long-name." * 20 + "example"])
def test_the_unsubscribe_header_is_never_encoded_however_long(brand: Brand, base: str) -> None:
    tokens = Tokens([b"k"], base)
    renderer = Renderer(brand, tokens, locales_dir=ROOT / "locales", templates_dir=ROOT / "templates" / "messages")
    data = renderer.mail(TEXT, a_recipient(), now=NOW).data
    assert f"\r\nList-Unsubscribe: <{tokens.unsubscribe(TOUCH)}>\r\n".encode() in data


def test_only_links_with_an_id_are_tracked(renderer: Renderer, tokens: Tokens) -> None:
    body = "::: value\n[a](https://hearth.example/a?x=1&y=2) [b](https://hearth.example/b) [c](mailto:c@hearth.example)\n:::"
    text = an_edition(body=body, link_ids={"https://hearth.example/a?x=1&y=2": 5, "mailto:c@hearth.example": 6})
    mail = renderer.mail(text, a_recipient(), now=NOW)
    for words in (mail.html, mail.text):
        [token] = set(re.findall(r"/c/([\w-]+)", words))
        assert tokens.read(token) == Token(TokenKind.CLICK, TOUCH, 5)
        assert "hearth.example/a?" not in words
        assert "https://hearth.example/b" in words
        assert "mailto:c@hearth.example" in words


@settings(max_examples=200, deadline=None)
@given(first=names, last=names, company=names)
@example(first="", last="", company="")
def test_a_name_changes_neither_head_nor_structure(renderer: Renderer, first: str, last: str, company: str) -> None:
    plain = renderer.mail(TEXT, a_recipient(first_name="A", last_name="B", company="C"), now=NOW)
    recipient = a_recipient(first_name=first, last_name=last, company=company)
    mail = renderer.mail(TEXT, recipient, now=NOW)
    message = read(mail.data)
    assert message.keys() == HEADERS
    assert len(list(message.walk())) == 3
    assert not message.defects
    assert part(message, "html") == mail.html
    assert part(message, "plain") == mail.text
    assert Skeleton(mail.html).seen == Skeleton(plain.html).seen
    assert f"Hello {cleaned(first) or 'there'} {cleaned(last)}, " in mail.text
    assert all(
        len(line) <= 78 and not line.startswith(b".") for line in mail.data.split(b"\r\n") if b"List-" not in line
    )
    assert b"\n" not in mail.data.replace(b"\r\n", b"")


def test_a_mail_in_arabic_runs_from_right_to_left(renderer: Renderer) -> None:
    mail = renderer.mail(an_edition(locale="ar"), a_recipient(), now=NOW)
    assert '<html lang="ar" dir="rtl"' in mail.html
    assert "إلغاء الاشتراك" in mail.html
    assert read(mail.data)["Content-Language"] == "ar"


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
    assert renderer.mail(text, a_recipient(customer_since=date(2019, 3, 1)), now=NOW).subject == day


def test_an_address_that_is_none_is_refused(renderer: Renderer) -> None:
    with pytest.raises(BadInput):
        renderer.mail(TEXT, a_recipient(address="a@b.example\r\nBcc: c@d.example"), now=NOW)


def test_a_new_version_is_rendered_anew_and_an_old_one_is_not(renderer: Renderer) -> None:
    first = an_edition(version=1, subject="One")
    again = an_edition(edition_id=first.edition_id, version=1, subject="Ignored: the version is the same")
    second = an_edition(edition_id=first.edition_id, version=2, subject="Two")
    subjects = [renderer.mail(text, a_recipient(), now=NOW).subject for text in (first, again, second, first)]
    assert subjects == ["One", "One", "Two", "One"]


def test_nothing_in_a_mail_is_fetched_from_elsewhere_but_the_pixel(renderer: Renderer) -> None:
    mail = renderer.mail(TEXT, a_recipient(), now=NOW)
    fetched = re.findall(r'(?:src|url)\s*[=(]\s*"?(https?://[^"\')\s]+)', mail.html)
    assert fetched == [renderer.tokens.pixel(TOUCH)]
    assert "<link" not in mail.html
    assert "@import" not in mail.html


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


@pytest.mark.parametrize("values", [{}, {"subject": "", "preheader": "", "body": BODY.split("\n")[2]}])
def test_a_trial_of_a_sound_edition_finds_nothing(renderer: Renderer, values: dict[str, str]) -> None:
    assert renderer.problems(an_edition(**values), "x") == []
