"""An edition in one locale as a skeleton: layout, language, escaping and MIME encoding are done once, holes stay.

    marked Markdown -> blocks -> frame (Jinja, gettext) -> MJML -> inlined CSS -> segments and slots -> quoted-printable

A message is then a join of the segments with the values of its slots, ten to a hundred times cheaper than a render.
"""

import html as markup
import re
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path

import css_inline
import mrml
from jinja2 import Environment
from markupsafe import escape

from outreach.domain.answers import ANSWER, OWN_PAGES
from outreach.domain.content import Brand, EditionText
from outreach.domain.errors import BadInput, Fault
from outreach.rendering.blocks import Block, parsed
from outreach.rendering.catalogs import Catalogs
from outreach.rendering.direction import direction
from outreach.rendering.encoded import Encoded, encoded, joined
from outreach.rendering.environment import frame_environment
from outreach.rendering.links import HONEYPOT_LINK, Tokens
from outreach.rendering.merge import MARK_WORD, pieces
from outreach.rendering.palette import palette
from outreach.rendering.plain import Target, plain_text
from outreach.rendering.slots import Branch, Marks, Own, Skeleton, Slot

#: Without this the layout engine links web fonts, and every opening of a mail would tell their host.
NO_FONTS = mrml.RenderOptions(fonts={})

#: Where a block that is for some only begins and ends, while the parts are laid out.
_BEGINS, _ENDS = MARK_WORD + "B{}X", MARK_WORD + "E{}X"
_CHUNK = re.compile(rf"{MARK_WORD}C(\d+)X")
_HREF = re.compile(r'(<a\b[^>]*?\bhref=")([^"]*)(")')
_INDENT = re.compile(r"\n\s+")
#: Keeps mail programs from showing the first words of the letter behind the preheader.
_FILLER = "&#847;&zwnj;&nbsp;" * 40
#: Scripts that have slanted letters.
_ITALICS = ("en", "cy", "es", "fr", "de")
#: An "=" is always encoded in a quoted-printable body, so no line of one can be this (RFC 2045 6.7).
BOUNDARY = "=_outreach_alternative"

_INLINER = css_inline.CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)


@dataclass(frozen=True, slots=True)
class Frames:
    """What every edition of a business is laid out with."""

    brand: Brand
    catalogs: Catalogs
    templates_dir: Path
    tokens: Tokens

    def environment(self, locale: str) -> Environment:
        """The frames in the language of `locale`."""
        environment = frame_environment(self.templates_dir, self.catalogs.translations(locale))
        environment.filters["unbroken"] = lambda value: value.replace(" ", "\u00a0")
        environment.filters["isolated"] = _isolated if direction(locale) == "rtl" else str
        return environment


@dataclass(frozen=True, slots=True)
class CompiledMail:
    """A mail with holes.

    Attributes:
        slots: what goes into the holes; the skeletons' indexes point here.
        subject, html, text: the parts as words.
        body: the MIME body, ready for the wire around its holes.
        branches: the blocks that are for some only, by their place among the slots, encoded for text and HTML.
    """

    slots: tuple[Slot, ...]
    subject: Skeleton
    html: Skeleton
    text: Skeleton
    body: Encoded
    branches: Mapping[int, tuple[Encoded, Encoded]]


def compile_mail(text: EditionText, frames: Frames) -> CompiledMail:
    """The skeleton of `text`.

    Raises:
        BadInput: if a merge field may not be used, there is no such locale, or the business is called like a mark.
    """
    if any(MARK_WORD in words for words in astuple(frames.brand)):
        mend = "Write another word."
        raise BadInput([Fault(place="business", value=MARK_WORD, reason="is a word that we use ourselves", mend=mend)])
    marks = Marks()
    subject = marks.marked(pieces(text.subject, place="subject"))
    preheader = marks.marked(pieces(text.preheader, place="preheader"))
    blocks = parsed(marks.marked(pieces(text.body, place="body")))
    environment = frames.environment(text.locale)
    html = _html(
        text, frames=frames, environment=environment, marks=marks, subject=subject, preheader=preheader, blocks=blocks
    )
    words = environment.get_template("frame.txt").render(
        body=_text_body(blocks, lambda url: _target(url, text.link_ids, frames=frames, marks=marks)),
        brand=frames.brand,
        answers=text.answers,
        **_own_pages(frames.tokens, marks),
        riders=marks.mark(Own.RIDERS),
    )
    words, html = _with_branches(words, html, blocks=blocks, marks=marks)
    parts = marks.split(words), marks.split(html)
    slots = tuple(marks.slots)
    branches = {
        place: (encoded(slot.text), encoded(slot.html, shift=len(slots)))
        for place, slot in enumerate(slots)
        if isinstance(slot, Branch)
    }
    return CompiledMail(
        slots=slots,
        subject=marks.split(subject),
        html=parts[1],
        text=parts[0],
        body=_mime_body(*parts, slots=len(slots)),
        branches=branches,
    )


