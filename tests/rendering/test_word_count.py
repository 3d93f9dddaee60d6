"""How much of a text is about ourselves."""

from hypothesis import given
from hypothesis import strategies as st

from outreach.rendering.word_count import WordCount, total_count, word_count


def test_words_about_ourselves_are_those_of_blocks_with_that_purpose_whatever_their_kind() -> None:
    body = "::: value\nThree plain words.\n:::\n::: news\nWe won.\n:::\n::: image about-us\n![Our van](https://a.example/b)\n:::\n"
    assert word_count(body) == WordCount(4, 7)
    assert word_count(body).share == 4 / 7


def test_addresses_do_not_count_a_merge_field_is_one_word_and_every_chinese_sign_too() -> None:
    assert word_count("::: value\n[Book](https://a.example/long/path) {{ contact.first_name }}\n:::").words == 2
    assert word_count("::: value\n你好 world\n:::").words == 3


def test_nothing_said_is_not_about_ourselves() -> None:
    assert WordCount().share == 0.0


@given(st.lists(st.sampled_from(["::: value\none two\n:::", "::: about-us\nwe\n:::", ""]), max_size=6))
def test_texts_together_count_as_their_sum(bodies: list[str]) -> None:
    counted = total_count(word_count(body) for body in bodies)
    assert counted == word_count("\n".join(bodies))
    assert 0 <= counted.share <= 1
