"""Who may enter a journey, and in which order exclusive ones follow each other."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from outreach.domain.journeys.admission import Past, Turn, Waiting, may_enter, turns
from tests.domain.journeys.ways import a_journey

NOW = datetime(2028, 2, 29, 12, 0, tzinfo=UTC)


def ago(days: float) -> datetime:
    return NOW - timedelta(days)


def test_the_rule_of_coming_again() -> None:
    never, after, always = a_journey(), a_journey(again=90), a_journey(again="always")
    for journey in (never, after, always):
        assert may_enter(journey, Past(), at=NOW, now=NOW)
        assert not may_enter(journey, Past(inside=True, ended_at=ago(900)), at=NOW, now=NOW)
    ended = Past(ended_at=ago(89))
    assert [may_enter(one, ended, at=NOW, now=NOW) for one in (never, after, always)] == [False, False, True]
    assert may_enter(after, Past(ended_at=ago(90)), at=NOW, now=NOW)


def test_what_happened_on_the_way_does_not_begin_it_again() -> None:
    ended = Past(ended_at=ago(2))
    assert not may_enter(a_journey(again="always"), ended, at=ago(3), now=NOW)
    assert may_enter(a_journey(again="always"), ended, at=ago(1), now=NOW)


@given(st.integers(1, 3000), st.floats(0, 4000))
def test_nobody_comes_again_sooner_than_the_rule_says(days: int, since: float) -> None:
    entered = may_enter(a_journey(again=days), Past(ended_at=ago(since)), at=NOW, now=NOW)
    assert entered == (ago(since) + timedelta(days) <= NOW)


waiting = st.builds(
    Waiting,
    enrolment_id=st.integers(1, 10_000),
    contact_id=st.integers(1, 4),
    since=st.floats(0, 20).map(ago),
    patience=st.integers(1, 15).map(timedelta),
)


@given(st.lists(waiting, max_size=12, unique_by=lambda one: one.enrolment_id), st.sets(st.integers(1, 4)), st.randoms())
def test_one_exclusive_journey_at_a_time_in_whatever_order_they_are_told(
    line: list[Waiting], occupied: set[int], random: st.DrawFn
) -> None:
    found = turns(line, occupied=occupied, now=NOW)
    shuffled = list(line)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert turns(shuffled, occupied=occupied, now=NOW) == found
    entered = [one.contact_id for one in line if found[one.enrolment_id] is Turn.ENTERS]
    assert len(entered) == len(set(entered))
    assert not set(entered) & occupied
    for one in line:
        assert (found[one.enrolment_id] is Turn.REFUSED) == (one.since + one.patience < NOW)


def test_who_came_first_enters_first() -> None:
    line = [Waiting(n, 7, ago(n), timedelta(30)) for n in (1, 3, 2)]
    assert turns(line, occupied=(), now=NOW) == {1: Turn.WAITS, 2: Turn.WAITS, 3: Turn.ENTERS}
