"""The shared limiter on a real Valkey: what it promises holds whoever asks, and however many."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from itertools import count
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outreach.domain.pacing.limits import Limit, Quota
from outreach.queueing.pace import LEAST, Demand, Grant, Pace, day_around
from outreach.queueing.rq import JobQueue
from outreach.queueing.rq import connect as connect_queue

_numbers = count(1)


@pytest.fixture
def pace(queue: JobQueue) -> Pace:
    return Pace(queue.redis)


@pytest.fixture(scope="module")
def lasting_pace(valkey_url: str) -> Iterator[Pace]:
    """For property tests, which take a key of their own for every example."""
    jobs = connect_queue(valkey_url)
    yield Pace(jobs.redis)
    jobs.redis.close()


def a_limit(per_second: float = 0.001, burst: float = 10) -> Limit:
    """By default so slow that nothing comes back while a test runs."""
    return Limit(f"test {next(_numbers)}", per_second, burst)


def a_quota(most: int = 10, zone: str = "UTC") -> Quota:
    return Quota(f"test {next(_numbers)} a day", most, zone)


def kept(pace: Pace, limit: Limit | Quota) -> dict[bytes, bytes]:
    found: dict[bytes, bytes] = pace.redis.hgetall("outreach:{pace}:" + limit.key)
    return found


def test_a_rested_bucket_gives_its_burst_and_says_when_to_come_back(pace: Pace) -> None:
    limit = a_limit(per_second=0.5, burst=10)
    first = pace.take([limit], 25)
    assert first.messages == 10
    assert first.wait == pytest.approx(20, rel=0.01)  # a full burst of the 15 that are left
    second = pace.take([limit], 3)
    assert second.messages == 0
    assert second.wait == pytest.approx(6, rel=0.1)


def test_what_is_granted_in_full_waits_for_nothing(pace: Pace) -> None:
    assert pace.take([a_limit()], 10) == Grant(10, 0.0)


def test_without_limits_everything_may_go(pace: Pace) -> None:
    assert pace.take([], 1_000) == Grant(1_000, 0.0)


def test_nothing_asked_is_nothing_taken(pace: Pace) -> None:
    limit = a_limit()
    assert pace.take([limit], 0) == Grant(0, 0.0)
    assert kept(pace, limit) == {}


def test_the_narrowest_of_several_limits_decides_and_none_loses_more_than_was_granted(pace: Pace) -> None:
    wide, narrow, day = a_limit(burst=100), a_limit(burst=4), a_quota(50)
    assert pace.take([wide, day, narrow], 30).messages == 4
    assert pace.take([wide], 1_000).messages == 96
    assert pace.take([day], 1_000).messages == 46


def test_a_limit_that_is_named_twice_counts_once(pace: Pace) -> None:
    limit = a_limit(burst=10)
    assert pace.take([limit, limit], 10).messages == 10


def test_demands_of_one_round_trip_are_answered_in_their_order(pace: Pace) -> None:
    shared, day = a_limit(burst=10), a_quota(3)
    grants = pace.take_each([Demand((shared,), 6), Demand((), 9), Demand((shared, day), 6), Demand((shared,), 6)])
    assert [grant.messages for grant in grants] == [6, 9, 3, 1]


def test_a_bucket_refills_at_its_rate(pace: Pace) -> None:
    limit = a_limit(per_second=500, burst=10)
    pace.take([limit], 10)
    began, got = time.monotonic(), 0
    while got < 100:
        got += pace.take([limit], 1).messages
    assert time.monotonic() - began >= 0.18  # 90 of them had to be earned


def test_a_long_rest_saves_up_no_more_than_a_burst(pace: Pace) -> None:
    limit = a_limit(per_second=1, burst=10)
    pace.take([limit], 3)
    pace.redis.hincrby("outreach:{pace}:" + limit.key, "at", -3_600_000_000)  # as if that had been an hour ago
    assert pace.take([limit], 1_000).messages == 10


def test_a_day_grants_its_number_and_then_waits_for_midnight(pace: Pace) -> None:
    zone = "Asia/Kathmandu"
    quota = a_quota(10, zone)
    assert pace.take([quota], 4).messages == 4
    grant = pace.take([quota], 10)
    assert grant.messages == 6
    seconds, _ = pace.redis.time()
    assert grant.wait == pytest.approx(day_around(seconds, zone)[1] - seconds, abs=5)
    assert pace.take([quota], 1).messages == 0


def test_a_new_day_begins_with_nothing_used(pace: Pace) -> None:
    quota = a_quota(10)
    pace.take([quota], 10)
    start = int(kept(pace, quota)[b"start"])
    pace.redis.hset("outreach:{pace}:" + quota.key, "start", start - 86_400)  # as if that had been yesterday
    assert pace.take([quota], 10).messages == 10


def test_a_process_that_lives_over_midnight_asks_for_the_new_day(pace: Pace) -> None:
    quota = a_quota(10)
    pace._days["UTC"] = (0, 86_400)
    assert pace.take([quota], 10).messages == 10
    seconds, _ = pace.redis.time()
    assert int(kept(pace, quota)[b"start"]) == day_around(seconds, "UTC")[0]


@given(
    st.integers(631_152_000, 2_840_140_800),  # 1990 to 2060
    st.sampled_from(
        ["UTC", "Europe/London", "America/Sao_Paulo", "Africa/Cairo", "Pacific/Apia", "Asia/Beirut", "America/Havana"]
    ),
)
def test_days_follow_each_other_without_gap(at: int, zone: str) -> None:
    start, end = day_around(at, zone)
    assert start <= at < end
    assert day_around(end, zone)[0] == end
    assert timedelta(hours=22) <= timedelta(seconds=end - start) <= timedelta(hours=26)
    assert datetime.fromtimestamp(start, ZoneInfo(zone)).date() == datetime.fromtimestamp(at, ZoneInfo(zone)).date()


def test_push_back_halves_the_rate_once_however_many_hear_it(pace: Pace) -> None:
    limit = a_limit()
    with ThreadPoolExecutor(4) as pool:
        shares = list(pool.map(lambda _: pace.push_back(limit), range(8)))
    assert all(share == pytest.approx(0.5, abs=0.01) for share in shares)


def test_a_pushed_rate_gives_half_as_much_and_climbs_back(pace: Pace) -> None:
    limit = a_limit(per_second=0.01, burst=10)
    pace.take([limit], 10)
    pace.push_back(limit)
    assert pace.take([limit], 1).wait == pytest.approx(200, rel=0.02)
    key = "outreach:{pace}:" + limit.key
    pace.redis.hincrby(key, "fat", -60_000_000)  # as if that had been a minute ago
    assert pace.take([limit], 1).wait == pytest.approx(100 / 0.7, rel=0.02)
    pace.redis.hincrby(key, "fat", -300_000_000)
    assert pace.take([limit], 1).wait == pytest.approx(100, rel=0.02)


def test_what_a_pushed_rate_earned_is_reckoned_while_it_climbed(pace: Pace) -> None:
    limit = a_limit(per_second=1, burst=1_000)
    pace.take([limit], 1_000)
    pace.push_back(limit)
    for field in ("at", "fat"):
        pace.redis.hincrby("outreach:{pace}:" + limit.key, field, -60_000_000)  # as if that had been a minute ago
    assert pace.take([limit], 1_000).messages in (36, 37)  # a minute at 0.5 to 0.7 of its rate


def test_a_rate_is_never_pushed_down_to_nothing(pace: Pace) -> None:
    limit = a_limit()
    for _ in range(20):
        share = pace.push_back(limit)
        pace.redis.hset("outreach:{pace}:" + limit.key, "cut", 0)  # as if a second had passed
    assert share == pytest.approx(LEAST, abs=0.001)


def test_nothing_goes_before_the_vendor_said_so(pace: Pace) -> None:
    limit = a_limit(burst=10)
    pace.push_back(limit, hold=120)
    grant = pace.take([limit], 5)
    assert grant.messages == 0
    assert grant.wait == pytest.approx(120, abs=2)


def test_the_vendors_own_count_binds_until_it_starts_again(pace: Pace) -> None:
    limit = a_limit(burst=100)
    pace.heed(limit, left=7, seconds=60)
    assert pace.take([limit], 5).messages == 5
    pace.heed(limit, left=90, seconds=60)  # an older answer that comes late
    assert pace.take([limit], 50).messages == 2
    pace.redis.hset("outreach:{pace}:" + limit.key, "til", 0)  # as if the minute had passed
    assert pace.take([limit], 50).messages == 50


def test_a_vendors_word_cannot_stop_us_for_ever(pace: Pace) -> None:
    limit = a_limit()
    pace.push_back(limit, hold=1e12)
    assert pace.take([limit], 1).wait <= 3600


def test_a_bucket_vanishes_when_it_would_be_full_again(pace: Pace) -> None:
    limit, day = a_limit(per_second=10, burst=100), a_quota()
    pace.take([limit, day], 3)
    assert 0 < pace.redis.pttl("outreach:{pace}:" + limit.key) <= 1_400
    pace.take([limit], 50)
    assert 5_000 < pace.redis.pttl("outreach:{pace}:" + limit.key) <= 6_500
    assert 0 < pace.redis.ttl("outreach:{pace}:" + day.key) <= 86_402


def test_no_key_stays_for_ever(pace: Pace) -> None:
    limit, told, day = a_limit(), a_limit(), a_quota()
    pace.take([limit, day], 1)
    pace.push_back(told)
    pace.heed(told, left=1, seconds=10)
    assert all(pace.redis.ttl(key) > 0 for key in pace.redis.keys("outreach:{pace}:*"))


@settings(max_examples=30)
@given(
    st.floats(0.5, 5_000),
    st.integers(1, 50),
    st.lists(st.tuples(st.integers(1, 80), st.sampled_from(["take", "push", "heed"])), min_size=1, max_size=30),
)
def test_no_stretch_of_time_grants_more_than_the_rate_and_a_burst(
    lasting_pace: Pace, per_second: float, burst: int, steps: list[tuple[int, str]]
) -> None:
    limit = a_limit(per_second, burst)
    grants: list[tuple[float, float, int]] = []
    for wanted, act in steps:
        if act == "push":
            lasting_pace.push_back(limit)
        elif act == "heed":
            lasting_pace.heed(limit, left=wanted, seconds=0.01)
        before = time.monotonic()
        got = lasting_pace.take([limit], wanted).messages
        grants.append((before, time.monotonic(), got))
        assert 0 <= got <= wanted
    assert_within(grants, limit)


def test_the_promise_holds_for_many_at_once(pace: Pace) -> None:
    shared, own = a_limit(per_second=2_000, burst=50), [a_limit(per_second=700, burst=20) for _ in range(4)]
    day = a_quota(1_500)

    def work(number: int) -> list[tuple[float, float, int]]:
        found = []
        for _ in range(400):
            before = time.monotonic()
            got = pace.take([shared, own[number % 4], day], 1 + number % 5).messages
            found.append((before, time.monotonic(), got))
        return found

    with ThreadPoolExecutor(8) as pool:
        by_worker = list(pool.map(work, range(8)))
    together = [grant for grants in by_worker for grant in grants]
    assert_within(together, shared)
    for number, limit in enumerate(own):
        assert_within([*by_worker[number], *by_worker[number + 4]], limit)
    total = sum(got for _, _, got in together)
    assert 50 < total <= 1_500
    assert int(kept(pace, day)[b"used"]) == total


def assert_within(grants: list[tuple[float, float, int]], limit: Limit) -> None:
    """No two grants, as far apart as they can have been, have more between them than the limit allows."""
    real = sorted(grant for grant in grants if grant[2])
    for first in range(0, len(real), max(1, len(real) // 60)):
        begin, latest, total = real[first][0], 0.0, 0
        for _, end, got in real[first:]:
            total, latest = total + got, max(latest, end)
            assert total <= limit.per_second * (latest - begin) + limit.burst + 1e-6
