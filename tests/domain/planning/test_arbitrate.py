"""One arbiter: who gets the slot, and that the order of asking never matters."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outreach.domain.planning.arbitrate import CLASS_RANK, arbitrate, score
from outreach.domain.planning.candidates import Candidate
from outreach.domain.touch import Channel, TouchClass
from tests.domain.planning.cases import NOW, a_contact, an_offer

DAY = date(2026, 9, 8)
CONTACT = a_contact(NOW - timedelta(days=20))


def a_candidate(edition_id: int, days_left: int = 300, **other: object) -> Candidate:
    return Candidate(an_offer(edition_id, **other), DAY + timedelta(days=days_left))


def winner(*found: Candidate) -> int:
    return arbitrate(found, contact=CONTACT, on=DAY).offer.edition_id


def test_a_higher_class_wins_whatever_the_score() -> None:
    classes = list(TouchClass)
    for higher, lower in pairwise(classes):
        weak = a_candidate(1, touch_class=higher, priority=0, campaign_key="newsletter")
        strong = a_candidate(2, days_left=0, touch_class=lower, priority=100)
        assert winner(strong, weak) == 1


def test_what_would_be_gone_by_the_next_slot_wins() -> None:
    assert winner(a_candidate(1, days_left=300), a_candidate(2, days_left=3)) == 2


def test_the_marketers_priority_wins_where_nothing_else_differs() -> None:
    assert winner(a_candidate(1, priority=40), a_candidate(2, priority=60)) == 2


def test_a_campaign_does_not_follow_itself_if_it_can_be_helped() -> None:
    assert winner(a_candidate(1, campaign_key="newsletter", priority=60), a_candidate(2, priority=40)) == 2


def test_no_candidate_is_an_error() -> None:
    with pytest.raises(ValueError, match="empty"):
        arbitrate([], contact=CONTACT, on=DAY)


candidate_lists = st.lists(
    st.builds(
        lambda number, days, touch_class, priority, campaign, channel: Candidate(
            an_offer(number, touch_class=touch_class, priority=priority, campaign_key=campaign, channel=channel),
            DAY + timedelta(days=days),
        ),
        st.integers(1, 50),
        st.integers(0, 40),
        st.sampled_from(TouchClass),
        st.sampled_from([0, 50, 50, 100]),
        st.sampled_from(["newsletter", "tips", "offers"]),
        st.sampled_from([Channel.EMAIL, Channel.SMS]),
    ),
    min_size=1,
    max_size=8,
    unique_by=lambda candidate: candidate.offer.edition_id,
)


@given(found=candidate_lists, chance=st.randoms(use_true_random=False))
@settings(max_examples=200, deadline=None)
def test_the_order_of_asking_never_changes_the_winner(found: list[Candidate], chance: object) -> None:
    shuffled = list(found)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert winner(*found) == winner(*shuffled)


@given(found=candidate_lists)
@settings(max_examples=200, deadline=None)
def test_the_winner_is_of_the_highest_class_and_has_its_highest_score(found: list[Candidate]) -> None:
    won = arbitrate(found, contact=CONTACT, on=DAY)
    assert CLASS_RANK[won.offer.touch_class] == min(CLASS_RANK[each.offer.touch_class] for each in found)
    rivals = [each for each in found if each.offer.touch_class is won.offer.touch_class]
    assert score(won, contact=CONTACT, on=DAY) == max(score(each, contact=CONTACT, on=DAY) for each in rivals)
