"""Common practice, the oracle, and what comes of them."""

from functools import lru_cache

import pytest

from outreach.domain.errors import BadInput
from outreach.simulation.measures import Outcome
from outreach.simulation.policies import POLICIES, policy_named
from outreach.simulation.run import lived
from outreach.simulation.worlds import WORLDS, world_named

FIXED = [name for name in POLICIES if name.startswith("calendar-")]


@lru_cache
def outcome(policy: str, *, world: str = "usual", people: int = 600, days: int = 200, seed: int = 1) -> Outcome:
    return lived(POLICIES[policy], WORLDS[world], people=people, days=days, seed=seed)


def test_the_same_seed_gives_the_same_numbers_and_another_others() -> None:
    again = lived(POLICIES["tiers"], WORLDS["usual"], people=300, days=90, seed=4)
    assert again == lived(POLICIES["tiers"], WORLDS["usual"], people=300, days=90, seed=4)
    assert again != lived(POLICIES["tiers"], WORLDS["usual"], people=300, days=90, seed=5)


def test_silence_sends_nothing_and_starves_everybody() -> None:
    silent = outcome("silence")
    assert (silent.touches, silent.unsubscribes, silent.complaints) == (0, 0, 0)
    assert silent.famine == pytest.approx(164 / 200, abs=0.02)


def test_uncoordinated_campaigns_feast_and_a_calendar_does_not() -> None:
    assert outcome("uncoordinated").feast > 0.3
    assert outcome("calendar-14").feast == 0
    assert outcome("uncoordinated").reachable < outcome("calendar-14").reachable


def test_a_cap_sends_less_than_no_cap_and_never_twice_in_sixteen_hours() -> None:
    assert outcome("frequency-cap").touches < outcome("uncoordinated").touches
    assert outcome("frequency-cap").unsubscribes < outcome("uncoordinated").unsubscribes


def test_a_calendar_keeps_out_of_busy_seasons_and_a_blast_does_not() -> None:
    assert outcome("calendar-7").published_busy == 0
    assert outcome("calendar-7").busy < outcome("weekly-blast").busy / 2


@pytest.mark.parametrize("fixed", FIXED)
def test_the_oracle_is_at_least_as_good_as_each_fixed_gap(fixed: str) -> None:
    assert outcome("oracle").purchases >= outcome(fixed).purchases


def test_touchier_people_leave_sooner() -> None:
    assert outcome("weekly-blast", world="touchier").reachable < outcome("weekly-blast").reachable


def test_only_office_hours_of_the_office_wake_people_around_the_globe() -> None:
    assert outcome("weekly-blast", world="globe").quiet > 0
    assert outcome("calendar-14", world="globe").quiet == 0


def test_tiers_believe_machines() -> None:
    assert outcome("tiers", world="machine-opens").touches > 1.2 * outcome("tiers", world="no-opens").touches


@pytest.mark.parametrize("world", [world for world in WORLDS if world not in ("usual", "small-tenant")])
def test_every_world_can_be_lived_in(world: str) -> None:
    told = outcome("calendar-14", world=world, people=300, days=90)
    assert 0 < told.reachable <= 1
    assert told.touches > 0


def test_a_name_that_nobody_knows_is_refused_with_those_that_are_known() -> None:
    with pytest.raises(BadInput, match="usual"):
        world_named("mars")
    with pytest.raises(BadInput, match="oracle"):
        policy_named("magic")
