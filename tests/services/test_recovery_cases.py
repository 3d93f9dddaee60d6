"""A customer who reports a problem has a case until somebody has put it right."""

import pytest
from sqlalchemy import select

from outreach.db.models.ledger import RecoveryCase, Touch
from outreach.db.session import Database
from outreach.domain.errors import BadInput
from outreach.domain.planning.last_check import CASE_WAIT
from outreach.rendering.renderer import Renderer
from outreach.services.close_case import LONGEST, close_case
from outreach.services.deliver_chunk import Delivered, deliver_chunk
from outreach.services.erase_contact import erase_contact
from outreach.services.report_problem import report_problem
from tests.factories import NOW
from tests.services.test_deliver_chunk import FakeWire, renderer, touches

__all__ = ["renderer", "touches"]


@pytest.fixture
def let_down(db: Database, touches: list[object]) -> int:
    """A contact with a due message, who wrote that something is wrong."""
    with db.transaction() as session:
        touch = session.scalars(select(Touch).order_by(Touch.contact_id)).first()
        assert touch is not None
        about, contact = touch.id, touch.contact_id
    for _ in range(2):
        assert report_problem(db=db, touch_id=about, words="The valve still drips.", now=NOW)
    return contact


def deliver(db: Database, renderer: Renderer) -> Delivered:
    return deliver_chunk(db=db, provider=FakeWire(), renderer_for=lambda _: renderer, now=NOW)


def the_case(db: Database) -> RecoveryCase:
    with db.transaction() as session:
        return session.scalars(select(RecoveryCase)).one()


def close(db: Database, contact: int, note: str = "A new valve was fitted.") -> bool:
    return close_case(db=db, contact_id=contact, case_id=the_case(db).id, by="mair@hearth.example", note=note, now=NOW)


def test_the_same_report_opens_one_case_in_the_customers_words(db: Database, let_down: int) -> None:
    case = the_case(db)
    assert (case.contact_id, case.words, case.closed_at) == (let_down, "The valve still drips.", None)


def test_what_was_planned_waits_for_the_case_and_nobody_elses_does(
    db: Database, renderer: Renderer, let_down: int
) -> None:
    done = deliver(db, renderer)
    assert (done.sent, done.postponed) == (29, 1)
    with db.transaction() as session:
        waiting = session.scalars(select(Touch).where(Touch.contact_id == let_down)).one()
    assert (waiting.state, waiting.send_at) == ("planned", NOW + CASE_WAIT)


def test_once_it_is_closed_messages_go_on(db: Database, renderer: Renderer, let_down: int) -> None:
    assert close(db, let_down)
    assert not close(db, let_down)
    assert deliver(db, renderer).sent == 30
    assert (the_case(db).closed_by, the_case(db).note) == ("mair@hearth.example", "A new valve was fitted.")


@pytest.mark.parametrize("note", ["", " \n", "x" * (LONGEST + 1)])
def test_a_case_is_not_closed_without_saying_what_was_done(db: Database, let_down: int, note: str) -> None:
    with pytest.raises(BadInput, match="note"):
        close(db, let_down, note)
    assert the_case(db).closed_at is None


def test_a_case_of_somebody_else_is_not_closed(db: Database, let_down: int) -> None:
    assert not close(db, let_down + 1)


def test_erasure_takes_the_words_and_leaves_the_count(db: Database, let_down: int) -> None:
    erase_contact(db=db, contact_id=let_down, secret=b"secret", now=NOW)
    assert (the_case(db).words, the_case(db).reference) == ("", f"erased {the_case(db).id}")
