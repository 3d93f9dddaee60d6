"""How many cases the property tests of the planner try: a few in CI, ten thousand when OUTREACH_LONG_TESTS=1."""

import os

from hypothesis import HealthCheck, settings

LONG = os.environ.get("OUTREACH_LONG_TESTS") == "1"

_SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]

# The same cases every time: a random find belongs to the long run, where somebody looks.
settings.register_profile("planning-ci", deadline=None, derandomize=True, suppress_health_check=_SLOW)
settings.register_profile("planning-long", deadline=None, suppress_health_check=_SLOW)


def cases(few: int, *, many: int = 10_000) -> settings:
    """Settings for a test that tries `few` cases in CI and `many` in a long run."""
    return settings(
        settings.get_profile("planning-long" if LONG else "planning-ci"), max_examples=many if LONG else few
    )
