"""Deliverability jobs."""

from outreach.bootstrap import Outreach
from outreach.services.judge_channels import judge_channels
from workers.runtime import job


@job
def judge(outreach: Outreach) -> object:
    """Stops channels of which too much bounces, is blocked or reported as junk."""
    halted = judge_channels(db=outreach.db, now=outreach.clock.now())
    return f"stopped: {', '.join(sorted(halted)) or 'none'}"
