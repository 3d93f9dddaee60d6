"""Jobs that look after links."""

from outreach.bootstrap import Outreach
from outreach.clock import WallClock
from outreach.providers.link_visits import LinkVisitor
from outreach.queueing.jobs import Job
from outreach.services.check_links import MOST_AT_ONCE, check_links
from workers.runtime import job


@job
def check(outreach: Outreach) -> object:
    """Tries addresses that nobody has tried within a day; asks for another job where there are more."""
    today = outreach.clock.now().date()
    tried = check_links(db=outreach.db, visitor=LinkVisitor(), today=today, now=WallClock().now())
    if tried == MOST_AT_ONCE:
        outreach.queue.wake(Job.CHECK_LINKS)
    return f"links tried: {tried}"
