"""The phone list: what is to be done now, with what a caller wants to know before they dial."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg
from psycopg.rows import class_row

from outreach.db.queries.tasks import RECOVERY, VALUE
from outreach.domain.care.calls import BROKEN_BY_A_LETTER
from outreach.domain.care.tasks import HIDDEN_AFTER_CONTACT

#: Last touches, signals and notes that a line shows, of each.
LAST = 3


@dataclass(frozen=True, slots=True)
class TaskLine:
    """A line of the phone list.

    Attributes:
        value: what the contact bought and booked lately.
        since: since when there is silence.
        number_is_wrong: somebody else answered at this number.
        owner: name of whose it is, "" if nobody's.
        last_move: id of its newest move, by which a form knows that nobody was faster.
        touches: the last of ours, newest first: `at` as ISO text, `channel`, `name` of the campaign ("" if by hand).
        signals: what the contact did last: `at`, `kind`. notes: of earlier calls: `at`, `outcome`, `note`, `by`.
    """

    id: int
    contact_id: int
    external_id: str
    first_name: str
    last_name: str
    company: str
    phone: str
    number_is_wrong: bool
    language: str
    industry_key: str
    industry_names: dict[str, str]
    calendar: str
    calendar_version: int
    time_zone: str
    place: str
    kind: str
    reason_code: str
    reason_numbers: dict[str, Any]
    source: str | None
    due_at: datetime
    attempts: int
    promised: bool
    not_before: datetime | None
    appointment_at: datetime | None
    owner_id: int | None
    owner: str
    last_move: int
    value: float
    since: datetime
    touches: list[dict[str, str]]
    signals: list[dict[str, str]]
    notes: list[dict[str, str]]


#: Tasks that are for now. What a letter can take away is over once the contact was touched; what was promised and what
#: is about our own mistakes is not put off by anything.
SHOWN = f"""
    k.closed_at IS NULL AND (k.not_before IS NULL OR k.not_before <= %(now)s)
    AND (k.promised OR {RECOVERY} OR (
        (r.paused_until IS NULL OR r.paused_until <= %(now)s)
        AND NOT (k.reason_code = ANY(%(letters)s) AND r.last_touch_at > k.made_at)))
    AND (k.promised OR NOT EXISTS (
        SELECT FROM logged_touches h WHERE h.contact_id = k.contact_id AND h.at > %(now)s - %(hidden)s
          AND h.at <= %(now)s AND (h.at > k.made_at OR NOT {RECOVERY})))
    AND (%(owner)s::int IS NULL OR k.owner_id = %(owner)s::int)
"""
OPEN = f"""
    WITH listed AS (
        SELECT k.id, row_number() OVER (ORDER BY {RECOVERY} DESC, k.promised DESC, COALESCE(v.value, 0) DESC,
                                                 COALESCE(r.last_touch_at, r.started_at), k.id) AS place,
               COALESCE(v.value, 0) AS value
        FROM tasks k JOIN rhythms r ON r.contact_id = k.contact_id
        CROSS JOIN LATERAL (SELECT {VALUE} AS value FROM signals s
                            WHERE s.contact_id = k.contact_id AND s.kind IN ('purchase', 'booking')) AS v
        WHERE {SHOWN}
        ORDER BY place LIMIT %(limit)s)
    SELECT k.id, c.id AS contact_id, c.external_id, c.first_name, c.last_name, c.company, c.phone,
           c.phone <> '' AND c.wrong_number = c.phone AS number_is_wrong, c.language,
           i.key AS industry_key, i.names AS industry_names, i.calendar::text AS calendar, i.calendar_version,
           c.time_zone, COALESCE(NULLIF(c.region, ''), c.country) AS place, k.kind, k.reason_code, k.reason_numbers,
           k.source, k.due_at, k.attempts, k.promised, k.not_before, k.appointment_at, k.owner_id,
           COALESCE(NULLIF(o.name, ''), o.email, '') AS owner,
           COALESCE((SELECT max(m.id) FROM task_moves m WHERE m.task_id = k.id), 0) AS last_move,
           g.value, COALESCE(r.last_touch_at, r.started_at) AS since, l.touches, d.signals, n.notes
    FROM listed g
    JOIN tasks k ON k.id = g.id
    JOIN contacts c ON c.id = k.contact_id
    JOIN industries i ON i.id = c.industry_id
    JOIN rhythms r ON r.contact_id = c.id
    LEFT JOIN staff o ON o.id = k.owner_id
    CROSS JOIN LATERAL (
        SELECT COALESCE(jsonb_agg(jsonb_build_object('at', x.at, 'channel', x.channel, 'name', x.name)
                                  ORDER BY x.at DESC), '[]') AS touches
        FROM (SELECT t.sent_at AS at, t.channel, m.name FROM touches t JOIN campaigns m ON m.id = t.campaign_id
              WHERE t.contact_id = c.id AND t.sent_at IS NOT NULL
              UNION ALL SELECT g.at, g.channel, '' FROM logged_touches g WHERE g.contact_id = c.id
              ORDER BY at DESC LIMIT {LAST}) AS x) AS l
    CROSS JOIN LATERAL (
        SELECT COALESCE(jsonb_agg(jsonb_build_object('at', x.occurred_at, 'kind', x.kind)
                                  ORDER BY x.occurred_at DESC, x.id DESC), '[]') AS signals
        FROM (SELECT s.id, s.occurred_at, s.kind FROM signals s WHERE s.contact_id = c.id
              ORDER BY s.occurred_at DESC, s.id DESC LIMIT {LAST}) AS x) AS d
    CROSS JOIN LATERAL (
        SELECT COALESCE(jsonb_agg(jsonb_build_object('at', x.at, 'outcome', x.outcome, 'note', x.note,
                                                     'by', x.moved_by) ORDER BY x.at DESC, x.id DESC), '[]') AS notes
        FROM (SELECT m.id, m.at, m.outcome, m.note, m.moved_by FROM task_moves m
              WHERE m.contact_id = c.id AND m.taken_back_at IS NULL
              ORDER BY m.at DESC, m.id DESC LIMIT {LAST}) AS x) AS n
    ORDER BY g.place
