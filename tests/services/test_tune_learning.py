"""What the whole base teaches, once a day."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.db.models.feedback import EventRow
from outreach.db.models.rhythm import RhythmLearning
from outreach.db.session import Database
from outreach.domain.rhythm.cadence import pace
from outreach.domain.rhythm.tuning import Tuning
from outreach.services.tune_learning import Tuned, tune_learning
from tests.factories import NOW, a_contact, a_sent_touch

DAY = timedelta(days=1)


def an_event(session: Session, touch_id: UUID, kind: str, *, actor: str = "human", **values: object) -> None:
    defaults = {"key": f"{kind} {touch_id}", "type": kind, "occurred_at": NOW - DAY, "recorded_at": NOW, "data": {}}
    session.add(EventRow(touch_id=touch_id, actor=actor, **(defaults | values)))


def learning(db: Database) -> RhythmLearning:
    with db.transaction() as session:
        return session.scalars(select(RhythmLearning)).one()


def test_a_base_without_history_has_the_numbers_of_the_notes(db: Database) -> None:
    assert tune_learning(db=db, now=NOW) == Tuned(Tuning(), contacts=0)
    assert (learning(db).shift, learning(db).slowdown, learning(db).updated_at) == (0, 1, NOW)


def test_a_second_call_on_the_same_day_does_nothing(db: Database) -> None:
    tune_learning(db=db, now=NOW)
    assert tune_learning(db=db, now=NOW + timedelta(hours=14)) == Tuned(None, contacts=0)
    assert tune_learning(db=db, now=NOW + timedelta(hours=15)).tuning is not None


def test_the_programs_of_our_people_change_the_mix_once_a_week(db: Database) -> None:
    with db.transaction() as session:
        for _ in range(10):
            contact_id = a_contact(session)
            for times in range(2):
                sent_at = NOW - (6 + 14 * times) * DAY
                touch_id = a_sent_touch(session, contact_id=contact_id, sent_at=sent_at, matured_at=NOW)
                an_event(session, touch_id, "opened", actor="machine", contact_id=contact_id)
    tuned = tune_learning(db=db, now=NOW)
    assert tuned.contacts == 10
    assert tuned.tuning is not None
    assert tuned.tuning.mix[1] == pytest.approx((0.28 * 200 + 10) / 210, abs=0.001)
    assert learning(db).client_mix["flagged_prefetch"] == tuned.tuning.mix[1]
    assert tune_learning(db=db, now=NOW + DAY) == Tuned(tuned.tuning, contacts=0)
    assert tune_learning(db=db, now=NOW + 30 * DAY).contacts == 10


def test_complaints_pull_the_brake_and_it_lets_go_slowly(db: Database) -> None:
    with db.transaction() as session:
        contact_id = a_contact(session)
        for number in range(3):
            touch_id = a_sent_touch(session, contact_id=contact_id, sent_at=NOW - (2 + number) * DAY)
            an_event(session, touch_id, "complained", contact_id=contact_id)
    tune_learning(db=db, now=NOW)
    assert learning(db).slowdown == 2.2
    tune_learning(db=db, now=NOW + 10 * DAY)
    assert learning(db).slowdown == pytest.approx(2.2 * 0.97**10)


def test_a_base_that_bears_less_is_slowed_down_as_a_whole(db: Database) -> None:
    with db.transaction() as session:
        session.add(RhythmLearning(id=1, shift=-0.5, client_mix={}, slowdown=1, updated_at=NOW - DAY))
    tune_learning(db=db, now=NOW)
    assert learning(db).slowdown == pytest.approx(pace(-0.5))
