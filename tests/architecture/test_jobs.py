"""Jobs are enqueued by dotted name; each name must lead somewhere."""

from importlib import import_module

import pytest

from outreach.queueing.jobs import Job
from outreach.queueing.processes import SCHEDULE, WORKER_CLASS, TickScheduler
from outreach.queueing.rq import connect


@pytest.mark.parametrize("job", list(Job))
def test_every_job_name_leads_to_a_function(job: Job) -> None:
    module, function = job.value.rsplit(".", 1)
    assert callable(getattr(import_module(module), function))


def test_the_worker_class_is_where_the_pool_looks_for_it() -> None:
    module, name = WORKER_CLASS
    assert hasattr(import_module(module), name)


def test_the_schedule_ticks_every_job_that_nothing_else_wakes() -> None:
    scheduler = TickScheduler(connect("redis://nobody.invalid"))
    scheduler.load_config_from_file(SCHEDULE)
    ticked = {Job(job.func_name) for job in scheduler.get_jobs()}
    # Delivery is woken by dispatch, as often as there is work; forecasts by the pages that ask for them.
    assert ticked == set(Job) - {Job.DELIVER, Job.FORECAST}
