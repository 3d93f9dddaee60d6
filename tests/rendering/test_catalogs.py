"""Catalogs: read straight from the .po files."""

from pathlib import Path

import pytest

from outreach.rendering.catalogs import Catalogs


@pytest.fixture(scope="module")
def catalogs(root: Path) -> Catalogs:
    return Catalogs(root / "locales")


def test_a_language_has_its_own_words(catalogs: Catalogs) -> None:
    assert catalogs.translations("de").gettext("Unsubscribe") == "Abmelden"
    assert catalogs.translations("zh-Hans").gettext("Unsubscribe") == "退订"


def test_a_regional_language_speaks_as_its_parent(catalogs: Catalogs) -> None:
    assert catalogs.translations("fr-CA").gettext("Unsubscribe") == "Se désabonner"
    assert catalogs.translations("zh-Hans-SG").gettext("Unsubscribe") == "退订"


def test_the_source_and_unknown_languages_speak_english(catalogs: Catalogs) -> None:
    assert catalogs.translations("en").gettext("Unsubscribe") == "Unsubscribe"
    assert catalogs.translations("en-GB").gettext("Unsubscribe") == "Unsubscribe"
    assert catalogs.translations("nl").gettext("Unsubscribe") == "Unsubscribe"
