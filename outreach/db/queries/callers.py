"""Who takes calls, and giving tasks to them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import psycopg
from psycopg.rows import class_row

from outreach.db.queries.tasks import RECOVERY, VALUE
from outreach.domain.care.sharing import Caller

#: Advisory lock of whoever shares tasks out ("share" as a number): two at once would count the same open ones.
SHARING_LOCK = 0x7368617265


def lock_sharing(connection: psycopg.Connection) -> bool:
    """Whether nobody else shares out at this moment; held until the transaction ends."""
    row = connection.execute("SELECT pg_try_advisory_xact_lock(%s)", (SHARING_LOCK,)).fetchone()
    return bool(row and row[0])


def load_callers(connection: psycopg.Connection, *, day_start: datetime) -> list[Caller]:
    """Everybody who takes calls and may sign in, with what they have; in the order of their ids."""
    with connection.cursor(row_factory=class_row(Caller)) as cursor:
        return cursor.execute(
            """
            SELECT a.staff_id, a.daily_quota AS quota,
                   count(k.id) FILTER (WHERE k.closed_at IS NULL)::int AS open,
                   count(k.id) FILTER (WHERE k.given_at >= %s)::int AS today, max(k.given_at) AS last_given_at
            FROM callers a JOIN staff s ON s.id = a.staff_id LEFT JOIN tasks k ON k.owner_id = a.staff_id
            WHERE s.active GROUP BY a.staff_id, a.daily_quota ORDER BY a.staff_id
            """,
            (day_start,),
        ).fetchall()


def lock_unshared_tasks(connection: psycopg.Connection, *, limit: int, now: datetime) -> list[int]:
    """Open tasks that are nobody's, the most pressing first, locked; those that somebody holds are passed over.

    What belongs to somebody who may not sign in any more is nobody's.
    """
    rows = connection.execute(
        f"""
        WITH free AS (
            SELECT k.id, k.contact_id, {RECOVERY} AS recovery, k.made_at FROM tasks k
            WHERE k.closed_at IS NULL AND NOT EXISTS (SELECT FROM staff t WHERE t.id = k.owner_id AND t.active)
              AND (k.not_before IS NULL OR k.not_before <= %(now)s)
            FOR NO KEY UPDATE OF k SKIP LOCKED)
        SELECT f.id FROM free f
        CROSS JOIN LATERAL (
            SELECT COALESCE({VALUE}, 0) AS value FROM signals s
            WHERE s.contact_id = f.contact_id AND s.kind IN ('purchase', 'booking')) AS v
        ORDER BY f.recovery DESC, v.value DESC, f.made_at, f.id LIMIT %(limit)s
        """,  # noqa: S608 - built of constants
        {"limit": limit, "now": now},
    )
    return [task_id for (task_id,) in rows]


def store_owners(connection: psycopg.Connection, owners: Mapping[int, int], *, now: datetime) -> int:
    """Gives tasks (by id) to staff; says how many."""
    return connection.execute(
        """
        UPDATE tasks k SET owner_id = n.staff_id, given_at = %s
        FROM unnest(%s::bigint[], %s::int[]) AS n(task_id, staff_id) WHERE k.id = n.task_id AND k.closed_at IS NULL
        """,
        (now, list(owners), list(owners.values())),
    ).rowcount


@dataclass(frozen=True, slots=True)
class Colleague:
    """A member of staff, and whether they take calls: `quota` is None if not."""

    staff_id: int
    email: str
    name: str
    quota: int | None
    open: int


def load_colleagues(connection: psycopg.Connection) -> list[Colleague]:
    """Everybody who may sign in, by name."""
    with connection.cursor(row_factory=class_row(Colleague)) as cursor:
        return cursor.execute(
            """
            SELECT s.id AS staff_id, s.email, COALESCE(NULLIF(s.name, ''), s.email) AS name, a.daily_quota AS quota,
                   (SELECT count(*) FROM tasks k WHERE k.owner_id = s.id AND k.closed_at IS NULL)::int AS open
            FROM staff s LEFT JOIN callers a ON a.staff_id = s.id WHERE s.active ORDER BY name, s.id
            """
        ).fetchall()


def store_quota(connection: psycopg.Connection, staff_id: int, *, quota: int | None) -> bool:
    """Lets somebody take so many calls a day, or none (None): their open ones are nobody's then. Whether they exist."""
    if quota is None:
        connection.execute("DELETE FROM callers WHERE staff_id = %s", (staff_id,))
        connection.execute(
            "UPDATE tasks SET owner_id = NULL, given_at = NULL WHERE owner_id = %s AND closed_at IS NULL", (staff_id,)
        )
        return connection.execute("SELECT FROM staff WHERE id = %s", (staff_id,)).rowcount > 0
    return (
        connection.execute(
            """
            INSERT INTO callers (staff_id, daily_quota) SELECT id, %s FROM staff WHERE id = %s
            ON CONFLICT (staff_id) DO UPDATE SET daily_quota = excluded.daily_quota
            """,
            (quota, staff_id),
        ).rowcount
        > 0
    )


def store_owner(connection: psycopg.Connection, task_id: int, *, staff_id: int | None, now: datetime) -> bool:
    """Gives an open task to somebody by hand, or to nobody; whether that was possible."""
    return (
        connection.execute(
            """
            UPDATE tasks SET owner_id = %(staff)s::int, given_at = CASE WHEN %(staff)s::int IS NULL THEN NULL
                                                                        ELSE %(now)s::timestamptz END
            WHERE id = %(task)s AND closed_at IS NULL
              AND (%(staff)s::int IS NULL OR EXISTS (SELECT FROM staff WHERE id = %(staff)s::int AND active))
            """,
            {"staff": staff_id, "now": now, "task": task_id},
        ).rowcount
        > 0
    )
