"""What customers choose for themselves: at once, once, in their language, and nothing by looking."""

import re
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from outreach.db.models.contacts import ConsentRecord, Contact, Suppression
from outreach.db.models.feedback import EventRow
from outreach.db.models.ledger import Task, Touch
from outreach.db.models.rhythm import Rhythm
from outreach.db.models.signals import Signal
from outreach.db.session import Database
from outreach.queueing.rq import JobQueue
from outreach.rendering.links import Tokens
from outreach.services.unsubscribe import unsubscribe as off_the_list
from outreach.web.public import choices
from outreach.web.public.choices import covered
from tests.factories import NOW, a_business, a_campaign, a_contact, a_sent_touch, a_touch, an_edition
from tests.web.product import public_door

TOKENS = Tokens([b"a key of a test"], "")
PHONE = "+441632960183"


@pytest.fixture
def client(db: Database, queue: JobQueue, root: Path) -> FlaskClient:
    with db.transaction() as session:
        a_business(session, locales=["en", "cy", "ar"])
    return public_door(db=db, queue=queue, tokens=TOKENS, root=root, pages=[choices]).test_client()


@pytest.fixture
def touch_id(db: Database) -> UUID:
    with db.transaction() as session:
        contact = a_contact(session, email="anna@example.com", phone=PHONE, may_sms=True)
        for channel in ("email", "sms"):
            session.add(
                ConsentRecord(
                    contact_id=contact, channel=channel, granted=True, source="import", given_at=NOW, recorded_at=NOW
                )
            )
        return a_sent_touch(session, contact_id=contact, sent_at=NOW)


def page_of(touch_id: UUID) -> str:
    return TOKENS.choices_at(TOKENS.heads(touch_id).unsubscribe)


def the_contact(db: Database) -> Contact:
    with db.transaction() as session:
        return session.scalars(select(Contact)).one()


def state(db: Database) -> tuple[object, ...]:
    """Everything a choice may change."""
    with db.transaction() as session:
        contact, rhythm = session.scalars(select(Contact)).one(), session.scalars(select(Rhythm)).one()
        counts = [len(session.scalars(select(table)).all()) for table in (ConsentRecord, Suppression, EventRow, Task)]
        return contact.language, contact.may_email, contact.may_sms, rhythm.floor_gap, rhythm.paused_until, *counts


def test_looking_often_changes_nothing(db: Database, client: FlaskClient, touch_id: UUID) -> None:
    before = state(db)
    for _ in range(100):
        assert client.get(page_of(touch_id)).status_code == 200
        assert client.head(page_of(touch_id)).status_code == 200
    assert state(db) == before


def test_the_page_says_how_things_stand_and_no_address(client: FlaskClient, touch_id: UUID) -> None:
    answer = client.get(page_of(touch_id))
    assert "a•••@e•••.com" in answer.text
    assert "anna@example.com" not in answer.text
    assert PHONE not in answer.text
    assert answer.text.count(" checked") == 2
    assert re.findall(r'<option value="(\S+)"[^>]*>([^<]*)', answer.text) == [
        ("en", "English"),
        ("cy", "Cymraeg"),
        ("ar", "العربية"),
    ]
    assert (answer.headers["Cache-Control"], answer.headers["Referrer-Policy"]) == ("no-store", "no-referrer")


def test_another_language_holds_from_now_on_and_on_the_page_itself(
    db: Database, client: FlaskClient, touch_id: UUID
) -> None:
    answer = client.post(page_of(touch_id) + "/language", data={"language": "ar"})
    assert 'lang="ar" dir="rtl"' in answer.text
    assert the_contact(db).language == "ar"


