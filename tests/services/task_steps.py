"""Open tasks and what is done with them, for the tests of tasks."""

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Barrier, Thread
from typing import Any

from sqlalchemy.orm import Session

from outreach.db.models.ledger import Task
from outreach.db.models.signals import Signal
from outreach.db.queries.task_list import load_open_tasks
from outreach.db.session import Database
from outreach.domain.care.tasks import Outcome
from outreach.services.close_task import close_task
from tests.factories import NOW, a_contact

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
STAFF = "mair@hearth.example"
WHY = {"max_gap": 35.0, "famine": "2026-09-10T09:00:00+00:00"}


def a_task(session: Session, *, contact_id: int | None = None, bought: float = 0, **values: Any) -> int:
    """An open call, made yesterday, of a customer who bought `bought` times lately."""
    contact = contact_id or a_contact(session, last_touch_at=NOW - 33 * DAY)
    for number in range(int(bought)):
        session.add(Signal(contact_id=contact, kind="purchase", occurred_at=NOW - 30 * DAY, reference=str(number)))
    defaults = {"kind": "call", "reason_code": "call.no_content", "reason_numbers": WHY}
    task = Task(contact_id=contact, **(defaults | {"due_at": NOW + DAY, "made_at": NOW - DAY} | values))
    session.add(task)
    session.flush()
    return task.id


def made(db: Database, **values: Any) -> int:
    with db.transaction() as session:
        return a_task(session, **values)


def seen(db: Database, task_id: int) -> Task:
    with db.transaction() as session:
        return session.get_one(Task, task_id)


def close(db: Database, task_id: int, outcome: Outcome, *, now: datetime = NOW, **values: Any) -> bool:
    return close_task(db=db, task_id=task_id, outcome=outcome, now=now, **({"note": "", "staff": STAFF} | values))


def listed(db: Database, now: datetime = NOW, owner_id: int | None = None) -> list[int]:
    with db.raw_transaction() as connection:
        return [line.id for line in load_open_tasks(connection, now=now, limit=50, owner_id=owner_id)]


def at_once(work: Callable[[], bool], *, times: int) -> list[bool]:
    together, heard = Barrier(times), []

    def run() -> None:
        together.wait()
        heard.append(work())

    runs = [Thread(target=run) for _ in range(times)]
    for one in runs:
        one.start()
    for one in runs:
        one.join()
    return heard
