"""Care jobs."""

from outreach.bootstrap import Outreach
from outreach.services.call_back import call_back
from outreach.services.expire_consent import expire_consent
from outreach.services.judge_goodbyes import judge_goodbyes
from outreach.services.look_after_services import look_after_services
from outreach.services.make_call_tasks import make_call_tasks
from outreach.services.make_date_tasks import make_date_tasks
from outreach.services.open_cases import open_cases
from outreach.services.score_habits import score_habits
from outreach.services.settle_tasks import settle_tasks
from outreach.services.watch_cases import watch_cases
from workers.runtime import job


@job
def make_calls(outreach: Outreach) -> object:
    """Puts contacts on the phone list, once a day, closes tasks that nobody needs any more, and shares the rest out."""
    now = outreach.clock.now()
    asked = call_back(db=outreach.db, now=now)
    made = asked + make_call_tasks(db=outreach.db, now=now) + make_date_tasks(db=outreach.db, now=now)
    settled = settle_tasks(db=outreach.db, now=now)
    return f"{made} tasks made, {settled.closed} closed, {settled.given} given"


@job
def score(outreach: Outreach) -> object:
    """Looks at every customer's habit, once a day; a tick too soon does nothing, an unfinished look goes on."""
    return score_habits(db=outreach.db, now=outreach.clock.now())


@job
def judge(outreach: Outreach) -> object:
    """Asks why customers left, once a day; a tick too soon does nothing."""
    return judge_goodbyes(db=outreach.db, now=outreach.clock.now()) or "done today"


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


@job
def services(outreach: Outreach) -> object:
    """Looks after services that come round; a tick that finds nothing to do is over at once."""
    return look_after_services(db=outreach.db, now=outreach.clock.now())
