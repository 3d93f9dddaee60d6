"""Keeps the phone list true: closes tasks whose customers acted, and gives the others to whoever takes calls."""

from dataclasses import dataclass
from datetime import UTC, datetime, time

from outreach.db.queries.callers import load_callers, lock_sharing, lock_unshared_tasks, store_owners
from outreach.db.queries.tasks import close_acted_tasks
from outreach.db.session import Database
from outreach.domain.care.sharing import share_out


@dataclass(frozen=True, slots=True)
class Settled:
    """How many tasks closed themselves, and how many were given to somebody."""

    closed: int
    given: int


def settle_tasks(*, db: Database, now: datetime) -> Settled:
    """Does both; a second call at once finds nothing left to do.

    What nobody has room for today stays nobody's until tomorrow (UTC).
    """
    with db.raw_transaction() as connection:
        closed = close_acted_tasks(connection, now=now)
    with db.raw_transaction() as connection:
        if not lock_sharing(connection):
            return Settled(closed, 0)
        day_start = datetime.combine(now.astimezone(UTC).date(), time(), UTC)
        callers = load_callers(connection, day_start=day_start)
        room = sum(max(caller.quota - caller.today, 0) for caller in callers)
        if not room:
            return Settled(closed, 0)
        tasks = lock_unshared_tasks(connection, limit=room, now=now)
        return Settled(closed, store_owners(connection, share_out(tasks, callers, now=now), now=now))
