"""Enrolments: who stands where in which journey, what is known about it, and where they stand after a look."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import psycopg
from psycopg.rows import dict_row

from outreach.domain.journeys.journey import Deed
from outreach.domain.journeys.standing import Ending, Happened, Hold, Line, Noted, Place, Standing
from outreach.domain.signal import SignalKind

#: What each kind of signal is as a deed.
DEEDS = {
    SignalKind.PURCHASE: Deed.BOUGHT,
    SignalKind.BOOKING: Deed.BOOKED,
    SignalKind.VISIT: Deed.VISITED,
    SignalKind.QUESTION: Deed.ASKED,
    SignalKind.COMPLAINT: Deed.COMPLAINED,
    SignalKind.REPLY: Deed.REPLIED,
}


def cause(enrolment_id: int, number: int) -> str:
    """Names the invitation that an enrolment made as its `number`-th."""
    return f"journey {enrolment_id}/{number}"


def enter(
    connection: psycopg.Connection,
    journey_id: int,
    entering: Sequence[tuple[int, str, Standing]],
    *,
    version: int,
    exclusive: bool,
    now: datetime,
) -> int:
    """Enrols contacts (contact, occasion, standing) whom that occasion has not enrolled yet; says how many.

    Who enters an exclusive journey waits for its turn first.
    """
    rows = [
        {
            "contact_id": contact_id,
            "entered_by": entered_by,
            "began_at": standing.began_at.isoformat(),
            "step": standing.step,
            "log": _log(standing.log),
        }
        for contact_id, entered_by, standing in entering
    ]
    return connection.execute(
        """
        INSERT INTO enrolments (contact_id, journey_id, version, exclusive, place, step, since, due_at, entered_by,
                                began_at, entered_at, log)
        SELECT n.contact_id, %(journey)s, %(version)s, %(exclusive)s, %(place)s, n.step, %(now)s, %(now)s,
               n.entered_by, n.began_at, %(now)s, n.log
        FROM json_to_recordset(%(rows)s::json) AS n(
            contact_id bigint, entered_by text, began_at timestamptz, step text, log jsonb)
        ORDER BY n.contact_id
        ON CONFLICT DO NOTHING
        """,
        {
            "journey": journey_id,
            "version": version,
            "exclusive": exclusive,
            "place": (Place.WAITING if exclusive else Place.UNDER_WAY).value,
            "now": now,
            "rows": json.dumps(rows),
        },
    ).rowcount


def wake_asking(connection: psycopg.Connection, *, now: datetime) -> int:
    """Lets us look at once at whoever has a message coming and of whom we were told something since; says how many."""
    return connection.execute(
        """
        UPDATE enrolments SET due_at = %(now)s WHERE id IN (
            SELECT e.id FROM enrolments e
            WHERE e.asking AND e.ended_at IS NULL AND e.due_at > %(now)s AND EXISTS (
                SELECT FROM signals s WHERE s.contact_id = e.contact_id AND s.recorded_at > e.looked_at)
            ORDER BY e.id FOR NO KEY UPDATE SKIP LOCKED)
        """,
        {"now": now},
    ).rowcount


@dataclass(frozen=True, slots=True)
class Due:
    """An enrolment to look at, locked.

    Attributes:
        exists: the contact is still somebody; erased ones are nobody.
        hold: why it must stand still. looked_at: now, by the database's clock.
    """

    id: int
    contact_id: int
    time_zone: str
    journey_id: int
    journey_key: str
    version: int
    exclusive: bool
    place: Place
    entered_at: datetime
    standing: Standing
    exists: bool
    hold: Hold | None
    looked_at: datetime


_ENROLMENTS = """
    SELECT e.id, e.contact_id, c.time_zone, e.journey_id, j.key AS journey_key, e.version, e.exclusive,
           e.place, e.entered_at, e.began_at, e.step, e.since, e.due_at, e.invited, e.asking, e.asked_at, e.held_since,
           e.held_by, e.ended_at, e.ended_as, e.log, c.email <> '' OR c.phone <> '' AS exists,
           CASE WHEN NOT j.active THEN 'switched_off' WHEN EXISTS (
               SELECT FROM recovery_cases r WHERE r.contact_id = e.contact_id AND r.closed_at IS NULL) THEN 'case'
           END AS hold, clock_timestamp() AS looked_at
    FROM enrolments e
    JOIN contacts c ON c.id = e.contact_id
    JOIN journeys j ON j.id = e.journey_id
