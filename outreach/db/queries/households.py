"""Who lives or works together, read off the contacts as set work.

The rule, first match wins: the column `household` of the contacts file; the same company in the same industry and
country; the same `address` (with `postcode` and `city`, if there are such columns) in the same country; else alone.
"""

from datetime import datetime

import psycopg


def _plain(value: str) -> str:
    return f"lower(btrim(regexp_replace(COALESCE({value}, ''), '\\s+', ' ', 'g')))"


_ADDRESS = "concat_ws(' ', c.attributes->>'address', c.attributes->>'postcode', c.attributes->>'city')"
#: The first word of a key says what is shared. A household that moves together leaves its place; a company that is
#: renamed, and a contact of whom we learn where it belongs, take theirs along.
KEY = f"""
    CASE WHEN {_plain("c.attributes->>'household'")} <> '' THEN 'household ' || {_plain("c.attributes->>'household'")}
         WHEN {_plain("c.company")} <> ''
         THEN concat_ws(' ', 'company', c.industry_id, c.country, {_plain("c.company")})
         WHEN {_plain("c.attributes->>'address'")} <> '' THEN concat_ws(' ', 'address', c.country, {_plain(_ADDRESS)})
         ELSE 'contact ' || c.id END
"""

_STAGE = """
    CREATE TEMPORARY TABLE IF NOT EXISTS wanted_households (contact_id bigint PRIMARY KEY, key text)
    ON COMMIT DELETE ROWS
"""
_WANTED = f"""
    INSERT INTO wanted_households SELECT c.id, {KEY} FROM contacts c WHERE c.external_id <> 'erased ' || c.id
"""  # noqa: S608 - built of constants
_RENAME = """
    WITH moving AS (
        SELECT m.household_id, min(w.key) AS key
        FROM household_members m LEFT JOIN wanted_households w ON w.contact_id = m.contact_id
        GROUP BY m.household_id HAVING count(DISTINCT w.key) = 1 AND count(w.key) = count(*)
    ), renamed AS (
        SELECT DISTINCT ON (v.key) v.household_id, v.key FROM moving v JOIN households h ON h.id = v.household_id
        WHERE h.key <> v.key AND NOT (starts_with(h.key, 'address ') AND starts_with(v.key, 'address '))
          AND NOT EXISTS (SELECT FROM households o WHERE o.key = v.key)
        ORDER BY v.key, v.household_id)
    UPDATE households h SET key = r.key, look_at = LEAST(h.look_at, %(now)s) FROM renamed r WHERE h.id = r.household_id
"""
_FOUND = """
    INSERT INTO households (key, look_at)
    SELECT DISTINCT w.key, %(now)s::timestamptz FROM wanted_households w
    WHERE NOT EXISTS (SELECT FROM households h WHERE h.key = w.key) ORDER BY w.key
    ON CONFLICT (key) DO NOTHING
"""
_MOVED = """
    SELECT w.contact_id, m.household_id AS left_id, h.id AS joined_id, COALESCE(starts_with(o.key, 'contact '), false)
    FROM wanted_households w JOIN households h ON h.key = w.key
    LEFT JOIN household_members m ON m.contact_id = w.contact_id LEFT JOIN households o ON o.id = m.household_id
    WHERE m.household_id IS DISTINCT FROM h.id ORDER BY w.contact_id
"""
_JOIN = """
    INSERT INTO household_members (contact_id, household_id)
    SELECT w.contact_id, h.id FROM wanted_households w JOIN households h ON h.key = w.key ORDER BY w.contact_id
    ON CONFLICT (contact_id) DO UPDATE SET household_id = excluded.household_id
    WHERE household_members.household_id <> excluded.household_id
"""
#: What was known of somebody whose place nobody had told us is known of the place.
_TAKE_ALONG = """
    WITH going AS (SELECT * FROM unnest(%(lefts)s::bigint[], %(joins)s::bigint[]) AS n(left_id, joined_id)),
    facts AS (
        UPDATE service_facts f SET household_id = g.joined_id FROM going g WHERE f.household_id = g.left_id)
    UPDATE service_rounds r SET household_id = g.joined_id FROM going g WHERE r.household_id = g.left_id
      AND (r.ended_on IS NOT NULL OR NOT EXISTS (
           SELECT FROM service_rounds o WHERE o.household_id = g.joined_id AND o.service_id = r.service_id
             AND o.ended_on IS NULL)
           AND NOT EXISTS (SELECT FROM going e WHERE e.joined_id = g.joined_id AND e.left_id < g.left_id))
"""
_WAKE = """
    UPDATE households h SET look_at = LEAST(h.look_at, %(now)s)
    FROM (SELECT id FROM households WHERE id = ANY(%(ids)s) ORDER BY id FOR NO KEY UPDATE) AS n WHERE h.id = n.id
"""
#: Passes over what somebody is looking at; the next gathering finds it.
EMPTY_HOUSEHOLDS = """
    DELETE FROM households WHERE id IN (
        SELECT h.id FROM households h
        WHERE NOT EXISTS (SELECT FROM household_members m WHERE m.household_id = h.id)
          AND NOT EXISTS (SELECT FROM service_facts f WHERE f.household_id = h.id)
          AND NOT EXISTS (SELECT FROM service_rounds r WHERE r.household_id = h.id)
        FOR UPDATE SKIP LOCKED)
"""


