from outreach.rendering.catalogs import Catalogs
from tests.rendering.conftest import ROOT

CATALOGS = Catalogs(ROOT / "locales")


def test_a_language_has_its_own_words() -> None:
    assert CATALOGS.translations("de").gettext("Unsubscribe") == "Abmelden"
    assert CATALOGS.translations("zh-Hans").gettext("Unsubscribe") == "退订"


def test_a_regional_language_speaks_as_its_parent() -> None:
    assert CATALOGS.translations("fr-CA").gettext("Unsubscribe") == "Se désabonner"
    assert CATALOGS.translations("zh-Hans-SG").gettext("Unsubscribe") == "退订"


def test_the_source_and_unknown_languages_speak_english() -> None:
    assert CATALOGS.translations("en").gettext("Unsubscribe") == "Unsubscribe"
    assert CATALOGS.translations("en-GB").gettext("Unsubscribe") == "Unsubscribe"
    assert CATALOGS.translations("nl").gettext("Unsubscribe") == "Unsubscribe"
