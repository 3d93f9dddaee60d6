"""Rules about what a text is for: too much about ourselves, or nothing that asks the reader anything."""

from collections.abc import Iterator

from outreach.domain.content_rules.facts import Manuscript, TextFacts
from outreach.domain.content_rules.findings import Finding, FindingCode, Level, Part

#: Share of readers who may have heard too much about ourselves before it is said.
MANY = 0.1


def purpose_findings(manuscript: Manuscript, text: TextFacts) -> Iterator[Finding]:
    """A mail that is mostly about us, or asks nothing."""
    locale = text.draft.locale
    if text.about_us > manuscript.about_us_limit:
        values = {"share": round(100 * text.about_us), "limit": round(100 * manuscript.about_us_limit)}
        yield Finding(Level.WARNING, FindingCode.PURPOSE_ABOUT_US, locale, Part.BODY, values=values)
    heard = manuscript.heard.get(locale, 0.0)
    if heard > MANY:
        values = {"readers": round(100 * heard), "limit": round(100 * manuscript.about_us_limit)}
        yield Finding(Level.WARNING, FindingCode.PURPOSE_HEARD, locale, Part.BODY, values=values)
    if not text.asks:
        yield Finding(Level.NOTE, FindingCode.PURPOSE_NO_QUESTION, locale, Part.BODY)
