"""How fast a chunk leaves: who is told how a provider does, and how a sender nobody knows begins."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from outreach.db.queries.sending_days import load_sending_days, note_sending_day
from outreach.db.session import Database
from outreach.domain.pacing.limits import read_rules
from outreach.domain.pacing.warm_up import WarmUp
from outreach.domain.touch import Channel
from outreach.providers.base import Outcome, Outgoing, Receipt
from outreach.queueing.gate import Gate
from outreach.queueing.pace import Pace
from outreach.queueing.provider_health import ProviderHealth
from outreach.queueing.rq import JobQueue
from outreach.rendering.renderer import Renderer
from outreach.services.deliver_chunk import Delivered, deliver_chunk
from outreach.services.deliver_chunk.admitting import Limits
from tests.services.test_deliver_chunk import renderer, touches

__all__ = ["renderer", "touches"]


@dataclass
class Wire:
    """A provider that answers everything alike."""

    outcome: Outcome = Outcome.SENT
    unwell: bool = False
    name: str = "mailbox"
    channel: Channel = Channel.EMAIL
    arrived: list[Outgoing] = field(default_factory=list)

    @contextmanager
    def open(self) -> Iterator["Wire"]:
        yield self

    def send(self, batch: Sequence[Outgoing]) -> Iterator[Receipt]:
        for one in batch:
            self.arrived.append(one)
            yield Receipt(one.touch_id, self.outcome, "said", unwell=self.unwell)


def deliver(
    db: Database,
    wire: Wire,
    renderer: Renderer,
    *,
    now: datetime,
    limits: Limits | None = None,
    health: ProviderHealth | None = None,
) -> Delivered:
    return deliver_chunk(db=db, provider=wire, renderer_for=lambda _: renderer, limits=limits, health=health, now=now)


@pytest.mark.usefixtures("touches")
@pytest.mark.parametrize(
    ("wire", "share"),
    [
        (Wire(), 0.0),
        (Wire(Outcome.RETRY, unwell=True), 1.0),
        (Wire(Outcome.UNKNOWN), 1.0),
        (Wire(Outcome.FAILED), 0.0),
        (Wire(Outcome.RETRY), 0.0),
    ],
    ids=["sent", "not reached", "silent", "addresses refused", "addresses told to wait"],
)
def test_only_the_providers_own_faults_speak_against_it(
    db: Database, renderer: Renderer, queue: JobQueue, wire: Wire, share: float, now: datetime
) -> None:
    health = ProviderHealth(queue.redis)
    deliver(db, wire, renderer, health=health, now=now)
    (known,) = health.load({"mailbox": 1.0})
    assert known.health.tried == pytest.approx(30, rel=0.01)
    assert known.health.share == share


@pytest.mark.usefixtures("touches")
def test_a_sender_nobody_knows_starts_small_and_may_send_more_on_the_next_day(
    db: Database, renderer: Renderer, queue: JobQueue, now: datetime
) -> None:
    limits = Limits(Gate(Pace(queue.redis), (), "UTC"), warm_up=WarmUp(5, 2.0, 100))
    wire = Wire()
    done = deliver(db, wire, renderer, limits=limits, now=now)
    assert (done.sent, done.postponed) == (5, 25)
    today = now.date()
    with db.raw_transaction() as connection:
        assert load_sending_days(connection, "hearth.example", since=today) == {today: 5}
        note_sending_day(connection, "hearth.example", day=today - timedelta(days=1), messages=5)
        connection.execute("UPDATE touches SET send_at = %s WHERE state = 'planned'", (now,))
    assert deliver(db, wire, renderer, limits=limits, now=now).sent == 5  # ten on the second day, five of them gone


@pytest.mark.usefixtures("touches")
def test_limits_may_name_the_sender(db: Database, renderer: Renderer, queue: JobQueue, now: datetime) -> None:
    limits = Limits(Gate(Pace(queue.redis), read_rules("sender=hearth.example 3/h burst 3"), "UTC"))
    assert deliver(db, Wire(), renderer, limits=limits, now=now).sent == 3
