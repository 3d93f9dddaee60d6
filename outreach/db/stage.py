"""A stage: the planner's tables as they are, on which everything may be tried and nothing remains.

Temporary tables come before the real ones in PostgreSQL's search path, so the same statements that work on the ledger
work on its copy. Nobody is locked out meanwhile, and at the end all is rolled back.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

import psycopg

from outreach.db.session import Database, T

#: Tables that planning, delivery and learning write to.
COPIED = ("rhythms", "touches", "withheld", "cadence_changes", "logged_touches", "events")
#: Of these, those whose rows are numbered as they come.
NUMBERED = ("withheld", "cadence_changes", "logged_touches", "events")


@dataclass(frozen=True, slots=True)
class StagedDatabase(Database):
    """A database whose transactions all happen on one stage."""

    connection: psycopg.Connection

    @contextmanager
    def raw_transaction(self) -> Iterator[psycopg.Connection]:
        """The stage's connection; a failure takes back what was done since."""
        with self.connection.transaction():
            yield self.connection

    def alone(self, work: Callable[[psycopg.Connection], T]) -> T:
        """Single statements stay on the stage too."""
        with self.raw_transaction() as connection:
            return work(connection)


@contextmanager
def staged(db: Database, *, as_of: datetime, now: datetime) -> Iterator[StagedDatabase]:
    """The ledger as it was at `as_of`, to be played with; nothing of it is kept.

    What was known later (touches planned since, gaps that moved since, events) is left out. Contacts, calendars,
    campaigns, wishes and permissions are those of `now`.
    """
    with db.raw_transaction() as connection:
        for table in COPIED:
            # Without indexes of its own a copy of a million rows would be slow; INCLUDING ALL brings them.
            connection.execute(f"CREATE TEMPORARY TABLE {table} (LIKE public.{table} INCLUDING ALL) ON COMMIT DROP")
        values = {"as_of": as_of, "now": now}
        for statement in _COPIES if as_of < now else _COPIES_OF_TODAY:
            connection.execute(statement, values)
        for table in NUMBERED:
            # The copy counts from 1 by itself, and would give new rows the numbers of copied ones.
            connection.execute(
                f"SELECT setval(pg_get_serial_sequence('pg_temp.{table}', 'id'), COALESCE(max(id), 0) + 1, false) "  # noqa: S608
                f"FROM pg_temp.{table}"
            )
        for table in COPIED:
            connection.execute(f"ANALYZE {table}")
        yield StagedDatabase(engine=db.engine, sessions=db.sessions, lone=db.lone, connection=connection)
        connection.rollback()


_COPIES_OF_TODAY = tuple(
    f"INSERT INTO pg_temp.{table} OVERRIDING SYSTEM VALUE SELECT * FROM public.{table}"  # noqa: S608 - constants
    for table in COPIED
)

_COPIES = (
    """
    INSERT INTO pg_temp.events OVERRIDING SYSTEM VALUE SELECT * FROM public.events WHERE occurred_at < %(as_of)s
    """,
    """
    INSERT INTO pg_temp.logged_touches OVERRIDING SYSTEM VALUE SELECT * FROM public.logged_touches WHERE at < %(as_of)s
    """,
    """
    INSERT INTO pg_temp.cadence_changes OVERRIDING SYSTEM VALUE
    SELECT * FROM public.cadence_changes WHERE changed_at < %(as_of)s
    """,
    "INSERT INTO pg_temp.touches OVERRIDING SYSTEM VALUE SELECT * FROM public.touches WHERE decided_at < %(as_of)s",
    # What left since was only planned then.
    """
    UPDATE pg_temp.touches SET state = 'planned', sent_at = NULL, outcome = '', attempt = 0, owner = '',
           lease_until = NULL
    WHERE sent_at >= %(as_of)s OR (sent_at IS NULL AND send_at >= %(as_of)s AND state <> 'skipped')
    """,
    """
    UPDATE pg_temp.touches SET matured_at = CASE WHEN matured_at < %(as_of)s THEN matured_at END,
           opened_at = CASE WHEN opened_at < %(as_of)s THEN opened_at END,
           clicked_at = CASE WHEN clicked_at < %(as_of)s THEN clicked_at END
    """,
    "INSERT INTO pg_temp.rhythms SELECT * FROM public.rhythms WHERE started_at < %(as_of)s",
    """
    UPDATE pg_temp.rhythms r SET last_touch_at = l.at, look_at = %(as_of)s, gap = l.gap,
           next_due_at = CASE WHEN l.at IS NOT NULL THEN l.at + l.gap * interval '1 day'
                              -- A first touch is staggered by the import; when it was due is known by when it left.
                              ELSE COALESCE(l.first_at, r.next_due_at) END
    FROM (SELECT r.contact_id,
                 (SELECT max(at) FROM (SELECT max(sent_at) AS at FROM pg_temp.touches t
                                       WHERE t.contact_id = r.contact_id AND t.state IN ('sent', 'unknown')
                                       UNION ALL SELECT max(at) FROM pg_temp.logged_touches g
                                       WHERE g.contact_id = r.contact_id) AS made) AS at,
                 (SELECT min(send_at) FROM public.touches t WHERE t.contact_id = r.contact_id) AS first_at,
                 COALESCE((SELECT gap_after FROM pg_temp.cadence_changes c WHERE c.contact_id = r.contact_id
                           ORDER BY c.id DESC LIMIT 1), i.target_gap) AS gap
          FROM pg_temp.rhythms r JOIN contacts k ON k.id = r.contact_id JOIN industries i ON i.id = k.industry_id) AS l
    WHERE l.contact_id = r.contact_id
    """,
)
