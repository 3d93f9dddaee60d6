"""How the queue is."""

from rq import Worker

from outreach.queueing.health import QueueHealth, queue_health
from outreach.queueing.jobs import Job
from outreach.queueing.rq import JobQueue, connect


def test_it_counts_workers_and_what_waits(queue: JobQueue) -> None:
    Worker([queue.rq()], connection=queue.redis, name="one").register_birth()
    queue.wake(Job.PLAN, times=3)
    assert queue_health(queue) == QueueHealth(answers=True, workers=1, busy=0, waiting=3)


def test_a_queue_that_is_not_there_is_an_answer() -> None:
    assert queue_health(connect("redis://127.0.0.1:1/0")) == QueueHealth(answers=False)
