"""The language of a public page: of the message that led to it, else of the visitor's browser."""

from functools import cache

from babel import Locale
from flask import request

from outreach.bootstrap import ROOT
from outreach.rendering.catalogs import SOURCE_LOCALE, Catalogs
from outreach.rendering.direction import direction

_LOCALES = ROOT / "locales"
_catalogs = Catalogs(_LOCALES)


@cache
def _locales() -> list[str]:
    """Locales that have a catalog, in BCP 47, and the one the strings are written in first."""
    found = sorted(path.parent.name.replace("_", "-") for path in _LOCALES.glob("*/LC_MESSAGES"))
    return [SOURCE_LOCALE, *(locale for locale in found if locale != SOURCE_LOCALE)]


def visitors_locale() -> str:
    """The locale the visitor's browser asks for, as far as we speak it."""
    return request.accept_languages.best_match(_locales(), default=SOURCE_LOCALE) or SOURCE_LOCALE


def spoken(locale: str) -> dict[str, object]:
    """What a page in `locale` needs: its language, its direction, and `_` that translates the readers' strings."""
    translations = _catalogs.translations(locale)

    def translate(text: str, **values: str) -> str:
        return translations.gettext(text) % values

    return {"lang": locale, "dir": direction(locale), "_": translate}


def translate(text: str, locale: str) -> str:
    """One of the readers' strings as pages in `locale` have it."""
    return str(_catalogs.translations(locale).gettext(text))


def own_name(tag: str) -> str:
    """What a language calls itself."""
    locale = Locale.parse(tag, sep="-")
    return str(locale.get_display_name(locale) or tag).capitalize()
