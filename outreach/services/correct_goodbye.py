"""Takes what staff say of why a customer left; from then on it stands instead of our verdict, and teaches it."""

from datetime import datetime

from outreach.db.queries.goodbyes import store_said
from outreach.db.session import Database
from outreach.domain.care.goodbyes import Goodbye


def correct_goodbye(*, db: Database, goodbye_id: int, said: Goodbye | None, by: str, now: datetime) -> int | None:
    """Writes it down; None takes it back. The contact's id, None if that goodbye is over or never was.

    Args:
        by: e-mail address of the member of staff.
    """
    with db.raw_transaction() as connection:
        return store_said(connection, goodbye_id, said=said, by=by, now=now)
