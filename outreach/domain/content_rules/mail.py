"""Rules about the rendered mail: what the law asks for, its size, and how mail programs show it."""

from collections.abc import Iterator

from outreach.domain.content_rules.facts import TextFacts
from outreach.domain.content_rules.findings import Finding, FindingCode, FindingValues, Level, Part

#: Gmail shows no more than 102 KB of a mail's HTML and hides the rest behind a link, the way off the list with it.
CLIPPED_AT = 102_400
LARGE_FROM = 80_000
#: WCAG 2.2, 1.4.3 (AA): contrast of letters, and of large ones.
CONTRAST, CONTRAST_LARGE = 4.5, 3.0
#: How many of the four large mail programs must fail before it is more than a note.
MANY_PROGRAMS = 2


def mail_findings(text: TextFacts) -> Iterator[Finding]:
    """What is wrong with a mail as readers would get it."""
    mail, locale = text.mail, text.draft.locale
    if mail is None:
        return
    if not mail.says_unsubscribe:
        yield Finding(Level.ERROR, FindingCode.MAIL_UNSUBSCRIBE, locale)
    if not mail.says_address:
        yield Finding(Level.ERROR, FindingCode.MAIL_ADDRESS, locale)
    if mail.octets > LARGE_FROM:
        clipped = mail.octets > CLIPPED_AT
        level = Level.WARNING if clipped else Level.NOTE
        code = FindingCode.MAIL_CLIPPED if clipped else FindingCode.MAIL_LARGE
        yield Finding(level, code, locale, Part.BODY, values={"kilobytes": mail.octets // 1024})
    for pair in mail.pairs:
        if pair.ratio < (CONTRAST_LARGE if pair.large else CONTRAST):
            told: FindingValues = {
                "words": pair.words,
                "ink": pair.ink,
                "ground": pair.ground,
                "ratio": round(pair.ratio, 1),
            }
            yield Finding(Level.WARNING, FindingCode.MAIL_CONTRAST, locale, Part.BODY, values=told)
    for weakness in mail.weaknesses:
        level = Level.WARNING if len(weakness.programs) >= MANY_PROGRAMS else Level.NOTE
        values = {"feature": weakness.feature, "programs": ", ".join(weakness.programs)}
        yield Finding(level, FindingCode.MAIL_CLIENT, locale, Part.BODY, values=values)
