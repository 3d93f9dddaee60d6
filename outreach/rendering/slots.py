"""Text with holes. A text is marked, laid out, split once at the marks, and joined once per message.

Marks are ASCII letters and digits, so that Markdown takes them for a word and the MJML engine leaves them alone even in
attributes (it writes other characters there as `\\u{e000}`).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from outreach.rendering.conditions import Condition
from outreach.rendering.merge import MARK_WORD, Field


class Own(StrEnum):
    """What we put into a message ourselves: heads of its tokens, and what rides along."""

    #: Of the page that takes the recipient off the list.
    UNSUBSCRIBE = "unsubscribe"
    #: Of the tracking pixel.
    PIXEL = "pixel"
    #: Of every tracked link; the tails are the same for everybody.
    CLICK = "click"
    #: What rides along, or nothing.
    RIDERS = "riders"


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


@dataclass(frozen=True, slots=True)
class Branch:
    """A block for those whom it concerns, in both parts of a mail; its holes are slots of the same table."""

    only: Condition
    text: Skeleton
    html: Skeleton


Slot = Field | Own | Branch


class TwoFold(str):
    """Words that stand differently in the two parts of a mail: as they are in its text part, as `markup` in HTML."""

    markup: str

    @classmethod
    def of(cls, words: str, markup: str) -> "TwoFold":
        """Both."""
        both = cls(words)
        both.markup = markup
        return both

    def __html__(self) -> str:
        return self.markup


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
