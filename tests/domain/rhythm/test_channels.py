"""Mail or text, and when it cannot be said."""

import numpy as np
import pytest

from outreach.domain.rhythm.channels import favoured_channel


@pytest.mark.parametrize(
    ("mails", "texts", "favoured"),
    [
        ((0, 0), (0, 0), ""),
        ((10, 0), (4, 3), "sms"),
        ((10, 6), (4, 0), "email"),
        ((10, 3), (4, 2), ""),  # not clearly
        ((10, 0), (2, 2), ""),  # too few texts yet
        ((10, 0), (9, 1), ""),  # one answer is chance
    ],
)
def test_a_channel_is_favoured_where_it_is_clearly_answered_more(
    mails: tuple[int, int], texts: tuple[int, int], favoured: str
) -> None:
    numbers = {"mails": mails[0], "mails_answered": mails[1], "texts": texts[0], "texts_answered": texts[1]}
    assert favoured_channel(**{name: np.array([float(value)]) for name, value in numbers.items()}).tolist() == [
        favoured
    ]
