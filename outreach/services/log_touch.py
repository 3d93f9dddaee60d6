"""Writes down a call, a visit or a reply that happened outside the product; the contact's clock starts from it."""

from dataclasses import dataclass
from datetime import datetime

from outreach.db.queries.early_touches import take_back_early
from outreach.db.queries.logged_touches import NewLoggedTouch, add_logged_touch
from outreach.db.queries.touch_clock import lock_rhythms, reset_clock
from outreach.db.session import Database
from outreach.domain.logged import LoggedTouch


@dataclass(frozen=True, slots=True)
class Logged:
    """What came of it: the id of the line, None if it stood there already; planned touches that were taken back."""

    logged_id: int | None
    taken_back: int


def log_touch(*, db: Database, contact_id: int, touch: LoggedTouch, staff: str, now: datetime) -> Logged | None:
    """Logs `touch` once, however often it is asked; None if there is no such contact.

    What is planned within the contact's shortest gap after it is taken back and planned anew. A message that a worker
    holds already leaves.

    Args:
        staff: e-mail address of whoever logs it.
    """
    with db.raw_transaction() as connection:
        if not lock_rhythms(connection, [contact_id]):
            return None
        new = NewLoggedTouch(contact_id, touch.channel.value, touch.at, touch.note, staff)
        logged_id = add_logged_touch(connection, new, now=now)
        if logged_id is None:
            return Logged(None, 0)
        moved = reset_clock(connection, {contact_id: touch.at}, now=now)
        return Logged(logged_id, take_back_early(connection, dict.fromkeys(moved, touch.words), now=now))
