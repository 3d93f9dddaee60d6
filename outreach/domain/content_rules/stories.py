"""Rules about stories of customers: only what stands on the shelf, and only in the words that were permitted."""

from collections.abc import Iterator

from outreach.domain.content_rules.facts import Manuscript, TextFacts
from outreach.domain.content_rules.findings import Finding, FindingCode, Level, Part


def story_findings(manuscript: Manuscript, text: TextFacts) -> Iterator[Finding]:
    """Stories that are not on the shelf any more, and those whose words are others than the customer's."""
    for use in text.stories:
        permitted = manuscript.shelf.get(use.story)
        if permitted != use.words:
            code = FindingCode.STORY_GONE if permitted is None else FindingCode.STORY_CHANGED
            yield Finding(Level.ERROR, code, text.draft.locale, Part.BODY, use.block, {"story": use.story})
