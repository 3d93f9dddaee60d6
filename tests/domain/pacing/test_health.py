"""Who carries what, by how well each provider does lately."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.domain.pacing.health import (
    BAD_FROM,
    ENOUGH,
    GOOD_AGAIN,
    HALF_LIFE,
    TRICKLE,
    Candidate,
    Health,
    Standing,
    noted,
    shares,
)

NOW = datetime(2026, 9, 8, 9, 30, tzinfo=UTC)


def after(*batches: tuple[int, int], start: Health | None = None) -> Health:
    """The health after batches of (tried, failed), a second apart."""
    health = start or Health()
    begin = health.at or NOW
    for number, (tried, failed) in enumerate(batches, start=1):
        health = noted(health, tried=tried, failed=failed, now=begin + timedelta(seconds=number))
    return health


def of(**healths: Health) -> list[Candidate]:
    return [Candidate(name, 1.0, health) for name, health in healths.items()]


BAD = after((100, 90))
WORSE = after((100, 100))
ON_TRIAL = noted(BAD, tried=0, failed=0, now=NOW + 4 * HALF_LIFE)


def test_a_few_failures_condemn_nobody() -> None:
    assert after((19, 19)).standing is Standing.GOOD


def test_a_provider_that_fails_often_is_bad() -> None:
    assert after((100, 30)).standing is Standing.BAD
    assert after((100, 29)).standing is Standing.GOOD


def test_a_bad_provider_is_good_again_only_well_below_where_it_turned_bad() -> None:
    bad = after((100, 50))
    between = after((150, 0), start=bad)
    assert GOOD_AGAIN < between.share < BAD_FROM
    assert between.standing is Standing.BAD
    assert after((300, 0), start=between).standing is Standing.GOOD


def test_what_is_a_half_life_back_counts_half() -> None:
    aged = noted(after((100, 50)), tried=0, failed=0, now=NOW + timedelta(seconds=1) + HALF_LIFE)
    assert (aged.tried, aged.failed) == (pytest.approx(50), pytest.approx(25))


def test_a_bad_provider_of_whom_nothing_was_heard_is_tried_with_a_trickle() -> None:
    assert ON_TRIAL.standing is Standing.ON_TRIAL
    carried = shares(of(a=Health(), b=ON_TRIAL))
    assert carried.by_name["b"] == pytest.approx(TRICKLE / (1 + TRICKLE))
    assert not carried.none_good


def test_a_trial_ends_with_a_verdict() -> None:
    assert after((25, 0), start=ON_TRIAL).standing is Standing.ON_TRIAL  # 6 old failures of 32
    assert after((80, 0), start=ON_TRIAL).standing is Standing.GOOD
    assert after((25, 25), start=ON_TRIAL).standing is Standing.BAD


def test_good_providers_share_by_weight() -> None:
    candidates = [Candidate("a", 3.0, Health()), Candidate("b", 1.0, Health())]
    assert shares(candidates).by_name == {"a": 0.75, "b": 0.25}


def test_a_bad_provider_carries_nothing_while_another_is_good() -> None:
    assert shares(of(a=BAD, b=Health())).by_name == {"b": 1.0}


def test_with_none_good_the_better_one_carries_on_and_staff_should_know() -> None:
    carried = shares(of(a=WORSE, b=BAD))
    assert (carried.by_name, carried.none_good, carried.leaning_on) == ({"b": 1.0}, True, "b")


def test_with_none_good_it_changes_over_only_when_that_is_worth_it() -> None:
    slightly_worse = after((100, 95))
    assert shares(of(a=slightly_worse, b=BAD), leaning_on="a").leaning_on == "a"
    assert shares(of(a=WORSE, b=after((100, 60))), leaning_on="a").leaning_on == "b"


def test_with_none_good_one_on_trial_gets_a_trickle_beside_the_better_one() -> None:
    carried = shares(of(a=after((100, 40)), b=ON_TRIAL))
    assert carried.by_name == {"a": pytest.approx(1 - TRICKLE), "b": TRICKLE}
    assert carried.none_good


def test_a_single_provider_always_carries_everything() -> None:
    for health in (Health(), BAD, ON_TRIAL):
        assert shares(of(only=health)).by_name == {"only": 1.0}


def test_a_clock_that_was_put_back_ages_nothing() -> None:
    health = after((100, 50))
    assert noted(health, tried=0, failed=0, now=NOW - timedelta(days=1)).tried == health.tried


BATCHES = st.lists(st.tuples(st.integers(0, 200), st.floats(0, 1), st.floats(0, 900)), max_size=12)


def lived(batches: list[tuple[int, float, float]]) -> list[Health]:
    health, at, course = Health(), NOW, []
    for tried, share, seconds in batches:
        at += timedelta(seconds=seconds)
        health = noted(health, tried=tried, failed=round(tried * share), now=at)
        course.append(health)
    return course


@given(BATCHES)
def test_a_standing_changes_only_with_the_evidence_for_it(batches: list[tuple[int, float, float]]) -> None:
    before = Standing.GOOD
    for health in lived(batches):
        assert 0 <= health.failed <= health.tried + 1e-9
        if health.standing is not before:
            expected = {
                Standing.BAD: health.tried >= ENOUGH and health.share >= BAD_FROM,
                Standing.GOOD: health.tried >= ENOUGH and health.share <= GOOD_AGAIN,
                Standing.ON_TRIAL: health.tried < ENOUGH and before is Standing.BAD,
            }
            assert expected[health.standing]
        before = health.standing


@given(st.lists(st.tuples(st.floats(0.1, 100), BATCHES), min_size=1, max_size=4), st.floats(0, 1, exclude_max=True))
def test_shares_add_up_and_bad_ones_get_nothing_while_one_is_good(
    providers: list[tuple[float, list[tuple[int, float, float]]]], draw: float
) -> None:
    candidates = [
        Candidate(f"p{number}", weight, (lived(batches) or [Health()])[-1])
        for number, (weight, batches) in enumerate(providers)
    ]
    carried = shares(candidates)
    standing = {one.name: one.health.standing for one in candidates}
    assert sum(carried.by_name.values()) == pytest.approx(1.0)
    assert all(share > 0 for share in carried.by_name.values())
    assert carried.none_good == (Standing.GOOD not in standing.values())
    assert carried.none_good or Standing.BAD not in {standing[name] for name in carried.by_name}
    assert carried.pick(draw) in carried.by_name
