"""Colours of a rendered mail: which letters stand on which ground, and how well they can be told apart."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from html.parser import HTMLParser

from outreach.domain.content_rules.facts import ColourPair
from outreach.rendering.palette import contrast

_HEX = re.compile(r"#(?:[0-9a-f]{6}|[0-9a-f]{3})\b", re.IGNORECASE)
_SIZE = re.compile(r"([\d.]+)px")
_NAMED = {"white": "#ffffff", "black": "#000000"}
#: Elements without an end.
_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
_UNSEEN = {"style", "title", "script", "head"}
#: WCAG 2.2 calls letters large from 18 points, or 14 if they are bold, at 96 pixels an inch.
_LARGE, _LARGE_BOLD = 24.0, 18.66


@dataclass(frozen=True, slots=True)
class _Look:
    tag: str = ""
    ink: str = "#000000"
    ground: str = "#ffffff"
    size: float = 16.0
    bold: bool = False
    seen: bool = True


def colour_pairs(html: str) -> tuple[ColourPair, ...]:
    """Each pair of colours that letters and their ground make in `html` (styles inlined), with words as an example."""
    reader = _Reader()
    reader.feed(html)
    return tuple(reader.pairs.values())


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.looks = [_Look()]
        self.pairs: dict[tuple[str, str, bool], ColourPair] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _VOID:
            self.looks.append(_styled(self.looks[-1], tag, attrs))

    def handle_endtag(self, tag: str) -> None:
        """Closes up to the nearest element of that name; MJML leaves none open, authors' markup might."""
        names = [look.tag for look in self.looks]
        if tag in names:
            del self.looks[len(names) - 1 - names[::-1].index(tag) :]

    def handle_data(self, data: str) -> None:
        look, words = self.looks[-1], " ".join(data.split())
        if not look.seen or not any(sign.isalnum() for sign in words):
            return
        large = look.size >= (_LARGE_BOLD if look.bold else _LARGE)
        ratio = contrast(look.ink, look.ground)
        self.pairs.setdefault(
            (look.ink, look.ground, large), ColourPair(words[:40], look.ink, look.ground, ratio, large)
        )


def _styled(outer: _Look, tag: str, attrs: Sequence[tuple[str, str | None]]) -> _Look:
    values = {name: value or "" for name, value in attrs}
    style = {
        name.strip().lower(): value.strip()
        for name, colon, value in (line.partition(":") for line in values.get("style", "").split(";"))
        if colon
    }
    look = replace(outer, tag=tag)
    ink = _colour(style.get("color", values.get("color", "")))
    ground = _colour(style.get("background-color") or style.get("background") or values.get("bgcolor", ""))
    size = _SIZE.fullmatch(style.get("font-size", ""))
    weight = style.get("font-weight", "")
    hidden = style.get("display") == "none" or tag in _UNSEEN
    return replace(
        look,
        ink=ink or outer.ink,
        ground=ground or outer.ground,
        size=float(size[1]) if size else outer.size,
        bold=weight in ("bold", "600", "700", "800", "900") if weight else outer.bold or tag in ("b", "strong"),
        seen=outer.seen and not hidden,
    )


def _colour(value: str) -> str:
    if value.lower() in _NAMED:
        return _NAMED[value.lower()]
    found = _HEX.search(value)
    if not found:
        return ""
    digits = found[0][1:].lower()
    return "#" + (digits if len(digits) == 6 else "".join(digit * 2 for digit in digits))
