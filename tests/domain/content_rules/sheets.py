"""Makers of what the rules look at, so that a test says only what matters to it."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from outreach.domain.content_rules.facts import Draft, Manuscript, ReaderGroup, TextFacts
from outreach.domain.content_rules.findings import Finding

URL = "https://hearth.example/book"


def a_draft(locale: str = "en", **values: Any) -> Draft:
    """A plain text."""
    return Draft(**({"locale": locale, "subject": "Before the frost", "preheader": "A list.", "body": "x"} | values))


def a_manuscript(
    *locales: str,
    readers: Mapping[str, int] | None = None,
    groups: Sequence[ReaderGroup] | None = None,
    **values: Any,
) -> Manuscript:
    """A newsletter written in `locales`, with as many readers of each language as `readers` says, or these groups."""
    counted = [ReaderGroup(language, count) for language, count in (readers or {"en": 10}).items()]
    defaults: dict[str, Any] = {
        "edition_id": 1,
        "channel": "email",
        "opens_on": date(2026, 9, 1),
        "closes_on": date(2026, 9, 30),
        "drafts": {locale: a_draft(locale) for locale in locales or ("en",)},
        "published": frozenset(),
        "readers": tuple(counted if groups is None else groups),
        "spoken": ("en", "cy", "de"),
        "default_locale": "en",
    }
    return Manuscript(**(defaults | values))


def some_facts(locale: str = "en", **values: Any) -> TextFacts:
    """A text without anything to complain about."""
    draft = values.pop("draft", None) or a_draft(locale)
    return TextFacts(**({"draft": draft, "words": (), "asks": True, "about_us": 0.0} | values))


def codes(findings: Any) -> list[str]:
    """Level and code of each finding."""
    found: list[Finding] = list(findings)
    return [f"{finding.level} {finding.code}" for finding in found]
