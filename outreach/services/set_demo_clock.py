"""Sets how fast the demo's clock runs."""

from datetime import datetime

from outreach.db.queries.demo_clock import DemoTime, load_demo_time, store_demo_time
from outreach.db.session import Database
from outreach.domain.errors import BadInput, Fault

#: A week in a minute; faster than that and the workers only ever catch up.
FASTEST = 10080.0


def set_demo_clock(*, db: Database, speed: float, wall: datetime) -> DemoTime:
    """Lets business time go on from where it is, `speed` times as fast as the wall; 0 lets it stand still.

    Args:
        wall: the wall's instant (aware).

    Raises:
        BadInput: if the speed is negative or faster than a week in a minute, or the demo has no clock yet.
    """
    if not 0 <= speed <= FASTEST:
        reason = f"the clock runs 0 to {FASTEST:g} times as fast as the wall's"
        fault = Fault(place="demo clock", column="speed", value=f"{speed:g}", reason=reason, mend="Stay inside.")
        raise BadInput([fault])
    with db.raw_transaction() as connection:
        time = load_demo_time(connection)
        if time is None:
            raise BadInput(
                [Fault(place="demo clock", reason="it was never set", mend="Start the product with `outreach demo`.")]
            )
        changed = DemoTime(business_at=time.at(wall), wall_at=wall, speed=speed)
        store_demo_time(connection, changed)
    return changed
