"""Tasks on the dates of customers."""

from datetime import UTC, date, datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from dateutil.relativedelta import relativedelta
from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.db.models.contacts import Suppression
from outreach.db.models.ledger import Task
from outreach.db.models.signals import Signal
from outreach.db.queries.date_tasks import load_date_campaigns, load_due_dates
from outreach.db.session import Database
from outreach.domain.care.dates import DateRange
from outreach.domain.care.tasks import Outcome
from outreach.domain.planning.wants import anniversary_before
from outreach.domain.reason import Reason
from outreach.domain.rhythm.explain import sentence
from outreach.services.close_task import close_task
from outreach.services.make_date_tasks import make_date_tasks
from tests.factories import NOW, OPEN_ALL_WEEK, a_campaign, a_contact, an_industry

DAY = timedelta(days=1)
TODAY = NOW.date()
CLOSED_IN_SEPTEMBER = OPEN_ALL_WEEK | {
    "seasons": [{"key": "rush", "name": "Rush", "stance": "closed", "from": "09-01", "to": "09-20"}]
}


def a_date_campaign(session: Session, **values: Any) -> int:
    """A half-yearly check-in that everybody gets a call for."""
    defaults = {"key": "check-in", "name": "Check-in", "rule": "anniversary", "every_months": 6, "window_days": 30}
    return a_campaign(session, **(defaults | {"task": "call", "task_for": "all"} | values))


def a_customer(session: Session, since: date, **values: Any) -> int:
    industry = an_industry(session, "shops", calendar=OPEN_ALL_WEEK)
    return a_contact(session, **({"industry_id": industry, "customer_since": since} | values))


def tasks(db: Database) -> list[Task]:
    with db.transaction() as session:
        return list(session.scalars(select(Task).order_by(Task.id)))


def test_a_customer_gets_a_task_on_its_date_and_a_sentence_says_why(db: Database) -> None:
    with db.transaction() as session:
        campaign = a_date_campaign(session, task="visit")
        contact = a_customer(session, TODAY - relativedelta(months=18))
        a_customer(session, TODAY - relativedelta(months=18) + DAY)
        a_customer(session, TODAY - relativedelta(months=17))
    assert make_date_tasks(db=db, now=NOW) == 1
    (task,) = tasks(db)
    assert (task.contact_id, task.kind, task.campaign_id, task.occasion) == (contact, "visit", campaign, TODAY)
    assert task.due_at == datetime(2026, 9, 8, 11, tzinfo=UTC)
    reason = Reason(task.reason_code, task.reason_numbers)
    assert sentence(reason) == "Check-in: a customer for 1 year and 6 months on 8 September 2026."


def test_one_date_makes_one_task_however_often_it_is_looked_for(db: Database) -> None:
    with db.transaction() as session:
        a_date_campaign(session)
        a_customer(session, TODAY - relativedelta(months=6))
    together, made = Barrier(2), []

    def work() -> None:
        together.wait()
        made.append(make_date_tasks(db=db, now=NOW))

    workers = [Thread(target=work) for _ in range(2)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    assert sorted(made) == [0, 1]
    close_task(db=db, task_id=tasks(db)[0].id, outcome=Outcome.NOT_NEEDED, note="", staff="", now=NOW)
    assert [make_date_tasks(db=db, now=NOW + day * DAY) for day in range(1, 12)] == [0] * 11
    assert make_date_tasks(db=db, now=NOW + relativedelta(months=6)) == 1


def test_a_date_in_a_closed_season_waits_for_its_end(db: Database) -> None:
    with db.transaction() as session:
        a_date_campaign(session)
        closed = an_industry(session, "gardens", calendar=CLOSED_IN_SEPTEMBER)
        a_customer(session, TODAY - relativedelta(months=12), industry_id=closed)
    made = {day: make_date_tasks(db=db, now=NOW + day * DAY) for day in range(20)}
    assert [day for day, count in made.items() if count] == [13]
    (task,) = tasks(db)
    assert (task.occasion, task.due_at.date()) == (TODAY, date(2026, 9, 21))


def test_the_29_february_is_kept_on_the_28th(db: Database) -> None:
    with db.transaction() as session:
        a_date_campaign(session, every_months=12)
        a_customer(session, date(2024, 2, 29))
    made = {day: make_date_tasks(db=db, now=datetime(2027, 2, day, 9, tzinfo=UTC)) for day in (27, 28)}
    assert made == {27: 0, 28: 1}
    assert tasks(db)[0].occasion == date(2027, 2, 28)


def test_only_valued_customers_get_one_unless_it_is_for_all(db: Database) -> None:
    with db.transaction() as session:
        a_date_campaign(session, task_for="valued")
        customers = [a_customer(session, TODAY - relativedelta(months=6)) for _ in range(10)]
        for place, one in enumerate(customers[:5]):
            at = NOW - timedelta(days=10 + place)
            session.add(Signal(contact_id=one, kind="purchase", occurred_at=at))
    assert make_date_tasks(db=db, now=NOW) == 1
    assert tasks(db)[0].contact_id == customers[0]


def test_others_and_those_who_reported_us_are_left_in_peace(db: Database) -> None:
    since = TODAY - relativedelta(months=6)
    with db.transaction() as session:
        a_date_campaign(session, industries=["shops"], needs={"fireplace": "yes"})
        a_customer(session, since)
        a_customer(session, since, attributes={"fireplace": "yes"}, industry_id=an_industry(session, "farms"))
        a_customer(session, since, attributes={"fireplace": "yes"}, email="Cross@Example.com")
        session.add(Suppression(channel="email", address="cross@example.com", reason="complained", since=NOW))
        meant = a_customer(session, since, attributes={"fireplace": "yes"})
        a_date_campaign(session, key="stopped", active=False)
        a_date_campaign(session, key="mail-only", task="")
    assert make_date_tasks(db=db, now=NOW) == 1
    assert tasks(db)[0].contact_id == meant


@pytest.mark.parametrize(("missed", "made"), [(7, 1), (8, 0)])
def test_a_date_that_was_missed_is_kept_for_a_week_and_then_let_go(db: Database, missed: int, made: int) -> None:
    with db.transaction() as session:
        a_date_campaign(session)
        a_customer(session, TODAY - relativedelta(months=6))
    assert make_date_tasks(db=db, now=NOW + missed * DAY) == made


@pytest.mark.parametrize("every", [1, 6, 12])
@pytest.mark.parametrize("on", [date(2026, 2, 28), date(2027, 2, 28), date(2028, 2, 29), date(2028, 3, 31)])
def test_the_database_counts_months_as_the_planner_does(db: Database, every: int, on: date) -> None:
    days = [date(year, month, 1) + relativedelta(day=31) - back * DAY for year in (2024, 2025) for month in range(1, 13)
            for back in (0, 1, 2, 3)]  # fmt: skip
    with db.transaction() as session:
        campaign = a_date_campaign(session, every_months=every)
        since = {a_customer(session, day): day for day in [*days, on, on - DAY]}
        industry = an_industry(session, "shops")
    with db.raw_transaction() as connection:
        (told,) = load_date_campaigns(connection)
        ranges = {(industry, "GB"): DateRange(date(1990, 1, 1), on)}
        found = load_due_dates(connection, told, ranges, now=NOW)
    assert told.id == campaign
    wanted = {one: anniversary_before(day, every, on) for one, day in since.items()}
    assert {one.contact_id: one.occasion for one in found} == {one: day for one, day in wanted.items() if day}
    assert all(one.customer_since + relativedelta(months=one.months) == one.occasion for one in found)
