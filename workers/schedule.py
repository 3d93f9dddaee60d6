"""The periodic table, read by `rq cron`. A tick only asks whether there is work; to miss or double one is harmless."""

from rq.cron import register

from outreach.queueing.rq import QUEUE_NAME
from workers import (
    bounces,
    care,
    deliverability,
    delivery,
    events,
    graduates,
    journeys,
    learning,
    links,
    planning,
    scoring,
    series,
)

#: Seconds between two ticks of what makes messages leave on time.
SOON = 2
#: Seconds between two ticks of what may wait a little.
CALM = 10
#: Seconds between two ticks of what asks another server.
NOW_AND_THEN = 60
#: Seconds between two looks at how messages arrive; reports take minutes to come in.
WATCHFUL = 120
#: Seconds between two ticks of what a page asks for when somebody waits.
SELDOM = 600
#: Seconds between two ticks of what looks back over days.
RARELY = 21_600

for function, interval in (
    (planning.plan, SOON),
    (delivery.dispatch, SOON),
    (events.apply, SOON),
    (events.answer, SOON),
    (delivery.settle, CALM),
    (events.mature, CALM),
    (learning.tune, CALM),
    (care.make_calls, CALM),
    (care.open_new_cases, CALM),
    (care.watch, NOW_AND_THEN),
    (care.services, NOW_AND_THEN),
    (care.score, CALM),
    (care.judge, NOW_AND_THEN),
    (scoring.score, CALM),
    (graduates.ask, CALM),
    (graduates.note, CALM),
    (graduates.thank, NOW_AND_THEN),
    (bounces.read, NOW_AND_THEN),
    (journeys.advance, NOW_AND_THEN),
    (deliverability.judge, WATCHFUL),
    (links.check, SELDOM),
    (series.extend, SELDOM),
    (events.judge, RARELY),
    (delivery.note, RARELY),
    (care.expire, SELDOM),
):
    register(function, QUEUE_NAME, interval=interval)
