"""Rules about what an inbox shows: length, signs that cannot be seen, and what filters take for junk."""

import re
import unicodedata
from collections.abc import Iterator, Mapping

from outreach.domain.content_rules.facts import TextFacts
from outreach.domain.content_rules.findings import Finding, FindingCode, Level, Part

#: Signs after which inboxes on wide screens cut a subject, and a preheader; wide signs (East Asian) count twice.
SUBJECT_SIGNS = 60
PREHEADER_SIGNS = 110

#: Phrases of the kind that rule sets against junk have scored for years (Apache SpamAssassin's 20_phrases.cf, beside
#: its rules SUBJ_ALL_CAPS and PLING_PLING), and the same in the other languages. Few on purpose: filters today judge
#: the sender more than the words.
PHRASES: Mapping[str, tuple[str, ...]] = {
    "en": ("100% free", "100% guaranteed", "act now", "limited time", "money back", "no cost", "risk free"),
    "de": (
        "100% gratis",
        "garantiert",
        "jetzt zugreifen",
        "nur für kurze zeit",
        "geld zurück",
        "kostenlos",
        "dringend",
    ),
    "fr": ("100% gratuit", "garanti", "agissez maintenant", "durée limitée", "remboursé", "sans risque", "urgent"),
    "es": ("100% gratis", "garantizado", "actúe ahora", "tiempo limitado", "sin riesgo", "urgente"),
    "cy": ("am ddim", "gweithredwch nawr", "amser cyfyngedig", "heb risg", "ar frys"),
    "zh": ("免费", "保证", "立即行动", "限时", "退款", "紧急"),
    "ar": ("مجانا", "مجاناً", "مضمون", "لفترة محدودة", "عاجل"),
}
#: SUBJ_ALL_CAPS looks at subjects of ten signs and more.
_SHORTEST_SHOUT = 10
_MONEY = re.compile(r"[$€£¥]\s?\d|\d\s?[$€£¥]|\b\d[\d.,]*\s?(?:USD|EUR|GBP)\b")
_FIELD = re.compile(r"{{.*?}}")


def subject_findings(text: TextFacts) -> Iterator[Finding]:
    """What is wrong with the subject of a mail."""
    locale, subject = text.draft.locale, text.draft.subject
    if not subject.strip():
        yield Finding(Level.ERROR, FindingCode.SUBJECT_MISSING, locale, Part.SUBJECT)
        return
    plain = _FIELD.sub("", subject)
    if (width := _width(plain)) > SUBJECT_SIGNS:
        values: dict[str, str | int] = {"signs": width, "limit": SUBJECT_SIGNS}
        yield Finding(Level.NOTE, FindingCode.SUBJECT_LONG, locale, Part.SUBJECT, values=values)
    invisible, emoji = _odd_signs(plain)
    for code, level, signs in (
        (FindingCode.SUBJECT_INVISIBLE, Level.WARNING, invisible),
        (FindingCode.SUBJECT_EMOJI, Level.NOTE, emoji),
    ):
        if signs:
            yield Finding(level, code, locale, Part.SUBJECT, values={"signs": ", ".join(map(_named, signs))})
    yield from _junk(locale, plain)


def preheader_findings(text: TextFacts) -> Iterator[Finding]:
    """What is wrong with the line beside the subject."""
    locale, plain = text.draft.locale, _FIELD.sub("", text.draft.preheader)
    if not text.draft.preheader.strip():
        yield Finding(Level.NOTE, FindingCode.PREHEADER_MISSING, locale, Part.PREHEADER)
    elif (width := _width(plain)) > PREHEADER_SIGNS:
        values = {"signs": width, "limit": PREHEADER_SIGNS}
        yield Finding(Level.NOTE, FindingCode.PREHEADER_LONG, locale, Part.PREHEADER, values=values)


def _junk(locale: str, plain: str) -> Iterator[Finding]:
    letters = [sign for sign in plain if sign.isalpha() and sign.upper() != sign.lower()]
    if len(letters) >= _SHORTEST_SHOUT and all(sign.isupper() for sign in letters):
        yield Finding(Level.WARNING, FindingCode.SUBJECT_CAPITALS, locale, Part.SUBJECT)
    if sum(plain.count(sign) for sign in "!！") > 1:
        yield Finding(Level.WARNING, FindingCode.SUBJECT_EXCLAIMS, locale, Part.SUBJECT)
    if found := _MONEY.search(plain):
        yield Finding(Level.NOTE, FindingCode.SUBJECT_MONEY, locale, Part.SUBJECT, values={"words": found[0]})
    language = locale.partition("-")[0]
    phrases = [phrase for phrase in PHRASES.get(language, ()) if phrase in plain.casefold()]
    if re.search(r"\bFREE\b", plain):
        phrases.insert(0, "FREE")
    for phrase in phrases:
        yield Finding(Level.WARNING, FindingCode.SUBJECT_WORD, locale, Part.SUBJECT, values={"words": phrase})


def _odd_signs(plain: str) -> tuple[list[str], list[str]]:
    """Signs that cannot be seen (zero-width, direction, controls), and pictures; each once, in order."""
    invisible, emoji = [], []
    for sign in dict.fromkeys(plain):
        category = unicodedata.category(sign)
        if sign == "\u200d" and _joins(plain):
            continue
        if category in ("Cf", "Cc", "Zl", "Zp", "Co", "Cn", "Cs"):
            invisible.append(sign)
        elif category == "So":
            emoji.append(sign)
    return invisible, emoji


def _joins(plain: str) -> bool:
    """Whether every zero-width joiner joins something: two pictures, as in a family, or letters."""
    places = [at for at, sign in enumerate(plain) if sign == "\u200d"]
    return all(0 < at < len(plain) - 1 and unicodedata.category(plain[at + 1]) in ("So", "Lo", "Sm") for at in places)


def _named(sign: str) -> str:
    return f"{unicodedata.name(sign, 'UNNAMED')} (U+{ord(sign):04X})"


def _width(plain: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in plain)
