"""Rules about where a text leads and what it shows: links that were tried in the background, and pictures."""

import re
from collections.abc import Iterator, Mapping

from outreach.domain.content_rules.facts import LinkAnswer, LinkUse, LinkVerdict, Manuscript, TextFacts
from outreach.domain.content_rules.findings import Finding, FindingCode, Level, Part

#: Octets of our own images in one mail: a phone on a slow 3G line (400 kbit/s) waits ten seconds for half a megabyte.
HEAVY = 500_000
VERY_HEAVY = 1_500_000

#: What a camera or a disk calls a picture.
_FILE_NAME = re.compile(r"(?:img|dsc|image|photo)[\w-]*\d[\w-]*|[\w-]+\.(?:jpe?g|png|gif|webp)", re.IGNORECASE)


def link_findings(manuscript: Manuscript, texts: Mapping[str, TextFacts]) -> Iterator[Finding]:
    """Links and pictures of others that lead nowhere; each address once, at the first place where it stands."""
    told: set[str] = set()
    for locale, text in texts.items():
        pictures = (LinkUse(image.url, image.block) for image in text.images if not image.digest)
        for link in (*text.links, *pictures):
            if link.url in told or not link.url.startswith(("http://", "https://")):
                continue
            told.add(link.url)
            found = _judged(manuscript.answers.get(link.url))
            if found:
                answer = manuscript.answers.get(link.url)
                values = {"url": link.url, "answer": answer.answer if answer else ""}
                yield Finding(found[0], found[1], locale, Part.BODY, link.block, values)


def _judged(answer: LinkAnswer | None) -> tuple[Level, FindingCode] | None:
    if answer is None:
        return Level.NOTE, FindingCode.LINK_UNCHECKED
    if answer.gone:
        return Level.ERROR, FindingCode.LINK_GONE
    match answer.verdict:
        case LinkVerdict.REFUSED:
            return Level.ERROR, FindingCode.LINK_REFUSED
        case LinkVerdict.DEAD:
            # Perhaps only for a moment: a server that is down must not hold up an edition.
            return Level.WARNING, FindingCode.LINK_DEAD
        case LinkVerdict.SLOW:
            return Level.WARNING, FindingCode.LINK_SLOW
        case LinkVerdict.ALIVE:
            return None


def image_findings(manuscript: Manuscript, text: TextFacts) -> Iterator[Finding]:
    """Pictures without words, with a file's name instead of words, that are no longer there, or too heavy together."""
    locale = text.draft.locale
    for image in text.images:
        words = image.words.strip()
        if not words:
            values = {"url": image.url}
            yield Finding(Level.ERROR, FindingCode.IMAGE_NO_WORDS, locale, Part.BODY, image.block, values)
        elif _FILE_NAME.fullmatch(words):
            values = {"words": words}
            yield Finding(Level.WARNING, FindingCode.IMAGE_FILE_NAME, locale, Part.BODY, image.block, values)
        if image.digest and image.digest not in manuscript.image_octets:
            values = {"url": image.url}
            yield Finding(Level.ERROR, FindingCode.IMAGE_UNKNOWN, locale, Part.BODY, image.block, values)
    ours = {image.digest for image in text.images if image.digest in manuscript.image_octets}
    octets = sum(manuscript.image_octets[digest] for digest in ours)
    if octets > HEAVY:
        level = Level.WARNING if octets > VERY_HEAVY else Level.NOTE
        yield Finding(level, FindingCode.IMAGE_HEAVY, locale, Part.BODY, values={"kilobytes": octets // 1000})
