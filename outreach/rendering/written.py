"""A body as a list of written blocks, and back: what the editor moves about and a pack's file holds.

    ::: tip
    Close the shutters at dusk.
    :::

    ::: offer only=industry:farms,shops
    ...
    :::

The first word of a fence is a kind or a purpose; a second one gives a block another purpose than its kind has. `only=`
keeps a block for those it concerns. `from=story-12` says that the words are those of a story on the shelf.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Purpose(StrEnum):
    """What a block is for."""

    #: News of the company; the customer-first meter counts these words.
    ABOUT_US = "about-us"
    #: Something the reader can use.
    VALUE = "value"
    #: Asks the reader something; a list of links is drawn as answers.
    QUESTION = "question"
    #: What another customer did.
    STORY = "story"
    #: Something for sale.
    OFFER = "offer"


class BlockKind(StrEnum):
    """What a block is."""

    #: A line that stands out.
    HEADING = "heading"
    #: Running text.
    TEXT = "text"
    #: A picture with words for those who cannot see it.
    IMAGE = "image"
    #: One link that stands out.
    BUTTON = "button"
    #: A small thing to do at once.
    TIP = "tip"
    #: A question with answers of one click.
    QUESTION = "question"
    #: Something for sale.
    OFFER = "offer"
    #: What another customer did.
    STORY = "story"
    #: News of the company.
    NEWS = "news"
    #: An invitation to talk.
    CHECK_IN = "check-in"
    #: A line between two blocks.
    DIVIDER = "divider"


PURPOSE_OF: dict[BlockKind, Purpose] = {
    **dict.fromkeys(BlockKind, Purpose.VALUE),
    BlockKind.QUESTION: Purpose.QUESTION,
    BlockKind.CHECK_IN: Purpose.QUESTION,
    BlockKind.OFFER: Purpose.OFFER,
    BlockKind.STORY: Purpose.STORY,
    BlockKind.NEWS: Purpose.ABOUT_US,
}
"""The purpose a kind has if nothing else is said."""

#: Kinds that are written by the name of their purpose.
_BY_PURPOSE = {
    Purpose.VALUE: BlockKind.TEXT,
    Purpose.ABOUT_US: BlockKind.NEWS,
    Purpose.QUESTION: BlockKind.QUESTION,
    Purpose.STORY: BlockKind.STORY,
    Purpose.OFFER: BlockKind.OFFER,
}
_FENCE = re.compile(
    r"(?P<word>\S+)(?: +(?P<purpose>(?!only=|from=)\S+))?(?: +only=(?P<only>\S+))?"
    r"(?: +from=(?P<story>story-[1-9]\d{0,17}))?"
)
_OPENS = re.compile(r"^ {0,3}:::[ \t]*(?P<info>\S.*?)[ \t]*$")
_CLOSES = re.compile(r"^ {0,3}:{3,}[ \t]*$")


@dataclass(frozen=True, slots=True)
class Fence:
    """What the first line of a block says.

    Attributes:
        only: a condition as written, "" for everybody.
        story: the story of the shelf whose words these are ("story-12"), "" if they are our own.
    """

    kind: BlockKind
    purpose: Purpose
    only: str = ""
    story: str = ""


@dataclass(frozen=True, slots=True)
class WrittenBlock:
    """A block as it was written: `words` is the Markdown between its fences; `line` its first line, from 1."""

    fence: Fence
    words: str
    line: int = 0


def read_fence(info: str) -> Fence | None:
    """What the words behind `:::` say; None if they name neither a kind nor a purpose."""
    found = _FENCE.fullmatch(info.strip())
    if found is None:
        return None
    word, named, only, story = found["word"], found["purpose"], found["only"] or "", found["story"] or ""
    if word in list(BlockKind):
        kind = BlockKind(word)
    elif word in list(Purpose):
        kind = _BY_PURPOSE[Purpose(word)]
    else:
        return None
    if named is None:
        return Fence(kind, Purpose(word) if word in list(Purpose) else PURPOSE_OF[kind], only, story)
    return Fence(kind, Purpose(named), only, story) if named in list(Purpose) else None


def write_fence(fence: Fence) -> str:
    """The words behind `:::` that `read_fence` reads as `fence`."""
    if _BY_PURPOSE[fence.purpose] is fence.kind:
        words = fence.purpose.value
    else:
        own = PURPOSE_OF[fence.kind] is fence.purpose
        words = fence.kind.value if own else f"{fence.kind.value} {fence.purpose.value}"
    words += f" only={fence.only}" if fence.only else ""
    return f"{words} from={fence.story}" if fence.story else words


def written_blocks(body: str) -> list[WrittenBlock]:
    """The blocks of a sound body, in order; lines outside of any become blocks of text, so that nothing is lost."""
    blocks: list[WrittenBlock] = []
    loose: list[str] = []
    lines = body.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    number = 0
    while number < len(lines):
        opening = _OPENS.match(lines[number])
        fence = read_fence(opening["info"]) if opening else None
        if fence is None:
            # A fence that closes nothing says nothing.
            loose += [] if _CLOSES.match(lines[number]) else [lines[number]]
            number += 1
            continue
        _keep_loose(loose, blocks, number)
        end = next((at for at in range(number + 1, len(lines)) if _CLOSES.match(lines[at])), len(lines))
        blocks.append(WrittenBlock(fence, "\n".join(lines[number + 1 : end]).strip("\n"), number + 1))
        number = end + 1
    _keep_loose(loose, blocks, len(lines))
    return blocks


def body_of(blocks: Iterable[WrittenBlock]) -> str:
    """A body that `written_blocks` reads as `blocks`."""
    return "\n".join(f"::: {write_fence(block.fence)}\n{block.words.strip(chr(10))}\n:::\n" for block in blocks)


def _keep_loose(loose: list[str], blocks: list[WrittenBlock], line: int) -> None:
    words = "\n".join(loose).strip("\n")
    if words.strip():
        blocks.append(WrittenBlock(Fence(BlockKind.TEXT, Purpose.VALUE), words, line - len(loose) + 1))
    loose.clear()
