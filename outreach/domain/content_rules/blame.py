"""Nobody of ours is named at fault before a customer: we let them down, not a driver, a trainee or a partner.

A list of patterns in seven languages finds the usual ways in which a text points at a colleague ("our driver forgot",
"a mistake by one of our staff", "the colleague who ..."). It cannot find them all; the writing guide says the rule, and
whoever publishes reads.
"""

import re
from collections.abc import Iterator, Mapping

from outreach.domain.content_rules.facts import TextFacts
from outreach.domain.content_rules.findings import Finding, FindingCode, Level, Part

#: Short enough that a pattern stays inside one sentence.
_NEAR = r"[^.!?。！？؟\n]{0,60}?"


def _one_of(words: str) -> str:
    """A pattern for one of some patterns, which stand in `words` on lines and between bars."""
    return "(?:" + "|".join(part.strip() for part in words.replace("\n", "|").split("|") if part.strip()) + ")"


_EN_PEOPLE = _one_of(
    r"""colleagues?|employees?|staff(?: members?)?|members? of (?:our |the )?(?:staff|team)|drivers?|technicians?
    engineers?|fitters?|installers?|trainees?|apprentices?|subcontractors?|receptionists?|operators?|couriers?|temp"""
)
_EN_DEEDS = _one_of(
    r"""forgot|failed|missed|overlooked|ignored|messed up|got (?:it|this|that) wrong|neglected|caused|should have
    made (?:a |the |an? \w+ )?(?:mistake|error)s?
    (?:was|were|is|are) (?:to blame|at fault|responsible|careless|late|rude)
    did not (?:do|check|call|come|write|follow)|didn['’]t"""
)
_DE_PEOPLE = _one_of(
    r"""kolleg(?:e|en|in|innen)|mitarbeiter(?:s|n|in|innen)?|fahrer(?:s|n|in)?|techniker(?:s|n|in)?|monteur(?:s|e|en|in)?
    lehrlings?|azubis?|auszubildende[rn]?|subunternehmers?|angestellte[rn]?"""
)
_DE_DEEDS = _one_of(
    r"""vergessen|vergaß|versäumt|übersehen|übersah|falsch gemacht|einen? fehler|schuld|verschuldet|verursacht
    nicht (?:gemacht|geprüft|gekommen|angerufen|beachtet)"""
)
_FR_PEOPLE = _one_of(
    r"""collègues?|employée?s?|technicien(?:ne)?s?|chauffeurs?|livreurs?|apprentie?s?|stagiaires?|sous-traitants?
    salariée?s?"""
)
_FR_DEEDS = _one_of(
    r"""oublié|manqué|négligé|omis|s['’]est trompée?|se sont trompée?s|commis|fait une erreur|responsables?|fautive?
    n['’]a pas|n['’]ont pas|a causé"""
)
_ES_PEOPLE = _one_of(
    r"""compañer[oa]s?|emplead[oa]s?|técnic[oa]s?|conductor(?:a|es)?|aprendi(?:z|ces)|operari[oa]s?
    repartidor(?:a|es)?|subcontratistas?"""
)
_ES_DEEDS = _one_of(
    r"""olvidó|olvidaron|falló|se equivocó|se equivocaron|cometió|cometieron|tuvo la culpa|tiene la culpa|causó
    no (?:hizo|revisó|llamó|vino|siguió|comprobó)|culpables?|responsables?"""
)
_CY_PEOPLE = _one_of(
    r"""[cg]h?ydweithi(?:wr|wyr|raig)|gweithiwr|gweithwyr|weithiwr|weithwyr|gyrrwr|yrrwr|technegydd|dechnegydd
    prentis|brentis|isgontractwr"""
)
_CY_FAULTS = _one_of("camgymeriad(?:au)?|gamgymeriad(?:au)?|bai|fai|esgeulustod|gwall|wall")
_AR_PEOPLE = _one_of(
    """زميل(?:نا|تنا)?|موظف(?:نا|ينا|ي[هن]ا?|ة)?|السائق|سائقنا|الفني|فنينا|المتدرب|متدرب|المقاول
    عامل(?:نا)?"""
)
_ZH_PEOPLE = _one_of("同事|员工|司机|技工|技术员|师傅|学徒|实习生|工作人员|快递员|分包商|客服")
_ZH_DEEDS = _one_of("忘记|忘了|疏忽|失误|弄错|搞错|出错|犯错|过失|过错|的错|失职|责任|没有检查|造成")

