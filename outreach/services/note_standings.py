"""Notes who is a newcomer, present or lapsed, so that an offer reaches only those it is for."""

from datetime import UTC, datetime

from outreach.db.queries.daily_jobs import first_run_of
from outreach.db.queries.standings import note_standings_after, replan, some_offer_asks
from outreach.db.session import Database

#: Contacts noted in one transaction.
CHUNK = 10_000


def note_standings(*, db: Database, now: datetime) -> int:
    """Notes them, once a (UTC) day of business time while some offer asks for it; says how many differ from yesterday.

    Until somebody is noted, no offer that is for some reaches them.
    """
    today = now.astimezone(UTC).date()
    with db.raw_transaction() as connection:
        if not some_offer_asks(connection, today=today) or not first_run_of(connection, "note standings", today):
            return 0
    differing, after = 0, 0
    while True:
        with db.raw_transaction() as connection:
            last, changed = note_standings_after(connection, after, limit=CHUNK, today=today, now=now)
            replan(connection, changed, now=now)
        differing += len(changed)
        if last is None:
            return differing
        after = last
