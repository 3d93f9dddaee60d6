"""An edition in one locale as a skeleton: layout, language, escaping and MIME encoding are done once, holes stay.

    marked Markdown -> blocks -> frame (Jinja, gettext) -> MJML -> inlined CSS -> segments and slots -> quoted-printable

A message is then a join of the segments with the values of its slots, ten to a hundred times cheaper than a render.
"""

import html as markup
import re
from collections.abc import Mapping
from dataclasses import astuple, dataclass
from pathlib import Path

import css_inline
import mrml
from jinja2 import Environment
from markupsafe import escape

from outreach.domain.content import Brand, EditionText
from outreach.domain.errors import BadInput, Fault
from outreach.rendering.blocks import parsed
from outreach.rendering.catalogs import Catalogs
from outreach.rendering.direction import direction
from outreach.rendering.environment import frame_environment
from outreach.rendering.merge import MARK_WORD, pieces
from outreach.rendering.mime import quoted_printable
from outreach.rendering.palette import palette
from outreach.rendering.plain import plain_text
from outreach.rendering.slots import Click, Marks, Own, Skeleton, Slot

#: Without this the layout engine links web fonts, and every opening of a mail would tell their host.
NO_FONTS = mrml.RenderOptions(fonts={})

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
        body: the MIME body: literal octets, ready for the wire, around the holes.
        holes: for each hole of `body`, an index into the slots' values: those for text, then those for HTML.
    """

    slots: tuple[Slot, ...]
    subject: Skeleton
    html: Skeleton
    text: Skeleton
    body: tuple[bytes, ...]
    holes: tuple[int, ...]


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
    body = marks.marked(pieces(text.body, place="body"))
    environment = frames.environment(text.locale)
    html = _html(text, frames=frames, environment=environment, marks=marks, words=(subject, preheader, body))
    words = environment.get_template("frame.txt").render(
        body=plain_text(parsed(body), lambda url: _target(url, text.link_ids, marks)),
        riders=marks.mark(Own.RIDERS),
        brand=frames.brand,
        unsubscribe=marks.mark(Own.UNSUBSCRIBE),
    )
    parts = marks.split(words), marks.split(html)
    literal, holes = _mime_body(*parts, slots=len(marks.slots))
    return CompiledMail(
        slots=tuple(marks.slots),
        subject=marks.split(subject),
        html=parts[1],
        text=parts[0],
        body=literal,
        holes=holes,
    )


def _html(
    text: EditionText, *, frames: Frames, environment: Environment, marks: Marks, words: tuple[str, str, str]
) -> str:
    """The HTML part with marks. Authors' markup is kept out of MJML: a mark stands there and is replaced afterwards."""
    subject, preheader, body = words
    chunks: list[str] = []

    def chunk(html: str) -> str:
        chunks.append(html)
        return f"{MARK_WORD}C{len(chunks) - 1}X"

    blocks = [
        {
            "purpose": block.purpose.value,
            "parts": [
                {"kind": part.kind.value, "words": chunk(part.html), "url": chunk(str(escape(part.url)))}
                for part in block.parts
            ],
        }
        for block in parsed(body)
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
        blocks=blocks,
        brand=frames.brand,
        palette=palette(frames.brand.colour),
        unsubscribe=marks.mark(Own.UNSUBSCRIBE),
        pixel=marks.mark(Own.PIXEL),
        riders=marks.mark(Own.RIDERS),
    )
    laid_out = _CHUNK.sub(lambda found: chunks[int(found[1])], mrml.to_html(source, render_options=NO_FONTS).content)
    inlined = _INDENT.sub("\n", _INLINER.inline(laid_out))

    def tracked(found: re.Match[str]) -> str:
        return found[1] + str(escape(_target(markup.unescape(found[2]), text.link_ids, marks))) + found[3]

    return _HREF.sub(tracked, inlined)


def _target(url: str, link_ids: Mapping[str, int], marks: Marks) -> str:
    """What stands for `url`: the mark of a tracked link, or itself if it may not be tracked."""
    if url in link_ids and url.startswith(("http://", "https://", "answer:")):
        return marks.mark(Click(link_ids[url]))
    return url


def _mime_body(words: Skeleton, html: Skeleton, *, slots: int) -> tuple[tuple[bytes, ...], tuple[int, ...]]:
    """multipart/alternative, the plain words first (RFC 2046 5.1.4: the last is the best), cut at the holes."""
    head = "--{}\r\nContent-Type: text/{}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    first = _encoded(words, head.format(BOUNDARY, "plain").encode(), b"\r\n")
    second = _encoded(html, head.format(BOUNDARY, "html").encode(), f"\r\n--{BOUNDARY}--\r\n".encode())
    literal = (*first[:-1], first[-1] + second[0], *second[1:])
    return literal, (*words.slots, *(slot + slots for slot in html.slots))


def _encoded(skeleton: Skeleton, before: bytes, after: bytes) -> list[bytes]:
    """The segments in quoted-printable; every hole begins a line, so that what fills it never makes one too long."""
    octets = [quoted_printable(segment) for segment in skeleton.segments]
    octets[:-1] = [segment + b"=\r\n" for segment in octets[:-1]]
    octets[0] = before + octets[0]
    octets[-1] += after
    return octets


def _isolated(value: str) -> str:
    """A name, number or address of another script among right-to-left words, kept in its own order (UAX 9, FSI)."""
    return f"\u2068{value}\u2069"
