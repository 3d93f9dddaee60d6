"""What a bounce says about an address."""

import pytest

from outreach.domain.bounce import is_dead_address


@pytest.mark.parametrize("code", ["5.1.1", "5.1.10", "5.2.1"])
def test_an_address_that_does_not_exist_is_dead(code: str) -> None:
    assert is_dead_address({"code": code})


@pytest.mark.parametrize("code", ["5.7.1", "5.7.26", "5.2.2", "4.2.2", "5.0.0", ""])
def test_policy_a_full_mailbox_and_riddles_do_not_kill_an_address(code: str) -> None:
    assert not is_dead_address({"code": code})


def test_a_reporter_that_knows_is_believed() -> None:
    assert is_dead_address({"code": "5.0.0", "dead_address": "yes"})
    assert not is_dead_address({"code": "5.1.1", "dead_address": "no"})


def test_a_bounce_without_a_word_kills_nothing() -> None:
    assert not is_dead_address({})
