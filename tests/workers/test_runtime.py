"""Real jobs on a real queue, run by the product's own worker class."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from rq.job import JobStatus
from rq.serializers import JSONSerializer

from outreach.bootstrap import Outreach, bootstrap
from outreach.db.queries.heartbeats import load_beats
from outreach.queueing.jobs import Job
from outreach.queueing.processes import TickScheduler
from outreach.queueing.rq import QUEUE_NAME, JobQueue
from outreach.settings import Settings
from tests.factories import OPEN_ALL_WEEK, a_contact, a_content, an_edition, an_industry
from workers.runtime import ChunkWorker, lend


class StoppedClock:
    """Business time that stands still."""

    def __init__(self, instant: datetime) -> None:
        self.instant = instant

    def now(self) -> datetime:
        return self.instant


@pytest.fixture
def outreach(database_url: str, valkey_url: str, queue: JobQueue, now: datetime, tmp_path: Path) -> Iterator[Outreach]:
    settings = Settings.from_env(
        {"DATABASE_URL": database_url, "REDIS_URL": valkey_url, "OUTREACH_DATA_DIR": str(tmp_path)}
    )
    product = replace(bootstrap(settings), clock=StoppedClock(now))
    lend(product)
    yield product
    product.close()


def run_worker(queue: JobQueue) -> None:
    """A worker that ends when the queue is empty."""
    ChunkWorker([QUEUE_NAME], connection=queue.redis, serializer=JSONSerializer).work(burst=True)


def test_a_woken_job_runs_and_leaves_a_sign_of_life(outreach: Outreach, queue: JobQueue, now: datetime) -> None:
    with outreach.db.transaction() as session:
        an_industry(session, calendar=OPEN_ALL_WEEK)
        a_content(session, edition_id=an_edition(session))
        a_contact(session, last_touch_at=now - timedelta(days=20))
    queue.wake(Job.PLAN)
    run_worker(queue)
    with outreach.db.raw_transaction() as connection:
        touches = connection.execute("SELECT count(*) FROM touches").fetchone()
        (beat,) = load_beats(connection)
    assert touches == (1,)
    assert (beat.part, beat.note) == ("job plan", "Planned(looked_at=1, touches=1)")


def test_the_same_wake_up_twice_does_the_work_once(outreach: Outreach, queue: JobQueue, now: datetime) -> None:
    with outreach.db.transaction() as session:
        an_industry(session, calendar=OPEN_ALL_WEEK)
        a_content(session, edition_id=an_edition(session))
        a_contact(session, last_touch_at=now - timedelta(days=20))
    queue.wake(Job.PLAN, times=3)
    run_worker(queue)
    with outreach.db.raw_transaction() as connection:
        assert connection.execute("SELECT count(*) FROM touches").fetchone() == (1,)


def test_a_job_that_fails_harms_no_other(outreach: Outreach, queue: JobQueue) -> None:
    with outreach.db.raw_transaction() as connection:
        connection.execute("ALTER TABLE rhythms RENAME TO gone")
    queue.wake(Job.PLAN)
    queue.wake(Job.DISPATCH)
    ids = queue.rq().get_job_ids()
    run_worker(queue)
    failed = queue.rq().fetch_job(ids[0])
    assert failed is not None
    assert failed.get_status() is JobStatus.FAILED
    with outreach.db.raw_transaction() as connection:
        assert [beat.part for beat in load_beats(connection)] == ["job dispatch"]


def test_jobs_travel_as_json_so_that_nobody_can_smuggle_code_in(queue: JobQueue) -> None:
    queue.wake(Job.DISPATCH)
    (job_id,) = queue.rq().get_job_ids()
    job = queue.rq().fetch_job(job_id)
    assert job is not None
    assert job.serializer is JSONSerializer
    assert JSONSerializer.loads(job.data)[0] == Job.DISPATCH.value


def test_ticks_do_not_pile_up_while_the_workers_are_behind(queue: JobQueue) -> None:
    scheduler = TickScheduler(queue)
    scheduler.load_config_from_file("workers.schedule")
    scheduler.enqueue_jobs()
    assert queue.waiting() == len(scheduler.get_jobs())
    queue.wake(Job.DISPATCH, times=60)
    before = queue.waiting()
    for job in scheduler.get_jobs():
        job.next_enqueue_time = None
        job.latest_enqueue_time = None
    scheduler.enqueue_jobs()
    assert queue.waiting() == before
