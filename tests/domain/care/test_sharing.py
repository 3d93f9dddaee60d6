"""Who gets which call."""

from collections import Counter
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from outreach.domain.care.sharing import Caller, share_out

NOW = datetime(2026, 9, 8, 9, 30, tzinfo=UTC)
COUNTS = st.integers(0, 12)
CALLERS = st.lists(
    st.builds(
        Caller,
        staff_id=st.integers(1, 50),
        quota=st.integers(1, 12),
        open=COUNTS,
        today=COUNTS,
        last_given_at=st.none() | st.timedeltas(timedelta(0), timedelta(days=9)).map(lambda ago: NOW - ago),
    ),
    max_size=6,
    unique_by=lambda caller: caller.staff_id,
)
TASKS = st.lists(st.integers(1, 10_000), unique=True, max_size=60)


@given(TASKS, CALLERS)
def test_nobody_gets_more_than_their_quota_and_nothing_waits_while_somebody_has_room(
    tasks: list[int], callers: list[Caller]
) -> None:
    given_to = share_out(tasks, callers, now=NOW)
    count = Counter(given_to.values())
    room = {caller.staff_id: max(caller.quota - caller.today, 0) for caller in callers}
    assert all(count[staff] <= room.get(staff, 0) for staff in count)
    assert len(given_to) == min(len(tasks), sum(room.values()))
    # What waits is what presses least.
    assert list(given_to) == tasks[: len(given_to)]


@given(TASKS, CALLERS)
def test_it_is_fair_whoever_ends_up_with_more_had_more_or_had_the_only_room(
    tasks: list[int], callers: list[Caller]
) -> None:
    count = Counter(share_out(tasks, callers, now=NOW).values())
    for one in callers:
        for other in callers:
            if count[one.staff_id] and count[other.staff_id] < other.quota - other.today:
                assert one.open + count[one.staff_id] <= other.open + count[other.staff_id] + 1


@given(TASKS, CALLERS)
def test_the_order_in_which_callers_are_named_does_not_matter(tasks: list[int], callers: list[Caller]) -> None:
    assert share_out(tasks, callers, now=NOW) == share_out(tasks, callers[::-1], now=NOW)


def test_of_equally_loaded_callers_who_waited_longest_comes_first_and_then_in_turn() -> None:
    callers = [
        Caller(1, quota=9, last_given_at=NOW - timedelta(hours=1)),
        Caller(2, quota=9, last_given_at=NOW - timedelta(hours=2)),
        Caller(3, quota=9),
        Caller(4, quota=9, open=1),
    ]
    in_turn = [3, 2, 1, 4, 3, 2, 1]
    assert share_out(list(range(7)), callers, now=NOW) == dict(enumerate(in_turn))


def test_a_full_day_leaves_the_rest_for_tomorrow() -> None:
    assert share_out([1, 2, 3], [Caller(7, quota=5, today=4)], now=NOW) == {1: 7}
    assert share_out([1], [Caller(7, quota=5, today=9)], now=NOW) == {}
