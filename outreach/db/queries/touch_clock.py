"""The clock of a rhythm: any real touch sets it, whoever made it and however we know of it.

What counts: messages that left (or may have), touches that people wrote down, and the visits and replies of customers.
What happened longer than a gap before we knew a contact does not count, so that an old visit in an import makes nobody
look forgotten.
"""

from collections.abc import Collection, Mapping
from datetime import datetime

import psycopg

from outreach.db.queries.imports import OPENING_DAYS
from outreach.db.queries.signals import ANSWER_REFERENCE

RESET = """
    UPDATE rhythms r SET
        last_touch_at = n.at,
        next_due_at = CASE WHEN r.last_touch_at IS NULL
            THEN GREATEST(r.next_due_at, n.at + r.gap * interval '1 day') ELSE n.at + r.gap * interval '1 day' END,
        look_at = %(now)s, updated_at = %(now)s
    FROM unnest(%(contacts)s::bigint[], %(at)s::timestamptz[]) AS n(contact_id, at)
    WHERE r.contact_id = n.contact_id
      AND n.at > COALESCE(r.last_touch_at, r.started_at - r.gap * interval '1 day')
    RETURNING r.contact_id
"""

REREAD = """
    UPDATE rhythms r SET
        last_touch_at = n.at,
        next_due_at = COALESCE(n.at + r.gap * interval '1 day', n.opening),
        look_at = %(now)s, updated_at = %(now)s
    FROM (
        SELECT r.contact_id, r.started_at
               + %(days)s * interval '1 day' * ((hashtext(c.external_id) & 65535) / 65536.0) AS opening,
               (SELECT max(x.at) FROM (
                   SELECT COALESCE(t.sent_at, t.send_at) FROM touches t
                   WHERE t.contact_id = r.contact_id AND (t.sent_at IS NOT NULL OR t.state = 'unknown')
                   UNION ALL SELECT l.at FROM logged_touches l WHERE l.contact_id = r.contact_id
                   UNION ALL SELECT s.occurred_at FROM signals s
                   WHERE s.contact_id = r.contact_id AND s.kind IN ('visit', 'reply') AND s.occurred_at <= %(now)s
                     AND NOT starts_with(s.reference, %(answers)s)
                   UNION ALL SELECT v.occurred_at FROM events v
                   WHERE v.contact_id = r.contact_id AND v.type = 'replied' AND v.actor = 'human') AS x(at)
                WHERE x.at > r.started_at - r.gap * interval '1 day') AS at
        FROM rhythms r JOIN contacts c ON c.id = r.contact_id WHERE r.contact_id = ANY(%(contacts)s)
    ) AS n
    WHERE r.contact_id = n.contact_id
"""


def lock_rhythms(connection: psycopg.Connection, contact_ids: Collection[int]) -> set[int]:
    """Locks the rhythms of these contacts in one order until the transaction ends; says which there are."""
    rows = connection.execute(
        "SELECT contact_id FROM rhythms WHERE contact_id = ANY(%s) ORDER BY contact_id FOR NO KEY UPDATE",
        (sorted(contact_ids),),
    )
    return {contact_id for (contact_id,) in rows}


def reset_clock(connection: psycopg.Connection, at: Mapping[int, datetime], *, now: datetime) -> set[int]:
    """A touch reached each contact at its instant: the rhythm is counted from there if nothing newer is known.

    The planner looks again at once. What is planned already stays; `take_back_early` takes back what comes too soon.

    Args:
        at: instants by contact id, none after `now`.

    Returns:
        The contacts whose clock moved, their rhythms locked until the transaction ends.
    """
    lock_rhythms(connection, at)
    values = {"contacts": list(at), "at": list(at.values()), "now": now}
    return {contact_id for (contact_id,) in connection.execute(RESET, values)}


def reread_clock(connection: psycopg.Connection, contact_ids: Collection[int], *, now: datetime) -> None:
    """Sets clocks to the newest touch the ledger knows, because one was taken out of it; rhythms are locked."""
    connection.execute(
        REREAD, {"contacts": list(contact_ids), "days": OPENING_DAYS, "now": now, "answers": ANSWER_REFERENCE}
    )
