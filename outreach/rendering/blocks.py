"""Bodies of mails: Markdown in blocks, each with the purpose it serves for the reader.

    ::: value
    ## Heading
    Words, **more words**, [a button](https://hearth.example/book "button")
    :::

Raw HTML is not HTML here (it is shown as written), and what Markdown makes is cleaned by an allow-list all the same.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.tree import SyntaxTreeNode
from mdit_py_plugins.container import container_plugin

from outreach.domain.answers import OWN_PAGES
from outreach.domain.errors import Fault
from outreach.rendering.conditions import FIELDS, Condition, read_condition
from outreach.rendering.merge import LONGEST, MARK_WORD, check_text, pieces
from outreach.rendering.written import BlockKind, Purpose, read_fence


class PartKind(StrEnum):
    """How a part of a block is drawn."""

    #: Running text.
    WORDS = "words"
    #: One link drawn as a button.
    BUTTON = "button"
    #: One link of several that answer a question.
    ANSWER = "answer"


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a block. `html` is clean markup: of the words, or of the link's label; `url` is "" for words."""

    kind: PartKind
    html: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """One block: what it is and what it is for, whom it concerns (None: everybody), how it is drawn, and its syntax
    tree for the text part.
    """

    kind: BlockKind
    purpose: Purpose
    only: Condition | None
    parts: tuple[Part, ...]
    nodes: tuple[SyntaxTreeNode, ...]


#: `answer:<question>/<answer>` leads to our own page, which thanks for it.
#: `story:tell` and `story:friend` lead to the reader's own pages.
_SCHEMES = ("http", "https", "mailto", "tel", "answer", "story")
_KEPT = frozenset(_SCHEMES) - {"tel"}
_ANSWER = re.compile(r"answer:[a-z0-9-]{1,60}/[a-z0-9-]{1,60}").fullmatch
#: Each may begin a link, and Markdown looks for its end to the end of the paragraph.
_MOST_BRACKETS = 2_000
_TAGS = {"p", "br", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "em", "strong", "a", "img", "blockquote"}
_TAGS |= {"code", "pre", "hr"}
_ATTRIBUTES = {"a": {"href"}, "img": {"src", "alt", "width"}, "ol": {"start"}}
_FENCES = ", ".join(dict.fromkeys([*Purpose, *BlockKind]))
_CONDITIONS = "only=industry:key,key or only=has:field or only=without:field (" + ", ".join(FIELDS) + ")"


def _markdown() -> MarkdownIt:
    # Indented code is off: authors indent by accident, and nobody sends a customer source code.
    markdown = MarkdownIt("commonmark", {"html": False}).disable("code")
    container_plugin(markdown, "block", validate=lambda _parameters, *_rest: True)
    return markdown


_MARKDOWN = _markdown()
_RENDERER = RendererHTML()

_Report = Callable[[SyntaxTreeNode, str, str, str], None]


def parsed(body: str) -> tuple[Block, ...]:
    """The blocks of `body`, in which merge fields are marks already; `check_body` has found it sound."""
    return tuple(_block(node) for node in _tree(body).children if node.type == "container_block")


def syntax(body: str) -> SyntaxTreeNode:
    """The syntax tree of `body`."""
    return _tree(body)


def links(body: str) -> list[str]:
    """The targets of `body` but telephone numbers, each once, in order, spelt as they stand in the mail."""
    found = (str(node.attrs["href"]) for node in _tree(body).walk() if node.type == "link")
    return list(dict.fromkeys(url for url in found if urlsplit(url).scheme in _KEPT))


def check_body(body: str, *, place: str, first_line: int = 1) -> list[Fault]:
    """What is wrong with the blocks and links of `body`, whose first line is line `first_line` of `place`.

    Of one that is too long only `check_text` speaks: Markdown would take seconds to read it.
    """
    if len(body) > LONGEST:
        return []
    if body.count("[") > _MOST_BRACKETS:
        mend = "Write fewer links."
        return [Fault(place, f"has more than {_MOST_BRACKETS:,} opening brackets", mend, line=first_line, value="[")]
    tree = _tree(_with_marks(body))
    faults = []

    def fault(node: SyntaxTreeNode, value: str, reason: str, mend: str) -> None:
        # The root has no lines of its own.
        line = first_line + (node.map[0] if not node.is_root and node.map else 0)
        faults.append(Fault(place=place, reason=reason, mend=mend, line=line, value=value))

    for node in tree.children:
        if node.type != "container_block":
            fault(node, _words(node), "stands outside a block", "Put it between '::: value' and ':::'.")
    for node in tree.walk():
        if node.type == "container_block":
            _check_block(node, fault)
        elif node.type == "inline":
            for leaf in node.walk():
                _check_target(node, leaf, fault)
    fences = [read_fence(node.info) for node in tree.children if node.type == "container_block"]
    if fences and all(fence is not None and fence.story for fence in fences):
        # A story may be withdrawn on the way, and its block goes; what is left must be a letter.
        fault(
            tree, "", "has only stories of customers in it", "Let one block be your own, before the story or after it."
        )
    elif fences and all(fence is not None and (fence.only or fence.story) for fence in fences):
        fault(tree, "", "says nothing to some people: every block is for some only", "Let one block be for everybody.")
    if not fences:
        fault(tree, "", "has no block", f"Write at least one block: ::: and one of: {_FENCES}.")
    return faults


