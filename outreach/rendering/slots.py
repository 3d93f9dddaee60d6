"""Text with holes. A text is marked, laid out, split once at the marks, and joined once per message.

Marks are ASCII letters and digits, so that Markdown takes them for a word and the MJML engine leaves them alone even in
attributes (it writes other characters there as `\\u{e000}`).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from outreach.rendering.merge import MARK_WORD, Field


@dataclass(frozen=True, slots=True)
class Click:
    """A tracked link."""

    link_id: int


class Own(StrEnum):
    """What we put into a message ourselves."""

    #: The tracking pixel.
    PIXEL = "pixel"
    #: The page that takes the recipient off the list.
    UNSUBSCRIBE = "unsubscribe"
    #: What rides along, or nothing.
    RIDERS = "riders"


Slot = Field | Click | Own

_MARK = re.compile(rf"{MARK_WORD}(\d+)X")


@dataclass(frozen=True, slots=True)
class Skeleton:
    """A text split at its marks.

    Attributes:
        segments: what stands between the slots; one more than `slots`.
        slots: indexes into the table of slots, in order of appearance.
    """

    segments: tuple[str, ...]
    slots: tuple[int, ...]

    def filled(self, values: Sequence[str]) -> str:
        """The text with `values` (one per slot of the table) in its holes."""
        pieces = [""] * (len(self.segments) + len(self.slots))
        pieces[::2] = self.segments
        pieces[1::2] = [values[slot] for slot in self.slots]
        return "".join(pieces)


@dataclass
class Marks:
    """The table of an edition's slots while it is compiled."""

    slots: list[Slot] = field(default_factory=list)

    def mark(self, slot: Slot) -> str:
        """A word to stand for `slot`; equal slots have equal words."""
        if slot not in self.slots:
            self.slots.append(slot)
        return f"{MARK_WORD}{self.slots.index(slot)}X"

    def marked(self, pieces: Sequence[str | Field]) -> str:
        """An author's text with a mark for every merge field."""
        return "".join(piece if isinstance(piece, str) else self.mark(piece) for piece in pieces)

    def split(self, text: str) -> Skeleton:
        """`text` cut at its marks."""
        parts = _MARK.split(text)
        return Skeleton(segments=tuple(parts[::2]), slots=tuple(int(number) for number in parts[1::2]))
