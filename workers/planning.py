"""Planning jobs."""

from outreach.bootstrap import Outreach
from outreach.services.plan_touches import plan_touches
from workers.runtime import job


@job
def plan(outreach: Outreach) -> object:
    """Decides the next touch of every contact whose turn it is."""
    return plan_touches(db=outreach.db, now=outreach.clock.now())
