"""The speed of the demo's clock."""

from datetime import UTC, datetime, timedelta

import pytest

from outreach.db.queries.demo_clock import DemoTime, load_demo_time, store_demo_time
from outreach.db.session import Database
from outreach.domain.errors import BadInput
from outreach.services.set_demo_clock import FASTEST, set_demo_clock
from tests.factories import NOW

WALL = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def test_business_time_goes_on_from_where_it_is(db: Database) -> None:
    with db.raw_transaction() as connection:
        store_demo_time(connection, DemoTime(NOW, WALL, 60.0))
    changed = set_demo_clock(db=db, speed=1440, wall=WALL + MINUTE)
    assert changed.business_at == NOW + timedelta(hours=1)
    assert changed.at(WALL + 2 * MINUTE) == NOW + timedelta(hours=25)
    with db.raw_transaction() as connection:
        assert load_demo_time(connection) == changed


def test_a_paused_clock_stands_still(db: Database) -> None:
    with db.raw_transaction() as connection:
        store_demo_time(connection, DemoTime(NOW, WALL, 1440.0))
    changed = set_demo_clock(db=db, speed=0, wall=WALL)
    assert changed.at(WALL + timedelta(days=9)) == NOW


@pytest.mark.parametrize("speed", [-1.0, FASTEST + 1, float("inf"), float("nan")])
def test_a_speed_outside_the_range_is_refused(db: Database, speed: float) -> None:
    with pytest.raises(BadInput, match="clock runs 0 to"):
        set_demo_clock(db=db, speed=speed, wall=WALL)


def test_a_clock_that_was_never_set_cannot_be_sped_up(db: Database) -> None:
    with pytest.raises(BadInput, match="never set"):
        set_demo_clock(db=db, speed=1, wall=WALL)
