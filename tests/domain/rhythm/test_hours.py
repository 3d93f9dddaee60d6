"""Morning or evening, and when it cannot be said."""

import numpy as np

from outreach.domain.rhythm.hours import favoured_half


def test_evening_takes_more_than_morning_because_most_read_in_the_morning() -> None:
    morning = np.array([0.0, 1.9, 2.0, 0.0, 3.0, 2.0])
    evening = np.array([0.0, 0.0, 0.0, 2.0, 4.0, 4.0])
    assert favoured_half(morning, evening).tolist() == ["", "", "morning", "evening", "morning", "evening"]
