"""When an address that bounces is left alone."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.domain.bounce import BounceKind
from outreach.domain.bounce_policy import PAUSE, CarrierAction, KnownBounce, LeftAlone, verdict_on

START = datetime(2026, 9, 1, 9, tzinfo=UTC)


def bounce(number: int, day: float, kind: BounceKind = BounceKind.PASSING, **more: CarrierAction) -> KnownBounce:
    return KnownBounce(UUID(int=number), START + timedelta(days=day), kind, **more)


def test_one_dead_answer_is_enough_and_the_first_one_counts() -> None:
    assert verdict_on([bounce(2, 5, BounceKind.DEAD), bounce(1, 3, BounceKind.DEAD)]) == LeftAlone(
        START + timedelta(days=3)
    )


def test_three_passing_ones_on_three_days_within_thirty_are_enough() -> None:
    assert verdict_on([bounce(1, 0), bounce(2, 10), bounce(3, 30)]) == LeftAlone(START + timedelta(days=30))


@pytest.mark.parametrize(
    "bounces",
    [
        pytest.param([bounce(1, 0), bounce(2, 10)], id="two"),
        pytest.param([bounce(1, 0), bounce(2, 0.1), bounce(3, 0.2), bounce(4, 1)], id="two days"),
        pytest.param([bounce(1, 0), bounce(1, 1), bounce(1, 2)], id="one message three times"),
        pytest.param([bounce(1, 0), bounce(2, 10), bounce(3, 30.01)], id="spread over longer"),
        pytest.param([bounce(n, n, BounceKind.BLOCKED) for n in range(9)], id="blocks"),
        pytest.param([bounce(n, n, BounceKind.OUR_SETUP) for n in range(9)], id="our own set-up"),
        pytest.param([], id="nothing"),
    ],
)
def test_less_than_that_is_not(bounces: list[KnownBounce]) -> None:
    assert verdict_on(bounces) is None


def test_a_new_day_begins_at_midnight_utc_wherever_a_server_stands() -> None:
    late = timedelta(hours=14, minutes=59)  # 23:59
    same = [KnownBounce(UUID(int=n), START + late + timedelta(seconds=n), BounceKind.PASSING) for n in range(3)]
    assert verdict_on(same) is None
    apart = [
        KnownBounce(UUID(int=n), START + late + timedelta(minutes=n, days=n // 2), one.kind)
        for n, one in enumerate(same)
    ]
    assert verdict_on(apart) == LeftAlone(apart[2].at)


def test_a_carrier_that_asks_for_nothing_gets_nothing_even_of_a_dead_number() -> None:
    filtered = [bounce(n, n, BounceKind.DEAD, action=CarrierAction.NONE) for n in range(9)]
    assert verdict_on(filtered) is None


@pytest.mark.parametrize(
    ("action", "count", "for_good"),
    [
        (CarrierAction.SUPPRESS, 1, True),
        (CarrierAction.SUPPRESS_AFTER_2, 2, True),
        (CarrierAction.PAUSE, 1, False),
        (CarrierAction.PAUSE_AFTER_2, 2, False),
        (CarrierAction.PAUSE_AFTER_3, 3, False),
    ],
)
def test_a_carrier_gets_what_it_asks_for_after_as_many_messages(
    action: CarrierAction, count: int, for_good: bool
) -> None:
    bounces = [bounce(n, n, action=action) for n in range(count)]
    assert verdict_on(bounces[:-1]) is None
    last = bounces[-1].at
    assert verdict_on(bounces) == LeftAlone(last, None if for_good else last + PAUSE)


def test_for_good_outweighs_for_a_while() -> None:
    pause, end = bounce(1, 9, action=CarrierAction.PAUSE), bounce(2, 3, action=CarrierAction.SUPPRESS)
    assert verdict_on([pause, end]) == LeftAlone(end.at)


bounces = st.lists(
    st.builds(
        bounce,
        st.integers(0, 6),
        st.integers(0, 90),
        st.sampled_from(BounceKind),
        action=st.sampled_from([None, None, *CarrierAction]),
    ),
    max_size=12,
)


@given(bounces, st.randoms())
def test_order_and_doubles_change_nothing(known: list[KnownBounce], random: object) -> None:
    mixed = known + known[:3]
    random.shuffle(mixed)  # type: ignore[attr-defined]
    assert verdict_on(mixed) == verdict_on(known)


@given(bounces, bounces)
def test_more_bounces_never_make_it_milder(some: list[KnownBounce], more: list[KnownBounce]) -> None:
    before, after = verdict_on(some), verdict_on(some + more)
    if before is not None:
        assert after is not None
        assert after.since <= before.since or (before.until is not None and after.until is None)
        assert after.until is None or (before.until is not None and after.until >= before.until)
