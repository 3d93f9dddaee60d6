"""All rules over one edition."""

from collections.abc import Iterator, Mapping

from outreach.domain.content_rules.addresses import image_findings, link_findings
from outreach.domain.content_rules.blame import blame_findings
from outreach.domain.content_rules.facts import Manuscript, TextFacts
from outreach.domain.content_rules.findings import Finding, FindingCode, Level
from outreach.domain.content_rules.locales import differing_links, locale_findings
from outreach.domain.content_rules.mail import mail_findings
from outreach.domain.content_rules.merging import field_findings
from outreach.domain.content_rules.purpose import purpose_findings
from outreach.domain.content_rules.reading import reading_findings
from outreach.domain.content_rules.stories import story_findings
from outreach.domain.content_rules.subject import preheader_findings, subject_findings
from outreach.domain.content_rules.text_message import text_message_findings
from outreach.domain.touch import TouchClass

_LEVELS = list(Level)


def judge(manuscript: Manuscript, texts: Mapping[str, TextFacts]) -> tuple[Finding, ...]:
    """Everything there is to say about an edition, what weighs most first; `texts` are its written drafts, read."""
    found = [Finding(Level.ERROR, FindingCode.EDITION_OVER)] if manuscript.over else []
    found += [*locale_findings(manuscript), *link_findings(manuscript, texts), *differing_links(manuscript, texts)]
    for text in texts.values():
        found += _of_text(manuscript, text)
    return tuple(sorted(found, key=lambda finding: _LEVELS.index(finding.level)))


def _of_text(manuscript: Manuscript, text: TextFacts) -> Iterator[Finding]:
    for fault in text.faults:
        values = {"value": fault.value, "reason": fault.reason, "mend": fault.mend}
        yield Finding(Level.ERROR, fault.code, text.draft.locale, fault.part, fault.block, values)
    yield from field_findings(manuscript, text)
    yield from image_findings(manuscript, text)
    if manuscript.touch_class == TouchClass.RECOVERY:
        yield from blame_findings(text)
    if manuscript.channel == "sms":
        yield from text_message_findings(manuscript, text)
        return
    yield from subject_findings(text)
    yield from preheader_findings(text)
    yield from mail_findings(text)
    yield from story_findings(manuscript, text)
    yield from purpose_findings(manuscript, text)
    yield from reading_findings(text)


def hinders(findings: tuple[Finding, ...]) -> bool:
    """Whether anything among `findings` keeps the edition from being published."""
    return any(finding.level is Level.ERROR for finding in findings)


def needs_reason(findings: tuple[Finding, ...]) -> bool:
    """Whether publishing needs a written reason: the text is mostly about ourselves."""
    return any(finding.code in (FindingCode.PURPOSE_ABOUT_US, FindingCode.PURPOSE_HEARD) for finding in findings)
