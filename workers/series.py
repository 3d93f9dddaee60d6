"""Jobs that keep series going."""

from outreach.bootstrap import Outreach
from outreach.services.extend_series import extend_series
from workers.runtime import job


@job
def extend(outreach: Outreach) -> object:
    """Appends the next round of evergreen series, and moves their last day on."""
    return f"{extend_series(db=outreach.db, now=outreach.clock.now())} rounds appended"