#: By language, what points at a person.
PATTERNS: Mapping[str, tuple[str, ...]] = {
    "en": (
        r"\b(?:mistake|error|fault|failure|negligence|oversight|misunderstanding)s?\b"
        rf"{_NEAR}\b(?:by|of|from|with|on the part of)\b {_NEAR}\b{_EN_PEOPLE}\b",
        rf"\b(?:our|the|an?|one of our)\b (?:new |young |former )?{_EN_PEOPLE}\b{_NEAR}\b{_EN_DEEDS}",
        r"\b(?:colleague|employee|member of (?:our |the )?(?:staff|team)|person)s? (?:who|that|responsible)\b",
        rf"\b{_EN_PEOPLE}['’]s? (?:mistake|error|fault|negligence|oversight)s?\b",
    ),
    "de": (
        r"\b(?:fehler|versehen|verschulden|versäumnis|schuld|nachlässigkeit|irrtum)s?\b"
        rf"{_NEAR}\b(?:eine[rs]|unsere[rsn]?|de[rsm]|von|durch|bei)\b{_NEAR}\b{_DE_PEOPLE}\b",
        r"\b(?:unser[ea]?|der|die|eine?|eine[rs] unserer)\b (?:neue[rn]? |junge[rn]? )?"
        rf"{_DE_PEOPLE}\b{_NEAR}\b{_DE_DEEDS}\b",
        r"\b(?:kolleg(?:e|en|in|innen)|mitarbeiter(?:in|innen)?), (?:der|die|welche[r]?)\b",
    ),
    "fr": (
        r"\b(?:erreur|faute|oubli|négligence|maladresse|manquement)s?\b"
        rf"{_NEAR}\b(?:d['’]une?|de|du|des|par|d['’])\s?{_NEAR}\b{_FR_PEOPLE}\b",
        r"(?:\b(?:notre|nos|le|la|les|un|une)\s|\bl['’])(?:nouveau |nouvelle |jeune )?"
        rf"{_FR_PEOPLE}\b{_NEAR}\b{_FR_DEEDS}\b",
        r"\b(?:collègue|employée?)s? qui\b",
    ),
    "es": (
        r"\b(?:error|errores|fallos?|culpa|descuidos?|negligencia|olvido)\b"
        rf"{_NEAR}\b(?:de|del|por parte de|por)\b{_NEAR}\b{_ES_PEOPLE}\b",
        rf"\b(?:nuestr[oa]s?|el|la|los|las|un|una)\b (?:nuev[oa] |joven )?{_ES_PEOPLE}\b{_NEAR}\b{_ES_DEEDS}\b",
        r"\b(?:compañer[oa]|emplead[oa])s? que\b",
    ),
    "cy": (
        rf"\b{_CY_FAULTS}\b{_NEAR}\b{_CY_PEOPLE}\b",
        rf"\b(?:ein|y|un o['’]n)\b {_CY_PEOPLE}\b{_NEAR}\b(?:anghofio|anghofiodd|methu|methodd|ar fai|{_CY_FAULTS})\b",
        rf"\b(?:anghofiodd|methodd|collodd)\b (?:ein |y |un o['’]n )?{_CY_PEOPLE}\b",
        rf"\b{_CY_PEOPLE} a (?:wnaeth|fethodd|anghofiodd)\b",
    ),
    "ar": (
        rf"(?:خطأ|أخطاء|إهمال|تقصير|ذنب|سهو){_NEAR}{_AR_PEOPLE}",
        rf"{_AR_PEOPLE}{_NEAR}(?:نسي|نسيت|أخطأ|أخطأت|أهمل|قصّر|لم يقم|لم يتصل|لم يحضر|المسؤول عن|تسبب)",
        rf"(?:نسي|أخطأ|أهمل|تسبب) {_NEAR}{_AR_PEOPLE}",
        r"(?:الزميل|الزميلة|الموظف|الموظفة) (?:الذي|التي)",
    ),
    "zh": (
        f"{_ZH_PEOPLE}[^。！？]{{0,20}}?{_ZH_DEEDS}",
        f"(?:由于|因为|归咎于)[^。！？]{{0,12}}?{_ZH_PEOPLE}",
    ),
}

_COMPILED = {
    language: tuple(re.compile(pattern, re.IGNORECASE) for pattern in patterns)
    for language, patterns in PATTERNS.items()
}


def blaming(words: str, locale: str) -> str:
    """The first words that point at a colleague, "" if none do; a language without patterns is not judged."""
    plain = " ".join(words.split())
    for pattern in _COMPILED.get(locale.partition("-")[0], ()):
        if found := pattern.search(plain):
            return found[0]
    return ""


def blame_findings(text: TextFacts) -> Iterator[Finding]:
    """A finding for each part and block of a recovery text that points at a colleague."""
    locale = text.draft.locale
    parts = [(Part.SUBJECT, 0, text.draft.subject), (Part.PREHEADER, 0, text.draft.preheader)]
    parts += [(Part.BODY, block, words) for block, words in enumerate(text.words, start=1)]
    for part, block, words in parts:
        if said := blaming(words, locale):
            yield Finding(Level.ERROR, FindingCode.BLAME_COLLEAGUE, locale, part, block, {"words": said})
