"""RQ's whole policy in one place: one queue, JSON only, short-lived results, no retries of its own.

The database knows what is left to do and a tick asks again, so a lost, failed or doubled job needs no care here
(RQ is at-least-once with windows of plain loss; docs/decisions/0003).
"""

from dataclasses import dataclass

from redis import Redis
from rq import Queue
from rq.serializers import JSONSerializer

from outreach.queueing.jobs import Job

QUEUE_NAME = "outreach"
#: Seconds a job may run; a chunk takes a few, an import of a large file longer.
JOB_TIMEOUT = 600
#: Seconds a finished or failed job stays visible in Redis.
KEEP_RESULT = 300


@dataclass(frozen=True, slots=True)
class JobQueue:
    """The one queue."""

    redis: Redis

    def rq(self) -> Queue:
        """RQ's own object, for workers and the health card."""
        return Queue(QUEUE_NAME, connection=self.redis, serializer=JSONSerializer)

    def wake(self, job: Job, times: int = 1) -> None:
        """Asks for `job` to run `times` times, soon."""
        data = [
            Queue.prepare_data(job.value, timeout=JOB_TIMEOUT, result_ttl=0, failure_ttl=KEEP_RESULT)
            for _ in range(times)
        ]
        self.rq().enqueue_many(data)

    def waiting(self) -> int:
        """How many wake-ups nobody has taken yet."""
        return self.rq().count


def connect(url: str) -> JobQueue:
    """A queue on the Redis or Valkey at `url`; connects on first use."""
    return JobQueue(redis=Redis.from_url(url, socket_connect_timeout=5, socket_keepalive=True))
