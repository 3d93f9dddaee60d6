"""Who carries the next chunk."""

from collections import Counter
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

import pytest
from redis import Redis

from outreach.domain.touch import Channel
from outreach.providers.routes import Route
from outreach.queueing.gate import slowly
from outreach.queueing.provider_health import ProviderHealth
from outreach.queueing.rq import JobQueue
from outreach.services.choose_provider import choose_provider


@dataclass(frozen=True)
class Carrier:
    """A provider that is only looked at."""

    name: str
    channel: Channel = Channel.EMAIL

    def open(self) -> Any:
        return nullcontext()


ROUTE = Route((Carrier("smtp"), Carrier("sendgrid")), {"smtp": 1.0, "sendgrid": 3.0})
DRAWS = [number / 40 for number in range(40)]


@pytest.fixture
def health(queue: JobQueue) -> ProviderHealth:
    return ProviderHealth(queue.redis)


def carried(health: ProviderHealth, draws: Sequence[float] = DRAWS) -> Counter[str]:
    return Counter(choose_provider(route=ROUTE, health=health, draw=draw).provider.name for draw in draws)


def test_in_good_times_each_carries_its_share(health: ProviderHealth) -> None:
    assert carried(health) == {"sendgrid": 30, "smtp": 10}


def test_one_that_fails_carries_nothing_while_the_other_is_well(health: ProviderHealth) -> None:
    health.note("sendgrid", tried=40, failed=30)
    assert carried(health) == {"smtp": 40}


def test_with_none_of_them_well_the_channel_goes_slowly_by_the_better_one(health: ProviderHealth) -> None:
    health.note("sendgrid", tried=40, failed=20)
    health.note("smtp", tried=40, failed=40)
    chosen = choose_provider(route=ROUTE, health=health, draw=0.5)
    assert (chosen.provider.name, tuple(chosen.limits)) == ("sendgrid", (slowly("email"),))


def test_who_is_alone_on_its_route_carries_at_full_speed_however_it_does(health: ProviderHealth) -> None:
    health.note("smtp", tried=40, failed=40)
    alone = Route((Carrier("smtp"),), {"smtp": 1.0})
    chosen = choose_provider(route=alone, health=health, draw=0.5)
    assert (chosen.provider.name, tuple(chosen.limits)) == ("smtp", ())


def test_where_nobody_can_be_asked_the_usual_one_carries() -> None:
    nowhere = ProviderHealth(Redis(port=1))
    assert choose_provider(route=ROUTE, health=nowhere, draw=0.99).provider.name == "sendgrid"
