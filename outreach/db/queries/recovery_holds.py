"""Takes back what was going to be sent to customers whom we let down, except service and recovery.

Two looks, because messages and rhythms are locked in that order by whoever sends, and a planner that has not committed
yet holds the rhythm: first every message we see, waiting for whoever has it (so a message is either handed over before
the case is, or not at all); then the rhythms, which waits for planners; then what those have just written.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

import psycopg

from outreach.db.queries.touch_clock import lock_rhythms
from outreach.domain.planning.manners import URGENT
from outreach.domain.rhythm.codes import Code

WHY = "a recovery case was opened"

#: Not handed over yet: what a worker holds as claimed it finds gone when it marks it as sending.
_WAITING = "('planned', 'retry_wait', 'claimed')"

LOCK = f"""
    SELECT id FROM touches
    WHERE contact_id = ANY(%(contacts)s) AND state IN {_WAITING} AND NOT touch_class = ANY(%(urgent)s)
    ORDER BY id FOR UPDATE
"""  # noqa: S608 - a constant of this file

#: A message that was tried has attempts on record: it stays, as withheld. The others may be planned anew.
TAKE = f"""
    WITH waiting AS (
        SELECT t.id, t.contact_id, t.edition_id, t.send_at, k.name,
               EXISTS (SELECT FROM attempts a WHERE a.touch_id = t.id) AS tried
        FROM touches t JOIN campaigns k ON k.id = t.campaign_id WHERE t.id = ANY(%(ids)s) AND t.state IN {_WAITING}
    ), withheld_now AS (
        UPDATE touches t SET state = 'skipped', outcome = %(why)s, owner = '', lease_until = NULL
        FROM waiting w WHERE t.id = w.id AND w.tried
    ), gone AS (
        DELETE FROM touches t USING waiting w WHERE t.id = w.id AND NOT w.tried
    ), riders AS (
        DELETE FROM touches t USING waiting w
        WHERE t.merged_into = w.id AND NOT EXISTS (SELECT FROM attempts a WHERE a.touch_id = t.id)
    ), noted AS (
        INSERT INTO withheld (contact_id, edition_id, at, reason_code, reason_numbers)
        SELECT w.contact_id, w.edition_id, %(now)s, %(code)s,
               jsonb_build_object('campaign', w.name, 'why', %(why)s::text, 'send_at', w.send_at)
        FROM waiting w WHERE NOT w.tried ORDER BY w.contact_id, w.id
    )
    SELECT id FROM waiting
"""  # noqa: S608 - a constant of this file


def hold_back(connection: psycopg.Connection, contact_ids: Collection[int], *, now: datetime) -> int:
    """Takes back what waits for these contacts, and lets the planner look at them; says how many messages.

    Their cases are written in this transaction already; the planner finds them.
    """
    contacts = sorted(set(contact_ids))
    if not contacts:
        return 0
    taken = _take(connection, _locked(connection, contacts, LOCK), now=now)
    lock_rhythms(connection, contacts)
    taken += _take(connection, _locked(connection, contacts, f"{LOCK} SKIP LOCKED"), now=now)
    look_at_again(connection, contacts, now=now)
    return taken


def look_at_again(connection: psycopg.Connection, contact_ids: Collection[int], *, now: datetime) -> None:
    """Lets the planner look at these contacts at once."""
    contacts = sorted(set(contact_ids))
    lock_rhythms(connection, contacts)
    connection.execute("UPDATE rhythms SET look_at = LEAST(look_at, %s) WHERE contact_id = ANY(%s)", (now, contacts))


def _locked(connection: psycopg.Connection, contacts: Sequence[int], statement: str) -> list[UUID]:
    values = {"contacts": list(contacts), "urgent": [one.value for one in URGENT]}
    return [touch_id for (touch_id,) in connection.execute(statement, values)]


def _take(connection: psycopg.Connection, ids: Sequence[UUID], *, now: datetime) -> int:
    if not ids:
        return 0
    values = {"ids": list(ids), "now": now, "why": WHY, "code": Code.TAKEN_BACK.value}
    return connection.execute(TAKE, values).rowcount
