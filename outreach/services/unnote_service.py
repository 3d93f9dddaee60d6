"""Takes back what staff wrote down of a service."""

from datetime import datetime

from outreach.db.queries.service_facts import remove_fact
from outreach.db.session import Database


def unnote_service(*, db: Database, contact_id: int, fact_id: int, now: datetime) -> bool:
    """Removes a fact that staff wrote down for the contact; whether there was one. What signals say stays."""
    with db.raw_transaction() as connection:
        return remove_fact(connection, fact_id, contact_id=contact_id, now=now)
