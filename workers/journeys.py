"""Journey jobs."""

from outreach.bootstrap import Outreach
from outreach.services.advance_journeys import advance_journeys
from workers.runtime import job


@job
def advance(outreach: Outreach) -> object:
    """Lets contacts enter journeys, and takes those in them on; a tick too soon does nothing."""
    return advance_journeys(db=outreach.db, now=outreach.clock.now())
