"""What the whole base teaches, and the brake."""

import numpy as np
import pytest

from outreach.domain.rhythm.mail_programs import PRIOR_MIX
from outreach.domain.rhythm.tuning import BUCKETS, FALLS_BY, RISES_BY, Doses, braked, tuned_mix, tuned_shift


def a_year(truth: float, *, touches: int, seed: int = 7) -> Doses:
    """Touches of a base that bears e^truth times what the prior says, and who left at them."""
    random = np.random.default_rng(seed)
    strain = random.gamma(4.0, 0.28, touches)
    felt = strain * np.exp(random.normal(0, 0.42, touches) - truth)
    hazard = 0.0011 * np.exp(1.25 * np.clip(felt - 0.7, 0, 4))
    return Doses.of(strain, random.random(touches) < hazard)


def read_weekly(doses: Doses, *, before: float = 0.0) -> float:
    """The shift after enough readings of the same doses to get anywhere."""
    for _ in range(10):
        before = tuned_shift(doses, before=before)
    return before


@pytest.mark.parametrize("truth", [-0.51, -0.2, 0.0])
def test_the_shift_of_a_base_is_recovered_from_when_its_people_leave(truth: float) -> None:
    assert read_weekly(a_year(truth, touches=400_000)) == pytest.approx(truth, abs=0.12)


def test_a_base_that_bears_more_is_not_written_to_more_than_its_industries_ask_for() -> None:
    assert read_weekly(a_year(0.5, touches=400_000)) == 0


def test_doubt_speaks_for_the_slower_rhythm_and_evidence_of_tolerance_for_the_usual_one() -> None:
    year = a_year(0.0, touches=3_000_000)
    little, some, much = (read_weekly(Doses(year.touches * share, year.left * share)) for share in (1e-4, 1e-2, 1.0))
    assert -0.25 < little < some - 0.05
    assert some < much
    assert much == pytest.approx(0, abs=0.06)


def test_the_shift_falls_by_a_step_at_most_and_rises_slowly() -> None:
    assert tuned_shift(a_year(-0.51, touches=400_000), before=0.0) == -FALLS_BY
    assert tuned_shift(a_year(-0.51, touches=400_000), before=-0.45) < -0.45
    assert tuned_shift(a_year(0.0, touches=400_000), before=-0.5) == pytest.approx(-0.5 + RISES_BY)


def test_a_base_that_was_not_written_to_is_taken_as_it_comes() -> None:
    nobody = Doses(np.zeros(BUCKETS), np.zeros(BUCKETS))
    assert tuned_shift(nobody, before=0.0) == 0
    assert tuned_shift(nobody, before=-0.5) == pytest.approx(-0.5 + RISES_BY)


def test_more_who_leave_under_pressure_never_make_the_rhythm_faster() -> None:
    base = a_year(-0.2, touches=20_000)
    for bucket in range(4, 14):
        more = Doses(base.touches, base.left + 5 * np.eye(BUCKETS)[bucket])
        assert tuned_shift(more, before=-0.3) <= tuned_shift(base, before=-0.3) + 1e-9, bucket


def test_touches_are_counted_by_strain_and_what_did_not_teach_is_not() -> None:
    strain = np.array([[0.1, 0.2, np.nan], [99.0, np.nan, np.nan]])
    left = np.array([[False, True, False], [True, False, True]])
    doses = Doses.of(strain, left)
    assert (doses.touches[0], doses.touches[1], doses.touches[-1], doses.touches.sum()) == (1, 1, 1, 3)
    assert (doses.left[0], doses.left[1], doses.left[-1], doses.left.sum()) == (0, 1, 1, 2)
    assert (doses + doses).touches.sum() == 6


def test_the_mix_starts_at_the_prior_and_follows_the_base() -> None:
    assert tuned_mix(np.empty((0, 5))) == pytest.approx(PRIOR_MIX)
    everybody_scanned = np.tile(np.eye(5)[4], (200, 1))
    assert tuned_mix(everybody_scanned)[4] == pytest.approx((0.06 + 1) / 2)
    assert sum(tuned_mix(everybody_scanned)) == pytest.approx(1)


@pytest.mark.parametrize(
    ("complaints", "mails", "slowdown"), [(0, 0, 1.0), (1, 0, 1.0), (3, 1_000, 1.5), (6, 1_000, 2.2), (6, 9_000, 1.0)]
)
def test_complaints_pull_the_brake(complaints: int, mails: int, slowdown: float) -> None:
    assert braked(1.0, complaints=complaints, mails=mails, days=1) == slowdown


def test_the_brake_lets_go_by_three_in_a_hundred_a_day_and_never_speeds_up() -> None:
    assert braked(2.2, complaints=0, mails=0, days=1) == pytest.approx(2.134)
    assert braked(2.2, complaints=0, mails=0, days=100) == 1.0
    assert braked(2.2, complaints=3, mails=1_000, days=100) == 1.5


def test_the_brake_never_lets_go_of_what_the_base_bears() -> None:
    assert braked(1.0, complaints=0, mails=0, days=1, pace=1.4) == 1.4
    assert braked(2.2, complaints=0, mails=0, days=100, pace=1.4) == 1.4
    assert braked(1.4, complaints=6, mails=1_000, days=1, pace=1.4) == 2.2