def _check_block(node: SyntaxTreeNode, fault: _Report) -> None:
    said = node.info.strip()
    fence = read_fence(said)
    if fence is None:
        fault(node, said, "is neither a purpose nor a kind of block", f"Write one of: {_FENCES}.")
    elif fence.only and read_condition(fence.only) is None:
        fault(node, fence.only, "is no condition", f"Write {_CONDITIONS}.")
    if any(child.type == "container_block" for child in node.children):
        fault(node, said, "holds another block", "Close it with ':::' before the next begins.")
    elif node.nester_tokens and not node.nester_tokens.closing.markup:
        fault(node, said, "has no end", "Close it with a line ':::'.")
    elif not node.children and not (fence and fence.kind is BlockKind.DIVIDER):
        fault(node, said, "is empty", "Write something in it or remove it.")


def _check_target(inline: SyntaxTreeNode, node: SyntaxTreeNode, fault: _Report) -> None:
    if node.type not in ("link", "image"):
        return
    url = str(node.attrs["href" if node.type == "link" else "src"])
    schemes = _SCHEMES if node.type == "link" else ("http", "https")
    if MARK_WORD in url:
        fault(inline, "", "a merge field in an address cannot be tracked", "Write the same address for everybody.")
    elif urlsplit(url).scheme not in schemes or url.lower().rstrip("/") in ("http:", "https:"):
        fault(inline, url, "is not a whole address", "Begin it with https://.")
    elif urlsplit(url).scheme == "answer" and not _ANSWER(url):
        fault(inline, url, "is not written like an answer", "Write answer:question/answer with small letters and -.")
    elif urlsplit(url).scheme == "story" and url not in OWN_PAGES:
        fault(inline, url, "is no page of ours", f"Write one of: {', '.join(OWN_PAGES)}.")
    elif node.type == "image" and not node.content.strip():
        fault(inline, url, "has no words for those who cannot see it", "Write them: ![what it shows](address).")


def _with_marks(body: str) -> str:
    """`body` with a mark for every merge field, so that Markdown sees one word; as it is if its fields are unsound."""
    if check_text(body, place=""):
        return body
    return "".join(piece if isinstance(piece, str) else f"{MARK_WORD}0X" for piece in pieces(body))


def _tree(body: str) -> SyntaxTreeNode:
    # The container plugin reads one sign past the end of an unclosed fence in a quotation: let there be one.
    return SyntaxTreeNode(_MARKDOWN.parse(body + "\n"))


def _words(node: SyntaxTreeNode) -> str:
    return " ".join(leaf.content for leaf in node.walk() if leaf.type == "text")


def _block(node: SyntaxTreeNode) -> Block:
    fence = read_fence(node.info)
    if fence is None:
        raise ValueError("a body is checked before it is parsed")
    return Block(
        kind=fence.kind,
        purpose=fence.purpose,
        only=read_condition(fence.only) if fence.only else None,
        parts=tuple(_parts(node.children, fence.purpose)),
        nodes=tuple(node.children),
    )


def _parts(nodes: Sequence[SyntaxTreeNode], purpose: Purpose) -> Iterator[Part]:
    running: list[SyntaxTreeNode] = []
    for node in nodes:
        drawn = _buttons(node) or (_answers(node) if purpose is Purpose.QUESTION else [])
        if not drawn:
            running.append(node)
            continue
        if running:
            yield _running(running)
            running = []
        yield from drawn
    if running:
        yield _running(running)


def _running(nodes: Sequence[SyntaxTreeNode]) -> Part:
    tokens = [token for node in nodes for token in node.to_tokens()]
    return Part(kind=PartKind.WORDS, html=_clean(_RENDERER.render(tokens, _MARKDOWN.options, {})))


def _buttons(node: SyntaxTreeNode) -> list[Part]:
    """The buttons of a paragraph that holds nothing else, or [] if it is something else."""
    if node.type != "paragraph":
        return []
    inside = _inside(node)
    if not all(leaf.type == "link" and leaf.attrs.get("title") == "button" for leaf in inside):
        return []
    return [_link(PartKind.BUTTON, leaf) for leaf in inside]


def _answers(node: SyntaxTreeNode) -> list[Part]:
    """The answers of a list whose every item is one link, or [] if it is something else."""
    if node.type != "bullet_list":
        return []
    items = [[leaf for paragraph in item.children for leaf in _inside(paragraph)] for item in node.children]
    if not all(len(item) == 1 and item[0].type == "link" for item in items):
        return []
    return [_link(PartKind.ANSWER, item[0]) for item in items]


def _inside(paragraph: SyntaxTreeNode) -> list[SyntaxTreeNode]:
    """The inline nodes of a paragraph, without blanks between them."""
    inline = [leaf for child in paragraph.children if child.type == "inline" for leaf in child.children]
    return [leaf for leaf in inline if leaf.type != "softbreak" and (leaf.type != "text" or leaf.content.strip())]


def _link(kind: PartKind, node: SyntaxTreeNode) -> Part:
    tokens = [token for child in node.children for token in child.to_tokens()]
    label = _clean(_RENDERER.renderInline(tokens, _MARKDOWN.options, {}))
    return Part(kind=kind, html=label, url=str(node.attrs["href"]))


def _clean(html: str) -> str:
    return nh3.clean(html, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes=set(_SCHEMES), link_rel=None).strip()
