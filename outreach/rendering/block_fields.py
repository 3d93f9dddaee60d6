"""A written block as the fields of a form, and back: a label and an address instead of Markdown's brackets.

What does not have the usual shape of its kind stays Markdown, so that nothing is lost by opening it in the editor.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from outreach.rendering.written import BlockKind

_HEADING = re.compile(r"#{1,2} +(?P<words>[^\n]+)")
_BUTTON = re.compile(r'\[(?P<label>[^\]\n]*)\]\((?P<url>[^\s)]*) "button"\)')
_IMAGE = re.compile(r"!\[(?P<label>[^\]\n]*)\]\((?P<url>[^\s)]*)\)")
_ANSWER = re.compile(r"[-*] +\[(?P<label>[^\]\n]*)\]\((?P<url>[^\s)]*)\)")
#: What would end a label or an address before its time.
_IN_LABEL, _IN_URL = str.maketrans("[]\n", "() "), str.maketrans({" ": "%20", "(": "%28", ")": "%29", "\n": ""})

#: Kinds whose words are followed by answers.
ASKING = (BlockKind.QUESTION, BlockKind.CHECK_IN)


@dataclass(frozen=True, slots=True)
class Link:
    """A label and where it leads."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class BlockFields:
    """What a form asks of a block.

    Attributes:
        words: Markdown, or the line of a heading.
        link: of a button, or the alternative text and the address of an image; None for every other kind.
        answers: of a question.
    """

    words: str = ""
    link: Link | None = None
    answers: tuple[Link, ...] = ()


def fields_of(kind: BlockKind, words: str) -> BlockFields:
    """The fields of a block of `kind` that says `words`."""
    words = words.strip("\n")
    if kind is BlockKind.HEADING and (found := _HEADING.fullmatch(words)):
        return BlockFields(found["words"].strip())
    if kind is BlockKind.BUTTON and (not words or (found := _BUTTON.fullmatch(words))):
        return BlockFields(link=Link(found["label"], found["url"]) if words and found else Link("", ""))
    if kind is BlockKind.IMAGE and (not words or (found := _IMAGE.fullmatch(words))):
        return BlockFields(link=Link(found["label"], found["url"]) if words and found else Link("", ""))
    if kind in ASKING:
        return _asking(words)
    return BlockFields(words)


def words_of(kind: BlockKind, fields: BlockFields) -> str:
    """What a block of `kind` says that is filled in with `fields`."""
    if kind is BlockKind.DIVIDER:
        return ""
    line = fields.words.strip()
    if kind is BlockKind.HEADING and line and "\n" not in fields.words and not line.startswith("#"):
        return f"## {line}"
    if fields.link is not None:
        label, url = _label(fields.link), fields.link.url.strip().translate(_IN_URL)
        if not label and not url:
            return ""
        return f"![{label}]({url})" if kind is BlockKind.IMAGE else f'[{label}]({url} "button")'
    answers = [
        f"- [{_label(one)}]({one.url.strip().translate(_IN_URL)})" for one in fields.answers if one.label.strip()
    ]
    return "\n\n".join(filter(None, [fields.words.strip("\n"), "\n".join(answers)]))


def answer_addresses(answers: Sequence[Link], question: str) -> tuple[Link, ...]:
    """`answers`, with an address of our own for those that lead nowhere yet; `question` names what is asked."""
    return tuple(
        one if one.url.strip() else Link(one.label, f"answer:{_key(question)}/{place}")
        for place, one in enumerate(answers, start=1)
    )


def _asking(words: str) -> BlockFields:
    lines = words.split("\n")
    answers: list[Link] = []
    while lines and (not lines[-1].strip() or (found := _ANSWER.fullmatch(lines[-1].strip()))):
        line = lines.pop().strip()
        if line and found:
            answers.insert(0, Link(found["label"], found["url"]))
        elif answers:
            break
    return BlockFields("\n".join(lines).strip("\n"), answers=tuple(answers))


def _label(link: Link) -> str:
    return " ".join(link.label.translate(_IN_LABEL).split())


def _key(words: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")[:60] or "question"
