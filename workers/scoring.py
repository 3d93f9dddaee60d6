"""Scoring jobs."""

from outreach.bootstrap import Outreach
from outreach.services.score_rhythm import score_rhythm
from workers.runtime import job


@job
def score(outreach: Outreach) -> object:
    """Writes the rhythm score of each finished day; a tick too soon does nothing."""
    return f"{score_rhythm(db=outreach.db, now=outreach.clock.now())} days scored"
