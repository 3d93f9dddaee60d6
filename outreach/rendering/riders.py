"""Editions that ride along in another's mail: a title, a sentence and a link each, under one heading at its end."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from jinja2 import Environment

from outreach.domain.content import EditionText
from outreach.rendering.blocks import links
from outreach.rendering.direction import direction
from outreach.rendering.merge import pieces
from outreach.rendering.palette import Palette
from outreach.rendering.slots import Click, Marks, Skeleton, Slot


@dataclass(frozen=True, slots=True)
class CompiledRider:
    """What another's mail says of an edition, with holes.

    Attributes:
        title, words: its subject and its preheader.
        slots: what goes into the holes; then, if it has one, its first link.
    """

    locale: str
    title: Skeleton
    words: Skeleton
    slots: tuple[Slot, ...]
    linked: bool

    @classmethod
    def of(cls, text: EditionText) -> Self:
        """The rider of `text`, whose merge fields are known to be sound."""
        marks = Marks()
        title = marks.split(marks.marked(pieces(text.subject, place="subject")))
        words = marks.split(marks.marked(pieces(text.preheader, place="preheader")))
        tracked = [Click(text.link_ids[url]) for url in links(text.body) if url in text.link_ids]
        return cls(text.locale, title, words, (*marks.slots, *tracked[:1]), bool(tracked))

    def told(self, values: Sequence[str]) -> Mapping[str, str]:
        """What the templates say of it, with `values` (one per slot) in its holes."""
        return {
            "lang": self.locale,
            "dir": direction(self.locale),
            "title": self.title.filled(values),
            "words": self.words.filled(values),
            "url": values[-1] if self.linked else "",
        }


class RidersWords(str):
    """All riders of a mail as they stand in its text part; escaping them gives how they stand in its HTML part."""

    markup: str

    @classmethod
    def of(
        cls, riders: Sequence[Mapping[str, str]], environment: Environment, *, locale: str, colours: Palette
    ) -> "RidersWords":
        """Nothing at all where nothing rides along, so that no heading stands over an empty place."""
        values = {"riders": riders, "dir": direction(locale), "palette": colours}
        words = cls(environment.get_template("riders.txt").render(values) if riders else "")
        words.markup = environment.get_template("riders.html").render(values) if riders else ""
        return words

    def __html__(self) -> str:
        return self.markup
