"""Lends the product to jobs, and the worker that runs them without forking.

Forking costs more than a chunk is worth and throws away open connections and compiled texts; a chunk is harmless to
repeat, and the pool replaces a worker that dies.
"""

import functools
import gc
import logging
import math
import os
import time
from collections.abc import Callable
from typing import Any

from rq import SimpleWorker

from outreach.bootstrap import Outreach, bootstrap
from outreach.db.queries.heartbeats import beat
from outreach.embedded.lifeline import watch_lifeline
from outreach.logs import set_up_logs

log = logging.getLogger(__name__)

#: Seconds between two signs of life of a job in one process; more would cost as much as a small job itself.
BEAT_SECONDS = 1.0

_lent: list[Outreach] = []


def lend(outreach: Outreach) -> None:
    """Sets the product that jobs of this process work with (tests lend their own)."""
    _lent[:] = [outreach]


def borrowed() -> Outreach:
    """The product of this process, built at the first job.

    What lives as long as the process is taken out of the garbage collector's rounds; going over it again and again
    cost a fifth of the time of a message (docs/performance.md).
    """
    if not _lent:
        lend(bootstrap())
        gc.collect()
        gc.freeze()
    return _lent[0]


def job(work: Callable[[Outreach], object]) -> Callable[[], str]:
    """Makes `work` a job: lends it the product, and leaves a heartbeat with what it said it did."""

    beaten_at = -math.inf

    @functools.wraps(work)
    def run() -> str:
        nonlocal beaten_at
        outreach = borrowed()
        done = str(work(outreach))
        if time.monotonic() - beaten_at >= BEAT_SECONDS:
            beaten_at = time.monotonic()
            with outreach.db.raw_transaction() as connection:
                beat(connection, part=f"job {work.__name__}", note=done)
        return done

    return run


class ChunkWorker(SimpleWorker):
    """Runs jobs in its own process, one after the other, and ends when the product does."""

    #: Seconds: how soon a worker without work notices a stop, and looks after jobs that were lost on the way.
    _ttl = 40

    def __init__(self, *args: Any, **options: Any) -> None:
        options.setdefault("worker_ttl", self._ttl)
        options.setdefault("maintenance_interval", self._ttl)
        options["log_job_description"] = False
        super().__init__(*args, **options)
        self.log_result_lifespan = False

    def work(self, *args: Any, **options: Any) -> bool:
        """Works until told to stop; without RQ's scheduler, because long delays live in the database."""
        set_up_logs(part=f"worker {os.getpid()}")
        watch_lifeline()
        options["with_scheduler"] = False
        return bool(super().work(*args, **options))
