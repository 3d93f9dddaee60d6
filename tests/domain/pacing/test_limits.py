"""Rules of the limiter, and the keys that a message counts against."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.domain.errors import BadInput
from outreach.domain.pacing.limits import Limit, Quota, Scope, composed, limits_for, read_rules

MESSAGE = {
    Scope.PROVIDER: "sendgrid",
    Scope.ACCOUNT: "main",
    Scope.SENDER: "hearth.example",
    Scope.DESTINATION: "google",
}


def test_a_rule_names_a_rate_with_its_burst() -> None:
    (rule,) = read_rules("provider=sendgrid destination=google 600/min burst 50")
    assert limits_for([rule], MESSAGE, zone="UTC") == (
        Limit("destination=google|provider=sendgrid 10/s", per_second=10.0, burst=50.0),
    )


def test_a_rate_without_a_burst_holds_one_second_and_at_least_one_message() -> None:
    fast, slow = read_rules("20/s; 30/h")
    assert (fast.burst, slow.burst) == (20.0, 1.0)


def test_a_day_starts_at_midnight_of_the_zone() -> None:
    rules = read_rules("sender=* 50000/day")
    assert limits_for(rules, MESSAGE, zone="Europe/London") == (
        Quota("sender=hearth.example a day", 50_000, "Europe/London"),
    )


def test_a_star_gives_every_value_a_bucket_of_its_own() -> None:
    rules = read_rules("sender=* 1/s")
    keys = {limits_for(rules, MESSAGE | {Scope.SENDER: sender}, zone="UTC")[0].key for sender in ("a", "b", "A")}
    assert len(keys) == 2


def test_a_rule_for_somebody_else_does_not_bind() -> None:
    rules = read_rules("destination=yahoo 1/s; provider=twilio 1/s; account=other 5/day")
    assert limits_for(rules, MESSAGE, zone="UTC") == ()


def test_a_rule_that_names_what_a_message_lacks_does_not_bind() -> None:
    assert limits_for(read_rules("destination=* 1/s"), {Scope.PROVIDER: "smtp"}, zone="UTC") == ()


def test_texts_have_rates_by_their_number_and_by_the_country_they_go_to() -> None:
    rules = read_rules("provider=twilio sender=+14155550100 1/s; provider=twilio country=US 5/s; country=gb 9/day")
    text = {Scope.PROVIDER: "twilio", Scope.SENDER: "+14155550100", Scope.DESTINATION: "verizon"}
    assert [one.key for one in limits_for(rules, text | {Scope.COUNTRY: "US"}, zone="UTC")] == [
        "provider=twilio|sender=+14155550100 1/s",
        "country=us|provider=twilio 5/s",
    ]
    assert [one.key for one in limits_for(rules, text | {Scope.COUNTRY: "GB"}, zone="UTC")] == [
        "provider=twilio|sender=+14155550100 1/s",
        "country=gb a day",
    ]


def test_two_rates_of_one_sender_are_two_buckets() -> None:
    found = limits_for(read_rules("sender=* 1/s; sender=* 100/h; sender=* 500/day"), MESSAGE, zone="UTC")
    assert len({one.key for one in found}) == 3


def test_a_rule_without_a_name_binds_everything() -> None:
    assert [one.key for one in limits_for(read_rules("100/s"), {}, zone="UTC")] == ["everything 100/s"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("colour=red 1/s", "colour is none of"),
        ("sender=a sender=b 1/s", "said twice"),
        ("sender=a 0/s", "above 0"),
        ("sender=a 99999999/s", "at most"),
        ("sender=a 1/s burst 0", "at least 1"),
        ("sender=a 1.5/day", "whole number"),
        ("sender=a 10/day burst 5", "no burst"),
        ("sender=a fast", "is no rule"),
        ("sender=a -1/s", "is no rule"),
        ("sender=a 1/week", "is no rule"),
    ],
)
def test_nonsense_is_refused_with_its_place(text: str, reason: str) -> None:
    with pytest.raises(BadInput, match=reason) as refused:
        read_rules(f"10/s; {text}")
    assert refused.value.faults[0].line == 2


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(BadInput) as refused:
        read_rules("nonsense; 1/s; more nonsense")
    assert [fault.line for fault in refused.value.faults] == [1, 3]


VALUES = st.text(alphabet="ab|=%7C.-", min_size=1, max_size=6)


@given(*(st.dictionaries(st.sampled_from(list(Scope)), VALUES) for _ in range(2)))
def test_no_two_sets_of_values_share_a_key(one: dict[Scope, str], other: dict[Scope, str]) -> None:
    first, second = ({scope: values[scope] for scope in sorted(values)} for values in (one, other))
    assert (composed(first) == composed(second)) == (one == other)
