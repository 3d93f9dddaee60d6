"""The pixel and the links, through HTTP to the ledger."""

from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from outreach.db.models.contacts import ConsentRecord, Suppression
from outreach.db.models.feedback import EventRow, RawBatch
from outreach.db.models.ledger import Touch
from outreach.db.models.rhythm import CadenceChange, Rhythm
from outreach.db.session import Database
from outreach.providers.own_links.visits import OwnLinksReader
from outreach.queueing.rq import JobQueue, connect
from outreach.rendering.links import Tokens
from outreach.services.apply_events import apply_events
from outreach.web import tracking
from outreach.web.public import unsubscribe
from tests.factories import NOW, a_business, a_contact, a_link, a_sent_touch, an_edition
from tests.web.product import public_door

SENT = NOW - timedelta(days=1)
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148"
TOKENS = Tokens([b"a key of a test"], "")
URLS = [f"https://hearth.example/{word}?a=1&b=2#part" for word in ("book", "yes", "no", "about")]


@pytest.fixture
def app(db: Database, queue: JobQueue, root: Path) -> Flask:
    return public_door(db=db, queue=queue, tokens=TOKENS, root=root, pages=[tracking, unsubscribe])


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def links(db: Database) -> list[int]:
    """Four links of one edition that one contact got yesterday."""
    with db.transaction() as session:
        a_business(session)
        edition_id = an_edition(session)
        a_sent_touch(session, contact_id=a_contact(session, last_touch_at=SENT), edition_id=edition_id, sent_at=SENT)
        return [a_link(session, edition_id=edition_id, url=url) for url in URLS]


@pytest.fixture
def touch_id(db: Database, links: list[int]) -> UUID:
    with db.transaction() as session:
        return session.scalars(select(Touch.id)).one()


def waiting(db: Database) -> int:
    with db.transaction() as session:
        return session.scalar(select(func.count()).select_from(RawBatch)) or 0


def apply(db: Database) -> None:
    apply_events(db=db, readers={"tracking": OwnLinksReader()}, now=NOW)


def test_a_click_leads_to_the_stored_address_and_reaches_the_cadence(
    db: Database, client: FlaskClient, touch_id: UUID, links: list[int]
) -> None:
    answer = client.get(TOKENS.click(touch_id, links[0]), headers={"User-Agent": PHONE})
    assert (answer.status_code, answer.location) == (302, URLS[0])
    assert "no-store" in answer.headers["Cache-Control"]
    assert "Set-Cookie" not in answer.headers
    apply(db)
    with db.transaction() as session:
        assert session.scalars(select(Touch.clicked_at)).all() == [NOW]
        assert session.scalars(select(CadenceChange.reason)).one().startswith("Gap shortened")


def test_the_pixel_is_a_picture_nobody_keeps_and_is_noted(db: Database, client: FlaskClient, touch_id: UUID) -> None:
    answer = client.get(TOKENS.pixel(touch_id), headers={"User-Agent": PHONE})
    assert (answer.status_code, answer.mimetype, answer.data[:6]) == (200, "image/gif", b"GIF89a")
    assert "no-store" in answer.headers["Cache-Control"]
    apply(db)
    with db.transaction() as session:
        assert session.scalars(select(Touch.opened_at)).all() == [NOW]


def test_a_visit_wakes_a_worker(queue: JobQueue, client: FlaskClient, touch_id: UUID) -> None:
    client.get(TOKENS.pixel(touch_id))
    assert [job.func_name for job in queue.rq().jobs] == ["workers.events.apply"]


def test_readers_are_led_on_while_the_queue_is_down(
    db: Database, touch_id: UUID, links: list[int], root: Path, tmp_path: Path
) -> None:
    nowhere = connect(f"unix://{tmp_path}/nowhere.sock")
    app = public_door(db=db, queue=nowhere, tokens=TOKENS, root=root, pages=[tracking])
    assert app.test_client().get(TOKENS.click(touch_id, links[0])).location == URLS[0]
    assert waiting(db) == 1


