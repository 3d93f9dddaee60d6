"""The pages of journeys: what they do, who stands where, what would happen, and what staff may change."""

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from outreach.bootstrap import Outreach
from outreach.db.queries.journeys import load_journey
from outreach.services.advance_journeys import advance_journeys
from outreach.services.create_staff import create_staff
from tests.factories import NOW, a_business, a_campaign, a_contact, an_edition
from tests.services.test_advance_journeys import days, declare, standing, told


@pytest.fixture
def client(product: Outreach, stranger: FlaskClient, sign_in: Callable[..., None]) -> FlaskClient:
    """Somebody of staff, and a customer who has just entered the welcome."""
    with product.db.transaction() as session:
        a_business(session)
        campaign = a_campaign(session, key="welcome", rule="invited", touch_class="care")
        for key in ("hello", "again"):
            an_edition(session, campaign_id=campaign, key=key)
        contact = a_contact(session, first_name="Ada", last_name="Rees")
    declare(product.db)
    told(product.db, contact, "purchase", days(-1))
    advance_journeys(db=product.db, now=NOW)
    sign_in(stranger)
    return stranger


def version(product: Outreach) -> tuple[int, bool]:
    with product.db.raw_transaction() as connection:
        line = load_journey(connection, "welcome")
    assert line
    return line.version, line.active


def text_of(page: str) -> str:
    """What stands in the text area, as the browser would send it."""
    found = re.search(r"<textarea[^>]*>\n(.*?)</textarea>", page, re.DOTALL)
    assert found
    return found[1].replace("&#39;", "'").replace("&#34;", '"').replace("\n", "\r\n")


def test_the_list_says_what_begins_each_and_how_many_are_in_it(client: FlaskClient) -> None:
    page = client.get("/journeys").text
    assert "A good beginning." in page
    assert "The customer bought something" in page
    assert re.search(r'data-label="In it now">1<', page)


def test_a_journey_shows_its_steps_who_stands_there_and_what_would_happen(client: FlaskClient) -> None:
    page = client.get("/journeys/welcome").text
    assert "Send, as soon as the arbiter finds a slot within 20 days" in page
    assert "1 contact is here" in page
    assert "Wait 7 days" in page
    assert "Put on the phone list: Ask how the first week went." in page
    assert "On day 5: booked" in page
    assert "<dt>Day 7</dt>" in page
    assert client.get("/journeys/none").status_code == 404


def test_it_is_switched_off_and_on(client: FlaskClient, product: Outreach) -> None:
    assert "stands still" in client.post("/journeys/welcome/switch", data={"active": "0"}, follow_redirects=True).text
    assert version(product) == (1, False)
    assert (
        "nothing changed" in client.post("/journeys/welcome/switch", data={"active": "0"}, follow_redirects=True).text
    )
    client.post("/journeys/welcome/switch", data={"active": "1"})
    assert version(product) == (1, True)


def test_staff_see_what_would_happen_before_they_save(client: FlaskClient, product: Outreach) -> None:
    text = text_of(client.get("/journeys/welcome/edit").text).replace("wait: 7", "wait: 3 weeks")
    tried = client.post("/journeys/welcome/edit", data={"text": text, "seen": "1", "act": "try"})
    assert "Nothing is saved yet" in tried.text
    assert "<dt>Day 21</dt>" in tried.text
    assert "wait: 3 weeks" in tried.text
    assert version(product) == (1, True)
    saved = client.post("/journeys/welcome/edit", data={"text": text, "seen": "1", "act": "save"})
    assert saved.status_code == 303
    assert version(product) == (2, True)
    assert "Wait 21 days" in client.get("/journeys/welcome").text
    assert standing(product.db) == [("under_way", "hello", "")]


def test_what_cannot_be_gone_is_told_by_line_and_kept_on_the_page(client: FlaskClient, product: Outreach) -> None:
    text = text_of(client.get("/journeys/welcome/edit").text).replace("welcome/again", "welcome/<b>gone")
    for act in ("try", "save"):
        answer = client.post("/journeys/welcome/edit", data={"text": text, "seen": "1", "act": act})
        assert answer.status_code == 422
        assert "there is no such edition (journey.unknown_edition)" in answer.text
        assert re.search(r"journey welcome, line \d+, steps\[3\].send", answer.text)
        assert "welcome/&lt;b&gt;gone" in answer.text
    assert version(product) == (1, True)


def test_an_earlier_version_is_taken_back(client: FlaskClient, product: Outreach) -> None:
    text = text_of(client.get("/journeys/welcome/edit").text)
    client.post("/journeys/welcome/edit", data={"text": text.replace("wait: 7", "wait: 8"), "seen": "1"})
    page = client.post("/journeys/welcome/restore", data={"version": "1"}, follow_redirects=True).text
    assert "Taken back." in page
    assert "Wait 7 days" in page
    assert version(product) == (3, True)


def test_a_contact_shows_its_journeys_and_is_taken_out(client: FlaskClient, product: Outreach) -> None:
    page = client.get("/contacts/1").text
    assert "At “hello”, in it since" in page
    assert "Take out of Welcome" in page
    answer = client.post("/contacts/1/journeys/1/out", follow_redirects=True).text
    assert "Taken out; what was planned of it is taken back." in answer
    assert "taken out by staff" in answer
    assert standing(product.db) == [("over", "hello", "taken_out")]
    assert "That journey was over." in client.post("/contacts/1/journeys/1/out", follow_redirects=True).text


def test_who_may_not_write_may_look_only(product: Outreach, client: FlaskClient, sign_in: Callable[..., None]) -> None:
    client.post("/logout")
    create_staff(
        db=product.db, email="v@hearth.example", name="V", password="a quiet long evening", roles=["viewer"], now=NOW
    )
    client.post("/login", data={"email": "v@hearth.example", "password": "a quiet long evening"})
    page = client.get("/journeys/welcome")
    assert page.status_code == 200
    assert "Change it" not in page.text
    for address in ("switch", "restore", "edit"):
        assert client.post(f"/journeys/welcome/{address}").status_code == 403
