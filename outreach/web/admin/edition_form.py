"""The editor's form: a text as the cards of its blocks, and what was posted as a text again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Self
from uuid import uuid4

from werkzeug.datastructures import MultiDict

from outreach.rendering.block_fields import BlockFields, Link, answer_addresses, fields_of, words_of
from outreach.rendering.conditions import FIELDS, Asks, read_condition
from outreach.rendering.story_block import story_named
from outreach.rendering.written import PURPOSE_OF, BlockKind, Fence, Purpose, WrittenBlock, body_of, written_blocks

#: Lines for answers that a question shows at least.
ANSWERS_SHOWN = 2
#: Blocks of one text.
MOST_BLOCKS = 60


@dataclass(frozen=True, slots=True)
class Card:
    """One block in the form.

    Attributes:
        id: names its fields; stable while the form is open, and nowhere kept.
        asks, values: its condition; "" for everybody.
        story: the story of the shelf whose words these are, "" if they are our own.
    """

    id: str
    kind: BlockKind
    purpose: Purpose
    asks: str
    values: tuple[str, ...]
    fields: BlockFields
    story: str = ""

    @classmethod
    def of(cls, block: WrittenBlock, place: int) -> Self:
        """The card of a written block."""
        condition = read_condition(block.fence.only) if block.fence.only else None
        return cls(
            id=f"b{place}",
            kind=block.fence.kind,
            purpose=block.fence.purpose,
            asks=condition.asks.value if condition else "",
            values=condition.values if condition else (),
            fields=fields_of(block.fence.kind, block.words),
            story=block.fence.story,
        )

    @classmethod
    def empty(cls, kind: BlockKind) -> Self:
        """A new block."""
        return cls(f"n{uuid4().hex[:8]}", kind, PURPOSE_OF[kind], "", (), fields_of(kind, ""))

    @property
    def answers(self) -> list[Link]:
        """The answers, with empty lines to fill in."""
        spare = max(1, ANSWERS_SHOWN - len(self.fields.answers))
        return [*self.fields.answers, *[Link("", "")] * spare]

    def block(self) -> WrittenBlock:
        """The written block that the card stands for."""
        only = f"{self.asks}:{','.join(self.values)}" if self.asks and self.values else ""
        return WrittenBlock(Fence(self.kind, self.purpose, only, self.story), words_of(self.kind, self.fields))


@dataclass(frozen=True, slots=True)
class TextForm:
    """A text in the editor; `words` are the plain words of a text message, which has no blocks."""

    subject: str
    preheader: str
    cards: tuple[Card, ...]
    words: str = ""

    @classmethod
    def of(cls, *, subject: str, preheader: str, body: str, channel: str) -> Self:
        """The form of a saved text."""
        if channel == "sms":
            return cls("", "", (), body)
        return cls(subject, preheader, tuple(Card.of(block, at) for at, block in enumerate(written_blocks(body))))

    @classmethod
    def posted(cls, form: MultiDict[str, str], *, channel: str) -> Self:
        """What was filled in, in the order in which the blocks stand; blocks without a kind are left out."""
        if channel == "sms":
            return cls("", "", (), form.get("words", ""))
        cards = [card for name in form.getlist("block")[:MOST_BLOCKS] if (card := _card(form, name))]
        # A snippet comes behind the others, block by block.
        kept = written_blocks(form.get("snippet", ""))
        cards += [replace(Card.of(block, at), id=f"s{at}") for at, block in enumerate(kept)]
        return cls(form.get("subject", ""), form.get("preheader", ""), tuple(cards[:MOST_BLOCKS]))

    @property
    def body(self) -> str:
        """The text as it is kept."""
        if not self.cards:
            return self.words
        return body_of(card.block() for card in self.cards)

    def place_of(self, card_id: str) -> int | None:
        """Where a card stands, from 0; None if there is no such card."""
        return next((at for at, card in enumerate(self.cards) if card.id == card_id), None)

    def changed(self, deed: str) -> "TextForm":
        """After a button of the form: `add:tip`, `up:b1`, `down:b1`, `remove:b1`, `copy:b1`; else as it is."""
        act, _, target = deed.partition(":")
        cards = list(self.cards)
        if act == "add" and target in list(BlockKind) and len(cards) < MOST_BLOCKS:
            cards.append(Card.empty(BlockKind(target)))
            return self._with(cards)
        place = self.place_of(target)
        if place is None:
            return self
        card = cards.pop(place)
        if act == "up":
            cards.insert(max(place - 1, 0), card)
        elif act == "down":
            cards.insert(place + 1, card)
        elif act == "copy":
            again = replace(card, id=Card.empty(card.kind).id)
            cards[place:place] = [card, again]
        elif act != "remove":
            cards.insert(place, card)
        return self._with(cards)

    def _with(self, cards: Sequence[Card]) -> "TextForm":
        return TextForm(self.subject, self.preheader, tuple(cards), self.words)


def first_text(channel: str) -> TextForm:
    """What an edition begins with that nobody has written yet: a heading, some words, a question."""
    if channel == "sms":
        return TextForm("", "", ())
    kinds = (BlockKind.HEADING, BlockKind.TEXT, BlockKind.QUESTION)
    return TextForm("", "", tuple(Card.empty(kind) for kind in kinds))


def _card(form: MultiDict[str, str], name: str) -> Card | None:
    kind, purpose = form.get(f"{name}-kind", ""), form.get(f"{name}-purpose", "")
    if kind not in list(BlockKind):
        return None
    asks = form.get(f"{name}-asks", "")
    return Card(
        id=name,
        kind=BlockKind(kind),
        purpose=Purpose(purpose) if purpose in list(Purpose) else PURPOSE_OF[BlockKind(kind)],
        asks=asks if asks in list(Asks) else "",
        values=_values(form, name, asks),
        fields=_fields(form, name, BlockKind(kind)),
        story=story_named(form.get(f"{name}-story", "")),
    )


def _values(form: MultiDict[str, str], name: str, asks: str) -> tuple[str, ...]:
    if asks == Asks.INDUSTRY:
        return tuple(key for key in form.getlist(f"{name}-industry") if key and "," not in key and " " not in key)
    field = form.get(f"{name}-field", "")
    return (field,) if asks and field in FIELDS else ()


def _fields(form: Mapping[str, str], name: str, kind: BlockKind) -> BlockFields:
    words = form.get(f"{name}-words", "").replace("\r\n", "\n")
    if f"{name}-url" in form:
        return BlockFields(words, link=Link(form.get(f"{name}-label", ""), form.get(f"{name}-url", "")))
    answers = []
    at = 0
    while f"{name}-answer-{at}" in form:
        answers.append(Link(form[f"{name}-answer-{at}"], form.get(f"{name}-address-{at}", "")))
        at += 1
    given = tuple(one for one in answers if one.label.strip())
    asked = words.lstrip("# \n").split("\n")[0]
    return BlockFields(words, answers=answer_addresses(given, asked) if kind in (BlockKind.QUESTION,) else given)
