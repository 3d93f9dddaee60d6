"""The order of a series: what has begun keeps its place."""

import pytest

from outreach.domain.errors import BadInput
from outreach.domain.series import check_order, position_in_round


@pytest.mark.parametrize("after", [[1, 2, 4, 3], [1, 2, 3, 4]])
def test_what_nobody_has_been_sent_may_change_places(after: list[int]) -> None:
    check_order([1, 2, 3, 4], after, begun={1, 2})


@pytest.mark.parametrize("after", [[2, 1, 3, 4], [1, 3, 2, 4], [4, 1, 2, 3]])
def test_what_has_begun_keeps_its_place_and_nothing_jumps_ahead_of_it(after: list[int]) -> None:
    with pytest.raises(BadInput, match="has begun for somebody keeps its place"):
        check_order([1, 2, 3, 4], after, begun={1, 2})


def test_what_stands_between_two_that_have_begun_stays_there() -> None:
    with pytest.raises(BadInput, match="keeps its place"):
        check_order([1, 2, 3, 4], [1, 3, 2, 4], begun={1, 3})


@pytest.mark.parametrize("after", [[1, 2], [1, 2, 2], [1, 2, 5]])
def test_an_order_of_other_editions_is_refused(after: list[int]) -> None:
    with pytest.raises(BadInput, match="other editions by now"):
        check_order([1, 2, 3], after, begun=())


def test_every_round_stands_behind_the_one_before() -> None:
    assert position_in_round(1, round=2) > position_in_round(999, round=1)
