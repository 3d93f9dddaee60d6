"""One-click answers: addresses `answer:<question>/<answer>` that authors write and a page of ours thanks for."""

from dataclasses import dataclass

#: The question whose answers are remedies of the pack; a customer who answers it chooses one for the open case.
REMEDY = "remedy"

#: What an address that is an answer begins with.
ANSWER = "answer:"


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer to one question, by their keys."""

    question: str
    answer: str

    @property
    def url(self) -> str:
        """The address that gives it."""
        return f"{ANSWER}{self.question}/{self.answer}"


def read_answer(url: str) -> Answer | None:
    """The answer that `url` gives, None if it gives none."""
    question, slash, answer = url.removeprefix(ANSWER).partition("/")
    return Answer(question, answer) if url.startswith(ANSWER) and slash and question and answer else None
