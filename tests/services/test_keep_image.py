"""Pictures in the library: kept once, described in our languages, not lost while somebody would miss them."""

from io import BytesIO

import pytest
from PIL import Image

from outreach.db.queries.images import ImageLine, load_image_data, load_images, load_places
from outreach.db.session import Database
from outreach.domain.errors import BadInput
from outreach.services.describe_image import describe_image
from outreach.services.discard_image import discard_image
from outreach.services.keep_image import keep_image
from outreach.services.keep_snippet import keep_snippet
from tests.factories import NOW, a_business, a_content, an_edition

pytestmark = pytest.mark.usefixtures("business")


@pytest.fixture
def business(db: Database) -> None:
    """One that writes in two languages."""
    with db.transaction() as session:
        a_business(session, locales=["en", "cy"])


def a_png(colour: str = "teal") -> bytes:
    octets = BytesIO()
    Image.new("RGB", (30, 20), colour).save(octets, "PNG")
    return octets.getvalue()


def kept(db: Database, *, colour: str = "teal", name: str = "roof.png", **alt: str) -> int:
    return keep_image(db=db, data=a_png(colour), name=name, alt=alt or {"en": "A roof"}, by="Mair", now=NOW)


def the_images(db: Database) -> list[ImageLine]:
    with db.raw_transaction() as connection:
        return load_images(connection)


def test_a_picture_is_kept_with_its_words_and_found_by_its_digest(db: Database) -> None:
    kept(db, en="A roof", cy="To")
    (image,) = the_images(db)
    assert (image.name, image.alt, image.saved_by, image.media_type) == (
        "roof.png",
        {"en": "A roof", "cy": "To"},
        "Mair",
        "image/png",
    )
    with db.raw_transaction() as connection:
        data = load_image_data(connection, image.digest, "image/png")
        assert data is not None
        assert len(data) == image.octets
        assert load_image_data(connection, image.digest, "image/jpeg") is None


def test_the_same_picture_again_is_one_picture_with_the_new_words(db: Database) -> None:
    assert kept(db, en="A roof", cy="To") == kept(db, en="Our roof", name="copy.png")
    (image,) = the_images(db)
    assert image.alt == {"en": "Our roof", "cy": "To"}


def test_without_words_nothing_is_kept(db: Database) -> None:
    with pytest.raises(BadInput, match="has no words for those who cannot see it"):
        kept(db, cy="To")
    assert the_images(db) == []


def test_words_are_replaced_whole(db: Database) -> None:
    number = kept(db, en="A roof", cy="To")
    assert describe_image(db=db, image_id=number, alt={"en": "A roof in snow", "cy": ""})
    assert the_images(db)[0].alt == {"en": "A roof in snow"}
    assert not describe_image(db=db, image_id=number + 1, alt={"en": "Nothing"})


@pytest.mark.parametrize("where", ["edition", "snippet"])
def test_a_picture_that_is_shown_somewhere_stays_and_the_place_is_named(db: Database, where: str) -> None:
    number = kept(db)
    words = f"::: image\n![A roof](https://hearth.example{the_images(db)[0].path})\n:::\n"
    if where == "edition":
        with db.transaction() as session:
            a_content(session, edition_id=an_edition(session, title="Spring letter"), body=words)
    else:
        keep_snippet(db=db, name="Spring letter", bodies={"en": words}, by="Mair", now=NOW)
    with pytest.raises(BadInput, match="is used in: Spring letter"):
        discard_image(db=db, image_id=number)
    assert len(the_images(db)) == 1
    with db.raw_transaction() as connection:
        assert [place.title for place in load_places(connection)] == ["Spring letter"]


def test_a_picture_that_nobody_uses_goes(db: Database) -> None:
    number = kept(db)
    assert discard_image(db=db, image_id=number)
    assert the_images(db) == []
    assert not discard_image(db=db, image_id=number)
