"""Mails as they go over the wire, read back by the standard library's own reader."""

import email
import email.policy
import re
from dataclasses import replace
from datetime import UTC, date, datetime
from email.message import EmailMessage
from html.parser import HTMLParser
from itertools import count
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.domain.content import EditionText, Recipient
from outreach.rendering.links import HONEYPOT_LINK
from outreach.rendering.renderer import Renderer

_VERSIONS = count(1)
NOW = datetime(2026, 10, 2, 9, 30, tzinfo=UTC)
BOOK = "https://hearth.example/book"
TEXT = EditionText(
    edition_id=1,
    version=1,
    locale="en",
    subject="Before the frost, {{ contact.first_name | default('neighbour') }}",
    preheader="A short list.",
    body=f"""::: value
## Wrap the taps

Hello {{{{ contact.first_name | default("there") }}}} of {{{{ contact.company | default("the house") }}}},

[Book a visit]({BOOK} "button") or [look](https://elsewhere.example/).
:::
""",
    link_ids={BOOK: 7},
)
ANNA = Recipient(
    touch_id=UUID("8f1cbf3b-4ea0-4a43-9d48-2f3bb2b5f0a1"),
    address="anna@example.com",
    first_name="Anna",
    last_name="Evans",
    company="",
    industry="Restaurants",
    customer_since=date(2019, 3, 1),
)
HEADERS = {
    "From",
    "Reply-To",
    "List-ID",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
    "Content-Language",
    "MIME-Version",
    "Content-Type",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "X-Outreach-Message",
}


