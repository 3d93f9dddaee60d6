"""Today: what goes out next, who is out of rhythm, the day's numbers, and whether every part is at work."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from flask import Blueprint, render_template
from flask_babel import gettext
from flask_security import current_user

from outreach.db.queries.case_pages import count_cases
from outreach.db.queries.goodbyes import count_goodbyes
from outreach.db.queries.habits import count_labels
from outreach.db.queries.heartbeats import Beat, load_beats
from outreach.db.queries.next_touches import load_next_touches
from outreach.db.queries.rhythm_days import EVERYBODY, load_causes, load_trend
from outreach.db.queries.task_list import count_tasks, load_open_tasks
from outreach.db.queries.today import load_day_numbers, load_famine, load_feast
from outreach.domain.reason import Reason
from outreach.domain.rhythm.explain import sentence
from outreach.domain.rhythm.score import LOOKS_BACK
from outreach.queueing.health import QueueHealth, queue_health
from outreach.web.admin.score_picture import main_causes, score_trend
from outreach.web.current import business_now, current_outreach, staff_zone
from outreach.web.formats import number, seconds_ago

blueprint = Blueprint("today", __name__)

SHOWN = 10
#: Calls that the page shows of the phone list.
CALLS = 5
#: Seconds after which a part that should have ticked is late: three of the slowest ticks, and a chunk's work.
LATE = 60.0
#: Jobs whose last run tells that ticks are coming.
TICKING = ("job plan", "job dispatch", "job apply")
#: Wake-ups that wait before the queue counts as behind.
MANY_WAITING = 200


@dataclass(frozen=True, slots=True)
class Health:
    """One line of the health card; `state` is good, late or bad."""

    name: str
    state: str
    words: str


@blueprint.get("/")
def show() -> str:
    """The page."""
    outreach, now = current_outreach(), business_now()
    start = datetime.combine(now.astimezone(staff_zone()).date(), time(), staff_zone())
    with outreach.db.raw_transaction() as connection:
        numbers = load_day_numbers(connection, start=start, end=start + timedelta(days=1))
        upcoming = load_next_touches(connection, limit=SHOWN)
        famine = load_famine(connection, now=now, limit=SHOWN)
        feast = load_feast(connection, now=now, limit=SHOWN)
        beats = load_beats(connection)
        calls = load_open_tasks(connection, now=now, limit=CALLS)
        counts = count_tasks(connection, now=now, staff_id=current_user.id)
        labels = count_labels(connection)
        gone = count_goodbyes(connection)
        trend = load_trend(connection, days=LOOKS_BACK).get(EVERYBODY, [])
        causes = load_causes(connection, days=LOOKS_BACK)
        cases = count_cases(connection, now=now)
    return render_template(
        "admin/today.html",
        numbers=numbers,
        upcoming=upcoming,
        cases=cases,
        famine=famine,
        feast=feast,
        calls=[(call, sentence(Reason(call.reason_code, call.reason_numbers))) for call in calls],
        calls_waiting=counts.shown,
        fading=labels.get("fading", 0) + labels.get("alarm", 0),
        gone=sum(gone.values()),
        trend=score_trend(trend),
        famine_causes=main_causes(causes, "famine"),
        feast_causes=main_causes(causes, "feast"),
        health=health_lines(queue_health(outreach.queue), beats),
    )


def health_lines(queue: QueueHealth, beats: list[Beat]) -> list[Health]:
    """The parts in the order in which a fault in one stops the next."""
    ticks = min((beat.seconds_ago for beat in beats if beat.part in TICKING), default=None)
    lines = [
        Health(gettext("Database"), "good", gettext("answers")),
        Health(gettext("Queue"), "bad", gettext("does not answer"))
        if not queue.answers
        else Health(
            gettext("Queue"),
            "late" if queue.waiting > MANY_WAITING else "good",
            gettext("%(count)s wake-ups waiting", count=number(queue.waiting)),
        ),
        Health(
            gettext("Workers"),
            "good" if queue.workers else "bad",
            gettext("%(busy)s of %(all)s at work", busy=number(queue.busy), all=number(queue.workers))
            if queue.workers
            else gettext("none is running"),
        ),
        Health(
            gettext("Scheduler"),
            _state(ticks),
            gettext("has not ticked yet") if ticks is None else gettext("last tick %(ago)s", ago=seconds_ago(ticks)),
        ),
    ]
    return lines + [_part(beat) for beat in beats if not beat.part.startswith("job ")]


def _part(beat: Beat) -> Health:
    ago = gettext("seen %(ago)s", ago=seconds_ago(beat.seconds_ago))
    return Health(beat.part.capitalize(), _state(beat.seconds_ago), f"{ago} · {beat.note}" if beat.note else ago)


def _state(seconds: float | None) -> str:
    if seconds is None:
        return "bad"
    return "good" if seconds <= LATE else "late"
