"""Bounces on a real ledger: what suppresses an address, for good or for a while, and what never does."""

import json
import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Barrier, Thread
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from outreach.db.models.contacts import Contact, Suppression
from outreach.db.models.feedback import EventRow
from outreach.db.models.ledger import Touch
from outreach.db.queries.bounces import load_bounces
from outreach.db.queries.claims import claim
from outreach.db.queries.consent import Barred, SuppressedFor, bar, lift_unsubscription
from outreach.db.queries.events import store_raw_batch
from outreach.db.queries.proofs import is_suppressed
from outreach.db.session import Database
from outreach.domain.bounce import BounceKind
from outreach.domain.bounce_policy import PAUSE
from outreach.domain.events import Actor, Event, EventType
from outreach.domain.touch import Channel
from outreach.providers.base import Posting
from outreach.services.apply_events import apply_events
from outreach.services.plan_touches import plan_touches
from tests.factories import (
    NOW,
    OPEN_ALL_WEEK,
    a_campaign,
    a_contact,
    a_content,
    a_sent_touch,
    a_touch,
    an_edition,
    an_industry,
)

EMAIL = "anna@example.com"
PHONE = "+447700900123"


@dataclass(frozen=True)
class Bounces:
    """A provider whose every report is a bounce."""

    name: str = "test"
    about: dict[str, str] = field(default_factory=dict)

    def is_genuine(self, posting: Posting) -> bool:
        return True

    def events(self, body: bytes, received_at: datetime) -> Iterable[Event]:
        for touch_id, at, data in json.loads(body):
            yield Event(
                key=f"{touch_id} {at} {data}",
                touch_id=UUID(touch_id),
                type=EventType.BOUNCED,
                occurred_at=datetime.fromisoformat(at),
                actor=Actor.MACHINE,
                data=data,
            )


def a_person(db: Database, **values: str) -> int:
    with db.transaction() as session:
        return a_contact(session, last_touch_at=NOW - timedelta(days=20), **({"email": EMAIL, "phone": PHONE} | values))


def a_message(db: Database, contact_id: int, *, days_ago: float, channel: str = "email") -> UUID:
    with db.transaction() as session:
        sent_at = NOW - timedelta(days=days_ago)
        edition_id = an_edition(session, campaign_id=a_campaign(session, channel=channel))
        return a_sent_touch(session, contact_id=contact_id, edition_id=edition_id, sent_at=sent_at, channel=channel)


def arrive(db: Database, touch_id: UUID, *, days_ago: float, **data: str) -> None:
    body = json.dumps([(str(touch_id), (NOW - timedelta(days=days_ago)).isoformat(), data)]).encode()
    with db.raw_transaction() as connection:
        store_raw_batch(connection, source="test", body=body, received_at=NOW)


def bounce(db: Database, contact_id: int, *, days_ago: float, channel: str = "email", **data: str) -> UUID:
    """A message of so many days ago that came back on the day."""
    touch_id = a_message(db, contact_id, days_ago=days_ago, channel=channel)
    arrive(db, touch_id, days_ago=days_ago, **data)
    return touch_id


def apply(db: Database) -> None:
    apply_events(db=db, readers={"test": Bounces()}, now=NOW)


def suppressed(db: Database) -> list[tuple[str, str, str, datetime | None]]:
    with db.transaction() as session:
        return [(one.channel, one.address, one.reason, one.until) for one in session.scalars(select(Suppression))]


def test_the_third_full_mailbox_on_a_third_day_ends_it(db: Database) -> None:
    person = a_person(db, email="Anna@example.com")
    for days_ago in (20, 10):
        bounce(db, person, days_ago=days_ago, code="5.2.2")
    apply(db)
    assert suppressed(db) == []
    bounce(db, person, days_ago=1, code="4.4.7")
    apply(db)
    assert suppressed(db) == [("email", EMAIL, "bounced", None)]
    with db.transaction() as session:
        assert not session.get_one(Contact, person).may_email
        assert session.get_one(Contact, person).may_sms


def test_two_owners_of_an_address_count_together(db: Database) -> None:
    for days_ago in (20, 10, 1):
        bounce(db, a_person(db, phone=""), days_ago=days_ago, code="5.2.2")
    apply(db)
    assert suppressed(db) == [("email", EMAIL, "bounced", None)]
    with db.transaction() as session:
        assert set(session.scalars(select(Contact.may_email))) == {False}


