"""Content as values: who writes, what is said in one locale, whom it is for, and which locale a contact gets."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

#: Names of what one message may be about, for the texts of campaigns that reach only who is invited.
OCCASION = ("services", "people", "signer", "what_happened", "appointment")


@dataclass(frozen=True, slots=True)
class Brand:
    """The business that writes; every message names it (CAN-SPAM 16 CFR 316 asks for the postal address)."""

    name: str
    sender_name: str
    sender_email: str
    reply_to: str
    postal_address: str
    phone: str
    website: str
    colour: str
    default_locale: str


@dataclass(frozen=True, slots=True)
class EditionText:
    """An edition in one locale.

    Attributes:
        edition_id, version: together with `locale` they name this text for ever, so its compiled form may be cached.
        subject, preheader: "" for a text message.
        body: Markdown with `::: purpose` blocks (docs/packs.md), or the plain words of a text message.
        link_ids: database ids of the addresses that may be tracked, by address.
        answers: it answers what somebody asked for, and belongs to no list: no way off one, and nothing is looked at.
    """

    edition_id: int
    version: int
    locale: str
    subject: str
    preheader: str
    body: str
    link_ids: Mapping[str, int] = field(default_factory=dict)
    answers: bool = False


@dataclass(frozen=True, slots=True)
class Recipient:
    """What a message may say about the contact it goes to. Values are plain; merge fields print nothing else.

    Attributes:
        touch_id: the message; travels in its headers and in every link.
        address: e-mail address, or E.164 number.
        industry: its name in the message's locale. industry_key: its key.
        occasion: what this one message is about, by the names of `OCCASION`.
    """

    touch_id: UUID
    address: str
    first_name: str
    last_name: str
    company: str
    industry: str
    customer_since: date | None
    industry_key: str = ""
    occasion: Mapping[str, str] = field(default_factory=dict)


def fallback_chain(language: str, default: str) -> tuple[str, ...]:
    """Locales to try for `language`, best first: itself, its ancestors, the default (RFC 4647 lookup).

    >>> fallback_chain("zh-Hans-CN", "en")
    ('zh-Hans-CN', 'zh-Hans', 'zh', 'en')
    """
    parts = language.replace("_", "-").split("-")
    chain = ["-".join(parts[:length]) for length in range(len(parts), 0, -1)]
    return tuple(dict.fromkeys([*chain, default]))


def chosen_locale(language: str, available: Collection[str], default: str) -> str | None:
    """The first of the fallback chain that exists, or None if not even the default does."""
    return next((locale for locale in fallback_chain(language, default) if locale in available), None)


def occasion_words(words: Mapping[str, Mapping[str, str]], locale: str, default: str) -> dict[str, str]:
    """What an invitation says of its occasion in `locale`: by name, the text of the best locale there is.

    Args:
        words: name to locale to text; the locale "" stands for every language.
    """
    chosen = {}
    for name, texts in words.items():
        best = chosen_locale(locale, texts.keys(), default)
        chosen[name] = texts[best] if best else texts.get("", "")
    return chosen
