"""Writes down what staff know of a service of a contact: done, booked, or not needed any more."""

from datetime import date, datetime

from outreach.db.queries.households import household_of
from outreach.db.queries.offered_services import service_exists
from outreach.db.queries.service_facts import NewFact, add_fact
from outreach.db.session import Database
from outreach.domain.care.due_services.facts import FactKind, checked_day


def note_service(
    *, db: Database, contact_id: int, service_id: int, kind: FactKind, on: date, staff: str, now: datetime
) -> int | None:
    """Writes a fact down; its id, None if there is no such contact or service, or if it was written down before.

    The household is looked at again with the next run (`Job.LOOK_AFTER_SERVICES`), which takes messages and calls back.

    Raises:
        BadInput: if the day cannot be meant.
    """
    day = checked_day(kind, on, today=now.date(), place=f"service {service_id}")
    with db.raw_transaction() as connection:
        household_id = household_of(connection, contact_id, now=now)
        if household_id is None or not service_exists(connection, service_id):
            return None
        fact = NewFact(service_id, household_id, contact_id, kind, day, staff)
        return add_fact(connection, fact, now=now)
