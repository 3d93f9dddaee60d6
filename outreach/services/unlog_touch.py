"""Takes a logged touch back; the contact's clock is read off the ledger again."""

from datetime import datetime

from outreach.db.queries.logged_touches import remove_logged_touch
from outreach.db.queries.touch_clock import lock_rhythms, reread_clock
from outreach.db.session import Database


def unlog_touch(*, db: Database, contact_id: int, logged_id: int, now: datetime) -> bool:
    """Deletes a logged touch of the contact; whether there was one. What was taken back for it may be planned anew."""
    with db.raw_transaction() as connection:
        lock_rhythms(connection, [contact_id])
        if not remove_logged_touch(connection, logged_id, contact_id=contact_id):
            return False
        reread_clock(connection, [contact_id], now=now)
        return True
