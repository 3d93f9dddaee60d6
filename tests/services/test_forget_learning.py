"""Staff takes back what a contact's messages taught."""

from datetime import timedelta

from sqlalchemy import select

from outreach.db.models.rhythm import CadenceChange, Rhythm
from outreach.db.session import Database
from outreach.services.forget_learning import Forgotten, forget_learning
from outreach.services.mature_touches import mature_touches
from tests.factories import NOW, a_contact, a_sent_touch

LONG_AGO = NOW - timedelta(days=6)


def test_the_rhythm_starts_anew_and_the_sentence_says_who_did_it(db: Database) -> None:
    with db.transaction() as session:
        contact_id = a_contact(session, last_touch_at=LONG_AGO)
        for times in range(6):
            a_sent_touch(session, contact_id=contact_id, sent_at=LONG_AGO - times * timedelta(days=14))
    mature_touches(db=db, now=NOW)
    forgotten = forget_learning(db=db, contact_id=contact_id, now=NOW)
    assert forgotten is not None
    assert forgotten.before > forgotten.after == 14
    with db.transaction() as session:
        rhythm = session.get_one(Rhythm, contact_id)
        reasons = session.scalars(select(CadenceChange.reason).order_by(CadenceChange.id)).all()
    assert (rhythm.gap, rhythm.capacity, rhythm.learn_from) == (14, None, NOW)
    assert rhythm.next_due_at == LONG_AGO + timedelta(days=14)
    assert reasons[-1].endswith("staff took back what earlier messages had taught.")


def test_only_what_comes_after_teaches_again(db: Database) -> None:
    with db.transaction() as session:
        contact_id = a_contact(session)
        for times in range(6):
            a_sent_touch(session, contact_id=contact_id, sent_at=LONG_AGO - times * timedelta(days=14))
    forget_learning(db=db, contact_id=contact_id, now=NOW)
    assert mature_touches(db=db, now=NOW).cadences == 0
    with db.transaction() as session:
        at = NOW + timedelta(hours=1)
        a_sent_touch(session, contact_id=contact_id, sent_at=at, clicked_at=at + timedelta(hours=1))
    assert mature_touches(db=db, now=NOW + timedelta(days=9)).cadences == 1


def test_what_the_contact_asked_for_is_not_forgotten(db: Database) -> None:
    with db.transaction() as session:
        contact_id = a_contact(session)
        rhythm = session.get_one(Rhythm, contact_id)
        rhythm.gap = rhythm.floor_gap = 21.0
        rhythm.floor_gap_until = NOW + timedelta(days=300)
    assert forget_learning(db=db, contact_id=contact_id, now=NOW) == Forgotten(21, 21)


def test_nobody_is_forgotten_by_mistake(db: Database) -> None:
    assert forget_learning(db=db, contact_id=4711, now=NOW) is None
