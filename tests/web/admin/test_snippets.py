"""Snippets: written once per language, put into an edition from the editor, deleted and brought back."""

import json

import pytest
from flask.testing import FlaskClient

from outreach.bootstrap import Outreach
from outreach.db.queries.snippets import load_snippets
from tests.factories import a_business, a_content, an_edition

pytestmark = pytest.mark.usefixtures("business")

TIP = "::: tip\nClose the shutters.\n:::"


@pytest.fixture
def business(product: Outreach) -> None:
    """One that writes in two languages."""
    with product.db.transaction() as session:
        a_business(session, locales=["en", "cy"])


def written(product: Outreach) -> dict[tuple[str, str], str]:
    with product.db.raw_transaction() as connection:
        return {(one.name, one.locale): one.body for one in load_snippets(connection)}


def save(staff: FlaskClient, **values: str) -> object:
    return staff.post("/library/snippets", data={"name": "Tip", "body-en": TIP, "body-cy": "", **values})


def test_one_is_written_listed_and_opened_again(staff: FlaskClient) -> None:
    assert "No snippet yet" in staff.get("/library/snippets").get_data(as_text=True)
    assert 'name="body-cy"' in staff.get("/library/snippets/new").get_data(as_text=True)
    assert save(staff).location == "/library/snippets"
    assert "Close the shutters." in staff.get("/library/snippets").get_data(as_text=True)
    assert "Close the shutters." in staff.get("/library/snippets/edit?name=Tip").get_data(as_text=True)
    assert staff.get("/library/snippets/edit?name=Nothing").status_code == 404


def test_what_is_wrong_is_said_beside_what_was_typed(product: Outreach, staff: FlaskClient) -> None:
    answer = save(staff, **{"body-en": "One\n{{ 7 * 7 }}", "body-cy": "Awgrym."})
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert "snippet (en)" in page
    assert "line 2" in page
    assert "Awgrym." in page
    assert written(product) == {}


def test_a_change_takes_its_place(product: Outreach, staff: FlaskClient) -> None:
    save(staff)
    save(staff, was="Tip", name="Winter tip", **{"body-en": "Anew."})
    assert written(product) == {("Winter tip", "en"): "Anew.\n"}


def test_what_was_deleted_is_brought_back_by_one_button(product: Outreach, staff: FlaskClient) -> None:
    save(staff)
    page = staff.post("/library/snippets/delete", data={"name": "Tip"}).get_data(as_text=True)
    assert "Undo" in page
    assert written(product) == {}
    save(staff)
    assert written(product) == {("Tip", "en"): TIP + "\n"}


def test_the_editor_offers_those_in_its_language_and_takes_a_copy(product: Outreach, staff: FlaskClient) -> None:
    save(staff)
    assert json.loads(staff.get("/library/snippets.json?locale=cy").data) == []
    (offered,) = json.loads(staff.get("/library/snippets.json?locale=en").data)
    assert offered["name"] == "Tip"
    with product.db.transaction() as session:
        edition = an_edition(session)
        a_content(session, edition_id=edition)
    posted = {"locale": "en", "began_from": 0, "subject": "S", "block": ["a"], "a-kind": "text", "a-words": "Hello."}
    for snippet in (offered["body"], "Warm wishes."):
        page = staff.get(f"/editions/{edition}").get_data(as_text=True)
        began = page.split('name="began_from" value="')[1].split('"')[0]
        answer = staff.post(f"/editions/{edition}", data={**posted, "began_from": began, "snippet": snippet})
        assert answer.status_code == 303
        page = staff.get(f"/editions/{edition}").get_data(as_text=True)
        assert page.count('class="block-card"') == 2
    assert "Warm wishes." in page


def test_a_block_of_an_edition_is_kept_in_every_language_it_is_written_in(
    product: Outreach, staff: FlaskClient
) -> None:
    with product.db.transaction() as session:
        edition = an_edition(session)
        a_content(session, edition_id=edition, body=f"::: value\nHello.\n:::\n\n{TIP}\n")
        welsh = TIP.replace("Close the shutters.", "Caewch y caeadau.")
        a_content(session, edition_id=edition, locale="cy", body=f"::: value\nHelo.\n:::\n\n{welsh}\n")
    posted = {"locale": "en", "began_from": 0, "subject": "S", "block": ["a", "b"], "do": "keep:b"}
    posted |= {"a-kind": "text", "a-words": "Hello.", "b-kind": "tip", "b-words": "Close the shutters."}
    answer = staff.post(f"/editions/{edition}", data=posted)
    assert answer.location == f"/library/snippets/new?edition={edition}&block=2"
    page = staff.get(answer.location).get_data(as_text=True)
    assert "::: tip\nClose the shutters.\n:::" in page
    assert "::: tip\nCaewch y caeadau.\n:::" in page
    assert "Hello." not in page