def gather_households(connection: psycopg.Connection, *, now: datetime) -> int:
    """Makes households of the contacts as they are now; says how many contacts are new somewhere.

    Households that lose or win somebody are looked at again; one of whom nobody knows anything is gone.
    """
    connection.execute(_STAGE)
    connection.execute("TRUNCATE wanted_households")
    connection.execute(_WANTED)
    connection.execute("ANALYZE wanted_households")
    connection.execute(_RENAME, {"now": now})
    connection.execute(_FOUND, {"now": now})
    moved = connection.execute(_MOVED).fetchall()
    if moved:
        connection.execute(_JOIN)
        going = {left: joined for _, left, joined, alone in moved if left is not None and alone}
        connection.execute(_TAKE_ALONG, {"lefts": list(going), "joins": list(going.values())})
        wake_households(connection, [one for _, left, joined, _ in moved for one in (left, joined) if one], now=now)
    connection.execute(EMPTY_HOUSEHOLDS)
    return len(moved)


def wake_households(connection: psycopg.Connection, household_ids: list[int], *, now: datetime) -> None:
    """Has these households looked at soon."""
    connection.execute(_WAKE, {"ids": sorted(set(household_ids)), "now": now})


def find_household(connection: psycopg.Connection, contact_id: int) -> int | None:
    """The household of a contact; None if nobody has gathered it yet."""
    row = connection.execute(
        "SELECT household_id FROM household_members WHERE contact_id = %s", (contact_id,)
    ).fetchone()
    return int(row[0]) if row else None


def household_of(connection: psycopg.Connection, contact_id: int, *, now: datetime) -> int | None:
    """The household of a contact, made for it if nobody has gathered it yet; None if there is no such contact."""
    if (there := find_household(connection, contact_id)) is not None:
        return there
    values = {"id": contact_id, "now": now}
    row = connection.execute(
        f"""
        INSERT INTO households (key, look_at) SELECT {KEY}, %(now)s FROM contacts c
        WHERE c.id = %(id)s AND c.external_id <> 'erased ' || c.id
        ON CONFLICT (key) DO UPDATE SET key = excluded.key RETURNING id
        """,  # noqa: S608 - built of constants
        values,
    ).fetchone()
    if row is None:
        return None
    connection.execute(
        "INSERT INTO household_members (contact_id, household_id) VALUES (%s, %s) ON CONFLICT DO NOTHING",
        (contact_id, row[0]),
    )
    return int(row[0])
