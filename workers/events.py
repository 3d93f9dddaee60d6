"""Event jobs."""

from datetime import timedelta

from outreach.bootstrap import Outreach
from outreach.domain.touch import Channel
from outreach.services.answer_texts import answer_texts
from outreach.services.apply_events import apply_events
from outreach.services.judge_anew import judge_anew
from outreach.services.mature_touches import mature_touches
from workers.runtime import job

#: How far back visits are judged anew: a message's visits hardly come later than that.
LOOK_BACK = timedelta(days=8)


@job
def apply(outreach: Outreach) -> object:
    """Reads raw batches and moves cadences."""
    return apply_events(db=outreach.db, readers=outreach.readers, now=outreach.clock.now())


@job
def mature(outreach: Outreach) -> object:
    """Lets touches that nobody answered teach the cadence."""
    return mature_touches(db=outreach.db, now=outreach.clock.now())


@job
def judge(outreach: Outreach) -> object:
    """Judges the visits of the last days anew, by what only many messages show; a second call changes nothing."""
    now = outreach.clock.now()
    return judge_anew(db=outreach.db, since=now - LOOK_BACK, now=now)


@job
def answer(outreach: Outreach) -> object:
    """Answers people who texted STOP, START or HELP."""
    sent = answer_texts(
        db=outreach.db,
        provider=outreach.providers[Channel.SMS],
        renderer_for=outreach.renderer_for,
        now=outreach.clock.now(),
    )
    return f"texts answered: {sent}"
