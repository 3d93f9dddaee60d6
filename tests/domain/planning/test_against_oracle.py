"""The planner and a slow, obvious oracle decide the same, whatever the calendar, the zone and the campaigns."""

import random
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from outreach.domain.planning.plan import plan_contacts
from outreach.domain.planning.values import Decision
from tests.domain.planning import oracle
from tests.domain.planning.conftest import cases
from tests.domain.planning.worlds import a_world

seeds = st.integers(0, 2**32 - 1)

#: Looking again is reckoned in fractions of days; this much is rounding.
ROUNDING = timedelta(milliseconds=5)


def told(decision: Decision) -> tuple[str, int | None, datetime | None, frozenset[tuple[int, str]]]:
    """What a decision says: code, edition, instant, and what becomes of the others."""
    touch = decision.touch
    others = frozenset((other.offer.edition_id, other.reason.code) for other in decision.others)
    return decision.reason.code, touch and touch.offer.edition_id, touch and touch.send_at, others


@given(seed=seeds)
@cases(100)
def test_the_planner_decides_as_the_oracle_does(seed: int) -> None:
    now, horizon, contacts, offers = a_world(seed)
    for contact, decision in zip(contacts, plan_contacts(contacts, offers, now=now, horizon=horizon), strict=True):
        expected = oracle.decide(contact, offers, now=now, horizon=horizon)
        edition = expected.offer and expected.offer.edition_id
        assert told(decision) == (expected.code, edition, expected.send_at, expected.others)
        assert abs(decision.look_again_at - expected.look_again_at) <= ROUNDING


@given(seed=seeds)
@cases(40)
def test_neither_the_split_into_batches_nor_the_order_of_campaigns_changes_a_plan(seed: int) -> None:
    now, horizon, contacts, offers = a_world(seed)
    chance = random.Random(seed)
    whole = plan_contacts(contacts, offers, now=now, horizon=horizon)
    cut = chance.randrange(len(contacts) + 1)
    shuffled = chance.sample(offers, len(offers))
    parts = [plan_contacts(part, shuffled, now=now, horizon=horizon) for part in (contacts[:cut], contacts[cut:])]
    assert parts[0] + parts[1] == whole


@given(seed=seeds)
@cases(40)
def test_an_edition_that_is_not_meant_for_a_contact_changes_nothing_for_it(seed: int) -> None:
    now, horizon, contacts, offers = a_world(seed)
    decisions = plan_contacts(contacts, offers, now=now, horizon=horizon)
    for contact, decision in zip(contacts, decisions, strict=True):
        meant = [offer for offer in offers if oracle.is_meant_for(contact, offer)]
        assert plan_contacts([contact], meant, now=now, horizon=horizon) == [decision]
