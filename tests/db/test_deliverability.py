"""What became of messages, counted from the ledger and the events."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from outreach.db.models.feedback import EventRow
from outreach.db.models.ledger import Attempt, Touch
from outreach.db.queries.deliverability import ArrivedAt, load_arrivals
from outreach.db.session import Database
from outreach.domain.deliverability import Trouble
from tests.factories import NOW, a_contact, a_sent_touch, a_touch

HOUR = timedelta(hours=1)


def an_event(session: Session, touch_id: UUID, kind: str, *, at: datetime = NOW, number: int = 0, **data: str) -> None:
    session.add(
        EventRow(
            key=f"{kind} {number} {touch_id}", touch_id=touch_id, type=kind, actor="machine", occurred_at=at,
            recorded_at=at, data=data,
        )
    )  # fmt: skip


def a_message(session: Session, *, to: str = "anna@gmail.com", hours_ago: float = 1, **values: object) -> UUID:
    contact = a_contact(session, email=to)
    return a_sent_touch(session, contact_id=contact, sent_at=NOW - hours_ago * HOUR, **values)


def a_refusal(session: Session, answer: str, *, to: str = "anna@gmail.com") -> UUID:
    contact = a_contact(session, email=to)
    touch = a_touch(session, contact_id=contact, state="failed", send_at=NOW - HOUR, provider="smtp", address=to)
    for number, said in enumerate(("451 later", answer), start=1):
        values = {"touch_id": touch, "number": number, "provider": "smtp", "outcome": "failed"}
        session.add(Attempt(**values, started_at=NOW, ended_at=NOW, answer=said))
    return touch


def arrivals(db: Database, *, hours: float = 24) -> list[ArrivedAt]:
    with db.raw_transaction() as connection:
        return load_arrivals(connection, since=NOW - hours * HOUR, now=NOW)


def only(db: Database) -> ArrivedAt:
    (found,) = arrivals(db)
    return found


def test_messages_are_counted_by_channel_provider_and_place(db: Database) -> None:
    with db.transaction() as session:
        a_message(session, to="anna@gmail.com")
        a_message(session, to="Ben@Gmail.com")
        a_message(session, to="carys@bakery.example", provider="smtp")
        phone = a_contact(session, phone="+447400123456")
        a_sent_touch(session, contact_id=phone, sent_at=NOW - HOUR, channel="sms", provider="twilio")
    found = {(one.channel, one.provider, one.place): one.messages for one in arrivals(db)}
    assert found == {
        ("email", "mailbox", "gmail.com"): 2,
        ("email", "smtp", "bakery.example"): 1,
        ("sms", "twilio", "+4474001"): 1,
    }


def test_a_message_counts_once_however_often_it_is_reported(db: Database) -> None:
    with db.transaction() as session:
        touch = a_message(session)
        for number in range(3):
            an_event(session, touch, "bounced", number=number, bounce="dead")
            an_event(session, touch, "deferred", number=number)
    assert only(db).arrivals().cases == {
        Trouble.BOUNCE: 1,
        Trouble.BLOCK: 0,
        Trouble.COMPLAINT: 0,
        Trouble.DEFERRAL: 1,
    }


def test_blocks_are_told_from_bounces(db: Database) -> None:
    with db.transaction() as session:
        for number, kind in enumerate(("dead", "passing", "blocked", "our_setup")):
            an_event(session, a_message(session), "bounced", number=number, bounce=kind)
        an_event(session, a_message(session), "bounced")  # from before bounces said their kind
        an_event(session, a_message(session), "complained")
    found = only(db)
    assert (found.messages, found.bounced, found.blocked, found.complained) == (6, 3, 2, 1)


def test_a_bounce_that_failed_the_message_later_is_still_of_the_day_it_left(db: Database) -> None:
    with db.transaction() as session:
        touch = a_message(session)
        an_event(session, touch, "bounced", bounce="dead")
        session.get_one(Touch, touch).state = "failed"
    assert (only(db).messages, only(db).bounced) == (1, 1)


def test_a_refusal_on_the_way_out_is_read_from_its_last_answer(db: Database) -> None:
    with db.transaction() as session:
        a_refusal(session, "550 5.1.1 no such user")
        a_refusal(session, "554 5.7.1 rejected by policy")
        a_refusal(session, "400 bad request")
        a_refusal(session, "no answer in time")
    found = only(db)
    assert (found.messages, found.bounced, found.blocked, found.deferred) == (4, 1, 1, 0)


def test_a_refusal_that_was_reported_as_well_is_one(db: Database) -> None:
    with db.transaction() as session:
        an_event(session, a_refusal(session, "550 5.1.1 no such user"), "bounced", bounce="dead")
        an_event(session, a_refusal(session, "554 5.7.1 no"), "bounced", bounce="dead")
        an_event(session, a_refusal(session, "550 5.1.1 not from you"), "bounced", bounce="blocked")
    found = only(db)
    assert (found.messages, found.bounced, found.blocked) == (3, 2, 1)


def test_a_second_attempt_means_that_it_was_put_off(db: Database) -> None:
    with db.transaction() as session:
        a_message(session, attempt=2)
        a_message(session, attempt=1)
    assert only(db).deferred == 1


def test_only_what_left_within_the_stretch_counts(db: Database) -> None:
    with db.transaction() as session:
        an_event(session, a_message(session, hours_ago=30), "bounced", bounce="dead")
        a_message(session, hours_ago=2)
        a_message(session, hours_ago=-2)
        a_touch(session, contact_id=a_contact(session))
    assert (only(db).messages, only(db).bounced) == (1, 0)
