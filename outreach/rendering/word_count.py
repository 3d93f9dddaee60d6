"""How many of the words of a text are about ourselves: the customer-first meter."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from outreach.rendering.blocks import syntax
from outreach.rendering.written import Purpose, read_fence

#: A word, or one sign of a script that sets no blanks between words. A merge field is a word.
_WORD = re.compile(r"\{\{.*?\}\}|[\u2e80-\u9fff\uf900-\ufaff]|[^\W_\u2e80-\u9fff\uf900-\ufaff]+(?:['’][^\W_]+)*")


@dataclass(frozen=True, slots=True)
class WordCount:
    """Words of one text or of several, and how many of them are about ourselves."""

    about_us: int = 0
    words: int = 0

    @property
    def share(self) -> float:
        """From 0 to 1; 0 where nothing is said."""
        return self.about_us / self.words if self.words else 0.0

    def __add__(self, other: "WordCount") -> "WordCount":
        return WordCount(self.about_us + other.about_us, self.words + other.words)


@lru_cache(maxsize=4096)
def word_count(body: str) -> WordCount:
    """The words of `body`; addresses of links do not count."""
    ours = total = 0
    for node in syntax(body).children:
        words = sum(len(_WORD.findall(leaf.content)) for leaf in node.walk() if leaf.type in ("text", "code_inline"))
        total += words
        fence = read_fence(node.info) if node.type == "container_block" else None
        ours += words if fence and fence.purpose is Purpose.ABOUT_US else 0
    return WordCount(ours, total)


def total_count(counts: Iterable[WordCount]) -> WordCount:
    """All of `counts` together."""
    return sum(counts, WordCount())
