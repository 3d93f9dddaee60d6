"""The colours of a mail, from the one colour the business gives."""

import re
from dataclasses import dataclass

_HEX = re.compile(r"#[0-9a-fA-F]{6}").fullmatch
_INK, _WHITE = "#1f2328", "#ffffff"
_NIGHT = "#1d1f23"
_FALLBACK = "#2b4c7e"

Rgb = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours as "#rrggbb".

    Attributes:
        accent: buttons and rules, the business's own.
        on_accent: words on `accent`.
        link: `accent`, darkened until it reads on white (WCAG 2.2 AA, 4.5 to 1).
        link_dark: `accent`, lightened until it reads on a dark screen.
        panel: the ground of a question or an offer.
    """

    accent: str
    on_accent: str
    link: str
    link_dark: str
    panel: str


def palette(colour: str) -> Palette:
    """The palette of a business whose colour is `colour`; a quiet blue if that is not "#rrggbb"."""
    accent = colour if _HEX(colour) else _FALLBACK
    return Palette(
        accent=accent,
        on_accent=_WHITE if contrast(accent, _WHITE) >= contrast(accent, _INK) else _INK,
        link=_readable(accent, on=_WHITE, toward=_INK),
        link_dark=_readable(accent, on=_NIGHT, toward=_WHITE),
        panel=_mixed(accent, _WHITE, 0.92),
    )


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21 (WCAG 2.2, 1.4.3)."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _readable(colour: str, *, on: str, toward: str) -> str:
    shades = (_mixed(colour, toward, step / 20) for step in range(21))
    return next((shade for shade in shades if contrast(shade, on) >= 4.5), toward)


def _rgb(colour: str) -> Rgb:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return red, green, blue


def _mixed(colour: str, other: str, share: float) -> str:
    mixed = (round(a + (b - a) * share) for a, b in zip(_rgb(colour), _rgb(other), strict=True))
    return "#" + "".join(f"{part:02x}" for part in mixed)


def _luminance(colour: str) -> float:
    linear = [part / 255 / 12.92 if part <= 10 else ((part / 255 + 0.055) / 1.055) ** 2.4 for part in _rgb(colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
