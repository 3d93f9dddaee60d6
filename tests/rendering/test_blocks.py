"""Blocks: every word of a mail has a purpose."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from outreach.rendering.blocks import PartKind, check_body, links, parsed
from outreach.rendering.merge import check_text
from outreach.rendering.plain import plain_text
from outreach.rendering.word_count import word_count
from outreach.rendering.written import Purpose

LETTER = """::: value
## Heading

Words with [a link](https://hearth.example/a?x=1&y=2) and **more**.

[Book](https://hearth.example/book "button") [Call](tel:+442920180420 "button")
:::

::: question
Did it help?

- [Yes](https://hearth.example/yes)
- [No](mailto:hello@hearth.example)
:::
"""


def test_a_letter_is_its_blocks_with_buttons_and_answers() -> None:
    value, question = parsed(LETTER)
    assert (value.purpose, question.purpose) == (Purpose.VALUE, Purpose.QUESTION)
    assert [part.kind for part in value.parts] == [PartKind.WORDS, PartKind.BUTTON, PartKind.BUTTON]
    assert [(part.html, part.url) for part in question.parts if part.kind is PartKind.ANSWER] == [
        ("Yes", "https://hearth.example/yes"),
        ("No", "mailto:hello@hearth.example"),
    ]


def test_a_list_of_links_is_an_answer_only_to_a_question() -> None:
    [block] = parsed("::: value\n- [Yes](https://hearth.example/yes)\n:::\n")
    assert [part.kind for part in block.parts] == [PartKind.WORDS]


def test_links_are_listed_once_in_order_without_phone_numbers() -> None:
    body = LETTER + LETTER
    assert links(body) == [
        "https://hearth.example/a?x=1&y=2",
        "https://hearth.example/book",
        "https://hearth.example/yes",
        "mailto:hello@hearth.example",
    ]


def test_a_sound_letter_has_no_fault() -> None:
    assert check_body(LETTER, place="x") == []


@pytest.mark.parametrize(
    ("body", "line", "reason"),
    [
        ("Hello\n::: value\nx\n:::\n", 10, "stands outside a block"),
        ("::: gossip\nx\n:::\n", 10, "is neither a purpose nor a kind of block"),
        ("\n:::\nx\n:::\n", 11, "is neither a purpose nor a kind of block"),
        ("::: value\nx\n", 10, "has no end"),
        ("::: value\nx\n\n::: offer\ny\n:::\n", 10, "holds another block"),
        ("::: value\n:::\n", 10, "is empty"),
        ("", 10, "has no block"),
        ("::: value\nx\n\n[a](/relative)\n:::\n", 13, "is not a whole address"),
        ("::: value\n[a](https://)\n:::\n", 11, "is not a whole address"),
        ("::: value\n[a](ftp://hearth.example/a)\n:::\n", 11, "is not a whole address"),
        ("::: value\n![a](mailto:a@hearth.example)\n:::\n", 11, "is not a whole address"),
        ("::: value\n![](https://hearth.example/a.png)\n:::\n", 11, "has no words"),
        ("::: value\n[a](https://x.example/{{ contact.company }})\n:::\n", 11, "a merge field in an address"),
        ("::: value\n[a]({{ business.website }})\n:::\n", 11, "a merge field in an address"),
    ],
)
def test_a_broken_letter_is_told_where_and_what(body: str, line: int, reason: str) -> None:
    faults = check_body(body, place="2026-09.en.md", first_line=10)
    assert [(fault.line, fault.place) for fault in faults if reason in fault.reason] == [(line, "2026-09.en.md")], (
        faults
    )


SIGNS = [
    *("::: value\n", "\n:::\n", ":::", "> ", "- ", "1. ", "\n", "\t", "    ", "[a](", "![a](", ")"),
    *("https://", "mailto:", "\\", "%zz"),
    *("[", "]", "[a]: http://[\n", "```", "`", "*", "<script>", "&#0;", "{{ contact.company }}", "{{ x }}"),
]


@given(st.lists(st.one_of(st.sampled_from(SIGNS), st.text(max_size=4)), max_size=12).map("".join))
@example("> ::: offer\n> \t")
@example("> ::: value\n>")
def test_no_body_at_all_makes_the_check_fail_and_a_sound_one_is_drawn(body: str) -> None:
    faults = check_body(body, place="x")
    assert 0.0 <= word_count(body).share <= 1.0
    assert all(url.startswith(("http", "mailto")) for url in links(body))
    if not faults and not check_text(body, place="x"):
        assert len(parsed(body)) >= 1


@pytest.mark.parametrize("purpose", Purpose)
def test_every_purpose_may_be_written(purpose: Purpose) -> None:
    body = f"::: {purpose}\nx\n:::\n"
    assert check_body(body, place="x") == []
    assert [block.purpose for block in parsed(body)] == [purpose]


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](data:text/html,<script>)",
        "[x](vbscript:x)",
        '[x](https://hearth.example/"onmouseover="alert(1))',
        "<style>*{display:none}</style>",
        "![x](javascript:alert(1))",
    ],
)
def test_markup_of_an_author_is_words(hostile: str) -> None:
    [block] = parsed(f"::: value\n{hostile}\n:::\n")
    html = "".join(part.html for part in block.parts)
    assert "<script" not in html
    assert "<style" not in html
    assert "<img src=x" not in html
    assert 'href="javascript' not in html
    assert 'src="javascript' not in html
    assert not any(url.startswith(("javascript", "data", "vbscript")) for url in links(f"::: value\n{hostile}\n:::\n"))
    assert ' onmouseover="' not in html


def test_the_share_about_ourselves_counts_words_and_chinese_signs() -> None:
    body = "::: about-us\none two\n:::\n::: value\nthree [four](https://hearth.example/not/a/word) 五六 isn't\n:::\n"
    assert word_count(body).share == pytest.approx(2 / 7)
    assert word_count("").share == 0.0


def test_a_merge_field_counts_as_one_word() -> None:
    assert word_count('::: about-us\n{{ contact.company | default("a b c") }}\n:::\n::: value\nx\n:::\n').share == 0.5


def test_plain_words_keep_everything_but_the_looks() -> None:
    body = (
        "::: value\n# A\n\nb *c* `d`\\\ne\n\n1. one\n2. two\n\n> said\n\n![a cat](https://hearth.example/c.png)\n:::\n"
    )
    assert plain_text(parsed(body), str) == "A\n\nb c d\ne\n\n1. one\n2. two\n\n> said\n\n[a cat]"
    assert plain_text(parsed("::: value\n*See* [a](https://hearth.example/a)\n:::\n"), str) == (
        "See a: https://hearth.example/a"
    )
    assert plain_text(parsed(LETTER), lambda _url: "URL") == (
        "Heading\n\nWords with a link: URL and more.\n\nBook: URL\nCall: URL\n\nDid it help?\n\n- Yes: URL\n- No: URL"
    )