def test_no_network_address_is_kept(db: Database, client: FlaskClient, touch_id: UUID) -> None:
    client.get(TOKENS.pixel(touch_id), environ_base={"REMOTE_ADDR": "203.0.113.77"})
    client.get(TOKENS.pixel(touch_id), environ_base={"REMOTE_ADDR": "2001:db8:abcd:12::9"})
    with db.transaction() as session:
        kept = b"".join(session.scalars(select(RawBatch.body)))
    assert b"203.0.113" not in kept
    assert b"2001" not in kept


def test_head_is_answered_and_leaves_no_note(
    db: Database, client: FlaskClient, touch_id: UUID, links: list[int]
) -> None:
    assert client.head(TOKENS.pixel(touch_id)).status_code == 200
    assert client.head(TOKENS.click(touch_id, links[0])).status_code == 302
    assert waiting(db) == 0


def test_every_bad_token_gets_the_same_answer(
    db: Database, client: FlaskClient, touch_id: UUID, links: list[int]
) -> None:
    good = TOKENS.click(touch_id, links[0])
    bad = [
        good[:-1] + ("A" if good[-1] != "A" else "B"),
        "/c/x",
        "/c/" + "A" * 42,
        TOKENS.click(touch_id, 999_999),
        TOKENS.unsubscribe(touch_id).replace("/u/", "/c/"),
        Tokens([b"another key"], "").click(touch_id, links[0]),
        "/c/https:%2f%2fevil.example",
    ]
    answers = {(a.status_code, a.data) for a in (client.get(path) for path in bad) if a.mimetype == "text/plain"}
    assert len(answers) == 1
    assert next(iter(answers))[0] == 404
    dots = [client.get(path) for path in ("/o/x.gif", "/o/" + "A" * 36 + ".gif", TOKENS.pixel(touch_id))]
    assert len({(dot.status_code, dot.data, tuple(dot.headers)) for dot in dots}) == 1
    assert waiting(db) == 1


def test_nothing_in_the_request_says_where_to_go(client: FlaskClient, touch_id: UUID, links: list[int]) -> None:
    answer = client.get(TOKENS.click(touch_id, links[0]) + "?url=https://evil.example&next=//evil.example")
    assert answer.location == URLS[0]


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "//evil.example", "ftp://x.example/"])
def test_a_stored_address_that_is_no_web_address_is_not_followed(
    db: Database, client: FlaskClient, touch_id: UUID, url: str
) -> None:
    with db.transaction() as session:
        link_id = a_link(session, edition_id=session.scalars(select(Touch.edition_id)).one(), url=url)
    assert client.get(TOKENS.click(touch_id, link_id)).status_code == 404


def test_a_token_of_a_message_that_is_gone_still_leads_on(db: Database, client: FlaskClient, links: list[int]) -> None:
    assert client.get(TOKENS.click(uuid4(), links[1])).location == URLS[1]
    apply(db)
    with db.transaction() as session:
        assert session.scalars(select(EventRow.touch_id)).all() == [None]


def test_a_scanner_that_opens_everything_and_the_unsubscribe_page_changes_nothing(
    db: Database, client: FlaskClient, touch_id: UUID, links: list[int]
) -> None:
    paths = [TOKENS.pixel(touch_id), TOKENS.unsubscribe(touch_id), *(TOKENS.click(touch_id, link) for link in links)]
    for path in paths:
        assert client.get(path, headers={"User-Agent": PHONE}).status_code in (200, 302)
    apply(db)
    with db.transaction() as session:
        assert session.scalars(select(EventRow.actor)).all() == ["machine"] * 5
        assert session.scalars(select(Suppression)).all() == []
        assert session.scalars(select(ConsentRecord.granted)).all() == [True, True]
        assert session.scalars(select(Rhythm.gap)).all() == [14]
        assert session.execute(select(Touch.opened_at, Touch.clicked_at)).all() == [(None, None)]
