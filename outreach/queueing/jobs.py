"""Every job there is, by dotted name, so that services can wake a worker without importing one.

A test resolves each name. Arguments are ids and small words, never contact data (jobs travel as JSON).
"""

from enum import StrEnum
from typing import Protocol

#: Messages one delivery job claims and sends.
MESSAGES_PER_JOB = 200


class Job(StrEnum):
    """Dotted names of the functions that workers run."""

    #: Looks at the contacts that are due and decides their next touch.
    PLAN = "workers.planning.plan"
    #: Counts what is due to leave and wakes as many delivery jobs as it takes.
    DISPATCH = "workers.delivery.dispatch"
    #: Claims one chunk of due messages and sends it.
    DELIVER = "workers.delivery.deliver"
    #: Resolves messages whose fate is unknown, and leases whose holder died.
    SETTLE = "workers.delivery.settle"
    #: Asks providers what they took for texts.
    NOTE_COSTS = "workers.delivery.note"
    #: Reads raw batches from providers and our own links and moves cadences.
    APPLY_EVENTS = "workers.events.apply"
    #: Fetches what came back by mail.
    READ_BOUNCES = "workers.bounces.read"
    #: Judges opens and clicks anew, by what only many messages show.
    JUDGE_VISITS = "workers.events.judge"
    #: Answers people who texted STOP, START or HELP.
    ANSWER_TEXTS = "workers.events.answer"
    #: Lets touches that nobody answered teach the cadence.
    MATURE = "workers.events.mature"
    #: Reads off the whole base what every cadence starts from, once a day.
    TUNE = "workers.learning.tune"
    #: Writes the rhythm score of each finished day, once a day.
    SCORE = "workers.scoring.score"
    #: Answers the forecasts that pages have asked for.
    FORECAST = "workers.forecasting.forecast"
    #: Ends permissions whose time is over.
    EXPIRE_CONSENT = "workers.care.expire"
    #: Opens recovery cases for complaints, bad answers and confirmed batches.
    OPEN_CASES = "workers.care.open_new_cases"
    #: Looks after open recovery cases, and tells the boss of those that wait too long.
    WATCH_CASES = "workers.care.watch"
    #: Looks at every customer's habit, once a day.
    SCORE_HABITS = "workers.care.score"
    #: Asks why customers left, once a day.
    JUDGE_GOODBYES = "workers.care.judge"
    #: Puts valued contacts that nothing else will reach on the phone list, once a day.
    MAKE_CALLS = "workers.care.make_calls"
    #: Takes contacts through journeys.
    ADVANCE_JOURNEYS = "workers.journeys.advance"
    #: Asks for messages and calls about services that come round; reads bookings and visits first.
    LOOK_AFTER_SERVICES = "workers.care.services"
    #: Asks contented customers for their story, once a day.
    ASK_FOR_STORIES = "workers.graduates.ask"
    #: Thanks customers who brought somebody.
    THANK_REFERRERS = "workers.graduates.thank"
    #: Notes who is a newcomer, present or lapsed, once a day, where an offer asks for it.
    NOTE_STANDINGS = "workers.graduates.note"
    #: Tries the addresses in what staff write.
    CHECK_LINKS = "workers.links.check"
    #: Appends the next round of series that begin anew, in time.
    EXTEND_SERIES = "workers.series.extend"
    #: Stops channels whose messages do not arrive.
    JUDGE = "workers.deliverability.judge"


class Wakeups(Protocol):
    """How a service wakes a worker, after its transaction has committed."""

    def wake(self, job: Job, times: int = 1) -> None:
        """Asks for `job` to run `times` times, soon; losing the request is harmless."""
        ...
