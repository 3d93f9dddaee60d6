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
from outreach.rendering.email import RenderedMail, own_head, static_head
from outreach.rendering.environment import merge_environment
from outreach.rendering.fields import PRINTED, cleaned
from outreach.rendering.filling import Filling
from outreach.rendering.kept import Kept
from outreach.rendering.links import Tokens
from outreach.rendering.merge import check_text, pieces
from outreach.rendering.palette import palette
from outreach.rendering.riders import CompiledRider, riders_words
from outreach.rendering.shared_mail import MailParts
from outreach.rendering.sharing import Sharing
from outreach.rendering.slots import Marks, Own, Skeleton, Slot, TwoFold
from outreach.rendering.sms import RenderedSMS, counted, says_stop, with_targets

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

    words: Skeleton
    filling: Filling


@dataclass(frozen=True, slots=True)
class _CompiledMail:
    """A mail with holes, what fills them, the headers that are everybody's, and what takes it apart.

    Attributes:
        answers: it belongs to no list.
    """

    skeleton: CompiledMail
    filling: Filling
    static: bytes
    sharing: Sharing
    answers: bool


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
        self._mails: Kept[_CompiledMail] = Kept(_KEPT)
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
        told = self._told(riders, recipient, text.locale) if riders else ""
        return self._filled(self._remembered(text), recipient, now, riders=told)

    def parts(self, text: EditionText, recipient: Recipient, *, riders: Sequence[EditionText] = ()) -> MailParts:
        """The same mail for a vendor that puts mails together; what it shares is the same object for many recipients.

        Raises:
            BadInput: as `mail` does.
        """
        told = self._told(riders, recipient, text.locale) if riders else ""
        heads = self.tokens.heads(recipient.touch_id)
        unsubscribe = self.tokens.unsubscribe_at(heads.unsubscribe)
        return self._remembered(text).sharing.parts(recipient, heads, unsubscribe=unsubscribe, riders=told)

    def sms(self, text: EditionText, recipient: Recipient) -> RenderedSMS:
        """The text message that `recipient` gets, with how many segments it takes."""
        key = (text.edition_id, text.version, text.locale)
        compiled = self._texts.get(key) or self._texts.put(key, self._compiled_text(text))
        heads = self.tokens.heads(recipient.touch_id)
        return counted(compiled.words.filled(compiled.filling.words(recipient, heads)))

    def answer(self, intent: str, locale: str) -> str:
        """What somebody who texted STOP, START or HELP (`domain/revocation.py`) is told."""
        frame = self._frames.environment(locale).get_template("answer.sms.txt")
        return frame.render(brand=self.brand, intent=intent).strip()

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
                self._filled(self._compiled_mail(text), SAMPLE, _SAMPLE_TIME)
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
        return skeleton.filled(self._filling(marks.slots, locale).words(SAMPLE, self.tokens.heads(SAMPLE.touch_id)))

    def _remembered(self, text: EditionText) -> _CompiledMail:
        key = (text.edition_id, text.version, text.locale)
        return self._mails.get(key) or self._mails.put(key, self._compiled_mail(text))

    def _compiled_mail(self, text: EditionText) -> _CompiledMail:
        skeleton = compile_mail(text, self._frames)
        filling = Filling(skeleton.slots, brand=self.brand, locale=text.locale, branches=skeleton.branches)
        sharing = Sharing(skeleton, brand=self.brand, locale=text.locale)
        head = static_head(self.brand, text.locale, answers=text.answers)
        return _CompiledMail(skeleton, filling, head, sharing, text.answers)

    def _filling(self, slots: Sequence[Slot], locale: str) -> Filling:
        return Filling(slots, brand=self.brand, locale=locale)

    def _compiled_text(self, text: EditionText) -> _CompiledText:
        """The text, its tracked links replaced, and the way off the list if the author did not write it."""
        marks = Marks()
        head = marks.mark(Own.CLICK)
        targets = {url: self.tokens.click_at(head, link_id) for url, link_id in text.link_ids.items()}
        body = with_targets(marks.marked(pieces(text.body, place="body")), targets).strip()
        frame = self._frames.environment(text.locale).get_template("frame.sms.txt")
        words = frame.render(body=body, says_stop=not says_stop(body))
        return _CompiledText(marks.split(words), self._filling(marks.slots, text.locale))

    def _filled(self, mail: _CompiledMail, recipient: Recipient, now: datetime, *, riders: str = "") -> RenderedMail:
        heads = self.tokens.heads(recipient.touch_id)
        words, octets = mail.filling.filled(recipient, heads, riders)
        subject = cleaned(mail.skeleton.subject.filled(words))
        head = own_head(
            recipient=recipient,
            brand=self.brand,
            subject=subject,
            unsubscribe="" if mail.answers else self.tokens.unsubscribe_at(heads.unsubscribe),
            now=now,
            static=mail.static,
        )
        return RenderedMail(subject, head + mail.skeleton.body.filled(octets), mail.skeleton, tuple(words))

    def _told(self, riders: Sequence[EditionText], recipient: Recipient, locale: str) -> TwoFold:
        """What rides along, under a heading in the language of the mail."""
        told = []
        for text in riders:
            key = (text.edition_id, text.version, text.locale)
            rider = self._riders.get(key) or self._riders.put(key, CompiledRider.of(text))
            heads, filling = self.tokens.heads(recipient.touch_id), self._filling(rider.slots, text.locale)
            url = "" if rider.link_id is None else self.tokens.click_at(heads.click, rider.link_id)
            told.append(rider.told(filling.words(recipient, heads), url=url))
        environment = self._environments.get(locale)
        environment = environment or self._environments.put(locale, self._frames.environment(locale))
        return riders_words(told, environment, locale=locale, colours=palette(self.brand.colour))
