"""The questions of a text with their answers."""

from outreach.rendering.questions import Question, questions

BODY = """::: value
[Book](https://hearth.example/book)
:::

::: question
## Which *fuel*?

- [Wood & peat](answer:fuel/wood)
- [Gas](answer:fuel/gas)
:::

::: check-in
[Call me](answer:call/yes)
:::
"""


def test_questions_are_read_with_their_headings_and_their_answers_in_order() -> None:
    found = questions(BODY)
    assert found["fuel"] == Question("Which fuel?", {"wood": "Wood & peat", "gas": "Gas"})
    assert found["call"] == Question("", {"yes": "Call me"})
    assert len(found) == 2
