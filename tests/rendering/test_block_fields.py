"""Blocks as the fields of a form, and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.rendering.block_fields import BlockFields, Link, answer_addresses, fields_of, words_of
from outreach.rendering.blocks import check_body
from outreach.rendering.written import BlockKind


@pytest.mark.parametrize(
    ("kind", "words", "fields"),
    [
        (BlockKind.HEADING, "## Before the frost", BlockFields("Before the frost")),
        (BlockKind.HEADING, "Two\nlines", BlockFields("Two\nlines")),
        (
            BlockKind.BUTTON,
            '[Book](https://a.example/b "button")',
            BlockFields(link=Link("Book", "https://a.example/b")),
        ),
        (BlockKind.BUTTON, "Words instead", BlockFields("Words instead")),
        (BlockKind.BUTTON, "", BlockFields(link=Link("", ""))),
        (
            BlockKind.IMAGE,
            "![A stove](https://a.example/s.png)",
            BlockFields(link=Link("A stove", "https://a.example/s.png")),
        ),
        (
            BlockKind.QUESTION,
            "## Which?\n\nSay so.\n\n- [One](answer:which/1)\n- [Two](https://a.example/)",
            BlockFields(
                "## Which?\n\nSay so.", answers=(Link("One", "answer:which/1"), Link("Two", "https://a.example/"))
            ),
        ),
        (BlockKind.QUESTION, "- a list\n- of no links", BlockFields("- a list\n- of no links")),
        (BlockKind.HEADING, " #", BlockFields(" #")),
        (BlockKind.TEXT, "Just **words**", BlockFields("Just **words**")),
    ],
)
def test_a_block_is_opened_and_closed_without_a_loss(kind: BlockKind, words: str, fields: BlockFields) -> None:
    assert fields_of(kind, words) == fields
    assert words_of(kind, fields) == words


WORDS = st.text(st.sampled_from("ab []()#-!\n\"'{}:"), max_size=40)


@given(st.sampled_from([one for one in BlockKind if one is not BlockKind.DIVIDER]), WORDS)
def test_whatever_stands_there_is_still_there_after_a_look(kind: BlockKind, words: str) -> None:
    once = words_of(kind, fields_of(kind, words))
    assert words_of(kind, fields_of(kind, once)) == once
    assert [sign for sign in once if sign in "ab"] == [sign for sign in words if sign in "ab"]


@given(st.sampled_from([BlockKind.BUTTON, BlockKind.IMAGE]), WORDS, WORDS)
def test_no_label_or_address_breaks_out_of_its_brackets(kind: BlockKind, label: str, path: str) -> None:
    fields = BlockFields(link=Link("x" + label, "https://a.example/" + path))
    words = words_of(kind, fields)
    assert words.count("\n") == 0
    if "{" not in words:
        assert check_body(f"::: {kind}\n{words}\n:::\n", place="x") == []


def test_answers_that_lead_nowhere_get_an_address_of_our_own() -> None:
    answers = answer_addresses([Link("Yes", ""), Link("No", "https://a.example/"), Link("Perhaps", " ")], "Stop valve?")
    assert [one.url for one in answers] == ["answer:stop-valve/1", "https://a.example/", "answer:stop-valve/3"]
