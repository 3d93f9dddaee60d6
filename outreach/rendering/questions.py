"""The questions of a text with their answers, for the page that thanks for one."""

from collections.abc import Mapping
from dataclasses import dataclass

from markdown_it.tree import SyntaxTreeNode

from outreach.domain.answers import read_answer
from outreach.rendering.blocks import syntax
from outreach.rendering.written import Purpose, read_fence


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked ("" where no heading says so), and the answers' labels by key."""

    asks: str
    labels: Mapping[str, str]


def questions(body: str) -> dict[str, Question]:
    """The questions with one-click answers in `body`, by key; merge fields stay as they were written."""
    found: dict[str, Question] = {}
    for block in syntax(body).children:
        heading = next((_words(node) for node in block.walk() if node.type == "heading"), "")
        for link in (node for node in block.walk() if node.type == "link"):
            answer = read_answer(str(link.attrs["href"]))
            if answer:
                known = found.get(answer.question, Question(heading, {}))
                found[answer.question] = Question(known.asks, {**known.labels, answer.answer: _words(link)})
    return found


def asks(body: str) -> bool:
    """Whether `body` asks its reader anything: a block whose purpose is a question, or a one-click answer."""
    fences = (read_fence(node.info) for node in syntax(body).children if node.type == "container_block")
    return any(fence is not None and fence.purpose is Purpose.QUESTION for fence in fences) or bool(questions(body))


def _words(node: SyntaxTreeNode) -> str:
    return " ".join("".join(leaf.content for leaf in node.walk() if leaf.type in ("text", "code_inline")).split())
