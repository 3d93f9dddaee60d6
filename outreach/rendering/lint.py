"""Reads an edition's drafts as the rules of content need them, and has them judged: `judged` is the whole gate."""

import html as markup
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256

from outreach.domain.content import EditionText
from outreach.domain.content_rules.facts import Draft, MailFacts, Manuscript, SmsFacts, TextFacts, Weakness
from outreach.domain.content_rules.findings import Finding, FindingCode, Part
from outreach.domain.content_rules.judge import judge
from outreach.domain.errors import BadInput
from outreach.rendering.lint_clients import NO_DATA, ClientSupport
from outreach.rendering.lint_colours import colour_pairs
from outreach.rendering.lint_words import (
    as_text_fault,
    asks,
    block_images,
    block_links,
    block_words,
    draft_links,
    faults,
    field_uses,
    story_uses,
)
from outreach.rendering.renderer import SAMPLE, Renderer
from outreach.rendering.sms import says_stop
from outreach.rendering.word_count import word_count
from outreach.rendering.written import WrittenBlock, body_of, written_blocks

#: What our frames use by themselves is measured on a letter with one of everything that they draw.
_BARE = """\
::: value
## x

x **x** *x* [x](https://x.example)

- x

[x](https://x.example "button")
:::

::: question
- [x](https://x.example)
:::

::: story
> x
:::

::: offer
1. x
:::

::: about-us
x
:::
"""
_TIME = datetime(2026, 1, 1, tzinfo=UTC)
#: A link's number in a trial: as long in octets as one of a few million links.
_TRIAL_LINK = 9_000_000


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the gate says of an edition: its findings, and the share of words about ourselves in its worst text."""

    findings: tuple[Finding, ...]
    about_us: float


def judged(manuscript: Manuscript, renderer: Renderer, *, clients: ClientSupport = NO_DATA) -> Judgement:
    """Renders every written draft for a sample contact and asks every rule."""
    texts = {
        locale: read_draft(draft, renderer, channel=manuscript.channel, clients=clients)
        for locale, draft in manuscript.written.items()
    }
    about_us = max((text.about_us for text in texts.values()), default=0.0)
    return Judgement(judge(manuscript, texts), about_us)


def read_draft(
    draft: Draft, renderer: Renderer, *, channel: str = "email", clients: ClientSupport = NO_DATA
) -> TextFacts:
    """Everything the rules need to know about one draft."""
    mail = channel == "email"
    blocks = written_blocks(draft.body) if mail else []
    found = list(faults(draft, blocks, mail=mail))
    mail_facts = sms_facts = None
    if not found and (draft.subject.strip() or not mail):
        try:
            if mail:
                mail_facts = _mail_facts(draft, blocks, renderer, clients)
            else:
                sms_facts = _sms_facts(draft, renderer)
        except BadInput as error:
            found += [as_text_fault(fault, FindingCode.BLOCK_UNSOUND, Part.BODY) for fault in error.faults]
    return TextFacts(
        draft=draft,
        words=tuple(block_words(block) for block in blocks) if mail else (draft.body,),
        asks=asks(blocks),
        about_us=word_count(draft.body).share if mail else 0.0,
        links=tuple(block_links(blocks)) if mail else (),
        images=tuple(block_images(blocks)),
        fields=tuple(field_uses(draft, blocks)),
        stories=tuple(story_uses(blocks)),
        faults=tuple(found),
        mail=mail_facts,
        sms=sms_facts,
    )


def trial_text(draft: Draft, *, channel: str) -> EditionText:
    """A draft as a text that may be rendered and is no edition's: it is named after its own words."""
    words = "\0".join((channel, draft.subject, draft.preheader, draft.body))
    number = int.from_bytes(sha256(words.encode()).digest()[:6])
    urls = draft_links(draft, channel=channel)
    return EditionText(
        edition_id=-1,
        version=number,
        locale=draft.locale,
        subject=draft.subject if channel == "email" else "",
        preheader=draft.preheader,
        body=draft.body,
        link_ids={url: _TRIAL_LINK + at for at, url in enumerate(urls)},
    )


def _mail_facts(draft: Draft, blocks: Sequence[WrittenBlock], renderer: Renderer, clients: ClientSupport) -> MailFacts:
    sent = renderer.mail(trial_text(draft, channel="email"), SAMPLE, now=_TIME)
    if any(block.fence.only for block in blocks):
        # Somebody may get all of it: that is what is measured.
        sent = renderer.mail(trial_text(_for_everybody(draft, blocks), channel="email"), SAMPLE, now=_TIME)
    shown = " ".join(markup.unescape(sent.html).split())
    way_off = renderer.tokens.unsubscribe(SAMPLE.touch_id)
    address = " ".join(renderer.brand.postal_address.split())
    return MailFacts(
        octets=len(sent.html.encode()),
        says_unsubscribe=way_off in shown and way_off in sent.text,
        says_address=bool(address) and address in shown,
        pairs=colour_pairs(sent.html),
        weaknesses=_weaknesses(sent.html, draft.locale, renderer, clients) if clients.failing else (),
    )


def _for_everybody(draft: Draft, blocks: Sequence[WrittenBlock]) -> Draft:
    shown = [replace(block, fence=replace(block.fence, only="")) for block in blocks]
    return replace(draft, body=body_of(shown))


def _weaknesses(html: str, locale: str, renderer: Renderer, clients: ClientSupport) -> tuple[Weakness, ...]:
    bare = trial_text(Draft(locale, "x", "x", _BARE), channel="email")
    return clients.weaknesses(html, without=renderer.mail(bare, SAMPLE, now=_TIME).html)


def _sms_facts(draft: Draft, renderer: Renderer) -> SmsFacts:
    sent = renderer.sms(trial_text(draft, channel="sms"), SAMPLE)
    return SmsFacts(sent.segments, sent.encoding.value, author_says_stop=says_stop(draft.body))
