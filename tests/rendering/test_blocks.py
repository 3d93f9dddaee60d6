"""Blocks: every word of a mail has a purpose."""

import pytest

from outreach.rendering.blocks import about_us_share, check_body, links, parsed

GOOD = """::: value
## Wrap the taps

Hello {{ contact.first_name | default("there") }}, [book](https://hearth.example/book "button").
:::

::: question
Did this help?

- [Yes](https://hearth.example/yes)
- [No](https://hearth.example/no)
:::
"""


def test_a_good_body_has_no_faults_and_its_blocks_have_purposes() -> None:
    assert check_body(GOOD, place="mail") == []
    assert [block.purpose for block in parsed(GOOD)] == ["value", "question"]


def test_links_are_found_in_order() -> None:
    assert links(GOOD) == [
        "https://hearth.example/book",
        "https://hearth.example/yes",
        "https://hearth.example/no",
    ]


@pytest.mark.parametrize(
    ("body", "line", "words"),
    [
        ("::: bragging\nWe are great.\n:::\n", 10, "bragging"),
        ("Loose words.\n\n::: value\nx\n:::\n", 10, "Loose words"),
        ("::: value\n[go](book.html)\n:::\n", 11, "book.html"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(body: str, line: int, words: str) -> None:
    (fault,) = check_body(body, place="mail", first_line=10)
    assert fault.line == line
    assert words in str(fault)


def test_a_script_is_no_link() -> None:
    assert links("::: value\n[go](javascript:alert(1))\n:::\n") == []


def test_the_share_about_ourselves_counts_words() -> None:
    body = "::: about-us\none two three\n:::\n\n::: value\nfour five six seven eight nine\n:::\n"
    assert about_us_share(body) == pytest.approx(1 / 3)
    assert about_us_share("::: value\nwords\n:::\n") == 0
