"""What the rules look at: an edition's newest drafts and everything about them that needed a store or a renderer."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from hashlib import sha256

from outreach.domain.content import chosen_locale
from outreach.domain.content_rules.findings import FindingCode, Part


class LinkVerdict(StrEnum):
    """What an address answered."""

    #: Somebody is there, even if only to ask for a password.
    ALIVE = "alive"
    #: Nothing is there, or it cannot be reached.
    DEAD = "dead"
    #: We do not go there: it is private, or no web address.
    REFUSED = "refused"
    #: It did not answer in time.
    SLOW = "slow"


@dataclass(frozen=True, slots=True)
class LinkAnswer:
    """What an address answered; `answer` is its status line, or the reason."""

    verdict: LinkVerdict
    answer: str = ""

    @property
    def gone(self) -> bool:
        """Whether the server itself said that there is no such page (RFC 9110, 404 and 410)."""
        return self.verdict is LinkVerdict.DEAD and self.answer.startswith(("404", "410"))


@dataclass(frozen=True, slots=True)
class Lacking:
    """How many contacts have no value for a merge field, and the customer number of one of them."""

    contacts: int
    example: str


@dataclass(frozen=True, slots=True)
class ReaderGroup:
    """The contacts of an edition's audience who share a language; `lacking` is by merge field."""

    language: str
    contacts: int
    lacking: Mapping[str, Lacking] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Draft:
    """An edition in one locale as staff wrote it last.

    Attributes:
        number: of its revision, 0 for a pack's own text. published: whether readers get exactly this.
    """

    locale: str
    subject: str
    preheader: str
    body: str
    number: int = 0
    published: bool = False

    @property
    def written(self) -> bool:
        """Whether there is anything to send."""
        return bool(self.body.strip())


@dataclass(frozen=True, slots=True)
class Manuscript:
    """An edition before it is judged.

    Attributes:
        channel: email or sms. touch_class: what it is for.
        drafts: newest texts by locale, empty ones too.
        published: locales that readers get a text in today.
        readers: whom it may reach, by language.
        spoken: locales the business writes in.
        default_locale: read by whoever reads none of them.
        on_purpose: locales without a text whose readers get another one because staff said so.
        answers: of the addresses that were tried, by address.
        image_octets: sizes of our own images, by digest.
        earlier_fields: merge fields of the campaign's last published edition, by locale.
        heard: by locale, the share of its readers who would have heard more about ourselves than that limit in their
            last mails, this one included.
        shelf: words of the stories that its drafts use, as their customers permit them; no others may be used.
        over: whether its last day is past, so that nobody would get it any more.
        about_us_limit: share of words about ourselves above which publishing needs a written reason.
        segment_price: of a text message, None if unknown. currency: ISO 4217.
    """

    edition_id: int
    channel: str
    opens_on: date
    closes_on: date
    drafts: Mapping[str, Draft]
    published: frozenset[str]
    readers: tuple[ReaderGroup, ...]
    spoken: tuple[str, ...]
    default_locale: str
    on_purpose: frozenset[str] = frozenset()
    answers: Mapping[str, LinkAnswer] = field(default_factory=dict)
    image_octets: Mapping[str, int] = field(default_factory=dict)
    earlier_fields: Mapping[str, frozenset[str]] = field(default_factory=dict)
    heard: Mapping[str, float] = field(default_factory=dict)
    shelf: Mapping[str, str] = field(default_factory=dict)
    over: bool = False
    touch_class: str = ""
    about_us_limit: float = 0.3
    segment_price: float | None = None
    currency: str = ""

    @property
    def written(self) -> dict[str, Draft]:
        """The drafts that hold something, in the business's own order of locales."""
        return {tag: self.drafts[tag] for tag in self.spoken if tag in self.drafts and self.drafts[tag].written}

    @property
    def audience(self) -> int:
        """How many contacts it may reach."""
        return sum(group.contacts for group in self.readers)

    def steps(self) -> list["Step"]:
        """The audience by language: which locale it should read, and which it would get now; most readers first."""
        written = self.written
        steps = [
            Step(
                language=group.language,
                contacts=group.contacts,
                wanted=chosen_locale(group.language, self.spoken, self.default_locale) or self.default_locale,
                given=chosen_locale(group.language, written, self.default_locale),
            )
            for group in self.readers
        ]
        return sorted(steps, key=lambda step: (-step.contacts, step.language))

    def missing(self) -> dict[str, int]:
        """How many contacts each locale is wanted by that has no text, where another text can stand in for it."""
        found: dict[str, int] = {}
        for step in self.steps():
            if step.given is not None and step.given != step.wanted:
                found[step.wanted] = found.get(step.wanted, 0) + step.contacts
        return found

    def readers_of(self, locale: str) -> list[ReaderGroup]:
        """The groups who would get the text in `locale` now."""
        languages = {step.language for step in self.steps() if step.given == locale}
        return [group for group in self.readers if group.language in languages]


