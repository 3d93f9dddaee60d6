"""What becomes of the editions that wanted a slot and did not get it."""

from datetime import timedelta
from typing import Any

import pytest

from outreach.domain.planning.values import Decision, Offer
from outreach.domain.rhythm.codes import Code
from outreach.domain.rhythm.explain import sentence
from outreach.domain.touch import Channel, TouchClass
from tests.domain.planning.cases import NOW, a_contact, an_offer, decide, planned

CONTACT = a_contact(NOW - timedelta(days=20))


def closing(days: int) -> Any:
    return NOW.date() + timedelta(days=days)


def a_winner(**other: Any) -> Offer:
    return an_offer(1, **{"campaign_key": "news", "campaign_name": "News", **other})


def a_loser(edition_id: int = 2, **other: Any) -> Offer:
    return an_offer(edition_id, **{"touch_class": TouchClass.PROMOTION, **other})


def told(decision: Decision) -> dict[int, str]:
    assert planned(decision).offer.edition_id == 1
    return {loser.offer.edition_id: loser.reason.code for loser in decision.others}


@pytest.mark.parametrize(
    ("other", "code"),
    [
        ({"closes_on": closing(300)}, Code.LOST_LATER),
        ({"closes_on": closing(5)}, Code.LOST_EXPIRES),
        ({"closes_on": closing(5), "mergeable": True}, Code.LOST_MERGED),
        ({"closes_on": closing(300), "mergeable": True}, Code.LOST_LATER),
        ({"closes_on": closing(5), "mergeable": True, "channel": Channel.SMS}, Code.LOST_EXPIRES),
    ],
)
def test_a_loser_comes_later_expires_or_rides_along(other: dict[str, Any], code: Code) -> None:
    decision = decide(CONTACT, a_winner(), a_loser(2, **other))
    assert told(decision) == {2: code}
    assert "Letters" in sentence(decision.others[0].reason)


def test_nothing_rides_along_in_a_text() -> None:
    text = a_winner(channel=Channel.SMS)
    assert told(decide(CONTACT, text, a_loser(2, closes_on=closing(5), mergeable=True))) == {2: Code.LOST_EXPIRES}


def test_nothing_rides_along_in_a_mail_that_looks_after_somebody() -> None:
    care = a_winner(touch_class=TouchClass.CARE)
    assert told(decide(CONTACT, care, a_loser(2, closes_on=closing(5), mergeable=True))) == {2: Code.LOST_EXPIRES}


def test_at_most_two_ride_along() -> None:
    riders = [a_loser(number, closes_on=closing(5), mergeable=True) for number in range(2, 7)]
    codes = list(told(decide(CONTACT, a_winner(), *riders)).values())
    assert codes.count(Code.LOST_MERGED) == 2
    assert codes.count(Code.LOST_EXPIRES) == 3


def test_what_an_exclusive_series_holds_back_is_told_so() -> None:
    series = a_winner(rule="series", position=1, exclusive=True)
    assert told(decide(CONTACT, series, a_loser(2, closes_on=closing(5), mergeable=True))) == {2: Code.LOST_HELD}


def test_what_does_not_want_the_contact_loses_nothing() -> None:
    others = [a_loser(2, industries=frozenset({"farms"})), a_loser(3, opens_on=closing(20))]
    assert told(decide(CONTACT, a_winner(), *others)) == {}
