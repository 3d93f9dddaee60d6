"""Everything that turns an edition into what one person gets, behind one object."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

from jinja2 import Environment, TemplateError

from outreach.domain.content import Brand, EditionText, Recipient
from outreach.domain.errors import BadInput, Fault
from outreach.rendering.blocks import check_body
from outreach.rendering.catalogs import Catalogs
from outreach.rendering.compile import CompiledMail, Frames, compile_mail
from outreach.rendering.email import RenderedMail, filled_mail, own_head, static_head
from outreach.rendering.environment import merge_environment
from outreach.rendering.fields import PRINTED, cleaned
from outreach.rendering.kept import Kept
from outreach.rendering.links import Heads, Tokens
from outreach.rendering.merge import Field, check_text, pieces
from outreach.rendering.palette import palette
from outreach.rendering.riders import CompiledRider, riders_words
from outreach.rendering.slots import Branch, Marks, Own, Skeleton, Slot, TwoFold
from outreach.rendering.sms import RenderedSMS, counted, with_targets

#: Editions kept compiled: a few dozen kilobytes each, so at most some ten megabytes.
_KEPT = 256

SAMPLE = Recipient(
    touch_id=UUID(int=0),
    address="sample@customer.example",
    first_name="Anwen",
    last_name="O'Neill & <Daughters>",
    company="",
    industry="Restaurants",
    customer_since=date(2019, 3, 1),
)
"""Who a trial is rendered for: with markup in the name, and without a company."""

_SAMPLE_TIME = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _CompiledText:
    """A text message with holes."""

    slots: tuple[Slot, ...]
    words: Skeleton


class Renderer:
    """Renders the mails and texts of one business.

    Args:
        brand: the business.
        tokens: makes the addresses that differ per message.
        locales_dir: <lang>/LC_MESSAGES/messages.po.
        templates_dir: the frames (templates/messages).
    """

    def __init__(self, brand: Brand, tokens: Tokens, *, locales_dir: Path, templates_dir: Path) -> None:
        self.brand = brand
        self.tokens = tokens
        self._frames = Frames(brand, Catalogs(locales_dir), templates_dir, tokens)
        self._mails: Kept[tuple[CompiledMail, bytes]] = Kept(_KEPT)
        self._texts: Kept[_CompiledText] = Kept(_KEPT)
        self._riders: Kept[CompiledRider] = Kept(_KEPT)
        self._environments: Kept[Environment] = Kept(_KEPT)

    def mail(
        self, text: EditionText, recipient: Recipient, *, now: datetime, riders: Sequence[EditionText] = ()
    ) -> RenderedMail:
        """The mail that `recipient` gets; `now` is its date. `text` is compiled once per (edition, version, locale).

        `riders` are editions that ride along: each is told with its subject, its preheader and its first link.

        Raises:
            BadInput: if the recipient's address cannot stand in a header, or `text` has faults that `problems` names.
        """
        key = (text.edition_id, text.version, text.locale)
        compiled, static = self._mails.get(key) or self._mails.put(key, self._compiled_mail(text))
        told = self._told(riders, recipient, text.locale) if riders else ""
        return self._filled(compiled, static, text.locale, recipient, now, riders=told)

    def sms(self, text: EditionText, recipient: Recipient) -> RenderedSMS:
        """The text message that `recipient` gets, with how many segments it takes."""
        key = (text.edition_id, text.version, text.locale)
        compiled = self._texts.get(key) or self._texts.put(key, self._compiled_text(text))
        heads = self.tokens.heads(recipient.touch_id)
        return counted(compiled.words.filled(self._values(compiled.slots, recipient, text.locale, heads)))

    def problems(self, text: EditionText, place: str) -> list[Fault]:
        """What keeps `text` from being sent, found by rendering it for a sample recipient; [] if nothing.

        Merge fields are rendered by Jinja too, strict on undefined names, and must come out the same as from the
        skeleton. Nothing is kept, so unsaved text may be tried. A text message is one without subject.
        """
        faults = [
            fault for part in (text.subject, text.preheader, text.body) for fault in check_text(part, place=place)
        ]
        faults += check_body(text.body, place=place) if text.subject else []
        if faults:
            return faults
        try:
            return self._trial(text, place)
        except BadInput as error:
            return [replace(fault, place=place) for fault in error.faults]

    def _trial(self, text: EditionText, place: str) -> list[Fault]:
        try:
            if text.subject:
                compiled, static = self._compiled_mail(text)
                self._filled(compiled, static, text.locale, SAMPLE, _SAMPLE_TIME)
            else:
                counted(self._plainly(text.body, text.locale))
            different = [
                part for part in (text.subject, text.preheader, text.body) if not self._agrees(part, text.locale)
            ]
        except TemplateError as error:
            return [Fault(place=place, reason=str(error).rstrip("."), mend="Mend the merge field.")]
        mend = "Write the merge fields as {{ name }}."
        return [
            Fault(place=place, value=part, reason="does not come out the same twice", mend=mend) for part in different
        ]

    def _agrees(self, words: str, locale: str) -> bool:
        """Whether `words` come out of the slots as they come out of Jinja."""
        fields = {name: cleaned(printed(SAMPLE, self.brand, locale)) for name, printed in PRINTED.items()}
        owners: dict[str, dict[str, str]] = {}
        for name, value in fields.items():
            owner, _, attribute = name.partition(".")
            owners.setdefault(owner, {})[attribute] = value
        environment: Environment = merge_environment()
        return environment.from_string(words).render(owners) == self._plainly(words, locale)

    def _plainly(self, words: str, locale: str) -> str:
        marks = Marks()
        skeleton = marks.split(marks.marked(pieces(words)))
        heads = self.tokens.heads(SAMPLE.touch_id)
        return skeleton.filled(self._values(marks.slots, SAMPLE, locale, heads))

    def _compiled_mail(self, text: EditionText) -> tuple[CompiledMail, bytes]:
        return compile_mail(text, self._frames), static_head(self.brand, text.locale)

    def _compiled_text(self, text: EditionText) -> _CompiledText:
        """The text, its tracked links replaced, and the way off the list if the author did not write it."""
        marks = Marks()
        head = marks.mark(Own.CLICK)
        targets = {url: self.tokens.click_at(head, link_id) for url, link_id in text.link_ids.items()}
        body = with_targets(marks.marked(pieces(text.body, place="body")), targets).strip()
        frame = self._frames.environment(text.locale).get_template("frame.sms.txt")
        words = frame.render(body=body, says_stop="STOP" not in body)
        return _CompiledText(slots=tuple(marks.slots), words=marks.split(words))

    def _filled(
        self,
        compiled: CompiledMail,
        static: bytes,
        locale: str,
        recipient: Recipient,
        now: datetime,
        *,
        riders: str = "",
    ) -> RenderedMail:
        heads = self.tokens.heads(recipient.touch_id)
        values = self._values(compiled.slots, recipient, locale, heads, riders)
        subject = cleaned(compiled.subject.filled(values))
        unsubscribe = self.tokens.unsubscribe_at(heads.unsubscribe)
        head = own_head(
            recipient=recipient, brand=self.brand, subject=subject, unsubscribe=unsubscribe, now=now, static=static
        )
        return filled_mail(compiled, values=values, subject=subject, head=head)

    def _told(self, riders: Sequence[EditionText], recipient: Recipient, locale: str) -> TwoFold:
        """What rides along, under a heading in the language of the mail."""
        told = []
        for text in riders:
            key = (text.edition_id, text.version, text.locale)
            rider = self._riders.get(key) or self._riders.put(key, CompiledRider.of(text))
            heads = self.tokens.heads(recipient.touch_id)
            url = "" if rider.link_id is None else self.tokens.click_at(heads.click, rider.link_id)
            told.append(rider.told(self._values(rider.slots, recipient, text.locale, heads), url=url))
        environment = self._environments.get(locale)
        environment = environment or self._environments.put(locale, self._frames.environment(locale))
        return riders_words(told, environment, locale=locale, colours=palette(self.brand.colour))

    def _values(
        self, slots: Sequence[Slot], recipient: Recipient, locale: str, heads: Heads, riders: str = ""
    ) -> list[str]:
        """What goes into each slot; of a branch, whether the recipient sees it ("" if not)."""
        return [self._value(slot, recipient, locale, heads, riders) for slot in slots]

    def _value(self, slot: Slot, recipient: Recipient, locale: str, heads: Heads, riders: str) -> str:
        match slot:
            case Field(name=name, default=default):
                return cleaned(PRINTED[name](recipient, self.brand, locale)) or default
            case Own.CLICK:
                return heads.click
            case Own.PIXEL:
                return heads.pixel
            case Own.UNSUBSCRIBE:
                return heads.unsubscribe
            case Own.RIDERS:
                return riders
            case Branch(only=only):
                return "seen" if only.holds(recipient) else ""
