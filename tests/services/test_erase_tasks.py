"""What tasks hold of a person is handed out and goes with them."""

import json
from datetime import date, timedelta

from sqlalchemy import select, text

from outreach.db.models.ledger import Task
from outreach.db.models.tasks import TaskMove
from outreach.db.queries.personal_data import as_file, erase_person, load_everything
from outreach.db.queries.task_page import load_contact_tasks
from outreach.db.session import Database
from outreach.domain.care.tasks import Outcome
from outreach.domain.reason import Reason
from outreach.domain.rhythm.explain import sentence
from outreach.services.close_task import close_task
from tests.factories import NOW, a_campaign, a_contact


def test_tasks_are_handed_out_and_erased_with_the_person(db: Database) -> None:
    numbers = {"span": "2 years", "on": "2026-09-05", "campaign": "Check-in"}
    with db.transaction() as session:
        contact = a_contact(session, phone="+447700900777")
        task = Task(contact_id=contact, kind="call", reason_code="call.anniversary", reason_numbers=numbers, due_at=NOW)
        task.made_at, task.occasion, task.campaign_id = NOW - timedelta(days=1), date(2026, 9, 5), a_campaign(session)
        session.add(task)
    for outcome in (Outcome.LEFT_MESSAGE, Outcome.WRONG_NUMBER):
        close_task(db=db, task_id=task.id, outcome=outcome, note="Mentioned Gwenllian", staff="mair", now=NOW)
    with db.raw_transaction() as connection:
        told = json.loads(as_file(load_everything(connection, contact) or {}))
    assert [one["outcome"] for one in told["calls_tried"]] == ["left_message", "wrong_number"]
    assert told["contact"]["wrong_number"] == "+447700900777"
    assert told["tasks"][0]["occasion"] == "2026-09-05"
    assert not {"uid", "owner_id"} & told["tasks"][0].keys()
    with db.raw_transaction() as connection:
        erase_person(connection, contact, hashes=[], now=NOW)
    with db.transaction() as session:
        assert session.scalars(select(TaskMove)).all() == []
        left = "".join(
            str(session.scalar(text(f"SELECT jsonb_agg(to_jsonb(t)) FROM {table} t")))
            for table in ("tasks", "task_moves", "contacts", "logged_touches", "signals")
        )
    for word in ("Gwenllian", "+447700900777", "2026-09-05", "2 years"):
        assert word not in left
    with db.raw_transaction() as connection:
        (line,) = load_contact_tasks(connection, contact)
    assert sentence(Reason(line.reason_code, line.reason_numbers)).startswith("Check-in: a customer for some time on")