def test_an_address_that_was_changed_begins_anew(db: Database) -> None:
    person = a_person(db)
    for days_ago in (20, 10):
        bounce(db, person, days_ago=days_ago, code="5.2.2")
    with db.transaction() as session:
        session.get_one(Contact, person).email = "new@example.com"
    bounce(db, person, days_ago=1, code="5.2.2")
    apply(db)
    assert suppressed(db) == []


@pytest.mark.parametrize(
    "data", [{"code": "5.7.1"}, {"code": "5.7.26"}, {"code": "5.7.515"}, {"reason": "blocked: spam"}]
)
def test_a_server_that_does_not_want_us_says_nothing_against_an_address(db: Database, data: dict[str, str]) -> None:
    person = a_person(db)
    for days_ago in (20, 15, 10, 5, 1):
        bounce(db, person, days_ago=days_ago, **data)
    apply(db)
    assert suppressed(db) == []


def test_every_bounce_in_the_ledger_says_of_which_kind_it_is(db: Database) -> None:
    person = a_person(db)
    for days_ago, code in ((9, "5.1.1"), (8, "5.2.2"), (7, "5.7.1"), (6, "5.7.26")):
        bounce(db, person, days_ago=days_ago, code=code)
    apply(db)
    with db.transaction() as session:
        stored = session.scalars(select(EventRow).order_by(EventRow.occurred_at)).all()
    assert [one.data["bounce"] for one in stored] == list(BounceKind)


def test_a_refusal_because_of_our_own_set_up_sounds_an_alarm(db: Database, caplog: pytest.LogCaptureFixture) -> None:
    bounce(db, a_person(db), days_ago=1, code="5.7.26", reason="unauthenticated")
    with caplog.at_level(logging.ERROR):
        apply(db)
    assert "own set-up" in caplog.text
    assert "unauthenticated" in caplog.text


