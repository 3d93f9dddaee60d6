"""From raw batches to message states, suppressions and cadences, on a real ledger."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from threading import Barrier, Thread
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, text, update

from outreach.db.models.contacts import ConsentRecord, Contact, Suppression
from outreach.db.models.feedback import EventRow, RawBatch
from outreach.db.models.ledger import Touch
from outreach.db.models.rhythm import CadenceChange, Rhythm
from outreach.db.session import Database
from outreach.domain.engagement import PIXEL
from outreach.domain.events import Actor, Event, EventType
from outreach.providers.base import Posting
from outreach.providers.mailbox.webhook import MailboxReports
from outreach.providers.own_links.visits import OwnLinksReader, RecordedVisit, as_body
from outreach.queueing.jobs import Job
from outreach.services.apply_events import AppliedEvents, apply_events
from outreach.services.receive_events import receive_events
from tests.factories import NOW, a_contact, a_sent_touch, a_touch

SENT = NOW - timedelta(days=3)
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148"
READERS = {"mailbox": MailboxReports(b"a secret of a test"), "tracking": OwnLinksReader()}


@dataclass
class Wakeups:
    """Remembers who was woken."""

    woken: list[Job] = field(default_factory=list)

    def wake(self, job: Job, times: int = 1) -> None:
        self.woken += [job] * times


@dataclass(frozen=True)
class Mail:
    """A mail that was sent three days ago, and whom it went to."""

    touch_id: UUID
    contact_id: int


def a_mail(db: Database, **values: Any) -> Mail:
    with db.transaction() as session:
        contact_id = a_contact(session, last_touch_at=SENT)
        return Mail(a_sent_touch(session, contact_id=contact_id, sent_at=SENT, **values), contact_id)


@pytest.fixture
def mail(db: Database) -> Mail:
    return a_mail(db)


def arrive(db: Database, body: bytes, *, source: str = "tracking", now: datetime = NOW) -> None:
    receive_events(db=db, queue=Wakeups(), source=source, body=body, now=now)


def apply(db: Database, now: datetime = NOW) -> AppliedEvents:
    return apply_events(db=db, readers=READERS, now=now)


def visits(
    mail: Mail, *targets: str, after: float = 3600, apart: float = 60, agent: str = PHONE
) -> list[RecordedVisit]:
    """Visits of these targets, the first so many seconds after sending, the others so many seconds apart."""
    found = []
    for place, target in enumerate(targets):
        at = SENT + timedelta(seconds=after + place * apart)
        found.append(RecordedVisit(uuid4(), mail.touch_id, target, at=at, arrived=at, user_agent=agent))
    return found


def report(mail: Mail, event: str, *, name: str = "", **more: object) -> bytes:
    item = {"event": event, "message_id": str(mail.touch_id), "timestamp": int(SENT.timestamp()) + 60}
    return json.dumps([item | {"id": name or uuid4().hex} | more]).encode()


def touch(db: Database, mail: Mail) -> Touch:
    with db.transaction() as session:
        return session.get_one(Touch, mail.touch_id)


def gap(db: Database, mail: Mail) -> float:
    with db.transaction() as session:
        return session.get_one(Rhythm, mail.contact_id).gap


def test_a_human_click_shortens_the_gap_and_says_so_in_a_sentence(db: Database, mail: Mail) -> None:
    arrive(db, as_body(visits(mail, "7")))
    done = apply(db)
    assert done.events == {EventType.CLICKED: {Actor.HUMAN: 1}}
    assert (done.batches, done.cadences) == (1, 1)
    with db.transaction() as session:
        rhythm = session.get_one(Rhythm, mail.contact_id)
        change = session.scalars(select(CadenceChange)).one()
    assert rhythm.gap < 14
    assert rhythm.next_due_at == SENT + timedelta(days=rhythm.gap)
    assert (change.gap_before, change.gap_after, change.touch_id) == (14, rhythm.gap, mail.touch_id)
    assert change.reason.startswith("Gap shortened from 14 to ")
    assert touch(db, mail).clicked_at == SENT + timedelta(hours=1)


def test_the_planner_looks_again_at_once_when_a_gap_has_moved(db: Database, mail: Mail) -> None:
    arrive(db, as_body(visits(mail, "7")))
    apply(db)
    with db.transaction() as session:
        rhythm = session.get_one(Rhythm, mail.contact_id)
    assert rhythm.look_at == NOW < rhythm.next_due_at


def test_a_click_after_an_open_is_one_lesson_and_not_two(db: Database, mail: Mail) -> None:
    other = a_mail(db)
    arrive(db, as_body(visits(mail, PIXEL)))
    apply(db)
    assert gap(db, mail) == 14
    arrive(db, as_body(visits(mail, "7", after=7200)))
    arrive(db, as_body([*visits(other, PIXEL), *visits(other, "7", after=7200)]))
    apply(db)
    assert gap(db, mail) == gap(db, other) < 14
    with db.transaction() as session:
        first, second = session.scalars(select(Rhythm.capacity)).all()
    assert first == second


def test_a_machine_open_changes_no_cadence(db: Database, mail: Mail) -> None:
    arrive(db, as_body(visits(mail, PIXEL, agent="Mozilla/5.0")))
    done = apply(db)
    assert done.events == {EventType.OPENED: {Actor.MACHINE: 1}}
    assert done.cadences == 0
    assert touch(db, mail).opened_at is None
    assert gap(db, mail) == 14


def test_a_scanner_that_follows_every_link_changes_nothing(db: Database, mail: Mail) -> None:
    arrive(db, as_body(visits(mail, PIXEL, "1", "2", "3", "4", after=40, apart=0.1)))
    done = apply(db)
    assert done.events == {EventType.CLICKED: {Actor.MACHINE: 4}, EventType.OPENED: {Actor.MACHINE: 1}}
    assert (touch(db, mail).opened_at, touch(db, mail).clicked_at, gap(db, mail)) == (None, None, 14)


def test_a_burst_that_arrives_in_pieces_takes_the_first_verdict_back(db: Database, mail: Mail) -> None:
    burst = visits(mail, "1", "2", "3", after=400, apart=0.2)
    arrive(db, as_body(burst[:1]))
    apply(db)
    assert gap(db, mail) < 14
    arrive(db, as_body(burst[1:]))
    apply(db)
    assert (touch(db, mail).clicked_at, gap(db, mail)) == (None, 14)
    with db.transaction() as session:
        told = session.scalars(select(CadenceChange.reason).order_by(CadenceChange.id)).all()
        actors = set(session.scalars(select(EventRow.actor)))
    assert told[-1].startswith("Gap set right from ")
    assert actors == {"machine"}


def test_an_event_seen_twice_is_one_event(db: Database, mail: Mail) -> None:
    body = as_body(visits(mail, "7"))
    arrive(db, body)
    apply(db)
    first = gap(db, mail)
    arrive(db, body)
    arrive(db, body)
    done = apply(db)
    assert (done.batches, done.doubles, done.events, done.cadences) == (2, 2, {}, 0)
    assert gap(db, mail) == first


def test_an_address_that_does_not_exist_is_suppressed_and_its_plans_are_skipped(db: Database, mail: Mail) -> None:
    with db.transaction() as session:
        planned = a_touch(session, contact_id=mail.contact_id)
        text = a_touch(session, contact_id=mail.contact_id, channel="sms")
    arrive(db, report(mail, "bounced", code="5.1.1"), source="mailbox")
    apply(db)
    with db.transaction() as session:
        contact = session.get_one(Contact, mail.contact_id)
        barred = session.scalars(select(Suppression)).one()
        assert (barred.channel, barred.address, barred.reason) == ("email", contact.email, "bounced")
        assert (contact.may_email, contact.may_sms) == (False, True)
        assert session.get_one(Touch, planned).state == "skipped"
        assert session.get_one(Touch, planned).outcome == "bounced"
        assert session.get_one(Touch, text).state == "planned"
    assert (touch(db, mail).state, touch(db, mail).outcome) == ("failed", "bounced")


def test_a_full_mailbox_fails_the_message_and_spares_the_address(db: Database, mail: Mail) -> None:
    arrive(db, report(mail, "bounced", code="5.2.2"), source="mailbox")
    apply(db)
    with db.transaction() as session:
        assert session.scalars(select(Suppression)).all() == []
        assert session.get_one(Contact, mail.contact_id).may_email
    assert touch(db, mail).state == "failed"


def test_silence_that_was_a_bounce_is_not_held_against_the_contact(db: Database, mail: Mail) -> None:
    with db.transaction() as session:
        session.execute(update(Touch).values(matured_at=NOW - timedelta(hours=1)))
        session.execute(update(Rhythm).values(gap=14.6))
    arrive(db, report(mail, "bounced", code="5.2.2"), source="mailbox")
    apply(db)
    assert gap(db, mail) == 14


def test_a_complaint_ends_the_channel_and_stretches_the_gap(db: Database, mail: Mail) -> None:
    with db.transaction() as session:
        planned = a_touch(session, contact_id=mail.contact_id)
    arrive(db, report(mail, "complained"), source="mailbox")
    apply(db)
    with db.transaction() as session:
        contact = session.get_one(Contact, mail.contact_id)
        word = session.scalars(select(ConsentRecord).order_by(ConsentRecord.id.desc())).first()
        assert word is not None
        assert (word.channel, word.granted, word.source) == ("email", False, "complaint reported by mailbox")
        assert session.scalars(select(Suppression.reason)).all() == ["complained"]
        assert not contact.may_email
        assert session.get_one(Touch, planned).outcome == "complained"
    assert gap(db, mail) == 21


def test_a_withdrawal_that_a_provider_reports_stretches_the_gap(db: Database, mail: Mail) -> None:
    arrive(db, report(mail, "unsubscribed"), source="mailbox")
    apply(db)
    with db.transaction() as session:
        reason = session.scalars(select(CadenceChange.reason)).one()
    assert reason.startswith("Gap stretched from 14 to 21 days: the contact wants no more messages like the ")


def test_whoever_shares_the_address_is_left_in_peace_too(db: Database, mail: Mail) -> None:
    with db.transaction() as session:
        address = session.get_one(Contact, mail.contact_id).email
        partner = a_contact(session, email=address.upper())
        planned = a_touch(session, contact_id=partner)
    arrive(db, report(mail, "complained"), source="mailbox")
    apply(db)
    with db.transaction() as session:
        assert not session.get_one(Contact, partner).may_email
        assert session.get_one(Touch, planned).state == "skipped"


def test_a_reply_is_a_person(db: Database, mail: Mail) -> None:
    arrive(db, report(mail, "replied"), source="mailbox")
    assert apply(db).events == {EventType.REPLIED: {Actor.HUMAN: 1}}
    assert gap(db, mail) < 14


def test_a_reply_is_a_touch_that_sets_the_clock_and_takes_back_what_comes_too_soon(db: Database, mail: Mail) -> None:
    replied = SENT + timedelta(minutes=1)
    with db.transaction() as session:
        a_touch(session, contact_id=mail.contact_id, send_at=replied + timedelta(days=5))
        late = a_touch(session, contact_id=mail.contact_id, send_at=replied + timedelta(days=6))
    arrive(db, report(mail, "replied"), source="mailbox")
    apply(db)
    with db.transaction() as session:
        rhythm = session.get_one(Rhythm, mail.contact_id)
        assert rhythm.last_touch_at == replied
        assert rhythm.next_due_at == replied + timedelta(days=rhythm.gap)
        assert session.scalars(select(Touch.id).where(Touch.state == "planned")).all() == [late]


def test_a_report_is_a_witness_for_a_message_of_unknown_fate(db: Database) -> None:
    mail = a_mail(db, state="unknown")
    with db.transaction() as session:
        session.execute(update(Touch).values(sent_at=None, send_at=SENT))
        session.execute(update(Rhythm).values(last_touch_at=None))
    arrive(db, report(mail, "delivered"), source="mailbox")
    apply(db)
    assert (touch(db, mail).state, touch(db, mail).sent_at) == ("sent", SENT)
    with db.transaction() as session:
        assert session.get_one(Rhythm, mail.contact_id).last_touch_at == SENT


def test_a_report_that_overtakes_our_own_commit_waits_for_it(db: Database) -> None:
    mail = a_mail(db, state="sending")
    other = a_mail(db)
    arrive(db, report(mail, "bounced", code="5.1.1"), source="mailbox")
    arrive(db, as_body(visits(other, "7")))
    done = apply(db)
    assert (done.batches, done.left) == (1, 1)
    assert touch(db, mail).state == "sending"
    with db.transaction() as session:
        session.execute(update(Touch).where(Touch.id == mail.touch_id).values(state="sent"))
    assert apply(db).batches == 1
    assert touch(db, mail).state == "failed"


def test_an_event_about_nobodys_message_is_kept_and_moves_nothing(db: Database, mail: Mail) -> None:
    arrive(db, report(Mail(uuid4(), 0), "complained"), source="mailbox")
    assert apply(db).events == {EventType.COMPLAINED: {Actor.HUMAN: 1}}
    with db.transaction() as session:
        assert session.scalars(select(EventRow.touch_id)).all() == [None]
        assert session.scalars(select(Suppression)).all() == []


@dataclass(frozen=True)
class Hostile:
    """A reader whose body provokes whatever it is told to."""

    found: Exception | list[Event]
    name: str = "hostile"

    def is_genuine(self, posting: Posting) -> bool:
        return True

    def events(self, body: bytes, received_at: datetime) -> Iterator[Event]:
        if isinstance(self.found, Exception):
            raise self.found
        yield from self.found


@pytest.mark.parametrize("error", [ValueError("not\x00json"), KeyError("id"), TypeError(), RecursionError()])
def test_a_batch_that_cannot_be_read_says_why_and_stops_nobody(db: Database, mail: Mail, error: Exception) -> None:
    arrive(db, b"x", source="hostile")
    arrive(db, b"x", source="nobody")
    arrive(db, as_body(visits(mail, "7")))
    done = apply_events(db=db, readers={**READERS, "hostile": Hostile(error)}, now=NOW)
    assert (done.batches, done.faulty, done.cadences) == (3, 2, 1)
    with db.transaction() as session:
        faults = session.scalars(select(RawBatch.fault).order_by(RawBatch.id)).all()
    assert faults[0].startswith(type(error).__name__)
    assert faults[1:] == ["nobody here reads nobody", ""]


def test_nul_half_characters_endless_values_and_times_to_come_are_stored_all_the_same(db: Database, mail: Mail) -> None:
    event = Event(
        key="k" * 5000,
        touch_id=mail.touch_id,
        type=EventType.OTHER,
        occurred_at=NOW + timedelta(days=400),
        actor=Actor.UNSURE,
        data={"reason": "nul \x00 half \ud800" + "x" * 100_000},
    )
    arrive(db, b"x", source="hostile")
    apply_events(db=db, readers={"hostile": Hostile([event])}, now=NOW)
    with db.transaction() as session:
        stored = session.scalars(select(EventRow)).one()
    assert stored.occurred_at == NOW
    assert len(stored.key) == 64
    assert len(stored.data["reason"]) == 1000


def test_two_workers_at_once_apply_everything_once(db: Database) -> None:
    mails = [a_mail(db) for _ in range(12)]
    for round_ in range(3):
        for mail in mails if round_ % 2 else reversed(mails):
            arrive(db, as_body(visits(mail, PIXEL, "7", after=600 + round_)))
            arrive(db, report(mail, "complained", name=f"complaint of {mail.contact_id}"), source="mailbox")
    together = Barrier(2)
    done: list[AppliedEvents] = []

    def work() -> None:
        together.wait()
        for _ in range(50):
            done.append(apply_events(db=db, readers=READERS, now=NOW, limit=3))

    workers = [Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sum(one.batches for one in done) == 72
    assert sum(one.events.get(EventType.CLICKED, {}).get(Actor.HUMAN, 0) for one in done) == 36
    assert sum(one.events.get(EventType.COMPLAINED, {}).get(Actor.HUMAN, 0) for one in done) == 12
    with db.transaction() as session:
        assert session.scalar(select(func.count()).select_from(Suppression)) == 12
        assert session.scalar(select(func.count()).select_from(EventRow)) == 84
        assert set(session.scalars(select(Rhythm.gap))) == {21}


@pytest.mark.usefixtures("mail")
def test_nothing_waiting_is_nothing_done(db: Database) -> None:
    assert apply(db) == AppliedEvents()


def state(db: Database) -> object:
    """All that events may have moved, with names instead of ids."""
    with db.transaction() as session:
        touches = session.execute(
            select(Touch.contact_id, Touch.state, Touch.outcome, Touch.opened_at, Touch.clicked_at)
        ).all()
        events = session.execute(select(EventRow.key, EventRow.type, EventRow.actor, EventRow.occurred_at)).all()
        return (
            sorted(map(tuple, touches)),
            sorted(map(tuple, events)),
            sorted(map(tuple, session.execute(select(Suppression.address, Suppression.reason, Suppression.since)))),
            sorted(map(tuple, session.execute(select(Contact.id, Contact.may_email)))),
            sorted(map(tuple, session.execute(select(Rhythm.contact_id, Rhythm.gap, Rhythm.next_due_at)))),
        )


def forget(db: Database) -> None:
    """Brings the ledger back to where nothing had been reported."""
    with db.transaction() as session:
        session.execute(text("SET LOCAL session_replication_role = replica"))  # the ledger of consent lets nothing go
        for table in (CadenceChange, EventRow, RawBatch, Suppression):
            session.execute(table.__table__.delete())  # type: ignore[attr-defined]
        session.execute(ConsentRecord.__table__.delete().where(ConsentRecord.source.contains("reported")))  # type: ignore[attr-defined]
        session.execute(update(Contact).values(may_email=True))
        session.execute(update(Touch).values(state="sent", outcome="", opened_at=None, clicked_at=None))
        session.execute(update(Rhythm).values(gap=14, last_touch_at=SENT, next_due_at=SENT + timedelta(days=14)))


WORDS = ("delivered", "bounced", "complained", "replied", "unsubscribed")
HAPPENINGS = st.lists(
    st.one_of(
        st.tuples(st.just("visit"), st.integers(0, 1), st.sampled_from([PIXEL, "1", "2", "3"]), st.integers(0, 30)),
        st.tuples(st.just("report"), st.integers(0, 1), st.sampled_from(WORDS), st.sampled_from(["5.1.1", "5.2.2"])),
    ),
    min_size=1,
    max_size=8,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(happenings=HAPPENINGS, random=st.randoms(use_true_random=False))
def test_any_order_and_any_doubling_of_the_same_events_ends_in_the_same_state(
    db: Database, happenings: list[tuple[str, int, str, Any]], random: Random
) -> None:
    with db.transaction() as session:
        known = session.execute(select(Touch.id, Touch.contact_id).order_by(Touch.contact_id)).all()
    mails = [Mail(*row) for row in known] or [a_mail(db), a_mail(db)]
    forget(db)
    bodies: list[tuple[str, bytes]] = []
    for kind, place, what, detail in happenings:
        if kind == "visit":
            bodies.append(("tracking", as_body(visits(mails[place], what, after=20 + detail / 2))))
        else:
            bodies.append(("mailbox", report(mails[place], what, code=detail)))
    deliver(db, bodies, chunks=[len(bodies)])
    once = state(db)
    forget(db)
    doubled = bodies + random.sample(bodies, random.randint(0, len(bodies)))
    random.shuffle(doubled)
    deliver(db, doubled, chunks=[random.randint(1, 3) for _ in doubled])
    assert state(db) == once


def deliver(db: Database, bodies: Sequence[tuple[str, bytes]], *, chunks: Sequence[int]) -> None:
    """Lets bodies arrive, so many between two runs of the worker."""
    waiting = list(bodies)
    for size in chunks:
        for source, body in waiting[:size]:
            arrive(db, body, source=source)
        waiting = waiting[size:]
        apply(db)
    assert not waiting
