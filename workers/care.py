"""Care jobs."""

from outreach.bootstrap import Outreach
from outreach.services.expire_consent import expire_consent
from outreach.services.make_call_tasks import make_call_tasks
from outreach.services.open_cases import open_cases
from outreach.services.watch_cases import watch_cases
from workers.runtime import job


@job
def make_calls(outreach: Outreach) -> object:
    """Puts contacts on the phone list, once a day; a tick too soon does nothing."""
    return f"{make_call_tasks(db=outreach.db, now=outreach.clock.now())} calls"


@job
def open_new_cases(outreach: Outreach) -> object:
    """Opens recovery cases for new complaints and bad answers, and those of batches that staff have confirmed."""
    return open_cases(db=outreach.db, now=outreach.clock.now())


@job
def watch(outreach: Outreach) -> object:
    """Looks after open recovery cases; a second call changes nothing."""
    return watch_cases(db=outreach.db, now=outreach.clock.now())


@job
def expire(outreach: Outreach) -> object:
    """Ends permissions whose time is over; a second call changes nothing."""
    return expire_consent(db=outreach.db, now=outreach.clock.now())
