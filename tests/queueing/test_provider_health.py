"""Health of providers as all workers share it, on a real Valkey."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from outreach.domain.pacing.health import Standing
from outreach.queueing.provider_health import ProviderHealth
from outreach.queueing.rq import JobQueue

WEIGHTS = {"sendgrid": 3.0, "smtp": 1.0}


@pytest.fixture
def health(queue: JobQueue) -> ProviderHealth:
    return ProviderHealth(queue.redis)


def test_nobody_is_judged_before_anything_is_known(health: ProviderHealth) -> None:
    assert health.shares("email", WEIGHTS).by_name == {"sendgrid": 0.75, "smtp": 0.25}


def test_a_provider_that_fails_loses_its_share_to_the_other(health: ProviderHealth) -> None:
    health.note("sendgrid", tried=100, failed=60)
    assert health.shares("email", WEIGHTS).by_name == {"smtp": 1.0}


def test_nothing_is_lost_between_workers_that_note_at_once(health: ProviderHealth) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: health.note("smtp", tried=10, failed=1), range(40)))
    (candidate,) = health.load({"smtp": 1.0})
    assert candidate.health.tried == pytest.approx(400, rel=0.02)
    assert candidate.health.share == pytest.approx(0.1)
    assert candidate.health.standing is Standing.GOOD


def test_with_none_good_it_stays_where_it_is_until_the_other_is_clearly_better(health: ProviderHealth) -> None:
    health.note("sendgrid", tried=100, failed=90)
    health.note("smtp", tried=100, failed=95)
    assert health.shares("email", WEIGHTS).leaning_on == "sendgrid"
    health.note("sendgrid", tried=100, failed=100)  # now 95 of 100, as bad as the other and not worse
    assert health.shares("email", WEIGHTS).leaning_on == "sendgrid"
    health.note("sendgrid", tried=2_000, failed=2_000)
    health.note("smtp", tried=100, failed=50)
    assert health.shares("email", WEIGHTS).leaning_on == "smtp"


def test_whom_it_leaned_on_is_forgotten_once_one_is_good(health: ProviderHealth, queue: JobQueue) -> None:
    health.note("sendgrid", tried=100, failed=90)
    health.note("smtp", tried=100, failed=95)
    health.shares("email", WEIGHTS)
    health.note("smtp", tried=3_000, failed=0)
    assert health.shares("email", WEIGHTS).by_name == {"smtp": 1.0}
    assert not queue.redis.exists("outreach:{pace}:health:leaning email")


def test_no_key_stays_for_ever(health: ProviderHealth, queue: JobQueue) -> None:
    health.note("sendgrid", tried=100, failed=90)
    health.shares("email", {"sendgrid": 1.0})
    assert all(queue.redis.ttl(key) > 0 for key in queue.redis.keys("*"))
