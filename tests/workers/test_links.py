"""The job that tries links: the real visitor, on an address that it must refuse without leaving the machine."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from outreach.bootstrap import Outreach, bootstrap
from outreach.clock import WallClock
from outreach.db.models.writing import CheckedLink
from outreach.queueing.jobs import Job
from outreach.queueing.rq import JobQueue
from outreach.services.check_links import MOST_AT_ONCE
from outreach.settings import Settings
from tests.factories import a_content, an_edition
from workers import links
from workers.runtime import lend


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


def write_links(outreach: Outreach, how_many: int) -> None:
    words = " ".join(f"[x](http://127.0.0.1/{number})" for number in range(how_many))
    with outreach.db.transaction() as session:
        a_content(session, edition_id=an_edition(session), body=f"::: value\n{words}\n:::\n")


def test_a_private_address_is_kept_as_refused_at_the_walls_time(outreach: Outreach, queue: JobQueue) -> None:
    write_links(outreach, 1)
    before = WallClock().now()
    assert links.check() == "links tried: 1"
    with outreach.db.transaction() as session:
        kept = session.scalars(select(CheckedLink)).one()
    assert (kept.url, kept.verdict) == ("http://127.0.0.1/0", "refused")
    assert before <= kept.checked_at <= WallClock().now()
    assert queue.waiting() == 0


def test_a_job_that_leaves_some_untried_asks_for_another(outreach: Outreach, queue: JobQueue) -> None:
    write_links(outreach, MOST_AT_ONCE + 1)
    links.check()
    assert [job.func_name for job in queue.rq().jobs] == [Job.CHECK_LINKS]
