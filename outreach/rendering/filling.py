"""What goes into the holes of a skeleton for one recipient, as words and as octets; the work that repeats is done once.

Most of a message's values are somebody else's too: the same first name, the business's own phone number. They are
cleaned, escaped and encoded once and kept; only the heads of its tokens are a message's own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from markupsafe import escape

from outreach.domain.content import Brand, Recipient
from outreach.rendering.encoded import Encoded
from outreach.rendering.fields import PRINTED, Printed, cleaned
from outreach.rendering.links import Heads
from outreach.rendering.merge import Field
from outreach.rendering.mime import slot_value
from outreach.rendering.slots import Branch, Own, Slot

#: Values whose octets are kept, a few hundred bytes each.
_KEPT = 20_000
#: What a branch's value is for who sees it.
SEEN = "seen"


@dataclass(frozen=True, slots=True)
class Hole:
    """What fills a hole: as words, and in octets for the text part and for the HTML part."""

    words: str
    text: bytes
    html: bytes


@lru_cache(maxsize=_KEPT)
def hole(value: str, default: str = "") -> Hole:
    """A merge field's `value`, or `default` if nothing is left of it."""
    return _hole(cleaned(value) or default)


def _hole(words: str) -> Hole:
    text, escaped = slot_value(words), str(escape(words))
    return Hole(words, text, text if escaped == words else slot_value(escaped))


#: Whom the business's own fields are printed for: they ask for nobody.
_NOBODY = Recipient(UUID(int=0), "", "", "", "", "", None)


class Filling:
    """Fills the slots of one skeleton.

    Args:
        slots: its table.
        branches: blocks for some only, encoded, by their place in the table; none for a text message.
    """

    def __init__(
        self,
        slots: Sequence[Slot],
        *,
        brand: Brand,
        locale: str,
        branches: Mapping[int, tuple[Encoded, Encoded]] | None = None,
    ) -> None:
        self._brand, self._locale, self._count = brand, locale, len(slots)
        self._branches = branches or {}
        self._words, self._octets = [""] * len(slots), [b""] * (2 * len(slots))
        self._fields: list[tuple[int, Printed, str]] = []
        self._own: list[tuple[int, Own]] = []
        self._only: list[tuple[int, Branch]] = []
        for place, slot in enumerate(slots):
            match slot:
                case Field(name=name, default=default) if not name.startswith("business."):
                    self._fields.append((place, PRINTED[name], default))
                case Field(name=name, default=default):
                    self._put(place, hole(PRINTED[name](_NOBODY, brand, locale), default), self._words, self._octets)
                case Branch():
                    self._only.append((place, slot))
                case Own():
                    self._own.append((place, slot))

    def words(self, recipient: Recipient, heads: Heads, riders: str = "") -> list[str]:
        """What goes into each slot; of a branch, `SEEN` or nothing."""
        return self.filled(recipient, heads, riders)[0]

    def filled(self, recipient: Recipient, heads: Heads, riders: str = "") -> tuple[list[str], list[bytes]]:
        """The same, and its octets: those for the text part, then as many for the HTML part."""
        words, octets, count = self._words.copy(), self._octets.copy(), self._count
        for place, printed, default in self._fields:
            one = hole(printed(recipient, self._brand, self._locale), default)
            words[place], octets[place], octets[count + place] = one.words, one.text, one.html
        for place, own in self._own:
            if own is Own.RIDERS:
                if riders:
                    self._put(place, _hole(riders), words, octets)
                continue
            head = heads.of(own)
            words[place] = head
            # Letters and digits of base64 need neither escaping nor encoding.
            octets[place] = octets[count + place] = head.encode() + b"=\r\n"
        for place, branch in self._only:
            if branch.only.holds(recipient):
                words[place] = SEEN
                if place in self._branches:
                    text, html = self._branches[place]
                    # What fills a hole ends with a soft line break.
                    octets[place] = text.filled(octets) + b"=\r\n"
                    octets[count + place] = html.filled(octets) + b"=\r\n"
        return words, octets

    def _put(self, place: int, one: Hole, words: list[str], octets: list[bytes]) -> None:
        words[place], octets[place], octets[self._count + place] = one.words, one.text, one.html
