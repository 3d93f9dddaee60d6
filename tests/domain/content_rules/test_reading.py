"""How hard a text is to read."""

import pytest

from outreach.domain.content_rules.reading import FORMULAS, reading_ease, reading_findings
from tests.domain.content_rules.sheets import codes, some_facts

EASY = {
    "en": "The cat sat on the mat. The sun is hot. We go to the shop.",
    "de": "Das Haus ist warm. Der Hund ist da. Wir sind gern hier.",
    "es": "La casa es azul. El sol es bueno. Hoy no hay pan.",
    "fr": "Le chat dort ici. Il fait beau. Nous avons du pain.",
}
HARD = {
    "en": "Notwithstanding organisational considerations, comprehensive modernisation necessitates interdisciplinary "
    "collaboration regarding infrastructural sustainability requirements and administrative responsibilities ",
    "de": "Unternehmensübergreifende Energieeffizienzmaßnahmen erfordern ungeachtet organisatorischer Umstände "
    "interdisziplinäre Zusammenarbeit hinsichtlich infrastruktureller Nachhaltigkeitsanforderungen ",
    "es": "La modernización administrativa interdisciplinaria requiere consideraciones organizativas fundamentales "
    "relativas a responsabilidades infraestructurales extraordinariamente complicadas ",
    "fr": "La modernisation administrative interdisciplinaire nécessite considérablement des collaborations "
    "organisationnelles concernant les responsabilités infrastructurelles particulièrement compliquées ",
}


@pytest.mark.parametrize("locale", FORMULAS)
def test_short_words_in_short_sentences_are_easy_and_the_contrary_is_hard(locale: str) -> None:
    easy, hard = reading_ease([EASY[locale]] * 10, locale), reading_ease([HARD[locale] * 10], locale)
    assert easy is not None
    assert hard is not None
    assert easy > 70 > 30 > hard


def test_flesch_counts_words_per_sentence_and_syllables_per_word() -> None:
    # 100 sentences of one word of one syllable: 206.835 - 1.015 - 84.6.
    assert reading_ease(["Sun."] * 100, "en-GB") == pytest.approx(121.22)


def test_there_is_no_score_without_a_formula_or_with_few_words() -> None:
    assert reading_ease([EASY["en"]] * 10, "cy") is None
    assert reading_ease(["Sun."] * 99, "en") is None


def test_a_hard_text_is_a_warning_and_a_short_or_easy_one_nothing() -> None:
    assert codes(reading_findings(some_facts(words=(HARD["en"] * 10,)))) == ["warning reading.hard"]
    assert codes(reading_findings(some_facts(words=(EASY["en"],) * 10))) == []
    assert codes(reading_findings(some_facts(words=(HARD["en"],)))) == []
