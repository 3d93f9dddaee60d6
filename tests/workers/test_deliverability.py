"""The job that stops channels, on the product itself."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from outreach.bootstrap import Outreach, bootstrap
from outreach.queueing.rq import JobQueue
from outreach.settings import Settings
from workers import deliverability
from workers.runtime import lend


@pytest.fixture
def outreach(database_url: str, valkey_url: str, queue: JobQueue, tmp_path: Path) -> Iterator[Outreach]:
    settings = {"DATABASE_URL": database_url, "REDIS_URL": valkey_url, "OUTREACH_DATA_DIR": str(tmp_path)}
    product = bootstrap(Settings.from_env(settings))
    lend(product)
    yield product
    product.close()


@pytest.mark.usefixtures("outreach")
def test_a_product_that_sent_nothing_stops_nothing() -> None:
    assert deliverability.judge() == "stopped: none"