@dataclass(frozen=True, slots=True)
class Step:
    """Contacts of one language: the locale the business writes for them, and the one they would get (None: nothing)."""

    language: str
    contacts: int
    wanted: str
    given: str | None


@dataclass(frozen=True, slots=True)
class LinkUse:
    """An address as it stands in a block; block 0 is no block."""

    url: str
    block: int = 0


@dataclass(frozen=True, slots=True)
class ImageUse:
    """A picture in a block; `words` are for those who cannot see it, `digest` names one of our own, "" if it is not."""

    url: str
    words: str
    block: int = 0
    digest: str = ""


@dataclass(frozen=True, slots=True)
class StoryUse:
    """A story of the shelf ("story-12") in a block, with the words that stand there."""

    story: str
    words: str
    block: int = 0


@dataclass(frozen=True, slots=True)
class FieldUse:
    """A merge field as it stands in a part of a text; `guarded`: its block goes only to those who have the value."""

    name: str
    default: str
    part: Part
    block: int = 0
    guarded: bool = False


@dataclass(frozen=True, slots=True)
class TextFault:
    """Something that keeps a text from being rendered."""

    code: FindingCode
    part: Part
    reason: str
    mend: str
    block: int = 0
    value: str = ""


@dataclass(frozen=True, slots=True)
class ColourPair:
    """Words in one colour on another; `ratio` as WCAG 2.2 counts it; `large` as WCAG calls letters large."""

    words: str
    ink: str
    ground: str
    ratio: float
    large: bool


@dataclass(frozen=True, slots=True)
class Weakness:
    """Something a text uses that mail programs do not show, and which of the four large ones those are."""

    feature: str
    programs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MailFacts:
    """The rendered mail: octets of its HTML part, whether the law's words stand in it, colours and weaknesses."""

    octets: int
    says_unsubscribe: bool
    says_address: bool
    pairs: tuple[ColourPair, ...] = ()
    weaknesses: tuple[Weakness, ...] = ()


@dataclass(frozen=True, slots=True)
class SmsFacts:
    """The rendered text message."""

    segments: int
    encoding: str
    author_says_stop: bool


@dataclass(frozen=True, slots=True)
class TextFacts:
    """One draft, read.

    Attributes:
        words: running words of each block, without markup; merge fields are left out.
        asks: whether a block is a question.
        about_us: share of words about ourselves.
        mail, sms: None where it cannot be rendered, or is of the other channel.
    """

    draft: Draft
    words: tuple[str, ...]
    asks: bool
    about_us: float
    links: tuple[LinkUse, ...] = ()
    images: tuple[ImageUse, ...] = ()
    fields: tuple[FieldUse, ...] = ()
    stories: tuple[StoryUse, ...] = ()
    faults: tuple[TextFault, ...] = ()
    mail: MailFacts | None = None
    sms: SmsFacts | None = None


def fingerprint(drafts: Iterable[Draft], *, falling_back: Iterable[str]) -> str:
    """Names what would be published: the written texts, and the locales that go without one on purpose."""
    digest = sha256()
    for draft in sorted((one for one in drafts if one.written), key=lambda one: one.locale):
        for words in (draft.locale, draft.subject, draft.preheader, draft.body):
            # The length in front keeps two different splits of the same letters apart.
            digest.update(f"{len(words)}:{words}".encode())
    for locale in sorted(falling_back):
        digest.update(f"falls back:{locale};".encode())
    return digest.hexdigest()
