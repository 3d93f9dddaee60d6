"""gettext catalogs, read straight from the .po files, so that nobody has to compile anything."""

from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

from outreach.domain.content import fallback_chain

SOURCE_LOCALE = "en"
"""What the strings in templates and code are written in."""

READERS = "messages"
"""The domain of what customers read: messages and public pages. Staff have their own, `admin`."""


class Catalogs:
    """The catalogs under `directory` (<lang>/LC_MESSAGES/<domain>.po), each read once."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._read: dict[tuple[str, str], NullTranslations] = {}

    def translations(self, locale: str, domain: str = READERS) -> NullTranslations:
        """The strings of `locale` (BCP 47), or of its nearest ancestor that has a catalog, or else the source's own."""
        for candidate in fallback_chain(locale, SOURCE_LOCALE):
            found = self._catalog(candidate, domain)
            if found is not None:
                return found
        return NullTranslations()

    def _catalog(self, locale: str, domain: str) -> NullTranslations | None:
        key = (locale, domain)
        if key not in self._read:
            path = self._directory / locale.replace("-", "_") / "LC_MESSAGES" / f"{domain}.po"
            if locale == SOURCE_LOCALE or not path.is_file():
                return NullTranslations() if locale == SOURCE_LOCALE else None
            self._read[key] = read_catalog(path, domain)
        return self._read[key]


def read_catalog(path: Path, domain: str = READERS) -> Translations:
    """The strings of one .po file."""
    compiled = BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file))
    compiled.seek(0)
    return Translations(compiled, domain=domain)
