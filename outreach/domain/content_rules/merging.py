"""Rules about merge fields: data that somebody lacks, and fields that come or go from one edition to the next."""

from collections.abc import Iterator

from outreach.domain.content_rules.facts import Lacking, Manuscript, TextFacts
from outreach.domain.content_rules.findings import Finding, FindingCode, FindingValues, Level


def field_findings(manuscript: Manuscript, text: TextFacts) -> Iterator[Finding]:
    """Fields of a text whose data is missing for some of its readers, and fields that are new or gone."""
    locale = text.draft.locale
    groups = manuscript.readers_of(locale)
    for use in text.fields:
        if use.default or use.guarded:
            continue
        lacking = [group.lacking[use.name] for group in groups if use.name in group.lacking]
        if total := _together(lacking):
            values: FindingValues = {"field": use.name, "contacts": total.contacts, "example": total.example}
            yield Finding(Level.ERROR, FindingCode.FIELD_MISSING, locale, use.part, use.block, values)
    earlier = manuscript.earlier_fields.get(locale)
    if earlier is None:
        return
    for use in {use.name: use for use in reversed(text.fields)}.values():
        if use.name not in earlier:
            yield Finding(Level.NOTE, FindingCode.FIELD_ADDED, locale, use.part, use.block, {"field": use.name})
    for name in sorted(earlier - {use.name for use in text.fields}):
        yield Finding(Level.NOTE, FindingCode.FIELD_REMOVED, locale, values={"field": name})


def _together(found: list[Lacking]) -> Lacking | None:
    return Lacking(sum(one.contacts for one in found), found[0].example) if found else None
