"""Storing what is reported, and waking a worker for it."""

from dataclasses import dataclass, field

from sqlalchemy import select

from outreach.db.models.feedback import RawBatch
from outreach.db.session import Database
from outreach.queueing.jobs import Job
from outreach.queueing.rq import JobQueue
from outreach.services.apply_events import apply_events
from outreach.services.receive_events import receive_events
from tests.factories import NOW


@dataclass
class Wakeups:
    """Remembers who was woken."""

    woken: list[Job] = field(default_factory=list)

    def wake(self, job: Job, times: int = 1) -> None:
        self.woken += [job] * times


def test_it_keeps_every_byte(db: Database) -> None:
    body = bytes(range(256)) + b"\r\n"
    receive_events(db=db, queue=Wakeups(), source="mailbox", body=body, now=NOW)
    with db.transaction() as session:
        batch = session.scalars(select(RawBatch)).one()
    assert (batch.source, batch.body, batch.received_at, batch.applied_at) == ("mailbox", body, NOW, None)


def test_one_worker_is_woken_for_all_that_waits_and_another_for_what_comes_later(db: Database) -> None:
    queue = Wakeups()
    for _ in range(3):
        receive_events(db=db, queue=queue, source="nobody", body=b"[]", now=NOW)
    assert queue.woken == [Job.APPLY_EVENTS]
    apply_events(db=db, readers={}, now=NOW)
    receive_events(db=db, queue=queue, source="nobody", body=b"[]", now=NOW)
    assert queue.woken == [Job.APPLY_EVENTS] * 2


def test_the_wake_up_reaches_the_queue(db: Database, queue: JobQueue) -> None:
    receive_events(db=db, queue=queue, source="mailbox", body=b"[]", now=NOW)
    assert [job.func_name for job in queue.rq().jobs] == ["workers.events.apply"]
