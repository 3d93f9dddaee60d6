"""Several things as one phrase."""

import pytest

from outreach.rendering.listing import listed, listed_names

NAMES = [{"en": "chimney inspection", "de": "Kaminkontrolle"}, {"en": "boiler service"}, {"en": "audit", "de": "Check"}]


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        ("en", "A, B and C"),
        ("cy", "A, B a C"),
        ("zh-Hans", "A、B和C"),
        ("es", "A, B y C"),
        ("fr", "A, B et C"),
        ("de", "A, B und C"),
        ("ar", "A وB وC"),
    ],
)
def test_every_language_joins_a_list_in_its_own_way(locale: str, words: str) -> None:
    assert listed(["A", "B", "C"], locale) == words


@pytest.mark.parametrize(
    ("last", "words"),
    [
        ("archwiliad ynni", "x ac archwiliad ynni"),
        ("gwasanaeth", "x a gwasanaeth"),
        ("cyfrif", "x a chyfrif"),
        ("theatr", "x a theatr"),
        ("Carys", "x a Carys"),
        ("Anna", "x ac Anna"),
    ],
)
def test_welsh_minds_the_letter_behind_its_and(last: str, words: str) -> None:
    assert listed(["x", last], "cy") == words


@pytest.mark.parametrize(
    ("last", "words"),
    [("inspección", "x e inspección"), ("Hilda", "x e Hilda"), ("hielo", "x y hielo"), ("caldera", "x y caldera")],
)
def test_spanish_minds_the_sound_behind_its_and(last: str, words: str) -> None:
    assert listed(["x", last], "es") == words


def test_one_thing_is_no_list() -> None:
    assert listed(["A"], "en") == "A"


def test_names_stand_in_the_language_and_in_the_default_where_one_is_missing() -> None:
    assert listed_names(NAMES, ["en", "de"], "en") == {
        "en": "chimney inspection, boiler service and audit",
        "de": "Kaminkontrolle, boiler service und Check",
    }


def test_without_any_name_there_are_no_words() -> None:
    assert listed_names([{}], ["en"], "en") == {}
