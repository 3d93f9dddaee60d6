"""Pictures of mails: anybody gets them, for good, and nothing but pictures."""

from io import BytesIO

import pytest
from flask.testing import FlaskClient
from PIL import Image

from outreach.bootstrap import Outreach
from outreach.db.queries.images import load_images
from outreach.services.keep_image import keep_image
from tests.factories import NOW, a_business


@pytest.fixture
def path(product: Outreach) -> str:
    """The path of a kept picture."""
    octets = BytesIO()
    Image.new("RGB", (30, 20), "teal").save(octets, "PNG")
    with product.db.transaction() as session:
        a_business(session)
    keep_image(db=product.db, data=octets.getvalue(), name="roof.png", alt={"en": "A roof"}, by="Mair", now=NOW)
    with product.db.raw_transaction() as connection:
        return load_images(connection)[0].path


def test_a_reader_gets_the_picture_and_may_keep_it_for_good(stranger: FlaskClient, path: str) -> None:
    answer = stranger.get(path)
    assert (answer.status_code, answer.mimetype) == (200, "image/png")
    assert Image.open(BytesIO(answer.data)).size == (30, 20)
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "Set-Cookie" not in answer.headers
    again = stranger.get(path, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize(
    "change", [lambda path: path.replace(".png", ".jpg"), lambda path: path.replace(".png", ".svg")]
)
def test_another_ending_is_no_picture(stranger: FlaskClient, path: str, change: object) -> None:
    assert stranger.get(change(path)).status_code == 404  # type: ignore[operator]


@pytest.mark.parametrize("name", ["0" * 64 + ".png", "0" * 63 + ".png", "A" * 64 + ".png", "x.png", "..%2Fx.png"])
def test_what_is_not_there_is_not_found(stranger: FlaskClient, name: str) -> None:
    assert stranger.get(f"/i/{name}").status_code == 404
