"""The unsubscribe page, and the one-click of mail programs (RFC 8058)."""

from pathlib import Path
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from outreach.db.models.contacts import Contact, Suppression
from outreach.db.models.content import Business
from outreach.db.session import Database
from outreach.queueing.rq import JobQueue
from outreach.rendering.links import Tokens
from outreach.web.public import unsubscribe
from tests.factories import NOW, a_business, a_contact, a_sent_touch
from tests.web.product import public_door

TOKENS = Tokens([b"a key of a test"], "")


@pytest.fixture
def client(db: Database, queue: JobQueue, root: Path) -> FlaskClient:
    with db.transaction() as session:
        a_business(session)
    app: Flask = public_door(db=db, queue=queue, tokens=TOKENS, root=root, pages=[unsubscribe])
    return app.test_client()


@pytest.fixture
def touch_id(db: Database) -> UUID:
    with db.transaction() as session:
        return a_sent_touch(session, contact_id=a_contact(session), sent_at=NOW)


def may_email(db: Database) -> bool:
    with db.transaction() as session:
        return session.scalars(select(Contact.may_email)).one()


def test_looking_shows_one_button_and_changes_nothing(db: Database, client: FlaskClient, touch_id: UUID) -> None:
    answer = client.get(TOKENS.unsubscribe(touch_id))
    assert answer.status_code == 200
    assert answer.text.count("<button") == 1
    assert 'lang="en" dir="ltr"' in answer.text
    assert "Hearth &amp; Home Energy" in answer.text
    assert may_email(db)


def test_one_click_acts_at_once_without_cookies_sign_in_or_redirect(
    db: Database, client: FlaskClient, touch_id: UUID
) -> None:
    answer = client.post(TOKENS.unsubscribe(touch_id), data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    assert "Location" not in answer.headers
    assert not may_email(db)
    with db.transaction() as session:
        assert session.scalars(select(Suppression.reason)).all() == ["unsubscribed"]


def test_the_one_click_may_come_as_multipart_too(db: Database, client: FlaskClient, touch_id: UUID) -> None:
    client.post(
        TOKENS.unsubscribe(touch_id), data={"List-Unsubscribe": "One-Click"}, content_type="multipart/form-data"
    )
    assert not may_email(db)


def test_the_button_acts_and_a_second_press_says_the_same(db: Database, client: FlaskClient, touch_id: UUID) -> None:
    first = client.post(TOKENS.unsubscribe(touch_id))
    second = client.post(TOKENS.unsubscribe(touch_id))
    assert (first.status_code, second.status_code, first.text) == (200, 200, second.text)
    assert not may_email(db)


def test_a_changed_mind_is_one_press_away(db: Database, client: FlaskClient, touch_id: UUID) -> None:
    done = client.post(TOKENS.unsubscribe(touch_id))
    assert f'action="{TOKENS.unsubscribe(touch_id)}/undo"' in done.text
    assert client.get(TOKENS.unsubscribe(touch_id) + "/undo").status_code == 405
    back = client.post(TOKENS.unsubscribe(touch_id) + "/undo")
    assert "on the list again" in back.text
    assert may_email(db)


def test_tokens_we_did_not_make_get_the_same_pages(db: Database, client: FlaskClient, touch_id: UUID) -> None:
    good = TOKENS.unsubscribe(touch_id)
    bad = [good[:-1] + ("A" if good[-1] != "A" else "B"), "/u/x", TOKENS.unsubscribe(uuid4())]
    shown = {client.get(path).text.replace(path, "") for path in [good, *bad]}
    acted = {client.post(path).text.replace(path, "") for path in bad}
    assert may_email(db)
    acted.add(client.post(good).text.replace(good, ""))
    assert (len(shown), len(acted)) == (1, 1)
    assert client.post("/u/x/undo").status_code == 200


def test_a_token_for_another_purpose_does_not_unsubscribe(db: Database, client: FlaskClient, touch_id: UUID) -> None:
    client.post(TOKENS.click(touch_id, 1).replace("/c/", "/u/"))
    client.post(TOKENS.pixel(touch_id).replace("/o/", "/u/").removesuffix(".gif"))
    assert may_email(db)


@pytest.mark.parametrize(("locale", "direction"), [("ar", "rtl"), ("cy", "ltr"), ("zh-Hans", "ltr")])
def test_the_page_speaks_the_language_of_the_message(
    db: Database, client: FlaskClient, locale: str, direction: str
) -> None:
    with db.transaction() as session:
        touch_id = a_sent_touch(session, contact_id=a_contact(session), sent_at=NOW, locale=locale)
    answer = client.get(TOKENS.unsubscribe(touch_id))
    assert f'lang="{locale}" dir="{direction}"' in answer.text
    assert answer.headers["Content-Language"] == locale


def test_a_text_message_leads_to_a_page_about_text_messages(db: Database, client: FlaskClient) -> None:
    with db.transaction() as session:
        touch_id = a_sent_touch(session, contact_id=a_contact(session), sent_at=NOW, channel="sms")
    assert "text messages" in client.get(TOKENS.unsubscribe(touch_id)).text


def test_the_name_of_the_business_cannot_break_the_page(db: Database, client: FlaskClient, touch_id: UUID) -> None:
    with db.transaction() as session:
        session.execute(update(Business).values(name="Fire & <script>alert(1)</script> 100%"))
    shown = client.get(TOKENS.unsubscribe(touch_id)).text
    assert "<script" not in shown
    assert "Fire &amp; &lt;script&gt;alert(1)&lt;/script&gt; 100%?" in shown
