"""The rendered mail: the law's words, its size, its colours."""

from typing import Any

import pytest

from outreach.domain.content_rules.facts import ColourPair, MailFacts, Weakness
from outreach.domain.content_rules.mail import mail_findings
from tests.domain.content_rules.sheets import codes, some_facts


def found(**values: Any) -> list[str]:
    facts = MailFacts(**({"octets": 30_000, "says_unsubscribe": True, "says_address": True} | values))
    return codes(mail_findings(some_facts(mail=facts)))


def test_a_plain_mail_has_no_findings() -> None:
    assert found() == []


def test_a_text_that_cannot_be_rendered_has_none_either() -> None:
    assert codes(mail_findings(some_facts(mail=None))) == []


def test_the_way_off_the_list_and_the_postal_address_must_be_there() -> None:
    assert found(says_unsubscribe=False, says_address=False) == ["error mail.unsubscribe", "error mail.address"]


@pytest.mark.parametrize(
    ("octets", "expected"),
    [(80_000, []), (80_001, ["note mail.large"]), (102_400, ["note mail.large"]), (102_401, ["warning mail.clipped"])],
)
def test_gmail_clips_after_102_kilobytes(octets: int, expected: list[str]) -> None:
    assert found(octets=octets) == expected


@pytest.mark.parametrize(
    ("ratio", "large", "expected"),
    [
        (4.5, False, []),
        (4.4, False, ["warning mail.contrast"]),
        (3.0, True, []),
        (2.9, True, ["warning mail.contrast"]),
    ],
)
def test_letters_need_the_contrast_of_wcag(ratio: float, large: bool, expected: list[str]) -> None:
    assert found(pairs=(ColourPair("Book", "#777777", "#ffffff", ratio, large),)) == expected


def test_what_one_program_does_not_show_is_a_note_and_what_two_do_not_a_warning() -> None:
    one, two = Weakness("WebP", ("Outlook",)), Weakness("<video>", ("Gmail", "Outlook"))
    assert found(weaknesses=(one, two)) == ["note mail.client", "warning mail.client"]
