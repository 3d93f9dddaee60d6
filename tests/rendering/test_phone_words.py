"""What staff say to a customer."""

from pathlib import Path

import pytest

from outreach.domain.care.tasks import TaskKind
from outreach.domain.rhythm.codes import Code
from outreach.rendering.catalogs import Catalogs
from outreach.rendering.phone_words import OPENINGS, USUAL, PhoneWords, Spoken

PO = """
msgid ""
msgstr "Content-Type: text/plain; charset=utf-8\\n"

msgid "{usual}"
msgstr "Guten Tag, hier ist %(staff)s von %(business)s. Wie geht es Ihnen?"

msgid "Visit by %(business)s"
msgstr "Besuch von %(business)s"
"""


@pytest.fixture
def words(tmp_path: Path) -> PhoneWords:
    """With a German catalog that knows two sentences."""
    folder = tmp_path / "de" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "messages.po").write_text(PO.format(usual=USUAL), encoding="utf-8")
    return PhoneWords(Catalogs(tmp_path))


def test_a_call_begins_in_the_customers_language_and_staff_see_the_english(words: PhoneWords) -> None:
    said = words.opening("call.no_content", locale="de-AT", staff="Mair", business="Hearth")
    assert said.words == "Guten Tag, hier ist Mair von Hearth. Wie geht es Ihnen?"
    assert said.english.startswith("Hello, this is Mair from Hearth.")
    assert (said.is_foreign, said.locale) == (True, "de-AT")


@pytest.mark.parametrize("code", [code for code in Code if code.startswith("call.")])
def test_every_reason_to_call_has_a_first_sentence(words: PhoneWords, code: Code) -> None:
    said = words.opening(code.value, locale="cy", staff="Mair", business="100% Hearth")
    assert (said.words, said.locale, said.is_foreign) == (said.english, "en", False)
    assert "this is Mair from 100% Hearth" in said.words


def test_a_problem_is_not_opened_like_any_other_call(words: PhoneWords) -> None:
    assert "I am sorry" in words.opening("call.problem", locale="en", staff="Mair", business="Hearth").words
    assert OPENINGS.keys() <= set(Code)


def test_a_question_of_a_campaign_falls_back_as_a_letter_does(words: PhoneWords) -> None:
    own = [{"en": "Warm?", "de": "Warm genug?"}, {"cy": "Cynnes?"}]
    asked = words.questions(own, locale="de-AT", default="en")
    assert asked == [Spoken("Warm genug?", "Warm?", "de"), Spoken("Cynnes?", "Cynnes?", "cy")]
    assert len(words.questions([], locale="de", default="en")) == 5


def test_an_invitation_is_in_the_customers_language(words: PhoneWords) -> None:
    assert words.summary(TaskKind.VISIT, locale="de", business="Hearth") == "Besuch von Hearth"
    assert words.summary(TaskKind.CALL, locale="de", business="Hearth") == "Phone call with Hearth"
    assert "hello@hearth.example" in words.description(locale="de", email="hello@hearth.example", phone="+44 29")
