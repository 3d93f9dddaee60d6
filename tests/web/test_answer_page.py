"""One-click answers, from the link in a mail to the ledger and the page that says thanks."""

from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from outreach.db.models.signals import Signal
from outreach.db.models.writing import GivenAnswer
from outreach.db.session import Database
from outreach.providers.own_links.visits import OwnLinksReader
from outreach.queueing.rq import JobQueue
from outreach.rendering.links import Tokens
from outreach.services.apply_events import apply_events
from outreach.web import tracking
from outreach.web.public import answers
from tests.factories import NOW, a_business, a_contact, a_content, a_link, a_sent_touch, an_edition
from tests.web.product import public_door

SENT = NOW - timedelta(days=1)
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148"
TOKENS = Tokens([b"a key of a test"], "")
BODY = """::: question
## Do you know your stop valve?

- [Yes & it turns](answer:valve/yes)
- [No](answer:valve/no)
:::
"""


@pytest.fixture
def client(db: Database, queue: JobQueue, root: Path) -> FlaskClient:
    app: Flask = public_door(db=db, queue=queue, tokens=TOKENS, root=root, pages=[tracking, answers])
    return app.test_client()


@pytest.fixture
def asked(db: Database) -> tuple[UUID, int, int]:
    """A message sent yesterday, and the links that answer yes and no."""
    with db.transaction() as session:
        a_business(session)
        edition = an_edition(session)
        a_content(session, edition_id=edition, body=BODY)
        touch = a_sent_touch(
            session, contact_id=a_contact(session, last_touch_at=SENT), edition_id=edition, sent_at=SENT
        )
        yes, no = (a_link(session, edition_id=edition, url=f"answer:valve/{answer}") for answer in ("yes", "no"))
    return touch, yes, no


def given(db: Database) -> list[tuple[str, str, bool]]:
    with db.transaction() as session:
        return [(row.question, row.answer, row.confirmed) for row in session.scalars(select(GivenAnswer))]


def replies(db: Database) -> list[str]:
    """What an answer left among the signals, without the message's id."""
    with db.transaction() as session:
        rows = session.execute(select(Signal.kind, Signal.reference).order_by(Signal.id))
        return [f"{row.kind}: {row.reference.split()[0]} {row.reference.split()[-1]}" for row in rows]


def apply(db: Database) -> None:
    apply_events(db=db, readers={"tracking": OwnLinksReader()}, now=NOW)


def test_a_persons_click_is_an_answer_and_leads_to_thanks(
    db: Database, client: FlaskClient, asked: tuple[UUID, int, int]
) -> None:
    touch, yes, _ = asked
    page = client.get(TOKENS.click(touch, yes), headers={"User-Agent": PHONE}, follow_redirects=True)
    assert page.status_code == 200
    assert "Your answer: Yes &amp; it turns" in page.text
    assert "Do you know your stop valve?" in page.text
    assert given(db) == []
    apply(db)
    assert given(db) == [("valve", "yes", False)]
    assert replies(db) == ["reply: answer valve"]


def test_looking_at_the_page_notes_nothing(db: Database, client: FlaskClient, asked: tuple[UUID, int, int]) -> None:
    touch, yes, _ = asked
    for _ in range(3):
        client.get(TOKENS.click(touch, yes).replace("/c/", "/a/"), headers={"User-Agent": PHONE})
    apply(db)
    assert given(db) == []


def test_another_answer_on_the_page_counts_at_once_and_no_later_click_changes_it(
    db: Database, client: FlaskClient, asked: tuple[UUID, int, int]
) -> None:
    touch, yes, _ = asked
    client.get(TOKENS.click(touch, yes), headers={"User-Agent": PHONE})
    apply(db)
    page = client.post(TOKENS.click(touch, yes).replace("/c/", "/a/"), data={"answer": "no"})
    assert "Your answer: No" in page.text
    assert given(db) == [("valve", "no", True)]
    client.get(TOKENS.click(touch, yes), headers={"User-Agent": PHONE})
    apply(db)
    assert given(db) == [("valve", "no", True)]


def test_a_scanner_that_follows_every_link_answers_nothing(
    db: Database, client: FlaskClient, asked: tuple[UUID, int, int]
) -> None:
    touch, yes, no = asked
    for link in (yes, no, yes, no):
        client.get(TOKENS.click(touch, link), headers={"User-Agent": "python-requests/2.32"})
    apply(db)
    assert given(db) == []
    assert replies(db) == []


@pytest.mark.parametrize("answer", ["", "maybe", "valve/yes", "<b>"])
def test_an_answer_that_was_not_offered_is_refused(
    db: Database, client: FlaskClient, asked: tuple[UUID, int, int], answer: str
) -> None:
    touch, yes, _ = asked
    assert client.post(TOKENS.click(touch, yes).replace("/c/", "/a/"), data={"answer": answer}).status_code == 400
    assert given(db) == []


def test_tokens_that_are_no_answers_get_thanks_and_nothing_is_noted(
    db: Database, client: FlaskClient, asked: tuple[UUID, int, int]
) -> None:
    touch, yes, _ = asked
    for token in ("nonsense", TOKENS.unsubscribe(touch).rpartition("/")[2], TOKENS.click(touch, yes + 99)[3:]):
        page = client.post(f"/a/{token}", data={"answer": "no"})
        assert page.status_code == 200
        assert "Thank you" in page.text
    assert given(db) == []
