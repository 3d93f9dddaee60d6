"""A customer's words in a letter: whatever they wrote stays words, and the block goes without a trace."""

from hypothesis import given
from hypothesis import strategies as st

from outreach.domain.care.stories import LONGEST, SHORTEST, read_words
from outreach.rendering.blocks import check_body, links, parsed, syntax
from outreach.rendering.merge import MARK_WORD, check_text
from outreach.rendering.story_block import (
    comparable,
    stories_in,
    story_block,
    story_named,
    story_words,
    without_stories,
)
from outreach.rendering.written import written_blocks

OURS = "::: value\nOur own words.\n:::\n"
HOSTILE = [
    "{{ contact.first_name }}",
    "{% raw %}",
    "::: offer",
    ":::",
    "[a link](https://evil.example)",
    "<b>html</b>",
    "![x](http://x)",
    "# heading",
    "- item",
    "1. one",
    "> quote",
    "    code",
    "back\\slash\\",
    "&amp;",
    "***",
    "https://evil.example",
]
WORDS = (
    st.lists(st.sampled_from(HOSTILE) | st.text(max_size=30), min_size=1, max_size=8)
    .map(lambda lines: ("We are warm. " + "\n".join(lines))[:LONGEST])
    .filter(lambda text: MARK_WORD not in text and len(text.strip()) > SHORTEST)
)


def body_of(words: str, name: str = "Anna") -> str:
    return f"{OURS}\n{story_block('story-12', story_words(words, name=name))}"


def said(body: str) -> str:
    """The words of a body as a reader sees them, blanks apart."""
    leaves = [node for node in syntax(body).walk() if node.type in ("text", "softbreak", "hardbreak")]
    return "".join("".join(leaf.content for leaf in leaves).split())


@given(WORDS)
def test_whatever_a_customer_wrote_is_words_and_nothing_else(typed: str) -> None:
    words = read_words(typed)
    body = body_of(words)
    assert check_text(body, place="body") == []
    assert check_body(body, place="body") == []
    assert links(body) == []
    assert len(parsed(body)) == 2
    kinds = {node.type for node in syntax(written_blocks(body)[1].words).walk()}
    assert kinds <= {"root", "blockquote", "paragraph", "inline", "text", "hardbreak", "softbreak"}
    shown = "".join(words.split())
    assert said(body) == f"Ourownwords.{shown}—Anna"


@given(WORDS)
def test_a_block_goes_without_a_trace_and_others_stay(typed: str) -> None:
    body = body_of(read_words(typed))
    assert stories_in(body) == {"story-12"}
    assert without_stories(body, {"story-13"}) == body
    left = without_stories(body, {"story-12"})
    assert left == OURS
    assert without_stories(left, {"story-12"}) == left


def test_a_picture_stands_above_the_words_and_its_host_makes_no_difference() -> None:
    digest = "a" * 64
    here = story_words(
        "We are warm.", name="", picture_url=f"https://o.example/i/{digest}.jpg", picture_words="A [stove]"
    )
    there = story_words("We are warm.", name="", picture_url=f"https://-/i/{digest}.jpg", picture_words="A [stove]")
    assert here.startswith("![A \\[stove\\]](https://o.example/i/")
    assert here != there
    assert comparable(here) == comparable(there)
    assert comparable(here) != comparable(here.replace("warm", "cold"))


def test_only_the_name_of_a_story_is_taken_for_one() -> None:
    assert story_named("story-12") == "story-12"
    for other in ("", "story-0", "story-x", "story-1 only=has:company", "story-" + "9" * 30, "x"):
        assert story_named(other) == ""
