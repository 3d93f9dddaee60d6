"""Learning jobs."""

from outreach.bootstrap import Outreach
from outreach.services.tune_learning import tune_learning
from workers.runtime import job


@job
def tune(outreach: Outreach) -> object:
    """Reads off the whole base what every cadence starts from; a tick too soon does nothing."""
    return tune_learning(db=outreach.db, now=outreach.clock.now())
