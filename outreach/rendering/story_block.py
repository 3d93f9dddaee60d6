"""A story of the shelf as a block: the customer's own words, which are no Markdown and no merge fields of ours."""

import re
from collections.abc import Collection

from outreach.rendering.written import BlockKind, Fence, Purpose, WrittenBlock, body_of, written_blocks

#: Signs that Markdown or merge fields could take for theirs (CommonMark 2.4).
_SIGNS = re.compile(r"([!-/:-@\[-`{-~])")
_ESCAPED = r"\\\1"
_NAMED = re.compile(r"story-[1-9]\d{0,17}").fullmatch
#: What stands before our own pictures; it differs between the addresses under which we are known.
_HOST = re.compile(r"\]\(https?://[^/\s)]+/i/")


def story_name(story_id: int) -> str:
    """How a block names a story."""
    return f"story-{story_id}"


def story_named(text: str) -> str:
    """`text` if it is written like the name of a story, else ""."""
    return text if _NAMED(text) else ""


def story_words(words: str, *, name: str, picture_url: str = "", picture_words: str = "") -> str:
    """The Markdown of a story: the picture, the words as a quotation, and the name if it may be shown."""
    lines = [f"> {_SIGNS.sub(_ESCAPED, line)}".rstrip() for line in words.split("\n")]
    # A line end is a line end, as it was typed.
    quoted = "\n".join(
        line + "\\" if line != ">" and after not in (None, ">") else line
        for line, after in zip(lines, [*lines[1:], None], strict=True)
    )
    shown = _SIGNS.sub(_ESCAPED, " ".join(picture_words.split()))
    parts = [
        f"![{shown}]({picture_url})" if picture_url else "",
        quoted,
        f"— {_SIGNS.sub(_ESCAPED, name)}" if name else "",
    ]
    return "\n\n".join(part for part in parts if part)


def story_block(story: str, words: str) -> str:
    """The block of the story of that name, whose words `story_words` made."""
    return body_of([WrittenBlock(Fence(BlockKind.STORY, Purpose.STORY, story=story), words)])


def comparable(words: str) -> str:
    """The words of a block in one spelling, so that only what a reader sees makes a difference."""
    lines = (line.rstrip() for line in _HOST.sub("](/i/", words).strip().split("\n"))
    return "\n".join(lines)


def stories_in(body: str) -> frozenset[str]:
    """The names of the stories that `body` uses."""
    return frozenset(block.fence.story for block in written_blocks(body) if block.fence.story)


def without_stories(body: str, gone: Collection[str]) -> str:
    """`body` without the blocks of these stories."""
    blocks = written_blocks(body)
    kept = [block for block in blocks if block.fence.story not in gone]
    return body if len(kept) == len(blocks) else body_of(kept)
