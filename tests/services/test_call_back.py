"""Customers who ask for a call with one click."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from outreach.db.models.ledger import Task
from outreach.db.models.writing import GivenAnswer
from outreach.db.session import Database
from outreach.services.call_back import call_back
from tests.factories import NOW, a_contact, a_sent_touch, an_edition


def answered(db: Database, answer: str) -> int:
    """Somebody who gave this answer an hour ago."""
    with db.transaction() as session:
        contact, edition = a_contact(session), an_edition(session)
        touch = a_sent_touch(session, contact_id=contact, edition_id=edition, sent_at=NOW - timedelta(days=1))
        session.add(
            GivenAnswer(
                touch_id=touch,
                question="check-in",
                contact_id=contact,
                edition_id=edition,
                answer=answer,
                given_at=NOW - timedelta(hours=1),
                confirmed=False,
            )
        )
    return contact


def tasks(db: Database) -> list[tuple[int, str]]:
    with db.transaction() as session:
        return [tuple(one) for one in session.execute(select(Task.contact_id, Task.reason_code).order_by(Task.id))]


def test_who_asks_is_on_the_list_once(db: Database) -> None:
    contact = answered(db, "ring")
    assert [call_back(db=db, now=NOW) for _ in range(2)] == [1, 0]
    assert tasks(db) == [(contact, "call.asked")]
    with db.raw_transaction() as connection:
        connection.execute("UPDATE tasks SET closed_at = %s, outcome = 'reached'", (NOW,))
    assert call_back(db=db, now=NOW + timedelta(hours=1)) == 0


@pytest.mark.parametrize("answer", ["well", "better"])
def test_another_answer_asks_for_nothing(db: Database, answer: str) -> None:
    answered(db, answer)
    assert call_back(db=db, now=NOW) == 0
    assert tasks(db) == []
