"""The page of fading customers, and a customer's habit on its own page."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from outreach.bootstrap import Outreach
from outreach.db.models.signals import Signal
from outreach.services.judge_goodbyes import judge_goodbyes
from outreach.services.score_habits import score_habits
from tests.factories import NOW, a_business, a_contact


@pytest.fixture
def client(product: Outreach, stranger: FlaskClient, sign_in: Callable[..., None]) -> FlaskClient:
    """Somebody of staff, a customer who faded, and one who comes as always."""
    with product.db.transaction() as session:
        a_business(session)
        for name, since in (("Ada", 120), ("Bea", 4)):
            contact = a_contact(session, first_name=name, last_name="Rees")
            for days in range(since, 500, 14):
                session.add(Signal(contact_id=contact, kind="purchase", occurred_at=NOW - timedelta(days=days)))
    score_habits(db=product.db, now=NOW)
    judge_goodbyes(db=product.db, now=NOW)
    sign_in(stranger)
    return stranger


def test_only_who_fades_is_on_the_page_with_its_own_numbers(client: FlaskClient) -> None:
    page = client.get("/habits").text
    assert "Ada Rees" in page
    assert "Bea Rees" not in page
    assert "Buys about every 14 days (28 times since" in page
    assert "silent for 120 days, unusual since" in page
    assert "buys less" in page


def test_the_page_of_a_contact_tells_its_habit_and_why_it_left(client: FlaskClient) -> None:
    ada, bea = client.get("/contacts/1").text, client.get("/contacts/2").text
    assert "Very unusual silence" in ada
    assert "The habit was lost" in ada
    assert "As always" in bea
    assert "silence would be unusual from" in bea
    assert "Why this customer left" not in bea


def test_a_base_without_habits_says_when_there_will_be_some(
    product: Outreach, stranger: FlaskClient, sign_in: Callable[..., None]
) -> None:
    with product.db.transaction() as session:
        a_business(session)
    sign_in(stranger)
    assert "Nobody fades" in stranger.get("/habits").text