"""
# The contact is held as well, so that whoever erases it waits before touching anything else.
_LOCKED = " FOR NO KEY UPDATE OF e SKIP LOCKED FOR KEY SHARE OF c SKIP LOCKED"


def lock_due(
    connection: psycopg.Connection, *, now: datetime, limit: int, after: tuple[datetime, int] | None = None
) -> list[Due]:
    """Enrolments whose turn it is and that nobody else looks at, locked until the transaction ends.

    Args:
        after: due_at and id of the last one of the chunk before, so that what was done is not gone over again.
    """
    due_at, last_id = after or (datetime.min.replace(tzinfo=UTC), 0)
    query = _ENROLMENTS + (
        " WHERE e.ended_at IS NULL AND e.due_at <= %(now)s AND (e.due_at, e.id) > (%(due_at)s, %(last_id)s)"
        " ORDER BY e.due_at, e.id LIMIT %(limit)s"
    )
    return _due(connection, query + _LOCKED, {"now": now, "limit": limit, "due_at": due_at, "last_id": last_id})


def lock_enrolment(connection: psycopg.Connection, enrolment_id: int, *, contact_id: int) -> Due | None:
    """One enrolment of a contact, waited for; None if there is no such or it is over."""
    # The contact first: whoever erases it holds it before anything else.
    connection.execute("SELECT FROM contacts WHERE id = %s FOR KEY SHARE", (contact_id,))
    query = _ENROLMENTS + " WHERE e.id = %(id)s AND e.contact_id = %(contact)s AND e.ended_at IS NULL"
    values = {"id": enrolment_id, "contact": contact_id}
    return next(iter(_due(connection, query + " FOR NO KEY UPDATE OF e", values)), None)


def _due(connection: psycopg.Connection, query: str, values: Mapping[str, Any]) -> list[Due]:
    with connection.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(query.encode(), values).fetchall()
    return [
        Due(
            **{name: row[name] for name in Due.__slots__ if name in row and name not in ("place", "hold")},
            place=Place(row["place"]),
            hold=Hold(row["hold"]) if row["hold"] else None,
            standing=read_standing(row),
        )
        for row in rows
    ]


def read_standing(row: Mapping[str, Any]) -> Standing:
    """The standing that the columns of an enrolment hold."""
    return Standing(
        began_at=row["began_at"],
        step=row["step"],
        since=row["since"],
        due_at=row["due_at"],
        invited=tuple(row["invited"]),
        asking=row["asking"],
        asked_at=row["asked_at"],
        held_since=row["held_since"],
        held_by=Hold(row["held_by"]) if row["held_by"] else None,
        ended_at=row["ended_at"],
        ended_as=Ending(row["ended_as"]) if row["ended_as"] else None,
        log=tuple(Line(datetime.fromisoformat(at), step, Noted(what), detail) for at, step, what, detail in row["log"]),
    )


def load_occupied(connection: psycopg.Connection, contact_ids: Collection[int]) -> set[int]:
    """Contacts that are under way in an exclusive journey."""
    rows = connection.execute(
        """
        SELECT contact_id FROM enrolments WHERE contact_id = ANY(%s) AND exclusive AND place = 'under_way'
        ORDER BY contact_id
        """,
        (list(contact_ids),),
    )
    return {contact_id for (contact_id,) in rows}


_HAPPENED = """
    WITH n AS (SELECT e.id, e.contact_id, e.began_at, e.invited FROM enrolments e WHERE e.id = ANY(%(ids)s)),
    messages AS (
        SELECT n.id, k.step, t.id AS touch_id, t.opened_at, t.clicked_at
        FROM n CROSS JOIN LATERAL unnest(n.invited) WITH ORDINALITY AS k(step, number)
        JOIN invitations v ON v.contact_id = n.contact_id AND v.cause = 'journey ' || n.id || '/' || k.number
        JOIN touches t ON t.invitation_id = v.id)
    SELECT n.id, s.kind AS deed, '' AS step, '' AS answer, min(s.occurred_at) AS at
    FROM n JOIN signals s ON s.contact_id = n.contact_id AND s.occurred_at > n.began_at AND s.occurred_at <= %(now)s
    GROUP BY n.id, s.kind
    UNION ALL SELECT n.id, 'complained', '', '', min(v.occurred_at)
    FROM n JOIN events v ON v.contact_id = n.contact_id AND v.type = 'complained' AND v.occurred_at > n.began_at
    GROUP BY n.id
    UNION ALL SELECT n.id, 'unsubscribed', '', '', min(r.given_at)
    FROM n JOIN consent_records r ON r.contact_id = n.contact_id AND NOT r.granted AND r.given_at > n.began_at
    GROUP BY n.id
    UNION ALL SELECT n.id, 'case_opened', '', '', min(r.opened_at)
    FROM n JOIN recovery_cases r ON r.contact_id = n.contact_id AND r.opened_at > n.began_at GROUP BY n.id
    UNION ALL SELECT m.id, 'opened', m.step, '', LEAST(m.opened_at, m.clicked_at) FROM messages m
    WHERE m.opened_at IS NOT NULL OR m.clicked_at IS NOT NULL
    UNION ALL SELECT m.id, 'clicked', m.step, '', m.clicked_at FROM messages m WHERE m.clicked_at IS NOT NULL
    UNION ALL SELECT m.id, 'answered', m.step, a.answer, a.given_at
    FROM messages m JOIN answers a ON a.touch_id = m.touch_id
    ORDER BY 1, 2, 3, 4, 5
