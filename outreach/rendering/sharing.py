"""Takes the mails of one text apart into what they share and what is each one's own.

Both come from the skeleton of a finished mail, only in words instead of octets. What differs by person is a value
(names, addresses of links, what rides along); what differs by kind of person (blocks for some only) makes another
shared half, so that whole paragraphs are not handed over once for each reader.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from markupsafe import escape

from outreach.domain.content import Brand, Recipient
from outreach.rendering.compile import CompiledMail
from outreach.rendering.fields import PRINTED, Printed, cleaned
from outreach.rendering.kept import Kept
from outreach.rendering.links import Heads
from outreach.rendering.merge import Field
from outreach.rendering.mime import address
from outreach.rendering.shared_mail import OPENING, MailParts, SharedMail, could_be_tag
from outreach.rendering.slots import Branch, Own, Skeleton

#: Shared halves kept for one text: one for each way its blocks for some only can fall.
_KEPT = 64
#: Values kept escaped, a few hundred bytes each.
_KEPT_VALUES = 20_000
#: Whom the business's own fields are printed for: they ask for nobody.
_NOBODY = Recipient(UUID(int=0), "", "", "", "", "", None)


@dataclass(frozen=True, slots=True)
class _Variant:
    """A shared half, and what fills its tags.

    Attributes:
        fields: how each prints, what it says if that is empty, and its places among the values: in the text part, in
            the HTML part, None where it is not used.
        own: names of our tokens' heads with their places; they are the same in both parts.
        riders: the places of what rides along, in the text part and in the HTML part.
    """

    shared: SharedMail
    fields: tuple[tuple[Printed, str, int | None, int | None], ...]
    own: tuple[tuple[str, int], ...]
    riders: tuple[int, int] | None


class Sharing:
    """Takes mails apart.

    Args:
        compiled: the skeleton of the text.
    """

    def __init__(self, compiled: CompiledMail, *, brand: Brand, locale: str) -> None:
        self._slots, self._brand, self._locale = compiled.slots, brand, locale
        self._text, self._html = compiled.text, compiled.html
        self._branches = [(at, slot.only) for at, slot in enumerate(self._slots) if isinstance(slot, Branch)]
        self._riders = [at for at, slot in enumerate(self._slots) if slot is Own.RIDERS]
        self._constant = {
            at: cleaned(PRINTED[slot.name](_NOBODY, brand, locale)) or slot.default
            for at, slot in enumerate(self._slots)
            if isinstance(slot, Field) and slot.name.startswith("business.")
        }
        self._subject = self._subject_pieces(compiled.subject)
        self._variants: Kept[_Variant] = Kept(_KEPT)
        self._domain = address(brand.sender_email).rpartition(b"@")[2].decode()
        self._headers = {
            "List-ID": f"<customers.{self._domain}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Content-Language": locale,
        }

    def parts(self, recipient: Recipient, heads: Heads, *, unsubscribe: str, riders: str = "") -> MailParts:
        """The mail of one recipient; `unsubscribe` is its address for leaving, `riders` what rides along.

        Raises:
            BadInput: if the recipient's address cannot stand in a header.
        """
        address(recipient.address)
        seen = tuple([at for at, only in self._branches if only.holds(recipient)] + (self._riders if riders else []))
        variant = self._variants.get(seen) or self._variants.put(seen, self._variant(frozenset(seen)))
        values = [""] * len(variant.shared.tags)
        for printed, default, in_text, in_html in variant.fields:
            words, escaped = _two_ways(printed(recipient, self._brand, self._locale), default)
            if in_text is not None:
                values[in_text] = words
            if in_html is not None:
                values[in_html] = escaped
        for name, at in variant.own:
            values[at] = heads.of(name)
        if variant.riders:
            in_text, in_html = variant.riders
            values[in_text], values[in_html] = str(riders), str(escape(riders))
        touch_id = str(recipient.touch_id)
        headers = {
            "List-Unsubscribe": f"<{unsubscribe}>",
            "Message-ID": f"<{touch_id}@{self._domain}>",
            "X-Outreach-Message": touch_id,
        }
        return MailParts(variant.shared, self._subject_for(recipient), headers, tuple(values))

    def _subject_pieces(self, skeleton: Skeleton) -> list[str | tuple[Printed, str]]:
        pieces: list[str | tuple[Printed, str]] = []
        for segment, at in zip(skeleton.segments, (*skeleton.slots, None), strict=True):
            pieces.append(segment)
            slot = None if at is None else self._slots[at]
            if isinstance(slot, Field):
                pieces.append((PRINTED[slot.name], slot.default))
        return pieces

    def _subject_for(self, recipient: Recipient) -> str:
        words = "".join(
            [
                piece
                if isinstance(piece, str)
                else _two_ways(piece[0](recipient, self._brand, self._locale), piece[1])[0]
                for piece in self._subject
            ]
        )
        # A value that is an encoded word itself stays the plain words it is, as in `mime.header_words`.
        return cleaned(words).replace("=?", "= ?")

    def _variant(self, seen: frozenset[int]) -> _Variant:
        """The shared half for those who see `seen` of what not everybody sees, and what its tags stand for."""
        text = self._pieces(self._text, seen, _text_of, str)
        html = self._pieces(self._html, seen, _html_of, lambda words: str(escape(words)))
        tagged_text, tagged_html = (self._tags(part, sign) for part, sign in ((text, "t"), (html, "h")))
        tags = tuple(dict.fromkeys((*tagged_text.values(), *tagged_html.values())))
        places = {tag: place for place, tag in enumerate(tags)}
        in_text, in_html = ({at: places[tag] for at, tag in part.items()} for part in (tagged_text, tagged_html))
        fields, own, riders = [], [], None
        for at in sorted(in_text.keys() | in_html.keys()):
            slot = self._slots[at]
            if isinstance(slot, Field):
                fields.append((PRINTED[slot.name], slot.default, in_text.get(at), in_html.get(at)))
            elif slot is Own.RIDERS:
                riders = (in_text[at], in_html[at])
            else:
                own.append((str(slot), in_text[at] if at in in_text else in_html[at]))
        shared = SharedMail(
            sender_name=self._brand.sender_name,
            sender_email=self._brand.sender_email,
            reply_to=self._brand.reply_to,
            text="".join(one if isinstance(one, str) else tagged_text[one] for one in text),
            html="".join(one if isinstance(one, str) else tagged_html[one] for one in html),
            headers=self._headers,
            tags=tags,
            is_sound=not any(could_be_tag(one) for one in (*text, *html) if isinstance(one, str)),
        )
        return _Variant(shared, tuple(fields), tuple(own), riders)

    def _tags(self, pieces: Sequence[str | int], sign: str) -> dict[int, str]:
        """A tag for each slot of a part; names and words are written differently in the two, tokens are not."""
        tags = {}
        for at in (one for one in pieces if isinstance(one, int)):
            slot = self._slots[at]
            alike = isinstance(slot, Own) and slot is not Own.RIDERS
            tags[at] = f"{OPENING}{at}{'' if alike else sign}%"
        return tags

    def _pieces(
        self,
        skeleton: Skeleton,
        seen: frozenset[int],
        inside: Callable[[Branch], Skeleton],
        written: Callable[[str], str],
    ) -> list[str | int]:
        """A part as literal stretches and slots, with the blocks that are seen and the business's words in place."""
        pieces: list[str | int] = []
        for segment, at in zip(skeleton.segments, (*skeleton.slots, None), strict=True):
            _append(pieces, segment)
            slot = None if at is None else self._slots[at]
            if at is None or ((isinstance(slot, Branch) or slot is Own.RIDERS) and at not in seen):
                continue
            if isinstance(slot, Branch):
                for piece in self._pieces(inside(slot), seen, inside, written):
                    _append(pieces, piece)
            else:
                _append(pieces, written(self._constant[at]) if at in self._constant else at)
        return pieces


def _append(pieces: list[str | int], piece: str | int) -> None:
    """Stretches that touch become one, so that the beginning of a tag is found however it was pieced together."""
    if isinstance(piece, str) and pieces and isinstance(pieces[-1], str):
        pieces[-1] += piece
    else:
        pieces.append(piece)


def _text_of(branch: Branch) -> Skeleton:
    return branch.text


def _html_of(branch: Branch) -> Skeleton:
    return branch.html


@lru_cache(maxsize=_KEPT_VALUES)
def _two_ways(value: str, default: str) -> tuple[str, str]:
    """What a merge field says, in the text part and in the HTML part."""
    words = cleaned(value) or default
    return words, str(escape(words))
