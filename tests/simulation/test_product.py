"""The product in the simulation: its own planner and learning, told what a provider would tell."""

from datetime import timedelta
from functools import lru_cache

import numpy as np
import pytest

from outreach.domain.rhythm.capacity import Answer
from outreach.domain.rhythm.mail_programs import Trace
from outreach.simulation.business import BAND, TURNS, Business
from outreach.simulation.life import Life
from outreach.simulation.measures import Outcome
from outreach.simulation.policies import POLICIES
from outreach.simulation.policies.content import editions, kind_of
from outreach.simulation.policies.fates import Fates
from outreach.simulation.policies.product import Product
from outreach.simulation.policies.tuner import Tuner
from outreach.simulation.run import lived
from outreach.simulation.seasons import START
from outreach.simulation.touches import Reports, Touches, What
from outreach.simulation.worlds import WORLDS


@lru_cache
def outcome(world: str = "usual", *, people: int = 300, days: int = 120) -> Outcome:
    return lived(POLICIES["product"], WORLDS[world], people=people, days=days, seed=1)


@pytest.mark.parametrize("world", ["usual", "globe", "no-opens"])
def test_it_keeps_the_promise_of_the_band(world: str) -> None:
    kept = outcome(world)
    assert kept.touches > 0
    assert (kept.feast, kept.quiet) == (0, 0)
    assert kept.famine <= 0.001
    assert kept.published_busy == 0


def test_it_is_worth_more_than_silence_and_blasts() -> None:
    for other in ("silence", "uncoordinated", "weekly-blast"):
        beside = lived(POLICIES[other], WORLDS["usual"], people=300, days=120, seed=1)
        assert outcome().purchases > beside.purchases, other


def test_the_same_seed_gives_the_same_numbers() -> None:
    first, second = (lived(POLICIES["product"], WORLDS["usual"], people=60, days=60, seed=2) for _ in range(2))
    assert first == second


def test_who_asks_for_less_gets_a_longer_gap_and_who_leaves_nothing() -> None:
    life = Life(WORLDS["usual"], seed=1, people=60, days=60)
    product = Product(Business.of(life), days=60)
    for day in range(20):
        product.told(day, Reports.joined([]))
        product.sent(day, life.touched(day, product.decide(day), less_often=True))
    before = product.learners.gap.copy()
    who = np.array([3, 4])
    parts = [
        Reports.of(What.LESS_OFTEN, who[:1], at=19.9, touch=3),
        Reports.of(What.UNSUBSCRIBED, who[1:], at=19.9, touch=4),
    ]
    product.told(20, Reports.joined(parts))
    assert (product.learners.gap[who] > before[who]).all()
    assert product.contacts.min_gap[3] >= 10 > BAND.min_gap
    assert not product.contacts.channels[4].any()
    later = Touches.joined([product.decide(day) for day in range(20, 60)])
    assert 4 not in later.contact
    assert len(later) > 60


def visited(*parts: Reports) -> tuple[int, int]:
    """Answer and trace of touch 0 to contact 9, sent at noon of the first day, after these reports."""
    fates = Fates()
    one = np.array([9])
    fates.sent(
        0,
        numbers=np.array([0]),
        contact=one,
        met=np.array([0.5]),
        strain=np.array([0.3]),
        timing=np.array([0]),
        at=np.array([0.5]),
    )
    fates.see(Reports.joined(list(parts)))
    assert len(fates.matured(4).contact) == 0
    lesson = fates.matured(5)
    assert lesson.contact.tolist() == [9]
    return int(lesson.answer[0]), int(lesson.trace[0])


def report(what: What, *, at: float = 0.7, flagged: bool = False, burst: bool = False) -> Reports:
    return Reports.of(what, np.array([9]), at=at, touch=0, flagged=flagged, burst=burst)


def test_a_person_is_believed() -> None:
    assert visited(report(What.OPENED)) == (Answer.OPENED, Trace.OPENED)
    assert visited(report(What.CLICKED), report(What.OPENED)) == (Answer.ACTED, Trace.OPENED)
    assert visited() == (Answer.NOTHING, Trace.NONE)


def test_a_machine_is_not() -> None:
    assert visited(report(What.OPENED, flagged=True)) == (Answer.NOTHING, Trace.FLAGGED)
    scanned = report(What.CLICKED, burst=True), report(What.OPENED, burst=True)
    assert visited(*scanned) == (Answer.NOTHING, Trace.SCANNED)
    assert visited(report(What.CLICKED, at=0.5 + 5 / 86400)) == (Answer.NOTHING, Trace.NONE)


def test_a_storm_of_complaints_pulls_the_brake_and_calm_releases_it() -> None:
    tuner = Tuner()
    tuner.sent(0, mails=1_000)
    assert tuner.braked(0, complaints=0).slowdown == 1
    assert tuner.braked(1, complaints=10).slowdown > 2
    for day in range(2, 60):
        tuner.braked(day, complaints=0)
    assert tuner.tuning.slowdown == 1


def test_there_is_always_something_to_say_in_the_turns_of_the_fixed_cadences() -> None:
    offers = editions(400)
    in_turn = sorted(offers, key=lambda offer: offer.edition_key)
    assert [kind_of(offer) for offer in in_turn[:8]] == [*TURNS, *TURNS]
    assert len(offers) > 400 / 5.6
    assert all(offer.closes_on > START + timedelta(days=400) for offer in offers)
