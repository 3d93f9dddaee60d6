"""The library's pictures: handed in, described, chosen in the editor, kept while a mail shows them."""

import json
import re
from collections.abc import Callable
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from PIL import Image

from outreach.bootstrap import Outreach
from outreach.services.create_staff import create_staff
from tests.factories import NOW, a_business, a_content, an_edition

pytestmark = pytest.mark.usefixtures("business")


@pytest.fixture
def business(product: Outreach) -> None:
    """One that writes in two languages."""
    with product.db.transaction() as session:
        a_business(session, locales=["en", "cy"])


def a_picture(width: int = 1600, kind: str = "JPEG") -> BytesIO:
    octets = BytesIO()
    Image.linear_gradient("L").resize((width, width // 2)).save(octets, kind)
    octets.seek(0)
    return octets


def handed_in(staff: FlaskClient, **values: object) -> object:
    return staff.post(
        "/library/images",
        data={"file": (a_picture(), "roof.jpg"), "alt-en": "A roof in snow", "alt-cy": "", **values},
        content_type="multipart/form-data",
    )


def listed(staff: FlaskClient) -> list[dict[str, object]]:
    return json.loads(staff.get("/library/images.json").data)


def test_the_library_opens_with_its_pictures(staff: FlaskClient) -> None:
    assert staff.get("/library").location == "/library/images"
    assert "No picture yet" in staff.get("/library/images").get_data(as_text=True)


def test_a_picture_is_made_small_listed_and_offered_to_the_editor(staff: FlaskClient) -> None:
    answer = handed_in(staff)
    assert answer.status_code == 303
    page = staff.get(answer.location).get_data(as_text=True)
    assert "roof.jpg" in page
    assert "1,200 × 600 px" in page
    (image,) = listed(staff)
    assert (image["alt"], image["width"], image["name"]) == ({"en": "A roof in snow"}, 1200, "roof.jpg")
    assert staff.get(str(image["thumbnail"])).mimetype == "image/jpeg"


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"alt-en": " "}, "has no words for those who cannot see it"),
        ({"file": (BytesIO(b"<svg/>"), "drawing.svg")}, "drawing.svg: is no JPEG, PNG, GIF or WebP picture"),
        ({"file": (BytesIO(b""), "")}, "there is no file"),
    ],
    ids=["no words", "no picture", "no file"],
)
def test_what_cannot_be_kept_is_refused_beside_what_was_typed(
    staff: FlaskClient, values: dict[str, object], said: str
) -> None:
    answer = handed_in(staff, **{"alt-cy": "To dan eira", **values})
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert said in page
    assert 'value="To dan eira"' in page
    assert listed(staff) == []


@pytest.mark.parametrize(("megabytes", "status"), [(19, 422), (30, 413)])
def test_a_picture_of_many_megabytes_is_read_up_to_twenty_and_refused_beyond(
    staff: FlaskClient, megabytes: int, status: int
) -> None:
    answer = handed_in(staff, file=(BytesIO(b"\0" * megabytes * 1024 * 1024), "large.jpg"))
    assert answer.status_code == status


def test_its_words_are_changed_on_the_page(staff: FlaskClient) -> None:
    handed_in(staff)
    number = re.findall(r'id="image-(\d+)"', staff.get("/library/images").get_data(as_text=True))[0]
    assert staff.post(f"/library/images/{number}/alt", data={"alt-en": "", "alt-cy": "To"}).status_code == 422
    staff.post(f"/library/images/{number}/alt", data={"alt-en": "Our roof", "alt-cy": "Ein to"})
    assert listed(staff)[0]["alt"] == {"en": "Our roof", "cy": "Ein to"}
    assert staff.post("/library/images/999/alt", data={"alt-en": "x"}).status_code == 404


def test_it_is_deleted_only_while_no_mail_shows_it(product: Outreach, staff: FlaskClient) -> None:
    handed_in(staff)
    number = re.findall(r'id="image-(\d+)"', staff.get("/library/images").get_data(as_text=True))[0]
    with product.db.transaction() as session:
        edition = an_edition(session, title="Spring letter")
        content = f"::: image\n![A roof]({listed(staff)[0]['url']})\n:::\n"
        a_content(session, edition_id=edition, body=content)
    page = staff.get("/library/images").get_data(as_text=True)
    assert f'href="/editions/{edition}">Spring letter' in page
    refused = staff.post(f"/library/images/{number}/delete")
    assert refused.status_code == 422
    assert "is used in: Spring letter" in refused.get_data(as_text=True)


def test_an_unused_one_is_deleted(staff: FlaskClient) -> None:
    handed_in(staff)
    number = re.findall(r'id="image-(\d+)"', staff.get("/library/images").get_data(as_text=True))[0]
    thumbnail = listed(staff)[0]["thumbnail"]
    assert staff.post(f"/library/images/{number}/delete").status_code == 303
    assert listed(staff) == []
    assert staff.get(str(thumbnail)).status_code == 404
    assert staff.post(f"/library/images/{number}/delete").status_code == 404


def test_pasted_words_come_back_as_markdown_with_what_was_left_out(staff: FlaskClient) -> None:
    html = "<p>Close the <b>shutters</b></p><img src='file:///c:/roof.png'><script>x()</script>"
    told = json.loads(staff.post("/library/paste", data={"html": html}).data)
    assert told["markdown"] == "Close the **shutters**"
    assert told["dropped"] == [
        "Pictures were left out: put them into the library.",
        "Scripts, forms and films were left out.",
    ]


def test_a_paste_with_a_picture_inside_is_not_too_large_and_one_without_end_is_refused(staff: FlaskClient) -> None:
    html = f'<p>Words</p><img src="data:image/png;base64,{"A" * 4_000_000}">'
    assert json.loads(staff.post("/library/paste", data={"html": html}).data)["markdown"] == "Words"
    refused = staff.post("/library/paste", data={"html": "<b>" * 5_000})
    assert refused.status_code == 422
    assert json.loads(refused.data)["faults"] == ["is nested without end. Paste a part of them."]


def test_a_viewer_sees_but_changes_nothing(
    product: Outreach, staff: FlaskClient, app: object, sign_in: Callable[..., None]
) -> None:
    create_staff(
        db=product.db, email="v@hearth.example", name="V", password="only looking today", roles=["viewer"], now=NOW
    )
    handed_in(staff)
    viewer = app.test_client()  # type: ignore[attr-defined]
    viewer.post("/login", data={"email": "v@hearth.example", "password": "only looking today"})
    page = viewer.get("/library/images").get_data(as_text=True)
    assert "roof.jpg" in page
    assert 'type="file"' not in page
    assert handed_in(viewer).status_code == 403
    assert viewer.post("/library/paste", data={"html": "x"}).status_code == 403
