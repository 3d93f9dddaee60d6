"""Drafts as texts that can be rendered for a trial: what they say is the readers' own, what they count is nothing."""

import hashlib
import re

from outreach.domain.answers import ANSWER, OWN_PAGES
from outreach.domain.content import EditionText
from outreach.domain.touch import Channel
from outreach.rendering.blocks import links
from outreach.rendering.fields import cleaned
from outreach.rendering.sms import text_links

STAND_IN = 0
"""The link id in trials: no stored link has it, so following one records nothing and leads nowhere."""

_SIGNS = re.compile(r"([!-/:-@\[-`{-~])")


def proof_text(
    *, edition_id: int, locale: str, subject: str, preheader: str, body: str, channel: Channel, tracked: bool
) -> EditionText:
    """A draft as a text to render.

    Its version is negative, so it never meets a published one, and is made of the words themselves: a draft that was
    saved again under the same number is another text.

    Args:
        tracked: whether links are as long as readers get them, and lead nowhere; otherwise they lead where they should,
            and only what leads to pages of a reader stands in.
    """
    urls = links(body) if channel is Channel.EMAIL else text_links(body)
    stand_ins = {url: STAND_IN for url in urls if tracked or url.startswith((ANSWER, *OWN_PAGES))}
    said = "\0".join((subject, preheader, body, *sorted(stand_ins)))
    digest = hashlib.sha256(said.encode()).digest()
    return EditionText(
        edition_id=edition_id,
        version=-1 - int.from_bytes(digest[:8], "big"),
        locale=locale,
        subject=subject,
        preheader=preheader,
        body=body,
        link_ids=stand_ins,
    )


def marked_mail(subject: str, body: str, *, line: str) -> tuple[str, str]:
    """Subject and body of a mail, plainly marked: `line` stands at the top and says whose test it is."""
    # Whatever a name holds, it is neither Markdown nor a merge field here.
    plain = _SIGNS.sub(r"\\\1", cleaned(line))
    return f"[Test] {subject}", f"::: value\n> {plain}\n:::\n\n{body}"


def marked_sms(body: str) -> str:
    """The words of a text message, plainly marked."""
    return f"TEST: {body.lstrip()}"
