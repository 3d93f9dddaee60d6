"""The unsubscribe page, and the one-click of mail programs (RFC 8058)."""

import re
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from outreach.db.models.contacts import ConsentRecord, ConsentWording, Contact, Suppression
from outreach.db.models.content import Business
from outreach.db.models.feedback import EventRow
from outreach.db.models.rhythm import Rhythm
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


def test_looking_shows_unsubscribing_first_and_changes_nothing(
    db: Database, client: FlaskClient, touch_id: UUID
) -> None:
    answer = client.get(TOKENS.unsubscribe(touch_id))
    assert answer.status_code == 200
    forms = re.findall(r'action="([^"]*)"', answer.text)
    path = TOKENS.unsubscribe(touch_id)
    assert forms == [path, path + "/less", path + "/pause"]
    assert 'lang="en" dir="ltr"' in answer.text
    assert "Hearth &amp; Home Energy" in answer.text
    assert may_email(db)


def test_leaving_and_coming_back_is_written_down_with_its_words_and_from_where(
    db: Database, client: FlaskClient, touch_id: UUID
) -> None:
    pressed = {"User-Agent": "Browser/1.0\xe9"}
    client.post(TOKENS.unsubscribe(touch_id), headers=pressed)
    client.post(TOKENS.unsubscribe(touch_id) + "/undo", headers=pressed)
    with db.transaction() as session:
        left, back = session.scalars(select(ConsentRecord).order_by(ConsentRecord.id.desc()).limit(2)).all()[::-1]
        assert back.wording is not None
        wording = session.get_one(ConsentWording, back.wording)
    assert (left.granted, left.origin, left.wording) == (False, "127.0.0.1 Browser/1.0?", None)
    assert (back.granted, back.origin) == (True, "127.0.0.1 Browser/1.0?")
    assert (wording.words, wording.language) == ("Keep me on the list", "en")


def test_a_thousand_looks_of_mail_gateways_change_nothing(db: Database, client: FlaskClient, touch_id: UUID) -> None:
    for _ in range(500):
        assert client.get(TOKENS.unsubscribe(touch_id)).status_code == 200
        assert client.head(TOKENS.unsubscribe(touch_id)).status_code == 200
    assert may_email(db)
    with db.transaction() as session:
        assert session.scalars(select(EventRow)).all() == []
        assert session.scalars(select(Suppression)).all() == []


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
    token = {path: path.removeprefix("/u") for path in [good, *bad]}
    shown = {client.get(path).text.replace(token[path], "") for path in token}
    acted = {client.post(path).text.replace(token[path], "") for path in bad}
    assert may_email(db)
    acted.add(client.post(good).text.replace(token[good], ""))
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


def rhythm(db: Database) -> Rhythm:
    with db.transaction() as session:
        return session.scalars(select(Rhythm)).one()


def test_less_often_is_one_press_and_so_is_its_undo(db: Database, client: FlaskClient, touch_id: UUID) -> None:
    path = TOKENS.unsubscribe(touch_id)
    first, second = client.post(path + "/less"), client.post(path + "/less")
    assert (first.status_code, first.text) == (200, second.text)
    assert "Less often from now on" in first.text
    assert f'action="{path}/usual"' in first.text
    assert (rhythm(db).floor_gap, rhythm(db).gap) == (21.0, 21.0)
    assert "All as before" in client.post(path + "/usual").text
    assert (rhythm(db).floor_gap, rhythm(db).gap) == (None, 14.0)
    assert may_email(db)


@pytest.mark.parametrize(("months", "days"), [(1, 30), (3, 91), (6, 181)])
def test_a_pause_is_one_press_and_so_is_its_undo(
    db: Database, client: FlaskClient, touch_id: UUID, months: int, days: int
) -> None:
    path = TOKENS.unsubscribe(touch_id)
    answer = client.post(path + "/pause", data={"months": months})
    assert f'action="{path}/resume"' in answer.text
    until = rhythm(db).paused_until
    assert until is not None
    assert until.date() in {(NOW + timedelta(days=days + more)).date() for more in (-1, 0)}
    with db.transaction() as session:
        event = session.scalars(select(EventRow)).one()
    assert (event.type, event.touch_id, event.data) == ("pause", touch_id, {"source": "unsubscribe page"})
    assert "All as before" in client.post(path + "/resume").text
    assert rhythm(db).paused_until is None
    assert may_email(db)


@pytest.mark.parametrize("months", ["", "0", "2", "-1", "9999999999", "x"])
def test_a_pause_of_another_length_is_no_request_of_ours(
    db: Database, client: FlaskClient, touch_id: UUID, months: str
) -> None:
    assert client.post(TOKENS.unsubscribe(touch_id) + "/pause", data={"months": months}).status_code == 400
    assert rhythm(db).paused_until is None


@pytest.mark.parametrize("act", ["less", "usual", "pause", "resume"])
def test_wishes_with_tokens_we_did_not_make_get_the_same_page_and_do_nothing(
    db: Database, client: FlaskClient, touch_id: UUID, act: str
) -> None:
    good = TOKENS.unsubscribe(touch_id)
    bad = [good[:-1] + ("A" if good[-1] != "A" else "B"), "/u/x", TOKENS.unsubscribe(uuid4())]
    acted = {client.post(f"{path}/{act}", data={"months": 1}).text.replace(path, "") for path in bad}
    with db.transaction() as session:
        assert session.scalars(select(EventRow)).all() == []
    acted.add(client.post(f"{good}/{act}", data={"months": 1}).text.replace(good, ""))
    assert len(acted) == 1
    assert client.get(f"{good}/{act}").status_code == 405


@pytest.mark.parametrize("locale", ["ar", "cy", "de", "es", "fr", "zh-Hans"])
def test_every_step_speaks_the_language_of_the_message(db: Database, client: FlaskClient, locale: str) -> None:
    with db.transaction() as session:
        touch_id = a_sent_touch(session, contact_id=a_contact(session), sent_at=NOW, locale=locale)
    path = TOKENS.unsubscribe(touch_id)
    pages = [
        client.get(path),
        *(client.post(f"{path}/{act}", data={"months": 3}) for act in ("less", "usual", "pause")),
    ]
    for page in pages:
        assert f'lang="{locale}"' in page.text
        assert not re.search(r"less often|as before|quieter|Pause for|in peace", page.text)
