"""A mail in the browser: the reader's own, able to do nothing but be read."""

from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient

from outreach.bootstrap import Outreach
from tests.factories import NOW, a_business, a_contact, a_content, a_sent_touch, an_edition

BODY = "::: value\nHello {{ contact.first_name }}, close the shutters.\n:::\n"


@pytest.fixture
def touch_id(product: Outreach) -> UUID:
    """A letter to Anna that left."""
    with product.db.transaction() as session:
        a_business(session)
        edition = an_edition(session)
        a_content(session, edition_id=edition, body=BODY)
        contact = a_contact(session, first_name="<Anna>")
        where = {"locale": "en", "address": "anna@example.com"}
        return a_sent_touch(session, contact_id=contact, edition_id=edition, sent_at=NOW, **where)


def path_of(product: Outreach, touch_id: UUID) -> str:
    return product.tokens.web_copy_at(product.tokens.heads(touch_id).unsubscribe).removeprefix(product.tokens.base_url)


def test_the_reader_sees_their_own_letter_which_can_run_nothing(
    product: Outreach, stranger: FlaskClient, touch_id: UUID
) -> None:
    answer = stranger.get(path_of(product, touch_id))
    assert answer.status_code == 200
    assert "Hello &lt;Anna&gt;, close the shutters." in answer.text
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "sandbox allow-popups" in policy
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "Set-Cookie" not in answer.headers


def test_no_letter_is_shown_for_another_token_or_one_that_never_left(
    product: Outreach, stranger: FlaskClient, touch_id: UUID
) -> None:
    with product.db.transaction() as session:
        planned = a_sent_touch(session, contact_id=a_contact(session), sent_at=NOW, locale="", address="")
    pixel = product.tokens.heads(touch_id).pixel
    paths = [path_of(product, planned), path_of(product, uuid4()), f"/v/{pixel}", "/v/x"]
    answers = [stranger.get(path) for path in paths]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1
