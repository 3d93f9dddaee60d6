"""Rules about text messages: how many segments are paid for, what that comes to, and the way off the list."""

from collections.abc import Iterator

from outreach.domain.content_rules.facts import Manuscript, TextFacts
from outreach.domain.content_rules.findings import Finding, FindingCode, FindingValues, Level, Part

#: More segments than this, and it should have been a mail.
MOST_SEGMENTS = 2


def text_message_findings(manuscript: Manuscript, text: TextFacts) -> Iterator[Finding]:
    """What is wrong with a text message, and what it costs."""
    sms, locale = text.sms, text.draft.locale
    if sms is None:
        return
    if sms.segments > MOST_SEGMENTS:
        values: FindingValues = {"segments": sms.segments, "encoding": sms.encoding, "limit": MOST_SEGMENTS}
        yield Finding(Level.WARNING, FindingCode.TEXT_SEGMENTS, locale, Part.BODY, values=values)
    if not sms.author_says_stop:
        yield Finding(Level.NOTE, FindingCode.TEXT_OPT_OUT, locale, Part.BODY)
    contacts = sum(group.contacts for group in manuscript.readers_of(locale))
    if manuscript.segment_price is not None and contacts:
        cost = f"{sms.segments * contacts * manuscript.segment_price:.2f} {manuscript.currency}".strip()
        costs: FindingValues = {"cost": cost, "contacts": contacts, "segments": sms.segments}
        yield Finding(Level.NOTE, FindingCode.TEXT_COST, locale, Part.BODY, values=costs)