def test_two_workers_that_each_hear_of_one_of_three_bounces_miss_nothing(db: Database) -> None:
    people = [a_person(db, email=f"a{number}@example.com", phone="") for number in range(12)]
    for person in people:
        bounce(db, person, days_ago=20, code="5.2.2")
    apply(db)
    for days_ago in (10, 1):
        for person in people if days_ago > 5 else reversed(people):
            bounce(db, person, days_ago=days_ago, code="5.2.2")
    together = Barrier(4)

    def work() -> None:
        together.wait()
        for _ in range(20):
            apply_events(db=db, readers={"test": Bounces()}, now=NOW, limit=1)

    workers = [Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(suppressed(db)) == 12


def test_a_carrier_may_ask_for_a_pause_and_the_later_end_counts(db: Database) -> None:
    person = a_person(db)
    for days_ago in (9, 3, 6):
        bounce(db, person, days_ago=days_ago, channel="sms", carrier_action="pause", code="30003")
    apply(db)
    end = NOW - timedelta(days=3) + PAUSE
    assert suppressed(db) == [("sms", PHONE, "bounced", end)]
    with db.transaction() as session:
        assert session.get_one(Contact, person).may_sms


def test_a_carrier_that_asks_for_nothing_or_speaks_in_riddles_gets_nothing(db: Database) -> None:
    person = a_person(db)
    for days_ago, action in ((9, "none"), (6, "none"), (3, "none"), (1, "riddle")):
        bounce(db, person, days_ago=days_ago, channel="sms", carrier_action=action, dead_address="yes")
    apply(db)
    assert suppressed(db) == []


def test_the_second_unknown_handset_ends_what_was_a_pause(db: Database) -> None:
    person = a_person(db)
    bounce(db, person, days_ago=9, channel="sms", carrier_action="pause")
    bounce(db, person, days_ago=6, channel="sms", carrier_action="suppress_after_2")
    apply(db)
    assert suppressed(db)[0][3] is not None
    bounce(db, person, days_ago=3, channel="sms", carrier_action="suppress_after_2")
    apply(db)
    assert suppressed(db) == [("sms", PHONE, "bounced", None)]
    with db.transaction() as session:
        assert not session.get_one(Contact, person).may_sms


def paused(db: Database, *, until: datetime, channel: Channel = Channel.EMAIL) -> None:
    address = EMAIL if channel is Channel.EMAIL else PHONE
    with db.raw_transaction() as connection:
        bar(connection, [Barred(channel, address, SuppressedFor.BOUNCED, NOW, until=until)], now=NOW)


def test_a_pause_skips_what_was_planned_before_its_end_and_nothing_else(db: Database) -> None:
    person = a_person(db)
    with db.transaction() as session:
        before = a_touch(session, contact_id=person, send_at=NOW + timedelta(days=1))
        after = a_touch(session, contact_id=person, send_at=NOW + timedelta(days=9))
    paused(db, until=NOW + timedelta(days=5))
    with db.transaction() as session:
        assert session.get_one(Touch, before).state == "skipped"
        assert session.get_one(Touch, after).state == "planned"


def test_a_pause_neither_weakens_nor_outlives_a_suppression_for_good(db: Database) -> None:
    a_person(db)
    with db.raw_transaction() as connection:
        bar(connection, [Barred(Channel.EMAIL, EMAIL, SuppressedFor.COMPLAINED, NOW)], now=NOW)
    paused(db, until=NOW + timedelta(days=5))
    assert suppressed(db) == [("email", EMAIL, "complained", None)]


def test_a_weaker_word_for_good_outweighs_a_pause(db: Database) -> None:
    a_person(db)
    paused(db, until=NOW + timedelta(days=5))
    with db.raw_transaction() as connection:
        bar(connection, [Barred(Channel.EMAIL, EMAIL, SuppressedFor.UNSUBSCRIBED, NOW)], now=NOW)
    assert suppressed(db) == [("email", EMAIL, "unsubscribed", None)]


@pytest.mark.parametrize(("ends_in", "barred"), [(1, True), (0, False), (-1, False)])
def test_the_last_check_a_test_message_and_the_planner_look_at_the_end_of_a_pause(
    db: Database, ends_in: int, barred: bool
) -> None:
    with db.transaction() as session:
        an_industry(session, calendar=OPEN_ALL_WEEK)
        a_content(session, edition_id=an_edition(session))
    person = a_person(db, phone="")
    paused(db, until=NOW + timedelta(seconds=ends_in))
    plan_touches(db=db, now=NOW)
    with db.transaction() as session:
        planned = session.scalars(select(Touch)).all()
        a_touch(session, contact_id=person)
    assert bool(planned) is not barred
    with db.raw_transaction() as connection:
        claims = claim(connection, owner="me", channel="email", now=NOW, limit=10)
        assert {one.suppressed for one in claims} == {barred}
        assert is_suppressed(connection, channel="email", address=EMAIL, now=NOW) is barred


def test_a_new_yes_counts_although_the_address_is_paused(db: Database) -> None:
    person = a_person(db)
    with db.transaction() as session:
        session.get_one(Contact, person).may_email = False
    paused(db, until=NOW + timedelta(days=5))
    with db.raw_transaction() as connection:
        lift_unsubscription(connection, channel=Channel.EMAIL, address=EMAIL, now=NOW)
    with db.transaction() as session:
        assert session.get_one(Contact, person).may_email
    assert len(suppressed(db)) == 1


def test_bounces_are_looked_up_by_address_whatever_its_case(db: Database) -> None:
    touch_id = bounce(db, a_person(db, email="ANNA@example.com"), days_ago=1, code="5.2.2")
    apply(db)
    with db.raw_transaction() as connection:
        found = load_bounces(connection, [(Channel.EMAIL, EMAIL), (Channel.EMAIL, "nobody@example.com")])
        assert load_bounces(connection, []) == {}
    assert [one.touch_id for one in found.pop((Channel.EMAIL, EMAIL))] == [touch_id]
    assert found == {}


def test_a_bounce_of_an_unknown_message_is_kept_and_suppresses_nobody(db: Database) -> None:
    arrive(db, uuid4(), days_ago=1, code="5.1.1")
    apply(db)
    assert suppressed(db) == []
    with db.transaction() as session:
        assert session.scalars(select(EventRow)).one().touch_id is None
