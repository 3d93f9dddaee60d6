"""The demo's time: where it starts, how fast it runs, and how it goes on after the product was stopped."""

from datetime import UTC, datetime, timedelta

from outreach.db.queries.demo_clock import DemoTime, load_demo_time, store_demo_time
from outreach.db.queries.heartbeats import last_beat
from outreach.db.session import Database

#: The demo's first morning, a Monday.
FIRST_MORNING = datetime(2026, 9, 14, 5, 0, tzinfo=UTC)
#: A day passes in a minute.
SPEED = 1440.0
#: Wall time added when resuming, so that business time never falls behind what was done since the last heartbeat.
MARGIN = timedelta(seconds=5)


def start_clock(db: Database, *, wall: datetime) -> DemoTime:
    """Sets the demo's clock going: from the first morning, or from about where it stood when the product stopped.

    While the product was down no business time passed: customers of a demo do not wait for us overnight.
    """
    with db.raw_transaction() as connection:
        time, beat = load_demo_time(connection), last_beat(connection)
        if time is None:
            resumed = DemoTime(FIRST_MORNING, wall, SPEED)
        else:
            stopped = min(wall, (beat or time.wall_at) + MARGIN)
            resumed = DemoTime(time.at(stopped), wall, time.speed)
        store_demo_time(connection, resumed)
    return resumed


def step_clock(db: Database, *, to: datetime, wall: datetime) -> None:
    """Puts business time to `to` and lets it stand there."""
    with db.raw_transaction() as connection:
        store_demo_time(connection, DemoTime(to, wall, 0.0))