def test_a_topic_without_a_tick_stops_and_the_others_go_on(db: Database, client: FlaskClient, touch_id: UUID) -> None:
    with db.transaction() as session:
        contact = session.scalars(select(Contact.id)).one()
        news = a_campaign(session, key="news", topic={"en": "Our letter", "ar": "رسالتنا"})
        tips = a_campaign(session, key="tips", topic={"en": "Weekly tips"})
        edition, tip = an_edition(session, campaign_id=news, key="n"), an_edition(session, campaign_id=tips, key="t")
        soon = NOW + timedelta(days=1)
        letter = a_touch(session, contact_id=contact, edition_id=edition, campaign_id=news, send_at=soon)
        a_touch(session, contact_id=contact, edition_id=tip, campaign_id=tips, send_at=soon)
    assert "Our letter" in client.get(page_of(touch_id)).text
    for _ in range(2):
        page = client.post(page_of(touch_id) + "/topics", data={"topic": [str(tips), "999", "x"]}).text
    assert re.findall(r'name="topic" value="(\d+)"( checked)?', page) == [(str(news), ""), (str(tips), " checked")]
    with db.transaction() as session:
        states = {touch.id: touch.state for touch in session.scalars(select(Touch).where(Touch.send_at == soon))}
    assert [state for id, state in states.items() if id == letter] == ["skipped"]
    assert sorted(states.values()) == ["planned", "skipped"]
    assert (
        "checked> <span>Our letter"
        in client.post(page_of(touch_id) + "/topics", data={"topic": [str(news), str(tips)]}).text
    )


@pytest.mark.parametrize("language", ["xx", "", "nl", "en\r\nBcc: x@example.com"])
def test_a_language_we_do_not_write_in_changes_nothing(
    db: Database, client: FlaskClient, touch_id: UUID, language: str
) -> None:
    before = state(db)
    answer = client.post(page_of(touch_id) + "/language", data={"language": language})
    assert answer.status_code == 422
    assert "Nothing was changed" in answer.text
    assert state(db) == before


def test_an_unticked_way_is_withdrawn_and_what_was_planned_on_it_is_skipped(
    db: Database, client: FlaskClient, touch_id: UUID
) -> None:
    with db.transaction() as session:
        contact = session.scalars(select(Contact.id)).one()
        planned = a_touch(session, contact_id=contact, channel="sms", send_at=NOW + timedelta(days=1))
    client.post(page_of(touch_id) + "/channels", data={"channel": ["email"]})
    assert (the_contact(db).may_email, the_contact(db).may_sms) == (True, False)
    with db.transaction() as session:
        assert session.get_one(Touch, planned).state == "skipped"
        assert session.scalars(select(Suppression.address)).all() == [PHONE]
        # The mail that led here is not to blame for the texts.
        assert session.scalars(select(EventRow.type)).all() == []


def test_everything_off_twice_is_once_and_a_tick_brings_it_back(
    db: Database, client: FlaskClient, touch_id: UUID
) -> None:
    client.post(page_of(touch_id) + "/nothing")
    once = state(db)
    assert once[1:3] == (False, False)
    assert "no messages from Hearth" in client.post(page_of(touch_id) + "/nothing").text
    assert state(db) == once
    with db.transaction() as session:
        assert session.scalars(select(EventRow.type)).all() == ["unsubscribed"]
    client.post(page_of(touch_id) + "/channels", data={"channel": ["email", "sms"]})
    assert (the_contact(db).may_email, the_contact(db).may_sms) == (True, True)
    with db.transaction() as session:
        assert session.scalars(select(Suppression)).all() == []


def test_who_left_by_the_link_of_a_mail_may_come_back_here(db: Database, client: FlaskClient, touch_id: UUID) -> None:
    off_the_list(db=db, touch_id=touch_id, now=NOW)
    client.post(page_of(touch_id) + "/channels", data={"channel": ["email", "sms"]})
    assert the_contact(db).may_email


@pytest.mark.parametrize("reason", ["complained", "bounced", "by hand"])
def test_an_address_that_is_closed_for_another_reason_stays_closed(
    db: Database, client: FlaskClient, touch_id: UUID, reason: str
) -> None:
    with db.transaction() as session:
        session.scalars(select(Contact)).one().may_email = False
        session.add(Suppression(channel="email", address="anna@example.com", reason=reason, since=NOW))
    assert "switched off" in client.get(page_of(touch_id)).text
    client.post(page_of(touch_id) + "/channels", data={"channel": ["email", "sms"]})
    assert not the_contact(db).may_email


