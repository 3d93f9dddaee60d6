"""What a bounce says about an address."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.domain.bounce import DEAD_CODES, BounceKind, enhanced_code, is_dead_address, kind_of_bounce


@pytest.mark.parametrize("code", ["5.1.1", "5.1.10", "5.2.1"])
def test_an_address_that_does_not_exist_is_dead(code: str) -> None:
    assert is_dead_address({"code": code})


@pytest.mark.parametrize("code", ["5.7.1", "5.7.26", "5.2.2", "4.2.2", "5.0.0", ""])
def test_policy_a_full_mailbox_and_riddles_do_not_kill_an_address(code: str) -> None:
    assert not is_dead_address({"code": code})


def test_a_reporter_that_knows_is_believed() -> None:
    assert is_dead_address({"code": "5.0.0", "dead_address": "yes"})
    assert not is_dead_address({"code": "5.1.1", "dead_address": "no"})


def test_a_reporter_with_codes_of_its_own_says_of_which_kind_it_is() -> None:
    assert kind_of_bounce({"bounce": "blocked", "code": "30007", "reason": "user unknown"}) is BounceKind.BLOCKED
    assert kind_of_bounce({"bounce": "a word of next year", "code": "5.1.1"}) is BounceKind.DEAD


def test_a_bounce_without_a_word_kills_nothing() -> None:
    assert not is_dead_address({})


@pytest.mark.parametrize("code", ["4.2.2", "4.4.7", "5.2.2", "5.2.3", "5.3.4", "5.4.7", "", "5.9.9"])
def test_what_may_pass_and_what_nobody_knows_is_passing(code: str) -> None:
    assert kind_of_bounce({"code": code}) is BounceKind.PASSING


@pytest.mark.parametrize("code", ["5.7.26", "5.7.515", "5.7.23"])
def test_missing_authentication_is_our_own_fault(code: str) -> None:
    assert kind_of_bounce({"code": code}) is BounceKind.OUR_SETUP


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("550 <a@b.example>: User unknown", BounceKind.DEAD),
        ("550 No such user here", BounceKind.DEAD),
        ("550 Requested action not taken: mailbox unavailable", BounceKind.DEAD),
        ("This user doesn't have a b.example account", BounceKind.DEAD),
        ("552 Quota exceeded for this account", BounceKind.PASSING),
        ("the user's mailfolder is full", BounceKind.PASSING),
        ("554 Too many hops", BounceKind.PASSING),
        ("Host not found, try again", BounceKind.PASSING),
        ("554 blocked using zen.spamhaus.example", BounceKind.BLOCKED),
        ("550 message rejected as spam; recipient address rejected", BounceKind.BLOCKED),
        ("550 unauthenticated email is not accepted due to the DMARC policy", BounceKind.OUR_SETUP),
        ("自动退信", BounceKind.PASSING),
    ],
)
def test_words_are_read_where_the_code_says_nothing(words: str, kind: BounceKind) -> None:
    assert kind_of_bounce({"code": "5.0.0", "reason": words}) is kind
    assert kind_of_bounce({"reason": words}) is kind


def test_a_code_outweighs_words_that_say_something_else() -> None:
    assert kind_of_bounce({"code": "5.2.2", "reason": "user unknown"}) is BounceKind.PASSING
    assert kind_of_bounce({"code": "5.7.1", "reason": "user unknown"}) is BounceKind.BLOCKED


def test_a_server_that_says_5_1_1_to_everything_does_not_kill_an_address_it_calls_us_spammers_for() -> None:
    blocked = {"code": "5.1.1", "reason": "550 5.1.1 your IP is on our blocklist"}
    assert kind_of_bounce(blocked) is BounceKind.BLOCKED
    assert kind_of_bounce({"code": "5.1.1", "reason": "user unknown (see our policy)"}) is BounceKind.DEAD


def test_the_code_that_says_most_is_found_among_versions_addresses_and_noughts() -> None:
    assert enhanced_code("Exchange 5.5.2653.13 at 10.5.1.1 said: 550 5.0.0 hm (#5.1.1)") == "5.1.1"
    assert enhanced_code("550-5.7.1 [94.136.40.141 12] blocked") == "5.7.1"
    assert enhanced_code("2.0.0 all is well") == ""


@given(st.dictionaries(st.sampled_from(["code", "reason"]), st.text(max_size=200)))
def test_any_words_at_all_get_a_kind_and_only_the_known_codes_or_words_kill(data: dict[str, str]) -> None:
    kind = kind_of_bounce(data)
    assert kind in BounceKind
    if kind is BounceKind.DEAD and not data.get("reason"):
        assert data["code"] in DEAD_CODES
