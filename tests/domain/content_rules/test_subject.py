"""What an inbox shows first."""

import pytest

from outreach.domain.content_rules.facts import TextFacts
from outreach.domain.content_rules.subject import preheader_findings, subject_findings
from tests.domain.content_rules.sheets import a_draft, codes, some_facts


def text(subject: str, locale: str = "en", preheader: str = "A list.") -> TextFacts:
    return some_facts(draft=a_draft(locale, subject=subject, preheader=preheader))


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ("Before the frost", []),
        (" ", ["error subject.missing"]),
        ("Six quiet words for a winter evening, and a very warm blanket", ["note subject.long"]),
        ("x" * 60, []),
        ("霜" * 31, ["note subject.long"]),
        ("{{ contact.first_name | default('a long default that is not counted at all') }}, the frost", []),
        ("BEFORE THE FROST", ["warning subject.capitals"]),
        ("NHS GP", []),
        ("Frost!", []),
        ("Frost!!", ["warning subject.exclaims"]),
        ("Save £40 now", ["note subject.money"]),
        ("40 € for you", ["note subject.money"]),
        ("Get it FREE", ["warning subject.word"]),
        ("Feel free to ask", []),
        ("Act now before the frost", ["warning subject.word"]),
    ],
)
def test_a_subject_is_judged_by_its_looks(subject: str, expected: list[str]) -> None:
    assert codes(subject_findings(text(subject))) == expected


@pytest.mark.parametrize(
    ("locale", "subject"),
    [
        ("de", "Nur für kurze Zeit"),
        ("fr", "Offre à durée limitée"),
        ("es", "Oferta por tiempo limitado"),
        ("cy", "Cynnig amser cyfyngedig"),
        ("zh-Hans", "限时优惠"),
        ("ar", "عرض لفترة محدودة"),
    ],
)
def test_each_language_has_its_own_phrases(locale: str, subject: str) -> None:
    assert codes(subject_findings(text(subject, locale))) == ["warning subject.word"]


@pytest.mark.parametrize(
    ("subject", "code", "named"),
    [
        ("Frost\u200b soon", "warning subject.invisible", "ZERO WIDTH SPACE (U+200B)"),
        ("Frost \u202etsorf", "warning subject.invisible", "RIGHT-TO-LEFT OVERRIDE (U+202E)"),
        ("Frost\u2066 soon", "warning subject.invisible", "LEFT-TO-RIGHT ISOLATE (U+2066)"),
        ("Frost\x07", "warning subject.invisible", "UNNAMED (U+0007)"),
        ("Frost ❄ soon ❄", "note subject.emoji", "SNOWFLAKE (U+2744)"),
        ("Frost 🏠", "note subject.emoji", "HOUSE BUILDING (U+1F3E0)"),
    ],
)
def test_signs_that_nobody_sees_and_pictures_are_named(subject: str, code: str, named: str) -> None:
    (finding,) = subject_findings(text(subject))
    assert codes([finding]) == [code]
    assert finding.values["signs"] == named


def test_the_joiner_inside_a_picture_is_part_of_it() -> None:
    assert codes(subject_findings(text("For the 👨\u200d👩\u200d👧"))) == ["note subject.emoji"]


@pytest.mark.parametrize(
    ("preheader", "expected"),
    [("", ["note preheader.missing"]), ("A list.", []), ("x" * 111, ["note preheader.long"])],
)
def test_the_line_beside_the_subject_is_written_and_short(preheader: str, expected: list[str]) -> None:
    assert codes(preheader_findings(text("S", preheader=preheader))) == expected
