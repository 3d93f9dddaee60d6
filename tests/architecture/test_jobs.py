"""Jobs are enqueued by dotted name; each name must lead somewhere."""

from importlib import import_module

import pytest
from rq import cron

from outreach.queueing.jobs import Job
from outreach.queueing.processes import SCHEDULE, WORKER_CLASS


@pytest.mark.parametrize("job", list(Job))
def test_every_job_name_leads_to_a_function(job: Job) -> None:
    module, function = job.value.rsplit(".", 1)
    assert callable(getattr(import_module(module), function))


def test_the_worker_class_is_where_the_pool_looks_for_it() -> None:
    module, name = WORKER_CLASS
    assert hasattr(import_module(module), name)


def test_the_schedule_ticks_only_jobs_there_are() -> None:
    cron._job_data_registry.clear()
    import_module(SCHEDULE)
    names = {f"{entry['func'].__module__}.{entry['func'].__name__}" for entry in cron._job_data_registry}
    assert names <= {job.value for job in Job}
    assert {Job.PLAN, Job.DISPATCH, Job.SETTLE, Job.APPLY_EVENTS, Job.MATURE} <= names
