"""Text messages: what they say, how they are coded, and how many of them the recipient's network counts.

GSM 03.38 (3GPP TS 23.038): 160 septets, or 153 in each of several; a sign of the extension table takes two, which are
never split. Anything else makes the whole text UCS-2: 70 UTF-16 units, or 67, and a surrogate pair is never split.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENSION = frozenset("\f^{}\\[~]|€")

#: Signs that word processors put in unasked. One of them alone would make the whole text UCS-2 and more than double its
#: price, for something no reader sees: no-break and thin spaces, curly quotes, dashes, the ellipsis, invisible marks.
_PLAIN_SIGNS = str.maketrans(
    dict.fromkeys("\u00a0\u2002\u2003\u2007\u2009\u200a\u202f\t", " ")
    | dict.fromkeys("‘’‚‛′`´", "'")
    | dict.fromkeys("“”„‟″«»", '"')
    | dict.fromkeys("‐‑‒–—―−", "-")
    | {"…": "...", "•": "-"}
    | dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff\u00ad", "")
)
#: Not within another Latin word; Chinese is written without blanks.
_STOP = re.compile(r"(?<![A-Za-z])STOP(?![A-Za-z])")
_URL = re.compile(r"https?://[^\s<>\"]*[^\s<>\".,;:!?)\]]")


class Encoding(StrEnum):
    """How a text travels."""

    #: Seven bits a sign.
    GSM_7 = "GSM-7"
    #: Sixteen bits a UTF-16 unit.
    UCS_2 = "UCS-2"


@dataclass(frozen=True, slots=True)
class RenderedSMS:
    """A text message as one person gets it, and how many segments are paid for."""

    body: str
    encoding: Encoding
    segments: int


def counted(text: str) -> RenderedSMS:
    """`text` with typographic signs made plain if that is all that keeps it from GSM-7, and its count."""
    plain = text.translate(_PLAIN_SIGNS)
    if _fits_gsm(plain):
        widths = [2 if sign in _EXTENSION else 1 for sign in plain]
        return RenderedSMS(body=plain, encoding=Encoding.GSM_7, segments=_segments(widths, single=160, several=153))
    widths = [2 if ord(sign) > 0xFFFF else 1 for sign in text]
    return RenderedSMS(body=text, encoding=Encoding.UCS_2, segments=_segments(widths, single=70, several=67))


def says_stop(body: str) -> bool:
    """Whether the author already wrote the word that ends texts.

    It is the same word in every language, because networks and providers act on it; around it may stand any script.
    """
    return _STOP.search(body) is not None


def text_links(body: str) -> list[str]:
    """The http(s) addresses in the words of a text message, each once, in order."""
    return list(dict.fromkeys(_URL.findall(body)))


def with_targets(body: str, targets: dict[str, str]) -> str:
    """`body` with the addresses that `targets` names replaced."""
    return _URL.sub(lambda found: targets.get(found[0], found[0]), body)


def _fits_gsm(text: str) -> bool:
    return all(sign in _BASIC or sign in _EXTENSION for sign in text)


def _segments(widths: Sequence[int], *, single: int, several: int) -> int:
    """How many segments signs of these widths take, filled one after another without splitting a sign."""
    if sum(widths) <= single:
        return 1
    segments, used = 1, 0
    for width in widths:
        if used + width > several:
            segments, used = segments + 1, 0
        used += width
    return segments
