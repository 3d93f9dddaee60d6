"""Addresses that authors write and that lead to a page of ours.

`answer:<question>/<answer>` answers by one click; `story:tell` and `story:friend` lead to the reader's own pages.
"""

from dataclasses import dataclass

#: The question whose answers are remedies of the pack; a customer who answers it chooses one for the open case.
REMEDY = "remedy"

#: What an address that is an answer begins with.
ANSWER = "answer:"

#: Keys of answers that mean something to us, whatever the question (docs/packs.md): not content; call me; all is done;
#: something has changed in the customer's life.
BAD_ANSWERS = ("bad", "thumbs-down", "not-good", "not-happy", "not-well", "poor", "unhappy")
CALL_ANSWERS = ("ring", "call-me")
FINISHED_ANSWERS = ("finished", "all-done")
CIRCUMSTANCES_ANSWERS = ("moved", "ill", "closed-down", "no-longer-mine")
#: Lead to the page on which readers tell their story, and to the one with their link for friends.
STORY, FRIEND = "story:tell", "story:friend"
OWN_PAGES = (STORY, FRIEND)


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
