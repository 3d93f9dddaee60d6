"""Asking once a day why customers left."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from outreach.db.models.goodbyes import GoodbyeRow
from outreach.db.models.ledger import Task
from outreach.db.models.recovery import RecoveryCase
from outreach.db.models.signals import Signal
from outreach.db.session import Database
from outreach.services.judge_goodbyes import judge_goodbyes
from outreach.services.open_case import open_case
from outreach.services.score_habits import score_habits
from tests.factories import NOW, a_contact


@pytest.fixture
def people(db: Database) -> list[int]:
    """Three customers who went silent: just so, after a complaint, and with their mail coming back."""
    with db.transaction() as session:
        found = [a_contact(session, email=f"c{number}@example.org") for number in range(3)]
        for contact in found:
            for days in range(100, 500, 14):
                session.add(Signal(contact_id=contact, kind="purchase", occurred_at=NOW - timedelta(days=days)))
        session.add(Signal(contact_id=found[1], kind="complaint", occurred_at=NOW - timedelta(days=95)))
    with db.raw_transaction() as connection:
        connection.execute(
            "INSERT INTO suppressions (channel, address, reason, since) "
            "VALUES ('email', 'c2@example.org', 'bounced', %s)",
            (NOW - timedelta(days=80),),
        )
    score_habits(db=db, now=NOW)
    return found


def goodbyes(db: Database) -> dict[int, str]:
    with db.transaction() as session:
        rows = session.execute(select(GoodbyeRow.contact_id, GoodbyeRow.goodbye).order_by(GoodbyeRow.contact_id))
        return {row.contact_id: row.goodbye for row in rows}


def test_each_gets_the_reason_that_its_clues_speak_for(db: Database, people: list[int]) -> None:
    done = judge_goodbyes(db=db, now=NOW)
    assert done
    assert (done.new, done.calls, done.cases) == (3, 2, 1)
    assert goodbyes(db) == dict(zip(people, ["habit_lost", "we_failed", "circumstances"], strict=True))
    with db.transaction() as session:
        tasks = session.execute(select(Task.contact_id, Task.reason_code).order_by(Task.contact_id)).all()
        cases = session.scalars(select(RecoveryCase.contact_id)).all()
    assert [tuple(one) for one in tasks] == [
        (people[0], "call.fading"),
        (people[1], "call.problem"),
        (people[2], "call.circumstances"),
    ]
    assert cases == [people[1]]


def test_it_is_done_once_a_day_and_says_nothing_twice(db: Database, people: list[int]) -> None:
    judge_goodbyes(db=db, now=NOW)
    assert judge_goodbyes(db=db, now=NOW + timedelta(hours=2)) is None
    again = judge_goodbyes(db=db, now=NOW + timedelta(days=1))
    assert again
    assert (again.came_back, again.new, again.calls) == (0, 0, 0)


def test_who_comes_back_has_not_left(db: Database, people: list[int]) -> None:
    judge_goodbyes(db=db, now=NOW)
    with db.transaction() as session:
        session.add(Signal(contact_id=people[0], kind="purchase", occurred_at=NOW + timedelta(hours=5)))
    tomorrow = NOW + timedelta(days=1)
    score_habits(db=db, now=tomorrow)
    done = judge_goodbyes(db=db, now=tomorrow)
    assert done
    assert (done.came_back, done.new) == (1, 0)


def test_who_was_answered_in_a_case_gets_no_second_one(db: Database, people: list[int]) -> None:
    open_case(
        db=db, contact_id=people[1], words="We came late.", by="mair@hearth.example", now=NOW - timedelta(days=60)
    )
    done = judge_goodbyes(db=db, now=NOW)
    assert done
    assert done.cases == 0