def test_less_often_and_a_pause_until_a_day_are_set_and_taken_back(
    db: Database, client: FlaskClient, touch_id: UUID
) -> None:
    page = page_of(touch_id) + "/rhythm"
    assert "You asked us to write less often." in client.post(page, data={"wish": "less"}).text
    assert "You asked" not in client.post(page, data={"wish": "usual"}).text
    until = (NOW + timedelta(days=40)).date()
    assert "We leave you in peace until" in client.post(page, data={"wish": "pause", "until": until.isoformat()}).text
    assert "We leave you" not in client.post(page, data={"wish": "resume"}).text


@pytest.mark.parametrize("until", ["", "soon", "2001-01-01", "2999-01-01", "2026-13-01"])
def test_a_pause_that_cannot_be_changes_nothing(db: Database, client: FlaskClient, touch_id: UUID, until: str) -> None:
    before = state(db)
    assert client.post(page_of(touch_id) + "/rhythm", data={"wish": "pause", "until": until}).status_code == 422
    assert client.post(page_of(touch_id) + "/rhythm", data={"wish": "everything"}).status_code == 422
    assert state(db) == before


def test_a_problem_comes_before_a_person_once_however_often_it_is_posted(
    db: Database, client: FlaskClient, touch_id: UUID
) -> None:
    for _ in range(2):
        answer = client.post(page_of(touch_id) + "/problem", data={"words": "The valve\r\nstill drips. "})
        assert "Thank you for telling us" in answer.text
    with db.transaction() as session:
        (task,) = session.scalars(select(Task)).all()
        assert (task.kind, task.reason_code) == ("call", "call.problem")
        assert task.reason_numbers["why"] == "The valve\nstill drips."
        assert [signal.kind for signal in session.scalars(select(Signal))] == ["complaint"]


@pytest.mark.parametrize("words", ["", " \n ", "x" * 2_001])
def test_a_problem_without_words_or_without_end_is_refused_and_what_was_typed_stays(
    db: Database, client: FlaskClient, touch_id: UUID, words: str
) -> None:
    answer = client.post(page_of(touch_id) + "/problem", data={"words": words})
    assert answer.status_code == 422
    assert words in answer.text
    with db.transaction() as session:
        assert session.scalars(select(Task)).all() == []


@pytest.mark.parametrize("deed", ["", "/language", "/channels", "/nothing", "/rhythm", "/problem", "/topics"])
def test_a_token_that_is_not_ours_gets_one_and_the_same_answer(
    db: Database, client: FlaskClient, touch_id: UUID, deed: str
) -> None:
    before = state(db)
    forged = Tokens([b"another key"], "")
    pages = [
        forged.choices_at(forged.heads(touch_id).unsubscribe),
        TOKENS.choices_at(TOKENS.heads(touch_id).pixel),
        TOKENS.choices_at(TOKENS.heads(uuid4()).unsubscribe),
        "/p/nothing",
    ]
    send = client.post if deed else client.get
    answers = [send(page + deed, data={"language": "cy", "wish": "less", "words": "x"}) for page in pages]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1
    assert state(db) == before


def test_the_page_speaks_the_language_of_the_message(db: Database, client: FlaskClient) -> None:
    with db.transaction() as session:
        contact = a_contact(session, language="ar")
        touch = a_sent_touch(session, contact_id=contact, sent_at=NOW, locale="ar")
    assert 'lang="ar" dir="rtl"' in client.get(page_of(touch)).text


def test_an_address_is_known_to_its_owner_only() -> None:
    assert covered("anna@mail.example.com") == "a•••@m•••.com"
    assert covered("+441632960183") == "+44•••83"
