"""The gate: many messages, many limits, one question."""

from collections import Counter

import pytest

from outreach.domain.pacing.destinations import country_of, destination
from outreach.domain.pacing.limits import Quota, Scope, read_rules
from outreach.domain.touch import Channel
from outreach.queueing.gate import Gate, slowly
from outreach.queueing.pace import Pace
from outreach.queueing.rq import JobQueue

WAITING = [f"anna{number}@{'gmail.com' if number % 2 else 'bakery.example'}" for number in range(20)]
FACTS = {Scope.PROVIDER: "sendgrid", Scope.SENDER: "hearth.example"}


def facts(address: str) -> dict[Scope, str]:
    return FACTS | {Scope.DESTINATION: destination(Channel.EMAIL, address)}


def a_gate(queue: JobQueue, rules: str = "") -> Gate:
    return Gate(Pace(queue.redis), read_rules(rules), "Europe/London")


def test_without_rules_everything_goes(queue: JobQueue) -> None:
    admission = a_gate(queue).admit(WAITING, facts=facts)
    assert (admission.admitted, admission.held) == (tuple(WAITING), ())


def test_a_slow_receiver_holds_up_nobody_else(queue: JobQueue) -> None:
    admission = a_gate(queue, "destination=google 1/h burst 3").admit(WAITING, facts=facts)
    assert Counter(one.partition("@")[2] for one in admission.admitted) == {"gmail.com": 3, "bakery.example": 10}
    assert [one for one, _ in admission.held] == [one for one in WAITING if "gmail" in one][3:]
    assert all(wait == pytest.approx(3 * 3600, rel=0.01) for _, wait in admission.held)


def test_what_is_admitted_keeps_its_order(queue: JobQueue) -> None:
    admission = a_gate(queue, "destination=google 1/h burst 3").admit(WAITING, facts=facts)
    assert list(admission.admitted) == [one for one in WAITING if one in admission.admitted]


def test_groups_share_what_binds_them_all(queue: JobQueue) -> None:
    gate = a_gate(queue, "sender=* 15/day")
    assert len(gate.admit(WAITING, facts=facts, also=[Quota("warm-up|hearth.example", 12, "UTC")]).admitted) == 12
    assert len(gate.admit(WAITING, facts=facts).admitted) == 3


def test_nothing_waits_for_nothing(queue: JobQueue) -> None:
    assert a_gate(queue).admit([], facts=facts).admitted == ()


def test_a_vendor_that_says_too_fast_is_left_alone_for_as_long_as_it_asks(queue: JobQueue) -> None:
    gate = a_gate(queue, "provider=sendgrid 100/s; destination=google 100/s")
    gate.push_back(FACTS, hold=30)
    admission = gate.admit(WAITING, facts=facts)
    assert admission.admitted == ()
    assert all(28 < wait <= 30.5 for _, wait in admission.held)
    other = gate.admit(WAITING, facts=lambda one: facts(one) | {Scope.PROVIDER: "smtp"})
    assert len(other.admitted) == 20


def test_a_vendor_that_says_too_fast_goes_at_half_the_rate_of_its_rules(queue: JobQueue) -> None:
    gate = a_gate(queue, "provider=sendgrid 1/h burst 5")
    gate.admit(WAITING, facts=facts)
    gate.push_back(FACTS)
    assert gate.admit(WAITING[:1], facts=facts).held[0][1] == pytest.approx(7200, rel=0.02)


def test_the_vendors_count_binds_all_its_messages(queue: JobQueue) -> None:
    gate = a_gate(queue)
    gate.heed(FACTS, left=4, seconds=20)
    assert len(gate.admit(WAITING, facts=facts).admitted) == 4


def test_a_channel_of_which_no_provider_is_well_goes_slowly(queue: JobQueue) -> None:
    admission = a_gate(queue).admit(WAITING, facts=facts, also=[slowly("email")])
    assert len(admission.admitted) == 5


def test_texts_of_one_number_and_to_one_country_have_their_own_rates(queue: JobQueue) -> None:
    texts = [f"+1415555{number:04}" for number in range(10)] + [f"+4479460{number:05}" for number in range(10)]
    gate = a_gate(queue, "provider=twilio sender=+14155550100 1/h burst 15; country=us 1/h burst 4")

    def facts_of(number: str) -> dict[Scope, str]:
        ends = {Scope.DESTINATION: destination(Channel.SMS, number), Scope.COUNTRY: country_of(number)}
        return {Scope.PROVIDER: "twilio", Scope.SENDER: "+14155550100"} | ends

    admitted = gate.admit(texts, facts=facts_of).admitted
    assert Counter(number[:3] for number in admitted) == {"+14": 4, "+44": 10}
    assert len(gate.admit(texts, facts=facts_of).admitted) == 1
