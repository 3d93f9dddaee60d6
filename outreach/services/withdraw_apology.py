"""Takes an apology back that has not left yet."""

from datetime import datetime

from outreach.db.queries.case_apologies import load_waiting_causes
from outreach.db.queries.case_store import lock_stored
from outreach.db.queries.invitations import withdraw
from outreach.db.session import Database


def withdraw_apology(*, db: Database, case_id: int, now: datetime) -> bool:
    """Closes the case's invitation to an apology and takes back what is planned of it; False if there is none."""
    with db.raw_transaction() as connection:
        lock_stored(connection, [case_id])
        causes = load_waiting_causes(connection, case_id)
        return bool(withdraw(connection, causes, why="staff took the apology back", now=now))
