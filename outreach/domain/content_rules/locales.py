"""Rules that compare locales: those the audience needs, and texts that should lead to the same places."""

from collections.abc import Iterator, Mapping

from outreach.domain.content_rules.facts import Manuscript, TextFacts
from outreach.domain.content_rules.findings import Finding, FindingCode, Level, Part


def locale_findings(manuscript: Manuscript) -> Iterator[Finding]:
    """Locales that the audience needs and that have no text."""
    gaps = manuscript.missing()
    given = {step.wanted: step.given or "" for step in manuscript.steps()}
    for locale, contacts in gaps.items():
        on_purpose = locale in manuscript.on_purpose
        yield Finding(
            Level.NOTE if on_purpose else Level.ERROR,
            FindingCode.LOCALE_FALLS_BACK if on_purpose else FindingCode.LOCALE_MISSING,
            locale,
            values={"locale": locale, "contacts": contacts, "given": given[locale]},
        )
    for step in manuscript.steps():
        if step.given is None:
            yield Finding(
                Level.ERROR,
                FindingCode.LOCALE_NOTHING,
                step.wanted,
                values={"language": step.language, "contacts": step.contacts, "locale": manuscript.default_locale},
            )
        elif step.given == step.wanted and step.language.partition("-")[0] != step.wanted.partition("-")[0]:
            yield Finding(
                Level.NOTE,
                FindingCode.LOCALE_UNSPOKEN,
                step.wanted,
                values={"language": step.language, "contacts": step.contacts, "given": step.wanted},
            )
    for locale in manuscript.spoken:
        draft = manuscript.drafts.get(locale)
        if draft is not None and not draft.written and locale in manuscript.published:
            yield Finding(Level.ERROR, FindingCode.LOCALE_EMPTIED, locale, Part.BODY, values={"locale": locale})


def differing_links(manuscript: Manuscript, texts: Mapping[str, TextFacts]) -> Iterator[Finding]:
    """Addresses that stand in one language only, by comparison with the business's own."""
    if not texts:
        return
    measure = manuscript.default_locale if manuscript.default_locale in texts else next(iter(texts))
    expected = {link.url for link in texts[measure].links}
    for locale, text in texts.items():
        blocks = {link.url: link.block for link in text.links}
        lacking, extra = sorted(expected - blocks.keys()), sorted(blocks.keys() - expected)
        if locale != measure and (lacking or extra):
            yield Finding(
                Level.WARNING,
                FindingCode.LINK_DIFFERS,
                locale,
                Part.BODY,
                blocks[extra[0]] if extra else 0,
                {"locale": locale, "measure": measure, "extra": _listed(extra), "lacking": _listed(lacking)},
            )


def _listed(urls: list[str]) -> str:
    shown = ", ".join(urls[:3])
    return f"{shown}, …" if len(urls) > 3 else shown or "–"
