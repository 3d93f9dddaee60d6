"""A sign-up form, as a pack declares it and as a customer meets it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class SignUpField(StrEnum):
    """What somebody may fill in, by the name that the form and the fault have for it."""

    EMAIL = "email"
    NAME = "first_name"
    PHONE = "phone"
    LANGUAGE = "language"


@dataclass(frozen=True, slots=True)
class SignUpForm:
    """A form that brings contacts.

    Attributes:
        key: the last part of its address.
        titles, wordings: by locale; a form speaks the locales that have both. A wording is what somebody agrees to,
            word by word.
        industry: key of the one that new contacts join. time_zone: IANA, of new contacts. country: ISO 3166 alpha-2 of
            new contacts and of telephone numbers without one; "" if unknown.
        topics: keys of campaigns that can be chosen; empty if nothing is.
        asks: what is asked besides the e-mail address; nobody has to answer.
    """

    id: int
    key: str
    titles: Mapping[str, str]
    wordings: Mapping[str, str]
    industry: str
    time_zone: str
    country: str = ""
    topics: tuple[str, ...] = ()
    asks: frozenset[SignUpField] = field(default_factory=frozenset)

    @property
    def languages(self) -> tuple[str, ...]:
        """The locales it speaks, in the order of its titles."""
        return tuple(tag for tag in self.titles if tag in self.wordings)
