"""What a merge field prints for one recipient: plain words, cleaned of everything that is not words."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache

from babel.dates import format_date

from outreach.domain.content import OCCASION, Brand, Recipient
from outreach.rendering.direction import direction

#: Controls, C1 (U+0085 among them), line and paragraph separators, lone surrogates, non-characters: never part of a
#: name, and what header and SMTP injection is made of.
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]+")
#: Marks that turn the direction of everything after them; a name must not mirror the rest of the letter.
_TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]+")
#: Signs that nobody sees and no language needs. The joiners U+200C and U+200D stay: Persian and emoji are written with
#: them.
_HIDDEN = re.compile("[\u00ad\u180e\u200b\u2060-\u2064\ufeff]+")
_PLAIN = re.compile(r"[!-~]+(?: [!-~]+)*").fullmatch

#: CLDR's root for English is American; outside the United States the day comes first.
_DATE_LOCALES = {"en": "en_GB"}


def cleaned(value: str) -> str:
    """`value` on one line, without controls, hidden signs and direction overrides, without blanks at its ends."""
    if _PLAIN(value):
        return value
    return " ".join(_CONTROLS.sub(" ", _HIDDEN.sub("", _TURNS.sub("", value))).split())


@lru_cache(maxsize=20_000)
def long_date(day: date, locale: str) -> str:
    """`day` as people of `locale` write it; memoised, since Babel takes longer than the rest of a message."""
    return format_date(day, format="long", locale=_DATE_LOCALES.get(locale, locale.replace("-", "_")))


def _since(recipient: Recipient, _brand: Brand, locale: str) -> str:
    return long_date(recipient.customer_since, locale) if recipient.customer_since else ""


def _phone(_recipient: Recipient, brand: Brand, locale: str) -> str:
    """The number, behind a left-to-right mark where words run the other way: else its groups change places (UAX 9)."""
    return f"\N{LEFT-TO-RIGHT MARK}{brand.phone}" if direction(locale) == "rtl" else brand.phone


def _occasion(name: str) -> "Printed":
    return lambda recipient, _brand, _locale: recipient.occasion.get(name, "")


Printed = Callable[[Recipient, Brand, str], str]
"""Gives the words of a merge field, not cleaned yet, for a recipient of a business in a locale."""

PRINTED: Mapping[str, Printed] = {
    "contact.first_name": lambda recipient, _brand, _locale: recipient.first_name,
    "contact.last_name": lambda recipient, _brand, _locale: recipient.last_name,
    "contact.company": lambda recipient, _brand, _locale: recipient.company,
    "contact.industry": lambda recipient, _brand, _locale: recipient.industry,
    "contact.customer_since": _since,
    "business.name": lambda _recipient, brand, _locale: brand.name,
    "business.phone": _phone,
    "business.website": lambda _recipient, brand, _locale: brand.website,
    **{f"occasion.{name}": _occasion(name) for name in OCCASION},
}
"""How each of `merge.NAMES` gets its words."""