def _html(
    text: EditionText,
    *,
    frames: Frames,
    environment: Environment,
    marks: Marks,
    subject: str,
    preheader: str,
    blocks: Sequence[Block],
) -> str:
    """The HTML part with marks. Authors' markup is kept out of MJML: a mark stands there and is replaced afterwards."""
    chunks: list[str] = []

    def chunk(html: str) -> str:
        chunks.append(html)
        return f"{MARK_WORD}C{len(chunks) - 1}X"

    drawn = [
        {
            "kind": block.kind.value,
            "purpose": block.purpose.value,
            "begins": _BEGINS.format(place) if block.only else "",
            "ends": _ENDS.format(place) if block.only else "",
            "parts": [
                {"kind": part.kind.value, "words": chunk(part.html), "url": chunk(str(escape(part.url)))}
                for part in block.parts
            ],
        }
        for place, block in enumerate(blocks)
    ]
    rtl = direction(text.locale) == "rtl"
    source = environment.get_template("frame.mjml").render(
        lang=text.locale,
        dir="rtl" if rtl else "ltr",
        start="right" if rtl else "left",
        end="left" if rtl else "right",
        italics=_ITALICS,
        title=chunk(str(escape(subject))),
        preheader=chunk(str(escape(preheader)) + _FILLER),
        blocks=drawn,
        brand=frames.brand,
        palette=palette(frames.brand.colour),
        answers=text.answers,
        **_own_pages(frames.tokens, marks),
        honeypot=frames.tokens.click_at(marks.mark(Own.CLICK), HONEYPOT_LINK),
        pixel=frames.tokens.pixel_at(marks.mark(Own.PIXEL)),
        riders=marks.mark(Own.RIDERS),
    )
    laid_out = _CHUNK.sub(lambda found: chunks[int(found[1])], mrml.to_html(source, render_options=NO_FONTS).content)
    inlined = _INDENT.sub("\n", _INLINER.inline(laid_out))

    def tracked(found: re.Match[str]) -> str:
        url = _target(markup.unescape(found[2]), text.link_ids, frames=frames, marks=marks)
        return found[1] + str(escape(url)) + found[3]

    return _HREF.sub(tracked, inlined)


def _own_pages(tokens: Tokens, marks: Marks) -> dict[str, str]:
    """Addresses of the reader's own pages, all behind one head."""
    head = marks.mark(Own.UNSUBSCRIBE)
    return {
        "unsubscribe": tokens.unsubscribe_at(head),
        "choices": tokens.choices_at(head),
        "web_copy": tokens.web_copy_at(head),
    }


def _text_body(blocks: Sequence[Block], target: Target) -> str:
    """The words of the blocks with an empty line between two, which goes where a block goes that is for some only."""
    words, begun = "", False
    for place, block in enumerate(blocks):
        said = plain_text([block], target) or "* * *"
        if not block.only:
            words += f"\n\n{said}" if begun else said
            begun = True
        elif begun:
            words += f"{_BEGINS.format(place)}\n\n{said}{_ENDS.format(place)}"
        else:
            words += f"{_BEGINS.format(place)}{said}\n\n{_ENDS.format(place)}"
    return words


def _with_branches(words: str, html: str, *, blocks: Sequence[Block], marks: Marks) -> tuple[str, str]:
    """Both parts with a mark in place of every block that is for some only."""
    for place, block in enumerate(blocks):
        if block.only:
            stretch = re.compile(re.escape(_BEGINS.format(place)) + "(.*?)" + re.escape(_ENDS.format(place)), re.DOTALL)
            said, drawn = (found[1] for part in (words, html) if (found := stretch.search(part)))
            mark = marks.mark(Branch(block.only, marks.split(said), marks.split(drawn)))
            # Two blocks that are alike in every respect are one slot; each has its own place.
            words, html = stretch.sub(lambda _: mark, words), stretch.sub(lambda _: mark, html)  # noqa: B023
    return words, html


def _target(url: str, link_ids: Mapping[str, int], *, frames: Frames, marks: Marks) -> str:
    """What stands for `url`: a tracked address with a hole for its head, or itself if it may not be tracked."""
    if url in link_ids and url.startswith(("http://", "https://", ANSWER, *OWN_PAGES)):
        return frames.tokens.click_at(marks.mark(Own.CLICK), link_ids[url])
    return url


def _mime_body(words: Skeleton, html: Skeleton, *, slots: int) -> Encoded:
    """multipart/alternative, the plain words first (RFC 2046 5.1.4: the last is the best), cut at the holes."""
    head = "--{}\r\nContent-Type: text/{}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    return joined(
        head.format(BOUNDARY, "plain").encode(),
        encoded(words),
        b"\r\n" + head.format(BOUNDARY, "html").encode(),
        encoded(html, shift=slots),
        f"\r\n--{BOUNDARY}--\r\n".encode(),
    )


def _isolated(value: str) -> str:
    """A name, number or address of another script among right-to-left words, kept in its own order (UAX 9, FSI)."""
    return f"\u2068{value}\u2069"
