"""What is assumed about people, and that it is written down."""

from pathlib import Path

import numpy as np
import pytest

from outreach.simulation.priors import PRIORS, Prior, drawn_traits

PAGE = (Path(__file__).parents[2] / "docs" / "simulation.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("prior", PRIORS, ids=lambda prior: prior.name)
def test_every_trait_stands_on_the_page_with_its_numbers_and_source(prior: Prior) -> None:
    low, high = prior.range
    row = f"| {prior.name} | {prior.meaning} | {prior.middle:g} | {low:.2g} to {high:.2g} | {prior.source} |"
    assert row in PAGE


@pytest.mark.parametrize("prior", PRIORS, ids=lambda prior: prior.name)
def test_nine_people_in_ten_lie_in_the_range_around_the_seeds_middle(prior: Prior) -> None:
    still = Prior(prior.name, prior.meaning, prior.middle, prior.spread, 0.0, prior.source, share=prior.share)
    drawn = still.drawn(still.places(20_000, seed=5), seed=5)
    low, high = prior.range
    assert abs(np.median(drawn) / prior.middle - 1) < 0.05
    assert abs(((drawn > low) & (drawn < high)).mean() - 0.9) < 0.02


def test_two_seeds_have_other_middles() -> None:
    prior = PRIORS[0]
    middles = [float(np.median(prior.drawn(np.zeros(1), seed=seed))) for seed in range(6)]
    assert len(set(middles)) == 6
    assert max(middles) / min(middles) < 2


def test_a_share_stays_a_share_however_it_is_moved() -> None:
    prior = next(prior for prior in PRIORS if prior.share)
    drawn = prior.drawn(prior.places(1_000, seed=1), seed=1, times=50.0)
    assert drawn.min() > 0
    assert drawn.max() < 1


@pytest.mark.parametrize("wanted", [0.0, 0.4])
def test_who_reads_readily_bears_more_as_far_as_the_world_says(wanted: float) -> None:
    traits = drawn_traits(20_000, seed=1, times={}, keen_bear_more=wanted)
    readiness = np.log(traits["readiness"] / (1 - traits["readiness"]))
    assert np.corrcoef(readiness, np.log(traits["tolerance"]))[0, 1] == pytest.approx(wanted, abs=0.03)