def read(data: bytes) -> EmailMessage:
    message = email.message_from_bytes(data, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def part(message: EmailMessage, kind: str) -> str:
    body = message.get_body((kind,))
    assert body is not None
    return str(body.get_content())


class Tags(HTMLParser):
    """The elements of a page in order, with their attribute names: what an injection would change."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, ...]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, *(name for name, _ in attrs)))


def tags(html: str) -> list[tuple[str, ...]]:
    reader = Tags()
    reader.feed(html)
    return reader.seen


def test_the_head_holds_exactly_what_we_set(renderer: Renderer) -> None:
    message = read(renderer.mail(TEXT, ANNA, now=NOW).data)
    assert set(message.keys()) == HEADERS
    assert len(message.keys()) == len(HEADERS)
    assert message["To"] == "anna@example.com"
    assert message["Subject"] == "Before the frost, Anna"
    assert message["X-Outreach-Message"] == str(ANNA.touch_id)
    assert message["Content-Language"] == "en"


def test_one_click_unsubscribing_is_offered_on_the_wire_as_rfc_8058_asks(renderer: Renderer) -> None:
    data = renderer.mail(TEXT, ANNA, now=NOW).data
    assert re.search(rb"\r\nList-Unsubscribe: <https://o\.example/u/[A-Za-z0-9_-]+>\r\n", data)
    assert b"\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in data


def test_the_head_says_who_writes_when_and_for_which_list(renderer: Renderer) -> None:
    message = read(renderer.mail(TEXT, ANNA, now=NOW).data)
    assert [(one.display_name, one.addr_spec) for one in message["From"].addresses] == [
        ("Carys at Hearth & Home", "carys@hearth.example")
    ]
    assert message["Reply-To"] == "hello@hearth.example"
    assert message["Date"].datetime == NOW
    assert message["Message-ID"] == f"<{ANNA.touch_id}@hearth.example>"
    assert message["List-ID"] == "<customers.hearth.example>"
    assert (message["MIME-Version"], message.get_content_type()) == ("1.0", "multipart/alternative")


def test_every_line_ends_in_crlf_and_keeps_within_the_limit(renderer: Renderer) -> None:
    data = renderer.mail(TEXT, ANNA, now=NOW).data
    assert b"\n" not in data.replace(b"\r\n", b"")
    assert max(map(len, data.split(b"\r\n"))) <= 998


def test_the_text_part_comes_first_and_says_the_same(renderer: Renderer) -> None:
    message = read(renderer.mail(TEXT, ANNA, now=NOW).data)
    assert [one.get_content_type() for one in message.iter_parts()] == ["text/plain", "text/html"]
    plain = part(message, "plain")
    assert "Hello Anna of the house," in plain
    assert "1 High Street, Cardiff" in plain
    assert "https://o.example/u/" in plain


def test_the_page_shows_the_preheader_to_the_mailbox_and_the_postal_address_to_the_reader(renderer: Renderer) -> None:
    html = part(read(renderer.mail(TEXT, ANNA, now=NOW).data), "html")
    hidden = re.search(r'<div style="[^"]*display:\s*none[^"]*">\s*A short list\.', html)
    assert hidden is not None
    assert html.index("<body") < hidden.start() < html.index("Wrap the taps")
    assert html.index("Wrap the taps") < html.index("1 High Street, Cardiff")


def test_nothing_is_tracked_but_what_has_an_id(renderer: Renderer) -> None:
    mail = renderer.mail(replace(TEXT, edition_id=40, link_ids={}), ANNA, now=NOW)
    hidden = renderer.tokens.click(ANNA.touch_id, HONEYPOT_LINK)
    assert "https://o.example/c/" not in mail.html.replace(hidden, "") + mail.text
    assert f'href="{BOOK}"' in mail.html
    own = renderer.tokens.unsubscribe(ANNA.touch_id)
    even_ours = replace(TEXT, edition_id=41, link_ids={BOOK: 7, own: 8})
    assert f'href="{own}"' in renderer.mail(even_ours, ANNA, now=NOW).html


def test_only_known_links_are_tracked_and_the_way_off_the_list_never_is(renderer: Renderer) -> None:
    html = part(read(renderer.mail(TEXT, ANNA, now=NOW).data), "html")
    assert BOOK not in html
    assert re.search(r'href="https://o\.example/c/[A-Za-z0-9_-]+"', html)
    assert 'href="https://elsewhere.example/"' in html
    assert re.search(r'src="https://o\.example/o/[A-Za-z0-9_-]+\.gif"', html)
    assert re.search(r'href="https://o\.example/u/[A-Za-z0-9_-]+"', html)


def test_a_mail_fetches_nothing_from_strangers(renderer: Renderer) -> None:
    html = part(read(renderer.mail(TEXT, ANNA, now=NOW).data), "html")
    fetched = re.findall(r'(?:src|<link[^>]*href)="([^"]+)"|@import url\(([^)]+)\)', html)
    assert all(address.startswith("https://o.example/") for pair in fetched for address in pair if address)


@pytest.mark.parametrize(
    ("locale", "direction", "words"),
    [
        ("ar", "rtl", "إلغاء الاشتراك"),
        ("cy", "ltr", "Dad-danysgrifio"),
        ("zh-Hans", "ltr", "退订"),
        ("de", "ltr", "Abmelden"),
    ],
)
def test_the_frame_speaks_the_language_of_the_text(renderer: Renderer, locale: str, direction: str, words: str) -> None:
    html = part(read(renderer.mail(replace(TEXT, locale=locale), ANNA, now=NOW).data), "html")
    (opening,) = re.findall(r"<html[^>]*>", html)
    assert f'lang="{locale}"' in opening
    assert f'dir="{direction}"' in opening
    assert words in html


def test_a_new_version_is_a_new_mail_and_an_old_one_is_not_remembered_wrongly(renderer: Renderer) -> None:
    renderer.mail(TEXT, ANNA, now=NOW)
    newer = replace(TEXT, version=2, body="::: value\nOther words.\n:::\n")
    assert "Other words." in renderer.mail(newer, ANNA, now=NOW).text


def test_rendering_twice_gives_the_same_bytes(renderer: Renderer) -> None:
    assert renderer.mail(TEXT, ANNA, now=NOW).data == renderer.mail(TEXT, ANNA, now=NOW).data


HOSTILE = st.one_of(
    st.text(min_size=1, max_size=40),
    st.sampled_from(
        [
            "=?utf-8?q?Ann=0D=0ABcc:evil@example.com?=",
            "Ann\r\nBcc: evil@example.com",
            "Ann\n\n<script>alert(1)</script>",
            '"><img src=x onerror=alert(1)>',
            "Ann\u2028Bcc: x",
            "Ann\u0085Bcc: x",
            "{{ 7 * 7 }}",
            "]]></td></table>",
            "\x00\x1b[31m",
            ".\r\n.\r\n",
        ]
    ),
)


@given(name=HOSTILE, company=HOSTILE)
def test_a_name_can_inject_nothing_anywhere(renderer: Renderer, name: str, company: str) -> None:
    plain = renderer.mail(TEXT, replace(ANNA, company="Blue Door"), now=NOW)
    mail = renderer.mail(TEXT, replace(ANNA, first_name=name, company=company), now=NOW)
    message = read(mail.data)
    assert sorted(message.keys()) == sorted(HEADERS)
    assert message["To"] == "anna@example.com"
    assert message["Bcc"] is None
    assert tags(part(message, "html")) == tags(part(read(plain.data), "html"))
    assert not any(line.startswith(b".") for line in mail.data.split(b"\r\n"))


def test_problems_are_found_before_anything_is_sent(renderer: Renderer) -> None:
    broken = replace(TEXT, edition_id=9, subject="Hi {{ contact.age }}", body="::: value\n{% for x in y %}\n:::\n")
    assert len(renderer.problems(broken, "newsletter/2026-10.en.md")) == 2
    assert renderer.problems(TEXT, "newsletter/2026-10.en.md") == []


def test_a_text_message_says_how_to_stop_unless_it_does_already(renderer: Renderer) -> None:
    sms = replace(
        TEXT, edition_id=20, subject="", preheader="", body="Frost tonight. {{ business.phone }}", link_ids={}
    )
    body = renderer.sms(sms, ANNA).body
    assert body == "Frost tonight. +44 29 2018 0000 Reply STOP to opt out."
    said = replace(sms, edition_id=21, body="Frost tonight. STOP to end.")
    assert renderer.sms(said, ANNA).body == "Frost tonight. STOP to end."


def test_a_phone_number_keeps_its_order_among_words_that_run_from_right_to_left(renderer: Renderer) -> None:
    words = replace(TEXT, edition_id=30, locale="ar", body="::: value\nاتصلوا بنا: {{ business.phone }}\n:::\n")
    assert "\N{LEFT-TO-RIGHT MARK}+44 29 2018 0000" in renderer.mail(words, ANNA, now=NOW).text


@pytest.mark.parametrize(
    ("locale", "sentence"),
    [
        ("en", "Reply STOP to opt out."),
        ("cy", "Atebwch STOP i beidio"),
        ("zh-Hans", "回复STOP退订。"),
        ("es", "Responda STOP"),
        ("fr", "STOP"),
        ("de", "Abmelden: mit STOP antworten."),
        ("ar", "للإلغاء أرسلوا STOP."),
    ],
)
def test_the_way_off_the_list_is_told_in_the_language_of_the_text(
    renderer: Renderer, locale: str, sentence: str
) -> None:
    sms = replace(TEXT, edition_id=22, locale=locale, subject="", preheader="", body="STOPCOCK?", link_ids={})
    body = renderer.sms(sms, ANNA).body
    assert body.startswith("STOPCOCK? ")
    assert sentence in body


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        # An emoji of several parts stays whole: its joiner is part of it.
        ("Ann \U0001f469\u200d\U0001f33e", "Ann \U0001f469\u200d\U0001f33e"),
        # Persian is not spelt without its non-joiner.
        ("\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"),
        ("A\u200bn\u2060n\ufeff\u00ada", "Anna"),
        # Neither order nor mirror of the rest of the subject is a name's to change.
        ("\u202eevil\u202c\u2066x\u2069", "evilx"),
        ("A\x00n\u0085n\u2028a", "A n n a"),
    ],
)
def test_a_subject_keeps_what_is_writing_and_loses_what_hides_or_turns(
    renderer: Renderer, name: str, shown: str
) -> None:
    text = replace(TEXT, edition_id=50, subject="For {{ contact.first_name }}!")
    message = read(renderer.mail(text, replace(ANNA, first_name=name), now=NOW).data)
    assert message["Subject"] == f"For {shown}!"
    by_author = replace(TEXT, edition_id=51, version=next(_VERSIONS), subject=f"For {name}!")
    assert read(renderer.mail(by_author, ANNA, now=NOW).data)["Subject"] == f"For {shown}!"


def test_a_mail_that_answers_somebody_belongs_to_no_list_and_watches_nobody(renderer: Renderer) -> None:
    mail = renderer.mail(replace(TEXT, edition_id=5001, link_ids={}, answers=True), ANNA, now=NOW)
    head = mail.data.partition(b"\r\n\r\n")[0]
    assert b"List-" not in head
    assert b"X-Outreach-Message" in head
    for words in (mail.html, mail.text):
        assert "somebody asked for it" in words
        assert "because you are a customer" not in words
        for page in ("/u/", "/p/", "/v/", "/o/", "/c/"):
            assert f"https://o.example{page}" not in words
    assert b"List-Unsubscribe" in renderer.mail(replace(TEXT, edition_id=5002), ANNA, now=NOW).data
