"""The page behind an apology: one click in the mail or one button on the page puts the wish on the case."""

from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from outreach.db.models.ledger import Touch
from outreach.db.models.recovery import CaseNote, RecoveryCase
from outreach.db.session import Database
from outreach.domain.care.recovery import CaseEnding, CaseMove, CaseStep
from outreach.providers.own_links.visits import OwnLinksReader
from outreach.queueing.rq import JobQueue
from outreach.rendering.links import Tokens
from outreach.services.apply_events import apply_events
from outreach.services.move_case import move_case
from outreach.services.open_case import open_case
from outreach.services.watch_cases import watch_cases
from outreach.web import tracking
from outreach.web.public import answers, remedies
from tests.factories import NOW, a_business, a_contact, a_content, a_link, a_sent_touch, an_edition
from tests.web.product import public_door

SENT = NOW - timedelta(days=1)
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148"
TOKENS = Tokens([b"a key of a test"], "")
BODY = "::: question\n## And now?\n\n- [Ring me](answer:remedy/call-me)\n- [Money](answer:remedy/money-back)\n:::\n"
REMEDIES = [
    {"key": "call-me", "name": {"en": "Please <ring> me", "de": "Rufen Sie mich an"}},
    {"key": "money-back", "name": {"en": "My money back"}},
]


@pytest.fixture
def client(db: Database, queue: JobQueue, root: Path) -> FlaskClient:
    pages = [tracking, answers, remedies]
    return public_door(db=db, queue=queue, tokens=TOKENS, root=root, pages=pages).test_client()


@pytest.fixture
def link(db: Database) -> str:
    """The address of "Ring me" in an apology that was sent to somebody with an open case."""
    with db.transaction() as session:
        a_business(session, remedies=REMEDIES)
        edition = an_edition(session)
        a_content(session, edition_id=edition, body=BODY)
        contact = a_contact(session, last_touch_at=SENT)
        touch = a_sent_touch(session, contact_id=contact, edition_id=edition, sent_at=SENT, touch_class="recovery")
        number = a_link(session, edition_id=edition, url="answer:remedy/call-me")
    open_case(db=db, contact_id=contact, words="It drips.", by="mair@hearth.example", now=SENT)
    return TOKENS.click(touch, number)


def page_of(link: str) -> str:
    return link.replace("/c/", "/amends/")


def the_case(db: Database) -> RecoveryCase:
    with db.transaction() as session:
        return session.scalars(select(RecoveryCase)).one()


def story(db: Database) -> list[tuple[str, str]]:
    with db.transaction() as session:
        return [(note.step, note.words) for note in session.scalars(select(CaseNote).order_by(CaseNote.id))]


def close(db: Database, *, days_ago: int = 0) -> None:
    move = CaseMove(CaseStep.CLOSE, by="mair@hearth.example", words="Done.", ending=CaseEnding.MENDED)
    move_case(db=db, case_id=the_case(db).id, move=move, now=NOW - timedelta(days=days_ago))


def test_a_persons_click_leads_to_the_page_and_counts_by_itself(db: Database, client: FlaskClient, link: str) -> None:
    page = client.get(link, headers={"User-Agent": PHONE}, follow_redirects=True)
    assert page.status_code == 200
    assert 'value="call-me" checked' in page.text
    assert "Please &lt;ring&gt; me" in page.text
    assert the_case(db).chosen == ""
    apply_events(db=db, readers={"tracking": OwnLinksReader()}, now=NOW)
    assert watch_cases(db=db, now=NOW).chosen == 1
    assert watch_cases(db=db, now=NOW).chosen == 0
    assert (the_case(db).chosen, the_case(db).state) == ("call-me", "agreed")


def test_looking_at_the_page_chooses_nothing(db: Database, client: FlaskClient, link: str) -> None:
    for _ in range(3):
        client.get(page_of(link), headers={"User-Agent": PHONE})
    apply_events(db=db, readers={"tracking": OwnLinksReader()}, now=NOW)
    watch_cases(db=db, now=NOW)
    assert story(db) == [("report", "It drips.")]


def test_the_button_puts_wish_and_words_on_the_case_at_once(db: Database, client: FlaskClient, link: str) -> None:
    for _ in range(2):
        page = client.post(page_of(link), data={"remedy": "money-back", "words": "And please say why."})
        assert "Thank you. A person reads it today" in page.text
    assert (the_case(db).chosen, the_case(db).state) == ("money-back", "agreed")
    assert story(db)[1:] == [("report", "And please say why."), ("choose", "money-back")]


def test_a_click_does_not_overrule_what_was_chosen_on_the_page(db: Database, client: FlaskClient, link: str) -> None:
    client.get(link, headers={"User-Agent": PHONE})
    apply_events(db=db, readers={"tracking": OwnLinksReader()}, now=NOW)
    client.post(page_of(link), data={"remedy": "money-back"})
    watch_cases(db=db, now=NOW)
    assert the_case(db).chosen == "money-back"


def test_nothing_chosen_and_nothing_said_is_asked_again(db: Database, client: FlaskClient, link: str) -> None:
    page = client.post(page_of(link), data={"remedy": "", "words": " "})
    assert (page.status_code, the_case(db).chosen) == (422, "")
    assert "Please choose something" in page.text
    assert client.post(page_of(link), data={"remedy": "a-yacht"}).status_code == 400


def test_a_closed_matter_is_opened_again_by_words_and_by_nothing_else(
    db: Database, client: FlaskClient, link: str
) -> None:
    close(db)
    page = client.post(page_of(link), data={"remedy": "call-me"})
    assert "This matter is closed." in page.text
    assert the_case(db).state == "closed"
    client.post(page_of(link), data={"remedy": "call-me", "words": "It drips again."})
    assert (the_case(db).state, the_case(db).chosen) == ("agreed", "call-me")


def test_a_token_that_is_none_of_ours_leads_nowhere(db: Database, client: FlaskClient, link: str) -> None:
    with db.transaction() as session:
        touch = session.scalars(select(Touch.id)).one()
        edition = session.scalars(select(Touch.edition_id)).one()
        other = a_link(session, edition_id=edition, url="https://hearth.example/book")
    assert client.get(page_of(TOKENS.click(touch, other))).status_code == 404
    assert client.get("/amends/nonsense").status_code == 404
    stranger = Tokens([b"another key"], "").click(UUID(int=1), 1)
    assert client.post(page_of(stranger), data={"remedy": "call-me"}).status_code == 404
