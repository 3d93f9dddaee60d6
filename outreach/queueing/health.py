"""How the queue is: whether it answers, who works on it, and how much waits."""

from dataclasses import dataclass

from redis import RedisError
from rq import Worker

from outreach.queueing.rq import JobQueue


@dataclass(frozen=True, slots=True)
class QueueHealth:
    """The queue's state.

    Attributes:
        answers: Redis can be reached; the numbers are 0 if not.
        workers: worker processes that are registered. busy: those of them that run a job now.
        waiting: wake-ups that nobody has taken yet.
    """

    answers: bool
    workers: int = 0
    busy: int = 0
    waiting: int = 0


def queue_health(queue: JobQueue) -> QueueHealth:
    """Asks Redis; a Redis that cannot be reached is an answer too."""
    try:
        workers = Worker.all(connection=queue.redis)
        busy = sum(worker.get_state() == "busy" for worker in workers)
        return QueueHealth(answers=True, workers=len(workers), busy=busy, waiting=queue.waiting())
    except RedisError:
        return QueueHealth(answers=False)
