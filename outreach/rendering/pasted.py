"""Words pasted from Word, Google Docs or a web page, as the Markdown that our letters are written in.

The clipboard's HTML says with styles what it means: Word writes a list as paragraphs with `mso-list`, Google Docs
writes bold as a span with `font-weight:700` inside a `<b>` that is not bold. nh3 takes away what nobody may send
(scripts, handlers, comments, classes), `pasted_tree` says with tags what the styles said, markdownify writes it down.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

import nh3
from bs4 import BeautifulSoup
from markdown_it import MarkdownIt
from markdownify import MarkdownConverter

from outreach.domain.errors import BadInput, Fault, shortened
from outreach.rendering.merge import LONGEST
from outreach.rendering.pasted_tree import BLOCKS, LISTS, STYLED, in_plain_tags

#: Octets of a fragment: a Word document of some pages carries hundreds of kilobytes of style sheets and pictures.
LARGEST_PASTE = 5 * 1024 * 1024
#: Characters of what is left without styles and pictures; marks take several times the room of words.
_LARGEST_CLEAN = 8 * LONGEST
#: Elements within elements; nobody nests so deep by hand.
_DEEPEST = 60
#: Open elements at once, before anything is cleaned: a parser's work grows with the square of them.
_MOST_OPEN = 1_000

#: Times that Markdown is read and written again; two are enough for all that people paste.
_ROUNDS = 8

_TAGS = {*BLOCKS, *LISTS, *STYLED, "a", "b", "strong", "i", "em", "br", "table", "tr", "td", "th", "img"}
_SILENT = {"script", "style", "head", "title", "noscript", "template", "iframe", "object", "svg", "math", "select"}
_ATTRIBUTES = {tag: {"style"} for tag in (*BLOCKS, *STYLED, "b")} | {"a": {"href", "name"}, "p": {"style", "class"}}
_SAID_BY_STYLE = {"font-weight", "font-style", "mso-list", "display"}
_SCHEMES = {"http", "https", "mailto", "tel"}
_NESTING = re.compile(r"<(/?)(?:ul|ol|div|span|b|strong|i|em|font|blockquote|table)\b", re.IGNORECASE)
_TAG = re.compile(r"<(/?)(?!br\b|img\b)[a-z0-9]+[^>]*>")
_ACTIVE = re.compile(r"<(?:script|iframe|object|embed|form|input|button|video|audio|svg)\b", re.IGNORECASE)
_FRAGMENT = re.compile(r"<!--\s*StartFragment\s*-->(.*?)(?:<!--\s*EndFragment\s*-->|\Z)", re.DOTALL)

#: Signs that mean something to Markdown wherever they stand, and those that do at the beginning of a line.
_MARKS = re.compile(r"[\\`*\[\]<]|(?<![^\W_])_|_(?![^\W_])|&(?=#?\w+;)|!$")
_AT_START = re.compile(r"^(\s*)(?:([#>=~]|[-+](?=[\s-]|$))|(\d{1,9})([.)])(?=\s|$))")
#: What the parts of a letter begin with; a backslash between the signs is read as nothing.
_OURS = ((re.compile(r"\{(?=[{%#])"), r"{\\"), (re.compile(r"::(?=:)"), r":\\:"))


class Dropped(StrEnum):
    """What of a pasted fragment is not in the Markdown."""

    #: A picture; it belongs into the library.
    IMAGE = "image"
    #: The lines of a table; its words stay.
    TABLE = "table"
    #: The address of a link that nobody else could follow; its words stay.
    LINK = "link"
    #: A script, form or frame.
    ACTIVE = "active"


@dataclass(frozen=True, slots=True)
class Pasted:
    """Markdown, and what was left out of it."""

    markdown: str
    dropped: tuple[Dropped, ...]


def clean_pasted(html: str) -> Pasted:
    """The Markdown of a fragment of HTML. It holds no HTML, no block and no merge field: such signs are escaped.

    Raises:
        BadInput: if the fragment is larger than 5 MB, nested without end, or says more than a letter may.
    """
    octets = html.encode("utf-8", "replace")
    if len(octets) > LARGEST_PASTE:
        raise _too_long(html, f"is larger than {LARGEST_PASTE // 1024 // 1024} MB")
    html = octets.decode()
    copied = _FRAGMENT.search(html)
    html = copied[1] if copied else html
    if _deepest(_NESTING, html) > _MOST_OPEN:
        raise _too_long(html, "is nested without end")
    clean = _sound(html)
    if len(clean) > _LARGEST_CLEAN:
        raise _too_long(clean, "says more than a letter may")
    dropped = {Dropped.ACTIVE} if _ACTIVE.search(html) else set()
    tree = BeautifulSoup(clean, "html.parser")
    dropped |= {Dropped.IMAGE} if tree.find("img") else set()
    dropped |= {Dropped.TABLE} if tree.find("table") else set()
    dropped |= {Dropped.LINK} if in_plain_tags(tree) else set()
    markdown = _markdown(tree)
    if len(markdown) > LONGEST:
        raise _too_long(markdown, "says more than a letter may")
    return Pasted(markdown, tuple(kind for kind in Dropped if kind in dropped))


def _sound(html: str) -> str:
    """`html` without what has no place in a letter; only its words if it is nested without end."""
    clean = nh3.clean(
        html,
        tags=_TAGS,
        clean_content_tags=_SILENT,
        attributes=_ATTRIBUTES,
        filter_style_properties=_SAID_BY_STYLE,
        url_schemes=_SCHEMES,
        link_rel=None,
        url_relative="deny",
    )
    return nh3.clean(clean, tags={"br"}, attributes={}) if _deepest(_TAG, clean) > _DEEPEST else clean


def _deepest(tags: re.Pattern[str], html: str) -> int:
    """How many elements are open at once at most; the first group of `tags` is the slash of a closing one."""
    depth = deepest = 0
    for found in tags.finditer(html):
        depth = max(0, depth - 1) if found[1] else depth + 1
        deepest = max(deepest, depth)
    return deepest


def _markdown(tree: BeautifulSoup) -> str:
    """`tree` in Markdown that reads back as it was written; where signs of emphasis do not, without emphasis.

    Markdown has corners: `**Note:**text` is not bold. Reading what was written and writing it again settles them.
    """
    markdown = _written(tree)
    for _round in range(_ROUNDS):
        again = _written(_read_back(markdown))
        if again == markdown:
            break
        if again.count("\\*") > markdown.count("\\*"):
            for marked in tree.find_all(["strong", "em"]):
                marked.unwrap()
            tree.smooth()
            again = _written(tree)
        markdown = again
    return markdown


def _read_back(markdown: str) -> BeautifulSoup:
    html = MarkdownIt("commonmark", {"html": False}).disable("code").render(markdown)
    tree = BeautifulSoup(html, "html.parser")
    in_plain_tags(tree)
    return tree


def _written(tree: BeautifulSoup) -> str:
    words = _Words(heading_style="atx", bullets="-", autolinks=False).convert_soup(tree)
    for signs, escaped in _OURS:
        words = signs.sub(escaped, words)
    lines = [line.rstrip() + ("  " if line.endswith("  ") and line.strip() else "") for line in words.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


class _Words(MarkdownConverter):
    """Escapes what Markdown would read as marks, and no more: people go on writing in what comes out."""

    def escape(self, text: str, parent_tags: set[str]) -> str:
        text = _MARKS.sub(lambda found: "\\" + found[0], text)
        return _AT_START.sub(lambda found: f"{found[1]}{found[3] or ''}\\{found[2] or found[4]}", text)


def _too_long(value: str, reason: str) -> BadInput:
    return BadInput([Fault("pasted words", reason, "Paste a part of them.", value=shortened(value))])
