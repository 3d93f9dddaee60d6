"""RQ's whole policy in one place: one queue, JSON only, short-lived results, no retries of its own.

The database knows what is left to do and a tick asks again, so a lost, failed or doubled job needs no care here
(RQ is at-least-once with windows of plain loss; docs/decisions/0003).
"""

import logging
from dataclasses import dataclass

from redis import Redis
from redis.exceptions import RedisError
from rq import Queue
from rq.serializers import JSONSerializer

from outreach.queueing.jobs import Job

log = logging.getLogger(__name__)

QUEUE_NAME = "outreach"
#: Seconds a job may run; a chunk takes a few, an import of a large file longer.
JOB_TIMEOUT = 600
#: A forecast of a year takes about a minute for a hundred thousand contacts.
LONG_JOBS = {Job.FORECAST: 3600}
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
        """Asks for `job` to run `times` times, soon.

        An unreachable queue is logged and no error: what there is to do is in the database, and a tick will ask again.
        """
        data = [
            Queue.prepare_data(
                job.value, timeout=LONG_JOBS.get(job, JOB_TIMEOUT), result_ttl=0, failure_ttl=KEEP_RESULT
            )
            for _ in range(times)
        ]
        try:
            self.rq().enqueue_many(data)
        except RedisError as error:
            log.warning("nobody could be woken for %s: %s", job, type(error).__name__)

    def waiting(self) -> int:
        """How many wake-ups nobody has taken yet."""
        return self.rq().count


def connect(url: str) -> JobQueue:
    """A queue on the Redis or Valkey at `url`; connects on first use."""
    if url.startswith("unix:"):  # a Unix socket knows no keep-alive, and redis-py refuses to be asked for it
        return JobQueue(redis=Redis.from_url(url, socket_connect_timeout=5))
    return JobQueue(redis=Redis.from_url(url, socket_connect_timeout=5, socket_keepalive=True))
