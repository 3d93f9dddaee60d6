"""What stands in a body, block by block: words, links, pictures, merge fields, and what is wrong with them."""

import re
from collections.abc import Iterator, Sequence

from markdown_it.tree import SyntaxTreeNode

from outreach.domain.content_rules.facts import Draft, FieldUse, ImageUse, LinkUse, StoryUse, TextFault
from outreach.domain.content_rules.findings import FindingCode, Part
from outreach.domain.errors import Fault
from outreach.rendering.blocks import check_body, links, syntax
from outreach.rendering.merge import Field, check_text, pieces
from outreach.rendering.sms import text_links
from outreach.rendering.story_block import comparable
from outreach.rendering.written import Purpose, WrittenBlock, written_blocks

#: An image of our own library.
_OURS = re.compile(r"/i/([0-9a-f]{64})\.[a-z]+$")
_FIELD = re.compile(r"{{.*?}}")


def block_words(block: WrittenBlock) -> str:
    """The running words of a block, a line for each paragraph, without markup and merge fields."""
    lines = []
    for node in syntax(_FIELD.sub("", block.words)).walk():
        if node.type == "inline":
            lines.append("".join(_leaf(leaf) for leaf in node.walk()))
    return "\n".join(lines)


def _leaf(leaf: SyntaxTreeNode) -> str:
    if leaf.type in ("text", "code_inline"):
        return leaf.content
    return " " if leaf.type in ("softbreak", "hardbreak") else ""


def block_links(blocks: Sequence[WrittenBlock]) -> Iterator[LinkUse]:
    """Every link, in order; the same address in several blocks stands several times."""
    for number, block in enumerate(blocks, start=1):
        for node in syntax(block.words).walk():
            if node.type == "link":
                yield LinkUse(str(node.attrs["href"]), number)


def block_images(blocks: Sequence[WrittenBlock]) -> Iterator[ImageUse]:
    """Every picture, in order."""
    for number, block in enumerate(blocks, start=1):
        for node in syntax(block.words).walk():
            if node.type == "image":
                url = str(node.attrs["src"])
                ours = _OURS.search(url)
                yield ImageUse(url, node.content, number, ours[1] if ours else "")


def story_uses(blocks: Sequence[WrittenBlock]) -> Iterator[StoryUse]:
    """Every block that holds a story of the shelf."""
    for number, block in enumerate(blocks, start=1):
        if block.fence.story:
            yield StoryUse(block.fence.story, comparable(block.words), number)


def draft_links(draft: Draft, *, channel: str) -> list[str]:
    """The addresses of a draft that can be tracked, each once, in order."""
    return links(draft.body) if channel == "email" else text_links(draft.body)


def draft_addresses(draft: Draft, *, channel: str) -> list[str]:
    """The web addresses that readers or their mail programs will go to: links, and pictures of others."""
    found = draft_links(draft, channel=channel)
    if channel == "email":
        found += [image.url for image in block_images(written_blocks(draft.body)) if not image.digest]
    return list(dict.fromkeys(url for url in found if url.startswith(("http://", "https://"))))


def draft_fields(draft: Draft) -> list[FieldUse]:
    """The merge fields of a draft, whatever its channel."""
    return list(field_uses(draft, written_blocks(draft.body)))


def image_digests(body: str) -> set[str]:
    """The digests of our own pictures in `body`."""
    return {image.digest for image in block_images(written_blocks(body)) if image.digest}


def asks(blocks: Sequence[WrittenBlock]) -> bool:
    """Whether a block is a question."""
    return any(block.fence.purpose is Purpose.QUESTION for block in blocks)


def field_uses(draft: Draft, blocks: Sequence[WrittenBlock]) -> Iterator[FieldUse]:
    """Every merge field of a draft whose fields are sound."""
    places = [(Part.SUBJECT, 0, draft.subject, ""), (Part.PREHEADER, 0, draft.preheader, "")]
    places += [(Part.BODY, number, block.words, block.fence.only) for number, block in enumerate(blocks, start=1)]
    if not blocks:
        places.append((Part.BODY, 0, draft.body, ""))
    for part, number, words, only in places:
        for piece in [] if check_text(words, place=part) else pieces(words):
            if isinstance(piece, Field):
                guarded = only == f"has:{piece.name.removeprefix('contact.')}"
                yield FieldUse(piece.name, piece.default, part, number, guarded)


def faults(draft: Draft, blocks: Sequence[WrittenBlock], *, mail: bool) -> Iterator[TextFault]:
    """What keeps a draft from being rendered, with the block where it stands."""
    for part, words in ((Part.SUBJECT, draft.subject), (Part.PREHEADER, draft.preheader), (Part.BODY, draft.body)):
        for fault in check_text(words, place=part):
            number = block_at(blocks, fault.line) if part is Part.BODY else 0
            yield as_text_fault(fault, FindingCode.FIELD_REFUSED, part, number)
    wordless = {image.url for image in block_images(blocks) if not image.words.strip()}
    for fault in check_body(draft.body, place=Part.BODY) if mail else []:
        # A rule of its own says that.
        if fault.value not in wordless:
            yield as_text_fault(fault, FindingCode.BLOCK_UNSOUND, Part.BODY, block_at(blocks, fault.line))


def as_text_fault(fault: Fault, code: FindingCode, part: Part, block: int = 0) -> TextFault:
    """A fault as the rules take it."""
    return TextFault(code, part, fault.reason, fault.mend, block, fault.value)


def block_at(blocks: Sequence[WrittenBlock], line: int | None) -> int:
    """The number of the block in which `line` of the body stands, 0 if in none."""
    return sum(1 for block in blocks if line is not None and block.line <= line)
