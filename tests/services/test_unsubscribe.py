"""Unsubscribing and taking it back."""

from datetime import timedelta
from threading import Barrier, Thread
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from outreach.db.models.contacts import ConsentRecord, Contact, Suppression
from outreach.db.models.feedback import EventRow
from outreach.db.models.ledger import Touch
from outreach.db.session import Database
from outreach.services.resubscribe import resubscribe
from outreach.services.unsubscribe import SOURCE, unsubscribe
from tests.factories import NOW, a_contact, a_sent_touch, a_touch


@pytest.fixture
def contact_id(db: Database) -> int:
    with db.transaction() as session:
        return a_contact(session)


@pytest.fixture
def touch_id(db: Database, contact_id: int) -> UUID:
    """A mail that the contact got."""
    with db.transaction() as session:
        return a_sent_touch(session, contact_id=contact_id, sent_at=NOW - timedelta(days=1))


def words(db: Database, contact_id: int) -> list[tuple[str, bool, str]]:
    with db.transaction() as session:
        rows = session.execute(
            select(ConsentRecord.channel, ConsentRecord.granted, ConsentRecord.source)
            .where(ConsentRecord.contact_id == contact_id)
            .order_by(ConsentRecord.id)
        )
        return [(row.channel, row.granted, row.source) for row in rows]


def suppressed(db: Database) -> list[tuple[str, str]]:
    with db.transaction() as session:
        return [(row.channel, row.reason) for row in session.execute(select(Suppression.channel, Suppression.reason))]


def may(db: Database, contact_id: int) -> tuple[bool, bool]:
    with db.transaction() as session:
        contact = session.get_one(Contact, contact_id)
        return contact.may_email, contact.may_sms


def test_it_acts_at_once_and_on_the_channel_of_the_message_only(db: Database, contact_id: int, touch_id: UUID) -> None:
    with db.transaction() as session:
        planned = a_touch(session, contact_id=contact_id)
        waiting = a_touch(session, contact_id=contact_id, state="retry_wait")
        text = a_touch(session, contact_id=contact_id, channel="sms")
    unsubscribe(db=db, touch_id=touch_id, now=NOW)
    assert may(db, contact_id) == (False, True)
    assert suppressed(db) == [("email", "unsubscribed")]
    assert words(db, contact_id)[-1] == ("email", False, "unsubscribe link")
    with db.transaction() as session:
        states = {one.id: (one.state, one.outcome) for one in session.scalars(select(Touch))}
        event = session.scalars(select(EventRow)).one()
    assert states[planned] == states[waiting] == ("skipped", "unsubscribed")
    assert states[text] == ("planned", "")
    assert (event.type, event.actor, event.touch_id, event.contact_id) == (
        "unsubscribed",
        "human",
        touch_id,
        contact_id,
    )


def test_once_more_changes_nothing(db: Database, contact_id: int, touch_id: UUID) -> None:
    unsubscribe(db=db, touch_id=touch_id, now=NOW)
    before = words(db, contact_id)
    unsubscribe(db=db, touch_id=touch_id, now=NOW + timedelta(hours=1))
    assert words(db, contact_id) == before
    with db.transaction() as session:
        assert len(session.scalars(select(EventRow)).all()) == 1
        assert session.scalars(select(Suppression.since)).all() == [NOW]


def test_a_message_nobody_knows_changes_nothing(db: Database, contact_id: int) -> None:
    before = words(db, contact_id)
    unsubscribe(db=db, touch_id=uuid4(), now=NOW)
    assert (words(db, contact_id), suppressed(db), may(db, contact_id)) == (before, [], (True, True))


def test_a_text_message_unsubscribes_from_text_messages(db: Database, contact_id: int) -> None:
    with db.transaction() as session:
        text = a_sent_touch(session, contact_id=contact_id, sent_at=NOW, channel="sms")
    unsubscribe(db=db, touch_id=text, now=NOW)
    assert may(db, contact_id) == (True, False)
    assert suppressed(db) == [("sms", "unsubscribed")]


def test_the_address_the_mail_went_to_is_barred_although_the_contact_has_another_now(
    db: Database, contact_id: int, touch_id: UUID
) -> None:
    with db.transaction() as session:
        contact = session.get_one(Contact, contact_id)
        old, contact.email = contact.email, "new@example.com"
    unsubscribe(db=db, touch_id=touch_id, now=NOW)
    with db.transaction() as session:
        assert session.scalars(select(Suppression.address)).all() == [old]
    assert may(db, contact_id) == (False, True)


def test_twice_at_the_same_time_is_once(db: Database, contact_id: int, touch_id: UUID) -> None:
    together = Barrier(4)

    def press() -> None:
        together.wait()
        unsubscribe(db=db, touch_id=touch_id, now=NOW)

    presses = [Thread(target=press) for _ in range(4)]
    for one in presses:
        one.start()
    for one in presses:
        one.join()
    assert words(db, contact_id).count(("email", False, "unsubscribe link")) == 1
    with db.transaction() as session:
        assert len(session.scalars(select(EventRow)).all()) == 1


def test_it_can_be_taken_back_and_done_again(db: Database, contact_id: int, touch_id: UUID) -> None:
    unsubscribe(db=db, touch_id=touch_id, now=NOW)
    assert resubscribe(db=db, touch_id=touch_id, undoes=SOURCE, now=NOW)
    assert words(db, contact_id)[-1] == ("email", True, "undo on unsubscribe page")
    assert (suppressed(db), may(db, contact_id)) == ([], (True, True))
    unsubscribe(db=db, touch_id=touch_id, now=NOW)
    assert (suppressed(db), may(db, contact_id)) == ([("email", "unsubscribed")], (False, True))
    with db.transaction() as session:
        assert len(session.scalars(select(EventRow)).all()) == 2


def test_there_is_nothing_to_take_back_from_somebody_who_did_not_leave(
    db: Database, contact_id: int, touch_id: UUID
) -> None:
    before = words(db, contact_id)
    assert not resubscribe(db=db, touch_id=touch_id, undoes=SOURCE, now=NOW)
    assert words(db, contact_id) == before


def test_who_complained_is_not_brought_back_by_a_page(db: Database, contact_id: int, touch_id: UUID) -> None:
    unsubscribe(db=db, touch_id=touch_id, now=NOW)
    with db.transaction() as session:
        session.scalars(select(Suppression)).one().reason = "complained"
    resubscribe(db=db, touch_id=touch_id, undoes=SOURCE, now=NOW)
    assert (suppressed(db), may(db, contact_id)) == ([("email", "complained")], (False, True))


def test_a_withdrawal_by_another_way_is_not_undone_by_the_page(db: Database, contact_id: int, touch_id: UUID) -> None:
    with db.transaction() as session:
        by_phone = {"channel": "email", "granted": False, "source": "on the phone", "given_at": NOW, "recorded_at": NOW}
        session.add(ConsentRecord(contact_id=contact_id, **by_phone))
        session.get_one(Contact, contact_id).may_email = False
    assert not resubscribe(db=db, touch_id=touch_id, undoes=SOURCE, now=NOW)
    assert may(db, contact_id) == (False, True)
