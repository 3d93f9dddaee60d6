"""What silence teaches, and what it does not."""

from datetime import timedelta
from threading import Barrier, Thread

from sqlalchemy import select

from outreach.db.models.ledger import LoggedTouch, Touch
from outreach.db.models.rhythm import CadenceChange, Rhythm
from outreach.db.queries.cadence import load_histories
from outreach.db.session import Database
from outreach.services.mature_touches import Matured, mature_touches
from tests.factories import NOW, a_contact, a_sent_touch, a_touch

LONG_AGO = NOW - timedelta(days=5, minutes=1)


def gaps(db: Database) -> list[float]:
    with db.transaction() as session:
        return list(session.scalars(select(Rhythm.gap).order_by(Rhythm.contact_id)))


def test_five_days_of_silence_after_some_messages_stretch_the_gap_and_the_sentence_says_so(db: Database) -> None:
    with db.transaction() as session:
        contact_id = a_contact(session, last_touch_at=LONG_AGO)
        for times in range(4):
            a_sent_touch(session, contact_id=contact_id, sent_at=LONG_AGO - times * timedelta(days=14))
    assert mature_touches(db=db, now=NOW) == Matured(touches=4, cadences=1)
    with db.transaction() as session:
        rhythm = session.get_one(Rhythm, contact_id)
        change = session.scalars(select(CadenceChange)).one()
        assert set(session.scalars(select(Touch.matured_at))) == {NOW}
    assert rhythm.gap > 14
    assert rhythm.capacity is not None
    assert rhythm.capacity < 1.9
    assert rhythm.next_due_at == LONG_AGO + timedelta(days=rhythm.gap)
    assert change.reason == f"Gap stretched from 14 to {rhythm.gap} days: the last 4 messages met silence."


def test_a_message_teaches_by_its_silence_once(db: Database) -> None:
    with db.transaction() as session:
        a_sent_touch(session, contact_id=a_contact(session), sent_at=LONG_AGO)
    mature_touches(db=db, now=NOW)
    once = gaps(db)
    assert mature_touches(db=db, now=NOW + timedelta(days=9)) == Matured(touches=0, cadences=0)
    assert gaps(db) == once


def test_a_message_that_was_sent_lately_has_time_left(db: Database) -> None:
    with db.transaction() as session:
        a_sent_touch(session, contact_id=a_contact(session), sent_at=NOW - timedelta(days=4, hours=23))
    assert mature_touches(db=db, now=NOW).touches == 0


def test_a_message_that_a_person_followed_taught_already(db: Database) -> None:
    with db.transaction() as session:
        contact_id = a_contact(session)
        a_sent_touch(session, contact_id=contact_id, sent_at=LONG_AGO, clicked_at=LONG_AGO + timedelta(hours=2))
        session.get_one(Rhythm, contact_id).gap = 13.4
    assert mature_touches(db=db, now=NOW) == Matured(touches=1, cadences=0)
    assert gaps(db) == [13.4]


def test_the_planner_is_told_of_an_evening_reader_and_of_what_the_contact_asked_for(db: Database) -> None:
    with db.transaction() as session:
        contact_id = a_contact(session)
        for times in range(4):
            sent_at = LONG_AGO - times * timedelta(days=14)
            read_at = sent_at.replace(hour=19)
            a_sent_touch(session, contact_id=contact_id, sent_at=sent_at, opened_at=read_at, clicked_at=read_at)
        rhythm = session.get_one(Rhythm, contact_id)
        rhythm.floor_gap, rhythm.floor_gap_until = 21.0, NOW + timedelta(days=30)
    mature_touches(db=db, now=NOW)
    with db.transaction() as session:
        rhythm = session.get_one(Rhythm, contact_id)
        assert (rhythm.favours_hours, rhythm.favours_channel, rhythm.gap) == ("evening", "", 21)


def test_a_contacts_own_band_holds(db: Database) -> None:
    with db.transaction() as session:
        contact_id = a_contact(session)
        a_sent_touch(session, contact_id=contact_id, sent_at=LONG_AGO)
        session.get_one(Rhythm, contact_id).own_min_gap = 40.0
    mature_touches(db=db, now=NOW)
    assert gaps(db) == [40]


def test_calls_that_people_wrote_down_and_mails_that_rode_along_are_no_lessons(db: Database) -> None:
    with db.transaction() as session:
        contact_id = a_contact(session)
        mail = a_sent_touch(session, contact_id=contact_id, sent_at=LONG_AGO)
        a_sent_touch(session, contact_id=contact_id, sent_at=LONG_AGO, merged_into=mail, matured_at=NOW)
        session.add(LoggedTouch(contact_id=contact_id, channel="call", at=LONG_AGO, recorded_at=NOW))
    mature_touches(db=db, now=NOW)
    with db.raw_transaction() as connection:
        (history,) = load_histories(connection, [contact_id], now=NOW)
    assert sorted(story.channel for story in history.stories) == ["call", "email"]
    assert sum(story.answer is not None for story in history.stories) == 1


def test_the_silence_after_a_text_message_teaches_nothing(db: Database) -> None:
    with db.transaction() as session:
        a_sent_touch(session, contact_id=a_contact(session), sent_at=LONG_AGO, channel="sms")
    assert mature_touches(db=db, now=NOW) == Matured(touches=1, cadences=0)


def test_messages_that_never_left_or_came_back_teach_nothing(db: Database) -> None:
    with db.transaction() as session:
        contact_id = a_contact(session)
        for state in ("failed", "unknown", "skipped"):
            a_touch(session, contact_id=contact_id, state=state, sent_at=LONG_AGO)
    assert mature_touches(db=db, now=NOW).touches == 0


def test_the_limit_holds_and_the_oldest_come_first(db: Database) -> None:
    with db.transaction() as session:
        contact_id = a_contact(session)
        ids = [a_sent_touch(session, contact_id=contact_id, sent_at=LONG_AGO - timedelta(days=day)) for day in range(3)]
    assert mature_touches(db=db, now=NOW, limit=2).touches == 2
    with db.transaction() as session:
        assert session.scalars(select(Touch.id).where(Touch.matured_at.is_(None))).all() == [ids[0]]


def test_two_workers_at_once_mature_every_message_once(db: Database) -> None:
    with db.transaction() as session:
        for contact_id in [a_contact(session) for _ in range(20)]:
            for day in range(3):
                a_sent_touch(session, contact_id=contact_id, sent_at=LONG_AGO - timedelta(days=20 * day))
    together = Barrier(2)
    done: list[Matured] = []

    def work() -> None:
        together.wait()
        done.extend(mature_touches(db=db, now=NOW, limit=7) for _ in range(20))

    workers = [Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sum(one.touches for one in done) == 60
    assert len(set(gaps(db))) == 1
    assert gaps(db)[0] > 14