"""


def load_happened(
    connection: psycopg.Connection, ids: Collection[int], *, now: datetime
) -> dict[int, tuple[Happened, ...]]:
    """What the contacts of these enrolments did since those began, the first of each kind; by enrolment."""
    found: dict[int, list[Happened]] = {}
    for one, deed, step, answer, at in connection.execute(_HAPPENED, {"ids": list(ids), "now": now}):
        known = DEEDS[SignalKind(deed)] if deed in set(SignalKind) else Deed(deed)
        found.setdefault(one, []).append(Happened(known, at, step, answer))
    return {one: tuple(happened) for one, happened in found.items()}


@dataclass(frozen=True, slots=True)
class Looked:
    """An enrolment after a look."""

    id: int
    place: Place
    standing: Standing
    looked_at: datetime


def store_looked(connection: psycopg.Connection, looked: Sequence[Looked]) -> None:
    """Writes where enrolments stand; what is over first, because an exclusive journey makes room for the next."""
    for over in (True, False):
        rows = [_row(one) for one in looked if (one.place is Place.OVER) is over]
        connection.execute(
            """
            UPDATE enrolments e SET place = n.place, step = n.step, since = n.since, due_at = n.due_at,
                invited = ARRAY(SELECT json_array_elements_text(n.invited)), asking = n.asking, asked_at = n.asked_at,
                held_since = n.held_since, held_by = n.held_by, ended_at = n.ended_at, ended_as = n.ended_as,
                log = n.log, looked_at = n.looked_at
            FROM json_to_recordset(%(rows)s::json) AS n(
                id bigint, place text, step text, since timestamptz, due_at timestamptz, invited json, asking bool,
                asked_at timestamptz, held_since timestamptz, held_by text, ended_at timestamptz, ended_as text,
                log jsonb, looked_at timestamptz)
            WHERE e.id = n.id
            """,
            {"rows": json.dumps(rows)},
        )


def drop_enrolments(connection: psycopg.Connection, ids: Collection[int]) -> None:
    """Forgets enrolments of contacts that are nobody any more."""
    connection.execute("DELETE FROM enrolments WHERE id = ANY(%s)", (list(ids),))


def _row(one: Looked) -> dict[str, Any]:
    standing = one.standing
    instants = {
        name: at.isoformat() if at else None
        for name, at in (
            ("since", standing.since),
            ("due_at", standing.due_at),
            ("asked_at", standing.asked_at),
            ("held_since", standing.held_since),
            ("ended_at", standing.ended_at),
            ("looked_at", one.looked_at),
        )
    }
    return instants | {
        "id": one.id,
        "place": one.place.value,
        "step": standing.step,
        "invited": list(standing.invited),
        "asking": standing.asking,
        "held_by": standing.held_by.value if standing.held_by else "",
        "ended_as": standing.ended_as.value if standing.ended_as else "",
        "log": _log(standing.log),
    }


def _log(lines: Sequence[Line]) -> list[list[str]]:
    return [[line.at.isoformat(), line.step, line.what.value, line.detail] for line in lines]
