"""Sending once and only once, on a real ledger; only the wire is replaced."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from threading import Barrier, Thread
from uuid import UUID

import pytest
from redis import Redis
from sqlalchemy import select

from outreach.db.models.contacts import Contact, Suppression
from outreach.db.models.feedback import EventRow
from outreach.db.models.ledger import Attempt, Touch
from outreach.db.models.rhythm import Rhythm
from outreach.db.queries.halts import load_halts, store_resumption
from outreach.db.session import Database
from outreach.domain.content import Brand
from outreach.domain.pacing.limits import read_rules
from outreach.domain.touch import Channel
from outreach.providers.base import Outcome, Outgoing, Receipt
from outreach.queueing.gate import Gate
from outreach.queueing.pace import Pace
from outreach.queueing.rq import JobQueue
from outreach.rendering.links import Tokens
from outreach.rendering.renderer import Renderer
from outreach.services.deliver_chunk import deliver_chunk
from outreach.services.deliver_chunk.admitting import Limits
from outreach.services.deliver_chunk.handing_over import BATCH
from outreach.services.settle_unknown import settle_unknown
from tests.factories import OPEN_ALL_WEEK, a_business, a_contact, a_content, a_touch, an_edition, an_industry


@dataclass
class FakeWire:
    """A provider that keeps what it was handed, answers as told, and can die at a message."""

    answers: dict[UUID, Outcome] = field(default_factory=dict)
    dies_after: int | None = None
    dead: frozenset[UUID] = frozenset()
    refuses_us: bool = False
    arrived: list[Outgoing] = field(default_factory=list)
    name: str = "mailbox"
    channel: Channel = Channel.EMAIL

    @contextmanager
    def open(self) -> Iterator["FakeWire"]:
        yield self

    def send(self, batch: Sequence[Outgoing]) -> Iterator[Receipt]:
        if self.refuses_us:
            yield from (Receipt(one.touch_id, Outcome.RETRY, "535 who are you", refuses_us=True) for one in batch)
            return
        for one in batch:
            outcome = self.answers.get(one.touch_id, Outcome.SENT)
            if outcome is Outcome.SENT:
                self.arrived.append(one)
            if self.dies_after is not None and len(self.arrived) >= self.dies_after:
                raise KilledInMidSend
            answer = "250 ok" if outcome is Outcome.SENT else "no"
            yield Receipt(one.touch_id, outcome, answer, dead_address=one.touch_id in self.dead)

    def has_seen(self, touch_ids: Sequence[UUID]) -> frozenset[UUID]:
        return frozenset(one.touch_id for one in self.arrived) & frozenset(touch_ids)


class KilledInMidSend(BaseException):
    """Stands for SIGKILL: nothing after it runs."""


@pytest.fixture
def renderer(root: Path) -> Renderer:
    brand = Brand(
        name="Hearth",
        sender_name="Carys",
        sender_email="carys@hearth.example",
        reply_to="hello@hearth.example",
        postal_address="1 High Street",
        phone="+44 29 2018 0000",
        website="https://hearth.example",
        colour="#b4451f",
        default_locale="en",
    )
    tokens = Tokens([b"a key of a test"], "https://o.example")
    return Renderer(brand, tokens, locales_dir=root / "locales", templates_dir=root / "templates" / "messages")


@pytest.fixture
def touches(db: Database) -> list[UUID]:
    """Thirty due mails to thirty contacts whose industry is open round the clock."""
    with db.transaction() as session:
        a_business(session)
        an_industry(session, calendar=OPEN_ALL_WEEK)
        edition = an_edition(session)
        a_content(session, edition_id=edition)
        return [a_touch(session, contact_id=a_contact(session), edition_id=edition) for _ in range(30)]


def states(db: Database) -> dict[UUID, str]:
    with db.transaction() as session:
        return {row.id: row.state for row in session.execute(select(Touch.id, Touch.state))}


def test_every_due_message_leaves_and_moves_its_contacts_rhythm(
    db: Database, touches: list[UUID], renderer: Renderer, now: datetime
) -> None:
    wire = FakeWire()
    done = deliver_chunk(db=db, provider=wire, renderer_for=lambda _: renderer, now=now)
    assert done.sent == 30
    assert sorted(one.touch_id for one in wire.arrived) == sorted(touches)
    assert set(states(db).values()) == {"sent"}
    with db.transaction() as session:
        rhythms = session.scalars(select(Rhythm)).all()
        attempts = session.scalars(select(Attempt)).all()
    assert all(r.last_touch_at == now and r.next_due_at == now + timedelta(days=14) for r in rhythms)
    assert sorted(a.touch_id for a in attempts) == sorted(touches)


def test_a_second_run_finds_nothing_to_send(
    db: Database, touches: list[UUID], renderer: Renderer, now: datetime
) -> None:
    wire = FakeWire()
    for _ in range(2):
        deliver_chunk(db=db, provider=wire, renderer_for=lambda _: renderer, now=now)
    assert len(wire.arrived) == 30


def test_two_workers_at_once_send_each_message_once(
    db: Database, touches: list[UUID], renderer: Renderer, now: datetime
) -> None:
    wire, barrier = FakeWire(), Barrier(2)

    def work() -> None:
        barrier.wait()
        deliver_chunk(db=db, provider=wire, renderer_for=lambda _: renderer, now=now)

    workers = [Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(one.touch_id for one in wire.arrived) == sorted(touches)


def test_a_kill_in_mid_send_loses_nothing_and_doubles_nothing(
    db: Database, touches: list[UUID], renderer: Renderer, now: datetime
) -> None:
    wire = FakeWire(dies_after=BATCH + 3)
    with pytest.raises(KilledInMidSend):
        deliver_chunk(db=db, provider=wire, renderer_for=lambda _: renderer, now=now)
    wire.dies_after = None
    in_doubt = [state for state in states(db).values() if state == "sending"]
    assert 0 < len(in_doubt) <= BATCH
    settle_unknown(db=db, providers=[wire], now=now, all_workers_dead=True)
    deliver_chunk(db=db, provider=wire, renderer_for=lambda _: renderer, now=now)
    assert sorted(one.touch_id for one in wire.arrived) == sorted(touches)
    assert set(states(db).values()) == {"sent"}


def test_without_a_witness_a_message_in_doubt_is_never_sent_again(
    db: Database, touches: list[UUID], renderer: Renderer, now: datetime
) -> None:
    wire = FakeWire(dies_after=3)
    with pytest.raises(KilledInMidSend):
        deliver_chunk(db=db, provider=wire, renderer_for=lambda _: renderer, now=now)
    settle_unknown(db=db, providers=[], now=now, all_workers_dead=True)
    unknown = {touch for touch, state in states(db).items() if state == "unknown"}
    wire.dies_after = None
    deliver_chunk(db=db, provider=wire, renderer_for=lambda _: renderer, now=now)
    assert unknown == {touch for touch, state in states(db).items() if state == "unknown"}
    assert len(wire.arrived) == len({one.touch_id for one in wire.arrived})


def test_a_lease_that_still_runs_is_left_alone(
    db: Database, touches: list[UUID], renderer: Renderer, now: datetime
) -> None:
    wire = FakeWire(dies_after=1)
    with pytest.raises(KilledInMidSend):
        deliver_chunk(db=db, provider=wire, renderer_for=lambda _: renderer, now=now)
    before = states(db)
    settle_unknown(db=db, providers=[wire], now=now)
    assert states(db) == before


def test_a_refusal_an_ambiguous_answer_and_a_broken_line_each_end_where_they_should(
    db: Database, touches: list[UUID], renderer: Renderer, now: datetime
) -> None:
    refused, doubtful, broken = touches[:3]
    answers = {refused: Outcome.FAILED, doubtful: Outcome.UNKNOWN, broken: Outcome.RETRY}
    done = deliver_chunk(db=db, provider=FakeWire(answers=answers), renderer_for=lambda _: renderer, now=now)
    found = states(db)
    assert (found[refused], found[doubtful], found[broken]) == ("failed", "unknown", "retry_wait")
    assert (done.sent, done.failed, done.unknown, done.waiting) == (27, 1, 1, 1)
    with db.transaction() as session:
        assert session.get_one(Touch, broken).send_at > now
        assert session.get_one(Touch, refused).outcome == "no"


def test_credentials_that_are_refused_stop_the_channel_and_burn_no_list(
    db: Database, touches: list[UUID], renderer: Renderer, now: datetime
) -> None:
    wire = FakeWire(refuses_us=True)
    done = deliver_chunk(db=db, provider=wire, renderer_for=lambda _: renderer, now=now)
    assert done.waiting == BATCH
    assert sorted(states(db).values()) == ["planned"] * (30 - BATCH) + ["retry_wait"] * BATCH
    with db.raw_transaction() as connection:
        halt = load_halts(connection)[Channel.EMAIL]
    assert (halt.cause, halt.halted_by) == ("credential", "the product")
    assert "535 who are you" in halt.reason
    wire.refuses_us = False
    later = now + timedelta(hours=1)
    assert deliver_chunk(db=db, provider=wire, renderer_for=lambda _: renderer, now=later).claimed == 0
    with db.raw_transaction() as connection:
        store_resumption(connection, Channel.EMAIL, reason="a new password", by="mair@hearth.example", now=later)
    assert deliver_chunk(db=db, provider=wire, renderer_for=lambda _: renderer, now=later).sent == 30
    assert set(states(db).values()) == {"sent"}


def test_what_the_limits_hold_goes_back_and_leaves_later(
    db: Database, touches: list[UUID], renderer: Renderer, valkey_url: str, queue: JobQueue, now: datetime
) -> None:
    gate = Gate(Pace(queue.redis), read_rules("provider=mailbox 5/h burst 7"), "UTC")
    wire = FakeWire()
    done = deliver_chunk(db=db, provider=wire, renderer_for=lambda _: renderer, limits=Limits(gate), now=now)
    assert (done.claimed, done.sent, done.postponed) == (30, 7, 23)
    with db.transaction() as session:
        waiting = session.scalars(select(Touch).where(Touch.state == "planned")).all()
    assert len(waiting) == 23
    assert all(one.send_at > now and one.attempt == 0 for one in waiting)
    queue.redis.close()
    broken = Gate(Pace(Redis(host="127.0.0.1", port=1)), read_rules("provider=mailbox 5/h"), "UTC")
    later = now + timedelta(hours=9)
    done = deliver_chunk(db=db, provider=wire, renderer_for=lambda _: renderer, limits=Limits(broken), now=later)
    assert (done.claimed, done.sent, done.postponed) == (23, 0, 23)
    assert len(wire.arrived) == 7


def test_an_address_that_is_refused_for_good_is_never_written_to_again(
    db: Database, touches: list[UUID], renderer: Renderer, now: datetime
) -> None:
    gone = touches[0]
    wire = FakeWire(answers={gone: Outcome.FAILED}, dead=frozenset({gone}))
    deliver_chunk(db=db, provider=wire, renderer_for=lambda _: renderer, now=now)
    with db.transaction() as session:
        contact = session.get_one(Contact, session.get_one(Touch, gone).contact_id)
        assert not contact.may_email
        assert contact.may_sms
        assert session.scalars(select(Suppression.address)).all() == [contact.email]
        bounce = session.scalars(select(EventRow)).one()
        assert (bounce.type, bounce.touch_id) == ("bounced", gone)


def test_consent_withdrawn_after_planning_wins_up_to_the_claim(
    db: Database, touches: list[UUID], renderer: Renderer, now: datetime
) -> None:
    with db.transaction() as session:
        left = session.get_one(Contact, session.get_one(Touch, touches[0]).contact_id)
        left.may_email = False
        barred = session.get_one(Contact, session.get_one(Touch, touches[1]).contact_id)
        session.add(Suppression(channel="email", address=barred.email.lower(), reason="complained", since=now))
    wire = FakeWire()
    done = deliver_chunk(db=db, provider=wire, renderer_for=lambda _: renderer, now=now)
    assert done.withheld == 2
    assert not {touches[0], touches[1]} & {one.touch_id for one in wire.arrived}
    with db.transaction() as session:
        assert session.get_one(Touch, touches[0]).outcome == "consent was withdrawn"
        assert session.get_one(Touch, touches[1]).outcome == "the address is barred"


def test_a_message_delayed_into_the_night_waits_for_the_next_open_hour(
    db: Database, renderer: Renderer, now: datetime
) -> None:
    night = datetime(2026, 9, 8, 23, 30, tzinfo=now.tzinfo)
    with db.transaction() as session:
        a_business(session)
        an_industry(session, calendar=OPEN_ALL_WEEK)
        edition = an_edition(session)
        a_content(session, edition_id=edition)
        touch = a_touch(session, contact_id=a_contact(session), edition_id=edition, send_at=now)
    wire = FakeWire()
    done = deliver_chunk(db=db, provider=wire, renderer_for=lambda _: renderer, now=night)
    assert (done.postponed, wire.arrived) == (1, [])
    with db.transaction() as session:
        row = session.get_one(Touch, touch)
        assert row.state == "planned"
        assert row.send_at > night


def test_a_message_whose_last_day_has_passed_is_withheld(db: Database, renderer: Renderer, now: datetime) -> None:
    with db.transaction() as session:
        a_business(session)
        an_industry(session, calendar=OPEN_ALL_WEEK)
        edition = an_edition(session, closes_on=date(2026, 9, 7))
        a_content(session, edition_id=edition)
        touch = a_touch(session, contact_id=a_contact(session), edition_id=edition)
    deliver_chunk(db=db, provider=FakeWire(), renderer_for=lambda _: renderer, now=now)
    with db.transaction() as session:
        row = session.get_one(Touch, touch)
        assert (row.state, row.outcome) == ("skipped", "its last day has passed")


def test_a_text_that_cannot_be_rendered_fails_alone(
    db: Database, touches: list[UUID], renderer: Renderer, now: datetime
) -> None:
    with db.transaction() as session:
        empty = an_edition(session)
        lost = a_touch(session, contact_id=a_contact(session), edition_id=empty)
    done = deliver_chunk(db=db, provider=FakeWire(), renderer_for=lambda _: renderer, now=now)
    assert (done.sent, done.failed) == (30, 1)
    with db.transaction() as session:
        assert session.get_one(Touch, lost).state == "failed"
        assert "no text in en" in session.get_one(Touch, lost).outcome


@dataclass
class FakeAssembler(FakeWire):
    """A provider that puts mails together, and answers for a whole batch at once."""

    at_once: int = 25
    wait: float = 0.0
    batches: list[int] = field(default_factory=list)
    name: str = "sendgrid"

    @contextmanager
    def open(self) -> Iterator["FakeAssembler"]:
        yield self

    def send(self, batch: Sequence[Outgoing]) -> Iterator[Receipt]:
        self.batches.append(len(batch))
        if self.wait:
            yield from (Receipt(one.touch_id, Outcome.RETRY, "429 too fast", wait=self.wait) for one in batch)
            return
        self.arrived += batch
        if self.dies_after is not None:
            raise KilledInMidSend
        yield from (Receipt(one.touch_id, Outcome.SENT, "202", reference="ref") for one in batch)


def test_an_assembler_gets_parts_as_many_as_it_takes_at_once(
    db: Database, touches: list[UUID], renderer: Renderer, now: datetime
) -> None:
    wire = FakeAssembler()
    done = deliver_chunk(db=db, provider=wire, renderer_for=lambda _: renderer, now=now)
    assert (done.sent, wire.batches) == (30, [25, 5])
    assert all(one.data == b"" and one.parts is not None for one in wire.arrived)
    assert len({id(one.parts.shared) for one in wire.arrived if one.parts}) == 1
    with db.transaction() as session:
        assert {attempt.reference for attempt in session.scalars(select(Attempt))} == {"ref"}


def test_what_an_assembler_has_answered_for_is_never_sent_again_however_slow_it_was(
    db: Database, touches: list[UUID], renderer: Renderer, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("outreach.services.deliver_chunk.handing_over.BATCH_SECONDS", -1)
    wire = FakeAssembler()
    assert deliver_chunk(db=db, provider=wire, renderer_for=lambda _: renderer, now=now).sent == 30
    assert set(states(db).values()) == {"sent"}


def test_a_kill_while_an_assembler_has_a_batch_leaves_that_in_doubt_and_doubles_nothing(
    db: Database, touches: list[UUID], renderer: Renderer, now: datetime
) -> None:
    wire = FakeAssembler(dies_after=0)
    with pytest.raises(KilledInMidSend):
        deliver_chunk(db=db, provider=wire, renderer_for=lambda _: renderer, now=now)
    assert list(states(db).values()).count("sending") == 25
    wire.dies_after = None
    settle_unknown(db=db, providers=[], now=now, all_workers_dead=True)
    deliver_chunk(db=db, provider=wire, renderer_for=lambda _: renderer, now=now)
    assert sorted(one.touch_id for one in wire.arrived) == sorted(touches)
    assert list(states(db).values()).count("unknown") == 25


def test_a_provider_that_asks_for_quiet_is_left_alone_by_everybody(
    db: Database, touches: list[UUID], renderer: Renderer, valkey_url: str, queue: JobQueue, now: datetime
) -> None:
    gate = Gate(Pace(queue.redis), (), "UTC")
    wire = FakeAssembler(wait=900.0)
    done = deliver_chunk(db=db, provider=wire, renderer_for=lambda _: renderer, limits=Limits(gate), now=now)
    assert (wire.batches, done.waiting) == ([25], 25)
    assert sorted(states(db).values()) == ["planned"] * 5 + ["retry_wait"] * 25
    with db.transaction() as session:
        assert {row.send_at for row in session.scalars(select(Touch))} == {now + timedelta(seconds=900)}
        fresh = a_touch(
            session, contact_id=a_contact(session), edition_id=session.scalars(select(Touch.edition_id)).first()
        )
    wire.wait = 0.0
    other = deliver_chunk(db=db, provider=wire, renderer_for=lambda _: renderer, limits=Limits(gate), now=now)
    assert (other.claimed, other.postponed, wire.arrived) == (1, 1, [])
    with db.transaction() as session:
        assert session.get_one(Touch, fresh).send_at > now
