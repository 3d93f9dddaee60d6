"""The two kinds of process that RQ gives us: a pool of workers, and the scheduler that ticks.

Both find their code by dotted name, because nothing below the doors imports workers.
"""

from importlib import import_module

from rq.cron import CronJob, CronScheduler
from rq.serializers import JSONSerializer
from rq.utils import now as rq_now
from rq.worker_pool import WorkerPool

from outreach.queueing.jobs import Job
from outreach.queueing.rq import QUEUE_NAME, JobQueue

WORKER_CLASS = ("workers.runtime", "ChunkWorker")
SCHEDULE = "workers.schedule"
#: While this many wake-ups wait, ticks add no more: the workers are behind, and one wake-up of a kind is enough.
ENOUGH_WAITING = 50


class TickScheduler(CronScheduler):
    """`rq cron` with our queue's policy: JSON instead of pickle, and no pile of ticks while workers are behind."""

    def __init__(self, queue: JobQueue) -> None:
        super().__init__(connection=queue.redis, logging_level="WARNING")
        self.queue = queue

    def enqueue_jobs(self) -> list[CronJob]:
        """Wakes what is due."""
        due = [job for job in self.get_jobs() if job.should_run()]
        if self.queue.waiting() < ENOUGH_WAITING:
            for job in due:
                self.queue.wake(Job(job.func_name))
        for job in due:
            job.set_enqueue_time(rq_now())
        return due


def run_pool(queue: JobQueue, *, workers: int) -> None:
    """Runs `workers` worker processes until told to stop (SIGINT or SIGTERM), replacing those that die."""
    module, name = WORKER_CLASS
    pool = WorkerPool(
        [QUEUE_NAME],
        connection=queue.redis,
        num_workers=workers,
        worker_class=getattr(import_module(module), name),
        serializer=JSONSerializer,
    )
    pool.start(logging_level="WARNING")


def run_ticks(queue: JobQueue) -> None:
    """Runs the scheduler until told to stop."""
    scheduler = TickScheduler(queue)
    scheduler.load_config_from_file(SCHEDULE)
    scheduler.start()  # type: ignore[no-untyped-call]  # RQ leaves it untyped
