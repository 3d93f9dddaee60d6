"""The language of staff pages: what they chose, else what their browser asks for.

Strings come from the gettext domain `admin`; what customers read has a domain of its own, see `public/language.py`.
"""

from collections.abc import Mapping
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.support import NullTranslations
from flask import Flask, request, session
from flask_babel import Babel, Domain, get_locale

from outreach.bootstrap import ROOT
from outreach.domain.content import chosen_locale
from outreach.rendering.catalogs import SOURCE_LOCALE, Catalogs

STAFF = "admin"
SESSION_KEY = "locale"
#: Scripts that are written from right to left, as CLDR names the directions.
RIGHT_TO_LEFT = "right-to-left"

CATALOGS = ROOT / "locales"


class CatalogDomain(Domain):  # type: ignore[misc]  # Flask-Babel carries no types
    """A gettext domain read from .po files, so that nobody has to compile anything."""

    def __init__(self, catalogs: Catalogs, domain: str) -> None:
        super().__init__(translation_directories=[], domain=domain)
        self.catalogs = catalogs

    def get_translations(self) -> NullTranslations:
        """The strings of the request's locale."""
        return self.catalogs.translations(bcp47(get_locale()), self.domain[0])


def install_locales(app: Flask, *, directory: Path = CATALOGS) -> None:
    """Gives the application its languages."""
    available = staff_locales(directory)
    babel = Babel(app, locale_selector=lambda: _staff_locale(available), default_locale=SOURCE_LOCALE)
    babel.domain_instance = CatalogDomain(Catalogs(directory), STAFF)
    app.context_processor(
        lambda: {
            "locale": bcp47(get_locale()),
            "direction": direction(get_locale()),
            "staff_locales": {tag: _own_name(tag) for tag in available},
        }
    )


def _own_name(tag: str) -> str:
    """What a language calls itself."""
    locale = Locale.parse(tag, sep="-")
    return str(locale.get_display_name(locale) or tag)


def staff_locales(directory: Path) -> list[str]:
    """BCP 47 tags of the languages the staff pages speak: the source's own and every one with a catalog."""
    found = (path.parent.parent.name.replace("_", "-") for path in directory.glob(f"*/LC_MESSAGES/{STAFF}.po"))
    return sorted({SOURCE_LOCALE, *found})


def bcp47(locale: Locale | None) -> str:
    """`zh-Hans` for Babel's `zh_Hans`."""
    return str(locale or SOURCE_LOCALE).replace("_", "-")


def direction(locale: Locale | None) -> str:
    """`rtl` or `ltr`, for the `dir` attribute."""
    return "rtl" if locale is not None and locale.character_order == RIGHT_TO_LEFT else "ltr"


def direction_of(tag: str) -> str:
    """`rtl` or `ltr` for a BCP 47 tag."""
    return direction(Locale.parse(tag, sep="-"))


def in_staff_language(names: Mapping[str, str]) -> str:
    """Of a name in several languages, the one for whoever looks."""
    locale = chosen_locale(bcp47(get_locale()), names, SOURCE_LOCALE)
    return names[locale] if locale else next(iter(names.values()), "")


def language_name(tag: str) -> str:
    """What a language is called in the reader's; its tag if CLDR has no name for it."""
    try:
        return Locale.parse(tag, sep="-").get_display_name(get_locale()) or tag
    except (ValueError, LookupError):
        return tag


def country_name(code: str) -> str:
    """What a country is called in the reader's language; its code if CLDR has no name for it."""
    territories = (get_locale() or Locale.parse(SOURCE_LOCALE)).territories
    return str(territories.get(code, code))


def _staff_locale(available: list[str]) -> str:
    wanted = session.get(SESSION_KEY)
    chosen = str(wanted if wanted in available else request.accept_languages.best_match(available, SOURCE_LOCALE))
    # The browser's region decides how a day is written: 7 Oct or Oct 7.
    regional = (tag for tag in request.accept_languages.values() if tag.startswith(f"{chosen}-"))
    return next(filter(_is_known, (tag.replace("-", "_") for tag in regional)), chosen.replace("-", "_"))


def _is_known(name: str) -> bool:
    try:
        Locale.parse(name)
    except (ValueError, UnknownLocaleError):
        return False
    return True
