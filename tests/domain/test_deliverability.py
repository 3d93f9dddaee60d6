"""Shares of trouble, their levels, and when a channel must stop."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.domain.deliverability import (
    CASES_TO_HALT,
    ENOUGH,
    ENOUGH_TO_HALT,
    EVIDENCE,
    THRESHOLDS,
    Arrivals,
    HaltCause,
    Level,
    Share,
    Trouble,
    added,
    evidence_since,
    level,
    staff_reason,
    wanted_halt,
)
from outreach.domain.errors import BadInput
from tests.factories import NOW


def of(messages: int, **cases: int) -> Arrivals:
    return Arrivals(messages, {Trouble(name): number for name, number in cases.items()})


@pytest.mark.parametrize(
    ("cases", "messages", "low", "high"),
    # Newcombe (1998), table I, method 3.
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_the_interval_is_wilsons(cases: int, messages: int, low: float, high: float) -> None:
    share = Share(cases, messages)
    assert (share.low, share.high) == (pytest.approx(low, abs=1e-4), pytest.approx(high, abs=1e-4))


def test_no_message_is_no_share_and_anything_may_be_true() -> None:
    share = Share(0, 0)
    assert (share.value, share.low, share.high) == (0.0, 0.0, 1.0)


@pytest.mark.parametrize(
    ("trouble", "cases", "messages", "expected"),
    [
        (Trouble.BOUNCE, 4, 99, Level.TOO_FEW),
        (Trouble.BOUNCE, 3, 3, Level.TOO_FEW),
        (Trouble.BOUNCE, 14, 40, Level.BAD),  # few, and yet beyond chance
        (Trouble.BOUNCE, 10, 1_000, Level.GOOD),
        (Trouble.BOUNCE, 40, 1_000, Level.WATCH),
        (Trouble.BOUNCE, 60, 1_000, Level.BAD),
        (Trouble.COMPLAINT, 1, 200, Level.WATCH),  # 0.5 % by a single person
        (Trouble.COMPLAINT, 40, 10_000, Level.BAD),
        (Trouble.COMPLAINT, 5, 10_000, Level.GOOD),
        (Trouble.COMPLAINT, 20, 10_000, Level.WATCH),
    ],
)
def test_a_level_says_what_can_be_said(trouble: Trouble, cases: int, messages: int, expected: Level) -> None:
    assert level(trouble, Share(cases, messages)) is expected


def test_every_trouble_has_thresholds_in_order() -> None:
    assert set(THRESHOLDS) == set(Trouble)
    assert all(0 < one.watch < one.bad < 1 for one in THRESHOLDS.values())


def test_a_channel_with_too_many_bounces_stops_and_says_the_numbers() -> None:
    halt = wanted_halt(of(1_000, bounce=80))
    assert halt is not None
    assert halt.cause is HaltCause.BOUNCES
    assert halt.reason == "80 of 1000 messages (8.00%) were bounced; the limit is 5.0%"


def test_complaints_come_first() -> None:
    halt = wanted_halt(of(1_000, bounce=200, complaint=20, block=500))
    assert halt is not None
    assert halt.cause is HaltCause.COMPLAINTS


def test_a_few_bad_messages_stop_nothing() -> None:
    assert wanted_halt(of(ENOUGH_TO_HALT - 1, bounce=ENOUGH_TO_HALT - 1)) is None
    assert wanted_halt(of(200, complaint=CASES_TO_HALT - 1)) is None


def test_deferrals_never_stop_a_channel() -> None:
    assert wanted_halt(of(10_000, deferral=9_000)) is None


def test_once_staff_resumed_only_what_left_afterwards_counts() -> None:
    assert evidence_since(NOW, None) == NOW - EVIDENCE
    assert evidence_since(NOW, NOW - timedelta(hours=1)) == NOW - timedelta(hours=1)
    assert evidence_since(NOW, NOW - timedelta(days=9)) == NOW - EVIDENCE


def test_groups_add_up() -> None:
    together = added([of(100, bounce=3), of(50, bounce=1, complaint=2)])
    assert together.messages == 150
    assert (together.cases[Trouble.BOUNCE], together.cases[Trouble.COMPLAINT], together.cases[Trouble.BLOCK]) == (
        4,
        2,
        0,
    )


@pytest.mark.parametrize("text", ["", "  \n\x00 ", "x" * 301])
def test_staff_must_give_a_reason_of_some_words(text: str) -> None:
    with pytest.raises(BadInput):
        staff_reason(text)


def test_a_reason_is_kept_on_one_line() -> None:
    assert staff_reason(" the list\r\n was  old ") == "the list was old"


SHARES = st.integers(0, 100_000).flatmap(lambda n: st.builds(Share, st.integers(0, n), st.just(n)))


@given(SHARES)
def test_the_interval_holds_the_share(share: Share) -> None:
    assert 0 <= share.low <= share.value + 1e-12
    assert share.value - 1e-12 <= share.high <= 1


@given(st.sampled_from(list(Trouble)), SHARES, st.integers(2, 20))
def test_the_same_share_of_more_messages_is_never_less_certain(trouble: Trouble, share: Share, times: int) -> None:
    order = [Level.TOO_FEW, Level.GOOD, Level.WATCH, Level.BAD]
    more = level(trouble, Share(share.cases * times, share.messages * times))
    if share.value >= THRESHOLDS[trouble].bad:
        assert order.index(more) >= order.index(level(trouble, share))
    if share.messages >= ENOUGH:
        assert more is not Level.TOO_FEW


@given(
    st.integers(0, 5_000).flatmap(
        lambda n: st.builds(Arrivals, st.just(n), st.dictionaries(st.sampled_from(list(Trouble)), st.integers(0, n)))
    )
)
def test_a_halt_is_wanted_only_above_its_limit_beyond_chance(arrivals: Arrivals) -> None:
    halt = wanted_halt(arrivals)
    sure = [
        trouble
        for trouble in (Trouble.COMPLAINT, Trouble.BOUNCE, Trouble.BLOCK)
        if arrivals.share(trouble).value >= THRESHOLDS[trouble].bad
        and arrivals.share(trouble).low >= THRESHOLDS[trouble].watch
        and arrivals.share(trouble).cases >= CASES_TO_HALT
    ]
    assert (halt is not None) == (arrivals.messages >= ENOUGH_TO_HALT and bool(sure))