"""  # noqa: S608 - built of constants


def load_open_tasks(
    connection: psycopg.Connection, *, now: datetime, limit: int, owner_id: int | None = None
) -> list[TaskLine]:
    """The phone list: what went wrong first, then what was promised, then the most valued and the longest silent.

    A task waits unseen while its contact asked for a pause, or was talked to within the last days.

    Args:
        owner_id: only what is theirs; None for everything.
    """
    values = {"now": now, "limit": limit, "owner": owner_id} | _rules()
    with connection.cursor(row_factory=class_row(TaskLine)) as cursor:
        return cursor.execute(OPEN, values).fetchall()


def _rules() -> dict[str, object]:
    return {"letters": [code.value for code in BROKEN_BY_A_LETTER], "hidden": HIDDEN_AFTER_CONTACT}


@dataclass(frozen=True, slots=True)
class ListCounts:
    """How many tasks are for now, are mine, are nobody's, and wait for a later day."""

    shown: int
    mine: int
    unshared: int
    waiting: int


def count_tasks(connection: psycopg.Connection, *, now: datetime, staff_id: int) -> ListCounts:
    """The numbers above the list."""
    with connection.cursor(row_factory=class_row(ListCounts)) as cursor:
        found = cursor.execute(
            f"""
            SELECT count(*) FILTER (WHERE shown)::int AS shown,
                   count(*) FILTER (WHERE shown AND x.owner_id = %(me)s)::int AS mine,
                   count(*) FILTER (WHERE shown AND x.owner_id IS NULL)::int AS unshared,
                   count(*) FILTER (WHERE NOT shown)::int AS waiting
            FROM (SELECT k.owner_id, COALESCE({SHOWN}, false) AS shown
                  FROM tasks k JOIN rhythms r ON r.contact_id = k.contact_id WHERE k.closed_at IS NULL) AS x
            """,  # noqa: S608 - built of constants
            {"now": now, "me": staff_id, "owner": None} | _rules(),
        ).fetchone()
    return found or ListCounts(0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class MovedTask:
    """A task that something came of just now or lately, to say so and offer to take it back.

    Attributes:
        move_id: the move; `at`, `outcome` and `cause` of it.
        again_at: when it comes back to the list; None if it is closed.
    """

    id: int
    move_id: int
    contact_id: int
    external_id: str
    first_name: str
    last_name: str
    company: str
    kind: str
    at: datetime
    outcome: str
    cause: str
    again_at: datetime | None


_MOVED = """
    SELECT k.id, m.id AS move_id, c.id AS contact_id, c.external_id, c.first_name, c.last_name, c.company, k.kind,
           m.at, m.outcome, k.cause, CASE WHEN k.closed_at IS NULL THEN k.not_before END AS again_at
    FROM tasks k JOIN contacts c ON c.id = k.contact_id JOIN task_moves m ON m.task_id = k.id
"""


def load_moved_task(connection: psycopg.Connection, task_id: int) -> MovedTask | None:
    """The task with the last that came of it, None if nothing did."""
    with connection.cursor(row_factory=class_row(MovedTask)) as cursor:
        return cursor.execute(
            _MOVED + " WHERE k.id = %s AND m.taken_back_at IS NULL ORDER BY m.id DESC LIMIT 1", (task_id,)
        ).fetchone()


def load_self_closed(connection: psycopg.Connection, *, since: datetime, limit: int) -> list[MovedTask]:
    """Tasks that closed themselves because their customers acted, newest first."""
    with connection.cursor(row_factory=class_row(MovedTask)) as cursor:
        return cursor.execute(
            _MOVED
            + " WHERE k.outcome = 'acted' AND k.closed_at >= %s AND m.outcome = 'acted' AND m.taken_back_at IS NULL"
            " ORDER BY m.at DESC, m.id DESC LIMIT %s",
            (since, limit),
        ).fetchall()
