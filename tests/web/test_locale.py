"""The staff's catalogs: complete, and in step with what templates and code say."""

from pathlib import Path

import pytest
from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

from outreach.web.locale import direction, staff_locales

KEYWORDS = {"_": None, "_l": None, "gettext": None, "ngettext": (1, 2)}


def catalog(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file)


def strings(root: Path) -> set[str]:
    """Every string that templates and code want translated."""
    with (root / "locales" / "admin.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)
    found: set[str] = set()
    for folder in ("outreach", "templates"):
        here = [(pattern.removeprefix(f"{folder}/"), method) for pattern, method in methods]
        there = {pattern.removeprefix(f"{folder}/"): value for pattern, value in options.items()}
        for _, _, message, _, _ in extract_from_dir(root / folder, here, there, keywords=KEYWORDS):
            found.add(message[0] if isinstance(message, tuple) else message)
    return found


def known(catalog: Catalog) -> set[str]:
    return {message.id[0] if isinstance(message.id, tuple) else message.id for message in catalog if message.id}


def test_the_template_catalog_holds_what_pages_say(root: Path) -> None:
    assert known(catalog(root / "locales" / "admin.pot")) == strings(root)


def test_every_staff_language_is_complete(root: Path) -> None:
    wanted = known(catalog(root / "locales" / "admin.pot"))
    languages = [tag for tag in staff_locales(root / "locales") if tag != "en"]
    assert "de" in languages
    for tag in languages:
        translated = catalog(root / "locales" / tag.replace("-", "_") / "LC_MESSAGES" / "admin.po")
        done = {m.id[0] if isinstance(m.id, tuple) else m.id for m in translated if m.id and m.string and not m.fuzzy}
        assert done == wanted, tag


def test_every_translation_keeps_its_placeholders(root: Path) -> None:
    for path in (root / "locales").glob("*/LC_MESSAGES/admin.po"):
        faults = [(message.id, [str(error) for error in errors]) for message, errors in catalog(path).check()]
        assert not faults, path


@pytest.mark.parametrize(("tag", "expected"), [("ar", "rtl"), ("de", "ltr"), ("zh_Hans", "ltr")])
def test_arabic_runs_from_right_to_left(tag: str, expected: str) -> None:
    assert direction(Locale.parse(tag)) == expected
