"""Takes back that a contact's number is wrong for calls."""

from outreach.db.queries.task_page import clear_wrong_number
from outreach.db.session import Database


def mend_number(*, db: Database, contact_id: int) -> bool:
    """Lets the contact's number be called again; whether it was marked."""
    with db.raw_transaction() as connection:
        return clear_wrong_number(connection, contact_id)
