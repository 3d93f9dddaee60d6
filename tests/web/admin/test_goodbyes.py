"""The page that says why customers left, and takes what staff know better."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from outreach.bootstrap import Outreach
from outreach.db.models.goodbyes import GoodbyeRow
from outreach.db.queries.goodbyes import store_verdicts
from outreach.domain.care.goodbyes import Traces, verdict
from tests.factories import NOW, a_business, a_contact


@pytest.fixture
def client(product: Outreach, stranger: FlaskClient, sign_in: Callable[..., None]) -> FlaskClient:
    """Somebody of staff, and a customer who faded after a complaint."""
    with product.db.transaction() as session:
        a_business(session)
        contact = a_contact(session, first_name="Ada", last_name="Rees")
    last = NOW - timedelta(days=90)
    found = verdict(Traces(contact, last_at=last, unusual_on=NOW - timedelta(days=3), complaint_at=last))
    assert found
    with product.db.raw_transaction() as connection:
        store_verdicts(connection, [(contact, found)], now=NOW)
    sign_in(stranger)
    return stranger


def said(product: Outreach) -> tuple[str, str]:
    with product.db.transaction() as session:
        row = session.scalars(select(GoodbyeRow)).one()
        return row.said, row.said_by


def test_each_verdict_shows_its_clue_and_how_sure_we_are(client: FlaskClient) -> None:
    page = client.get("/goodbyes").text
    assert "Ada Rees" in page
    assert "We let the customer down" in page
    assert "Complained on 10 June 2026" in page
    assert "in about 60 % of cases" in page
    assert "Nobody has left" in client.get("/goodbyes?kind=finished").text
    assert client.get("/goodbyes?kind=bored").status_code == 404


def test_staff_correct_a_verdict_and_take_that_back(client: FlaskClient, product: Outreach) -> None:
    assert client.post("/goodbyes/1", data={"said": "circumstances"}).status_code == 303
    assert said(product) == ("circumstances", "mair@hearth.example")
    assert "Ada Rees" in client.get("/goodbyes?kind=circumstances").text
    client.post("/goodbyes/1", data={"said": ""})
    assert said(product) == ("", "")


def test_nonsense_is_refused_and_a_goodbye_that_is_over_is_told(client: FlaskClient, product: Outreach) -> None:
    assert client.post("/goodbyes/1", data={"said": "bored"}).status_code == 400
    assert "That goodbye is over" in client.post("/goodbyes/99", data={"said": "finished"}, follow_redirects=True).text
    assert said(product) == ("", "")


def test_whose_life_has_changed_may_be_left_alone_for_some_months(client: FlaskClient, product: Outreach) -> None:
    client.post("/goodbyes/1", data={"said": "circumstances", "months": "3"})
    with product.db.raw_transaction() as connection:
        paused = connection.execute("SELECT paused_until::date::text FROM rhythms").fetchone()
    assert paused == ("2026-12-08",)
    client.post("/goodbyes/1", data={"said": "finished", "months": "6"})
    with product.db.raw_transaction() as connection:
        assert connection.execute("SELECT paused_until::date::text FROM rhythms").fetchone() == paused


def test_whom_we_let_down_gets_a_recovery_case_once(client: FlaskClient, product: Outreach) -> None:
    for _ in range(2):
        client.post("/goodbyes/1", data={"said": "we_failed"})
    with product.db.raw_transaction() as connection:
        assert connection.execute("SELECT count(*) FROM recovery_cases").fetchone() == (1,)
