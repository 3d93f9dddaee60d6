"""Bodies as lists of written blocks, and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.rendering.blocks import check_body, parsed
from outreach.rendering.written import (
    PURPOSE_OF,
    BlockKind,
    Fence,
    Purpose,
    WrittenBlock,
    body_of,
    read_fence,
    write_fence,
    written_blocks,
)

FENCES = st.builds(
    Fence,
    st.sampled_from(list(BlockKind)),
    st.sampled_from(list(Purpose)),
    st.sampled_from(["", "has:company", "industry:farms,shops"]),
)
WORDS = st.lists(st.sampled_from(["One line.", "", "- a list", "## A heading", "**bold** words"]), min_size=1).map(
    "\n".join
)


@given(FENCES)
def test_a_fence_is_read_as_it_was_written(fence: Fence) -> None:
    assert read_fence(write_fence(fence)) == fence


@pytest.mark.parametrize("info", ["", "gossip", "tip gossip", "tip value more", "only=has:company", "tip only="])
def test_what_is_no_fence_is_none(info: str) -> None:
    assert read_fence(info) is None


def test_a_purpose_alone_is_the_kind_that_usually_has_it() -> None:
    assert read_fence("about-us") == Fence(BlockKind.NEWS, Purpose.ABOUT_US)
    assert read_fence("value") == Fence(BlockKind.TEXT, Purpose.VALUE)
    assert read_fence("image story only=has:company") == Fence(BlockKind.IMAGE, Purpose.STORY, "has:company")
    assert {kind: read_fence(kind.value) for kind in BlockKind} == {
        kind: Fence(kind, PURPOSE_OF[kind]) for kind in BlockKind
    }


@given(st.lists(st.tuples(FENCES, WORDS.map(lambda words: words.strip("\n"))), max_size=5))
def test_blocks_come_back_as_they_were_written(blocks: list[tuple[Fence, str]]) -> None:
    written = [WrittenBlock(fence, words) for fence, words in blocks]
    assert [(block.fence, block.words) for block in written_blocks(body_of(written))] == blocks


def test_lines_outside_of_any_block_are_kept_as_text_with_their_places() -> None:
    found = written_blocks("Before\n\n::: tip\nShut the door.\n:::\nAfter\n")
    assert [(block.fence.kind, block.words, block.line) for block in found] == [
        (BlockKind.TEXT, "Before", 1),
        (BlockKind.TIP, "Shut the door.", 3),
        (BlockKind.TEXT, "After", 6),
    ]


@given(st.text(st.sampled_from("a:\n #-"), max_size=60))
def test_no_word_is_ever_lost(body: str) -> None:
    again = body_of(written_blocks(body))
    assert body_of(written_blocks(again)) == again
    assert [sign for sign in again if sign == "a"].count("a") >= body.count("a")


@pytest.mark.parametrize("kind", list(BlockKind))
def test_every_kind_can_stand_in_a_mail(kind: BlockKind) -> None:
    words = "" if kind is BlockKind.DIVIDER else "## Words"
    body = f"::: {kind.value}\n{words}\n:::\n"
    assert check_body(body, place="x") == []
    [block] = parsed(body)
    assert (block.kind, block.purpose) == (kind, PURPOSE_OF[kind])
