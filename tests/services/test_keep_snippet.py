"""Snippets: one name, a text for each language, refused with the line if unsound, brought back after a deletion."""

import pytest

from outreach.db.queries.snippets import load_snippets
from outreach.db.session import Database
from outreach.domain.errors import BadInput
from outreach.services.discard_snippet import discard_snippet
from outreach.services.keep_snippet import keep_snippet
from tests.factories import NOW, a_business

pytestmark = pytest.mark.usefixtures("business")

TIP = "::: tip\nClose the shutters.\n:::\n"


@pytest.fixture
def business(db: Database) -> None:
    """One that writes in two languages."""
    with db.transaction() as session:
        a_business(session, locales=["en", "cy"])


def keep(db: Database, name: str, was: str | None = None, **bodies: str) -> str:
    return keep_snippet(db=db, name=name, bodies=bodies, was=was, by="Mair", now=NOW)


def texts(db: Database) -> dict[tuple[str, str], str]:
    with db.raw_transaction() as connection:
        return {(one.name, one.locale): one.body for one in load_snippets(connection)}


def test_it_is_kept_in_each_language_that_was_written(db: Database) -> None:
    assert keep(db, "  Closing   line ", en="Warm wishes,\r\nMair", cy=" ") == "Closing line"
    assert texts(db) == {("Closing line", "en"): "Warm wishes,\nMair\n"}


@pytest.mark.parametrize("body", [TIP, "Plain **words** for {{ contact.first_name | default('you') }}."])
def test_blocks_and_plain_words_are_both_sound(db: Database, body: str) -> None:
    keep(db, "Tip", en=body)
    assert texts(db)["Tip", "en"].strip() == body.strip()


def test_a_new_text_takes_the_place_of_the_old_one_also_under_another_name(db: Database) -> None:
    keep(db, "Tip", en=TIP, cy=TIP)
    keep(db, "Winter tip", was="Tip", en="Anew.")
    assert texts(db) == {("Winter tip", "en"): "Anew.\n"}


def test_two_snippets_never_share_a_name(db: Database) -> None:
    keep(db, "Tip", en="First.")
    keep(db, "Other", en="Second.")
    with pytest.raises(BadInput, match="there is another snippet of this name"):
        keep(db, "Tip", en="Third.")
    with pytest.raises(BadInput, match="there is another snippet of this name"):
        keep(db, "Tip", was="Other", en="Second.")
    assert texts(db) == {("Tip", "en"): "First.\n", ("Other", "en"): "Second.\n"}


@pytest.mark.parametrize(
    ("name", "bodies", "reason"),
    [
        (" ", {"en": TIP}, "has no name"),
        ("x" * 81, {"en": TIP}, "has a name that is too long"),
        ("Tip", {"en": "\n"}, "says nothing"),
        ("Tip", {"xx": TIP}, "we do not write in this language"),
        ("Tip", {"en": "{% for x in y %}{% endfor %}"}, "line 1"),
        ("Tip", {"en": "One\nTwo {{ contact.first_name.__class__ }}"}, "line 2"),
        ("Tip", {"en": "::: tip\nNever closed\n"}, "has no end"),
    ],
)
def test_what_is_unsound_is_refused(db: Database, name: str, bodies: dict[str, str], reason: str) -> None:
    with pytest.raises(BadInput, match=reason):
        keep(db, name, **bodies)
    assert texts(db) == {}


def test_what_is_deleted_is_given_back(db: Database) -> None:
    keep(db, "Tip", en=TIP, cy="Awgrym.")
    gone = discard_snippet(db=db, name="Tip")
    assert texts(db) == {}
    keep(db, "Tip", **gone)
    assert texts(db) == {("Tip", "en"): TIP, ("Tip", "cy"): "Awgrym.\n"}
    assert discard_snippet(db=db, name="Nothing") == {}
