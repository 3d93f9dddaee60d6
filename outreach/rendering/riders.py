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
from outreach.rendering.slots import Marks, Skeleton, Slot, TwoFold


@dataclass(frozen=True, slots=True)
class CompiledRider:
    """What another's mail says of an edition, with holes.

    Attributes:
        title, words: its subject and its preheader.
        slots: what goes into the holes.
        link_id: of its first tracked link, None if it has none.
    """

    locale: str
    title: Skeleton
    words: Skeleton
    slots: tuple[Slot, ...]
    link_id: int | None

    @classmethod
    def of(cls, text: EditionText) -> Self:
        """The rider of `text`, whose merge fields are known to be sound."""
        marks = Marks()
        title = marks.split(marks.marked(pieces(text.subject, place="subject")))
        words = marks.split(marks.marked(pieces(text.preheader, place="preheader")))
        link_id = next((text.link_ids[url] for url in links(text.body) if url in text.link_ids), None)
        return cls(text.locale, title, words, tuple(marks.slots), link_id)

    def told(self, values: Sequence[str], *, url: str) -> Mapping[str, str]:
        """What the templates say of it, with `values` (one per slot) in its holes and the address of its link."""
        return {
            "lang": self.locale,
            "dir": direction(self.locale),
            "title": self.title.filled(values),
            "words": self.words.filled(values),
            "url": url,
        }


def riders_words(
    riders: Sequence[Mapping[str, str]], environment: Environment, *, locale: str, colours: Palette
) -> TwoFold:
    """All riders of a mail in the words of both its parts, under a heading in its language."""
    values = {"riders": riders, "dir": direction(locale), "palette": colours}
    return TwoFold.of(
        environment.get_template("riders.txt").render(values), environment.get_template("riders.html").render(values)
    )
