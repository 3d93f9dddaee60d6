"""A pseudo-locale: every string of ours comes out in letters that nobody types, so that what was forgotten shows."""

import re
from html.parser import HTMLParser
from typing import Any

from babel.support import NullTranslations

_STRANGE = str.maketrans(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
    "ÅƁÇÐÉƑĜĤÎĴĶĻṀÑÖÞǪŔŠŢÛṼŴẊÝŽåƀçðéƒĝĥîĵķļɱñöþɋŕšţûṽŵẋýž",
)
#: What must stay as it is: placeholders, and the entities and tags that a string of ours may hold.
_KEPT = re.compile(r"(%\(\w+\)[sd]|%%|&\w+;|<[^>]+>)")
_WORD = re.compile(r"[A-Za-z]{3,}")
#: Attributes that people read or hear.
_READ = ("title", "alt", "placeholder", "aria-label", "aria-description", "data-tells")


def pseudo(text: str) -> str:
    """`text` as the pseudo-locale says it."""
    return "".join(part if _KEPT.fullmatch(part) else part.translate(_STRANGE) for part in _KEPT.split(text))


class PseudoTranslations(NullTranslations):
    """The catalog of the pseudo-locale: every string there is."""

    def gettext(self, message: str) -> str:
        return pseudo(message)

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        return pseudo(singular if n == 1 else plural)

    ugettext, ungettext = gettext, ngettext

    def pgettext(self, _context: str, message: str) -> Any:
        return pseudo(message)


class _Words(HTMLParser):
    """The words of a page that people read, without those that say they are of another language or nobody's."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._skipping: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag in _EMPTY:
            self._read(values)
            return
        skips = tag in ("script", "style", "code", "pre") or values.get("translate") == "no" or "lang" in values
        if self._skipping or (skips and tag != "html"):
            self._skipping.append(tag)
        else:
            self._read(values)

    def handle_endtag(self, tag: str) -> None:
        if self._skipping and tag not in _EMPTY:
            self._skipping.pop()

    def handle_data(self, data: str) -> None:
        if not self._skipping:
            self.found.append(data)

    def _read(self, values: dict[str, str | None]) -> None:
        if not self._skipping:
            self.found += [values[name] or "" for name in _READ if name in values]


_EMPTY = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"})


def stray_words(html: str, *, known: frozenset[str]) -> set[str]:
    """Words in plain letters that are neither known (names in the data, words of CLDR) nor of another language."""
    reader = _Words()
    reader.feed(html)
    return {word for text in reader.found for word in _WORD.findall(text)} - known
