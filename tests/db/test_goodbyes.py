"""What is known about those who may have left, read off the ledger, and the verdicts on them."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from outreach.db.models.contacts import Suppression
from outreach.db.models.goodbyes import GoodbyeRow
from outreach.db.models.ledger import Task
from outreach.db.models.signals import Signal
from outreach.db.models.writing import GivenAnswer
from outreach.db.queries.goodbyes import (
    end_for_who_came_back,
    load_records,
    load_traces,
    load_who_said,
    open_goodbyes,
    store_said,
    store_verdicts,
)
from outreach.db.session import Database
from outreach.domain.care.goodbyes import Clue, Goodbye, Record, Traces, verdict
from tests.factories import NOW, a_contact, a_sent_touch, an_edition

LAST = NOW - timedelta(days=120)
UNUSUAL = NOW - timedelta(days=20)


def days(count: int) -> datetime:
    return LAST + timedelta(days=count)


@pytest.fixture
def contact(db: Database) -> int:
    """Somebody who bought until four months ago."""
    with db.transaction() as session:
        contact = a_contact(session, email="Ada@example.org")
        for place in range(4):
            session.add(Signal(contact_id=contact, kind="purchase", occurred_at=days(-30 * place)))
    return contact


def test_traces_are_read_off_signals_answers_bounces_and_messages(db: Database, contact: int) -> None:
    with db.transaction() as session:
        session.add(Signal(contact_id=contact, kind="complaint", occurred_at=days(-3)))
        session.add(Signal(contact_id=contact, kind="question", occurred_at=days(5), reference="finished:course-1"))
        session.add(Suppression(channel="email", address="ada@example.org", reason="bounced", since=days(40)))
        before = [a_sent_touch(session, contact_id=contact, sent_at=days(-10 * n), opened_at=days(0)) for n in (1, 2)]
        for number in (1, 2, 3):
            a_sent_touch(session, contact_id=contact, sent_at=days(10 * number))
        session.add(
            GivenAnswer(
                touch_id=before[0],
                question="how",
                contact_id=contact,
                edition_id=an_edition(session),
                answer="bad",
                given_at=days(1),
                confirmed=True,
            )
        )
    with db.raw_transaction() as connection:
        (traces,) = load_traces(connection, {contact: UNUSUAL})
    assert traces == Traces(
        contact_id=contact,
        last_at=LAST,
        unusual_on=UNUSUAL,
        milestone_at=days(5),
        complaint_at=days(-3),
        bad_answer_at=days(1),
        bounced_at=days(40),
        asked_before=2,
        answered_before=2,
        asked_since=3,
        answered_since=0,
    )


def test_who_said_lately_that_all_is_done_is_found(db: Database, contact: int) -> None:
    with db.transaction() as session:
        session.add(
            Task(
                contact_id=contact,
                kind="call",
                reason_code="call.no_content",
                reason_numbers={},
                due_at=NOW,
                made_at=NOW - timedelta(days=2),
                closed_at=NOW - timedelta(hours=2),
                outcome="finished",
            )
        )
    with db.raw_transaction() as connection:
        assert load_who_said(connection, since=NOW - timedelta(days=1)) == [contact]
        assert load_who_said(connection, since=NOW) == []
        (traces,) = load_traces(connection, {contact: None})
    found = verdict(traces)
    assert found
    assert found.goodbye is Goodbye.FINISHED


def judge(db: Database, contact: int, **clues: datetime) -> int:
    """Stores the verdict on a silence with these clues; says how many are new."""
    found = verdict(Traces(contact_id=contact, last_at=LAST, unusual_on=UNUSUAL, **clues))  # type: ignore[arg-type]
    assert found
    with db.raw_transaction() as connection:
        return len(store_verdicts(connection, [(contact, found)], now=NOW))


def goodbyes(db: Database) -> list[tuple[str, str]]:
    with db.transaction() as session:
        rows = session.execute(select(GoodbyeRow.goodbye, GoodbyeRow.ended_as).order_by(GoodbyeRow.id))
        return [(row.goodbye, row.ended_as) for row in rows]


def test_the_same_verdict_twice_is_one_and_another_one_ends_it(db: Database, contact: int) -> None:
    assert judge(db, contact) == 1
    assert judge(db, contact) == 0
    assert judge(db, contact, complaint_at=LAST) == 1
    assert goodbyes(db) == [("habit_lost", "judged_anew"), ("we_failed", "")]


def test_what_staff_say_stands_whatever_we_find_later_and_teaches(db: Database, contact: int) -> None:
    judge(db, contact)
    with db.transaction() as session:
        number = session.scalars(select(GoodbyeRow.id)).one()
    with db.raw_transaction() as connection:
        assert store_said(connection, number, said=Goodbye.CIRCUMSTANCES, by="mair@hearth.example", now=NOW) == contact
    assert judge(db, contact, complaint_at=LAST) == 0
    with db.raw_transaction() as connection:
        assert open_goodbyes(connection, [contact]) == {contact: "circumstances"}
        assert load_records(connection) == {Clue.FADED: Record(right=0, wrong=1)}
        store_said(connection, number, said=None, by="", now=NOW)
        assert load_records(connection) == {}


def test_who_buys_again_has_come_back(db: Database, contact: int) -> None:
    judge(db, contact)
    with db.raw_transaction() as connection:
        assert end_for_who_came_back(connection, now=NOW) == 0
    with db.transaction() as session:
        session.add(Signal(contact_id=contact, kind="visit", occurred_at=NOW - timedelta(days=1)))
    with db.raw_transaction() as connection:
        assert end_for_who_came_back(connection, now=NOW) == 1
        assert store_said(connection, 1, said=Goodbye.FINISHED, by="x", now=NOW) is None
    assert goodbyes(db) == [("habit_lost", "came_back")]
