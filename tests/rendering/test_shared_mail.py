"""Mails taken apart for a vendor come together again as the very mails we would have sent ourselves."""

import email
import email.policy
import random
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from outreach.domain.content import EditionText, Recipient
from outreach.domain.errors import BadInput
from outreach.rendering.renderer import Renderer
from outreach.rendering.shared_mail import OPENING, MailParts, parts_of
from tests.rendering.test_renderer import NOW, SIAN, a_letter_of_the_pack, an_edition

URL = "https://hearth.example/a?x=1&y=2"
LETTER = an_edition(
    subject="{{ contact.first_name }}: news of {{ business.name }} & {{ contact.company | default('you') }}",
    body=(
        '::: value\nHello {{ contact.first_name | default("there") }}{{ contact.last_name }}, [a]('
        + URL
        + ") since {{ contact.customer_since }}. Call {{ business.phone }}.\n:::\n\n"
        "::: value only=has:company\nAt {{ contact.company }} <all> is well, [b](" + URL + ").\n:::\n\n"
        "::: value only=without:last_name\nWho are you, {{ contact.first_name }}?\n:::\n"
    ),
    link_ids={URL: 7},
)
RIDER = an_edition(subject="Also, {{ contact.first_name }}", preheader="A & B", body=f"::: value\n[c]({URL})\n:::\n")
RIDER = replace(RIDER, link_ids={URL: 9})


def put_together(words: str, values: Mapping[str, str], order: random.Random) -> str:
    """As a vendor does it: tag by tag, in some order."""
    tags = list(values)
    order.shuffle(tags)
    for tag in tags:
        words = words.replace(tag, values[tag])
    return words


def agree(
    renderer: Renderer, text: EditionText, recipient: Recipient, riders: tuple[EditionText, ...] = ()
) -> MailParts:
    """The parts of a mail, found to say what the finished mail says on the wire, in words and in the head."""
    parts = renderer.parts(text, recipient, riders=riders)
    sent = renderer.mail(text, recipient, now=NOW, riders=riders)
    message = email.message_from_bytes(sent.data, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    plain, page = (str(part.get_content()).replace("\r\n", "\n") for part in message.iter_parts())
    for seed in range(3) if parts.is_sound else ():
        order = random.Random(seed)
        values = dict(zip(parts.shared.tags, parts.values, strict=True))
        assert put_together(parts.shared.text, values, order) == plain
        assert put_together(parts.shared.html, values, order) == page
    whole = parts.whole()
    assert (whole.shared.text, whole.shared.html, whole.values) == (plain, page, ())
    assert parts.subject == message["Subject"]
    assert (parts.shared.sender_name, parts.shared.sender_email) == (
        message["From"].addresses[0].display_name,
        message["From"].addresses[0].addr_spec,
    )
    assert parts.shared.reply_to == message["Reply-To"]
    own = {"from", "to", "reply-to", "subject", "date", "mime-version", "content-type"}
    assert {**parts.headers, **parts.shared.headers} == {
        name: value for name, value in message.items() if name.lower() not in own
    }
    return parts


@given(first=st.text(), last=st.text(), company=st.text(), since=st.none() | st.dates(date(1900, 1, 1)))
@example(first="", last="", company="", since=None)
@example(first="~", last="%3t%", company="~%", since=None)
@example(first="=?utf-8?q?x?=", last="<b>", company='"&"', since=None)
@example(first="~%1t%", last="~%2h%", company="~", since=date(2019, 3, 1))
def test_a_vendor_that_replaces_the_tags_makes_the_mail_we_would_have_sent(
    renderer: Renderer, first: str, last: str, company: str, since: date | None
) -> None:
    person = replace(SIAN, first_name=first, last_name=last, company=company, customer_since=since)
    agree(renderer, LETTER, person)
    agree(renderer, LETTER, person, (RIDER,))


@pytest.mark.parametrize("locale", ["en", "cy", "zh-Hans", "es", "fr", "de", "ar"])
def test_a_letter_of_the_starter_pack_comes_together_in_every_language(
    renderer: Renderer, root: Path, locale: str
) -> None:
    text = a_letter_of_the_pack(root, "newsletter/2026-09", locale)
    for person in (SIAN, replace(SIAN, first_name="", last_name="", customer_since=None)):
        assert agree(renderer, text, person).is_sound


def test_people_of_one_kind_share_one_half_and_others_another(renderer: Renderer) -> None:
    sian, tom = (renderer.parts(LETTER, replace(SIAN, first_name=name)) for name in ("Siân", "Tom"))
    assert sian.shared is tom.shared
    assert "Siân" in sian.values
    assert "Siân" not in sian.shared.text + sian.shared.html
    owner = renderer.parts(LETTER, replace(SIAN, company="Blue Door"))
    assert owner.shared is not sian.shared
    assert "is well" in owner.shared.text
    assert "is well" not in sian.shared.text


@pytest.mark.parametrize("name", ["Ann ~% O'Neill", "~%1t%", "Ann~"])
def test_a_name_that_could_be_taken_for_a_tag_is_told(renderer: Renderer, name: str) -> None:
    assert renderer.parts(LETTER, SIAN).is_sound
    assert not renderer.parts(LETTER, replace(SIAN, first_name=name)).is_sound


def test_a_text_that_could_be_taken_for_a_tag_is_told(renderer: Renderer) -> None:
    text = an_edition(body="::: value\nAbout " + OPENING + "3t% and {{ contact.first_name }}\n:::\n")
    parts = renderer.parts(text, SIAN)
    assert not parts.is_sound
    assert "About ~%3t% and Siân" in parts.whole().shared.text


def test_an_address_that_is_none_is_refused(renderer: Renderer) -> None:
    with pytest.raises(BadInput):
        renderer.parts(LETTER, replace(SIAN, address="a@b.example\r\nBcc: c@d.example"))


def test_a_finished_mail_is_taken_apart(renderer: Renderer) -> None:
    sent = renderer.mail(LETTER, SIAN, now=NOW)
    parts = parts_of(sent.data)
    assert (parts.shared.text, parts.shared.html, parts.subject) == (sent.text, sent.html, sent.subject)
    taken_apart = renderer.parts(LETTER, SIAN)
    assert parts.headers == {**taken_apart.headers, **taken_apart.shared.headers}
    assert parts.shared.reply_to == "hello@hearth.example"


def test_a_mail_of_words_alone_is_taken_apart() -> None:
    parts = parts_of(b"From: Ann <a@b.example>\r\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\n\r\nHello\r\n")
    assert (parts.subject, parts.shared.text, parts.shared.html) == ("Grüße", "Hello\n", "")
    assert (parts.shared.sender_name, parts.shared.sender_email, parts.shared.reply_to) == ("Ann", "a@b.example", "")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"Subject: x\r\n\r\nno sender",
        b"From: a@b.example\r\nContent-Type: application/pdf\r\n\r\n%PDF",
        b"From: a@b.example\r\nContent-Type: text/plain\r\nContent-Disposition: attachment\r\n\r\nx",
    ],
)
def test_a_mail_that_is_more_than_words_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="the mail"):
        parts_of(data)
