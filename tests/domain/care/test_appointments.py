"""Times on the customer's clock."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from outreach.domain.care.appointments import local_instant
from outreach.domain.errors import BadInput

LONDON = ZoneInfo("Europe/London")


@pytest.mark.parametrize(
    ("typed", "zone", "instant"),
    [
        ("2026-10-24T10:30", LONDON, datetime(2026, 10, 24, 9, 30, tzinfo=UTC)),
        ("2026-10-25T10:30", LONDON, datetime(2026, 10, 25, 10, 30, tzinfo=UTC)),
        # Twice there; the first counts.
        ("2026-10-25T01:30", LONDON, datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        ("2026-10-25T10:30", ZoneInfo("Asia/Kathmandu"), datetime(2026, 10, 25, 4, 45, tzinfo=UTC)),
    ],
)
def test_a_time_is_read_on_the_customers_clock(typed: str, zone: ZoneInfo, instant: datetime) -> None:
    assert local_instant(typed, zone=zone) == instant


@pytest.mark.parametrize("typed", ["", "soon", "2026-13-01T10:00", "2026-10-25", "0001-01-01T00:00"])
def test_what_is_no_time_is_refused_or_midnight(typed: str) -> None:
    if typed == "2026-10-25":
        assert local_instant(typed, zone=LONDON) == datetime(2026, 10, 24, 23, tzinfo=UTC)
        return
    if typed == "0001-01-01T00:00":
        with pytest.raises(BadInput):
            local_instant(typed, zone=ZoneInfo("Asia/Tokyo"))
        return
    with pytest.raises(BadInput, match="Choose day and time"):
        local_instant(typed, zone=LONDON)


def test_a_time_that_the_clocks_jump_over_is_refused() -> None:
    with pytest.raises(BadInput, match="the clocks go forward"):
        local_instant("2026-03-29T01:30", zone=LONDON)
