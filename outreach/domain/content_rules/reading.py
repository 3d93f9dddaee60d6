"""How hard a text is to read, where a formula has been published for its language; 100 is easy, 0 is hard.

All four are Flesch's, fitted anew: words per sentence and syllables per word. Syllables are counted by the hyphenation
patterns of TeX, through pyphen, which come close enough for a hint and no closer.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import pyphen

from outreach.domain.content_rules.facts import TextFacts
from outreach.domain.content_rules.findings import Finding, FindingCode, Level, Part

#: Flesch's own names for his scale: below 50 "difficult", below 30 "very difficult".
DIFFICULT, VERY_DIFFICULT = 50.0, 30.0
#: Flesch took samples of a hundred words; fewer say nothing.
FEWEST_WORDS = 100

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_SENTENCE = re.compile(r"[.!?:]+(?=\s|$)|\n")


@dataclass(frozen=True, slots=True)
class Formula:
    """score = start - per_sentence * words per sentence - per_word * syllables per word."""

    start: float
    per_sentence: float
    per_word: float
    patterns: str


FORMULAS: Mapping[str, Formula] = {
    # R. Flesch, A new readability yardstick, Journal of Applied Psychology 32 (1948) 221-233.
    "en": Formula(206.835, 1.015, 84.6, "en_GB"),
    # T. Amstad, Wie verständlich sind unsere Zeitungen?, Zürich 1978.
    "de": Formula(180.0, 1.0, 58.5, "de_DE"),
    # J. Fernández Huerta, Medidas sencillas de lecturabilidad, Consigna 214 (1959) 29-32.
    "es": Formula(206.84, 1.02, 60.0, "es"),
    # L. Kandel, A. Moles, Application de l'indice de Flesch à la langue française, Cahiers d'études de
    # radio-télévision 19 (1958) 253-274.
    "fr": Formula(207.0, 1.015, 73.6, "fr"),
}


def reading_findings(text: TextFacts) -> Iterator[Finding]:
    """A text that most people will not read to the end."""
    score = reading_ease(text.words, text.draft.locale)
    if score is not None and score < DIFFICULT:
        level = Level.WARNING if score < VERY_DIFFICULT else Level.NOTE
        yield Finding(level, FindingCode.READING_HARD, text.draft.locale, Part.BODY, values={"score": round(score)})


def reading_ease(paragraphs: Sequence[str], locale: str) -> float | None:
    """How easily `paragraphs` are read, about 0 to 100; None without a formula or with fewer than a hundred words."""
    formula = FORMULAS.get(locale.partition("-")[0])
    words = [word for paragraph in paragraphs for word in _WORD.findall(paragraph)]
    if formula is None or len(words) < FEWEST_WORDS:
        return None
    pieces = [piece for paragraph in paragraphs for piece in _SENTENCE.split(paragraph)]
    sentences = sum(bool(_WORD.search(piece)) for piece in pieces)
    syllables = sum(len(_patterns(formula.patterns).positions(word.lower())) + 1 for word in words)
    per_sentence, per_word = len(words) / sentences, syllables / len(words)
    return formula.start - formula.per_sentence * per_sentence - formula.per_word * per_word


@lru_cache(maxsize=8)
def _patterns(language: str) -> pyphen.Pyphen:
    # Hyphenation never cuts off a single letter; syllables may be one.
    return pyphen.Pyphen(lang=language, left=1, right=1)
