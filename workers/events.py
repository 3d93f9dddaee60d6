"""Event jobs."""

from outreach.bootstrap import Outreach
from outreach.services.apply_events import apply_events
from outreach.services.mature_touches import mature_touches
from workers.runtime import job


@job
def apply(outreach: Outreach) -> object:
    """Reads raw batches and moves cadences."""
    return apply_events(db=outreach.db, readers=outreach.readers, now=outreach.clock.now())


@job
def mature(outreach: Outreach) -> object:
    """Lets touches that nobody answered teach the cadence."""
    return mature_touches(db=outreach.db, now=outreach.clock.now())
