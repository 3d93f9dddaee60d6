"""Tasks: touches that people should make, and who needs one."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import psycopg
from psycopg.rows import class_row

from outreach.domain.care_calls import AGAIN_AFTER, AHEAD, PATIENT, REASONS, VALUE_HALF_LIFE_DAYS, VALUED_SHARE
from outreach.domain.reason import Reason
from outreach.domain.rhythm.codes import Code

#: The part under which the day of the last look for calls is noted among the heartbeats.
DAILY = "job make_calls daily"

#: What a contact bought and booked lately, as one number.
_VALUE = f"""
    sum(power(2, -GREATEST(extract(epoch FROM %(now)s - s.occurred_at), 0)::float8 / 86400 / {VALUE_HALF_LIFE_DAYS}))
"""


@dataclass(frozen=True, slots=True)
class SilentContact:
    """A valued contact whose silence nothing planned will break in time.

    Attributes:
        famine_at: when silence passes the longest gap, which is `max_gap` days.
        waiting_code: why nothing is planned, "" if nobody knows.
        industry_key, calendar, calendar_version, time_zone, place: for the season; the calendar as JSON.
    """

    contact_id: int
    famine_at: datetime
    max_gap: float
    waiting_code: str
    industry_key: str
    calendar: str
    calendar_version: int
    time_zone: str
    place: str


SILENT = f"""
    WITH bought AS (
        SELECT s.contact_id, {_VALUE} AS value FROM signals s
        WHERE s.kind IN ('purchase', 'booking') GROUP BY s.contact_id
    ), ranked AS (
        SELECT contact_id, percent_rank() OVER (ORDER BY value DESC) AS place FROM bought
    )
    SELECT c.id AS contact_id, f.famine_at, b.max_gap, r.waiting_code, i.key AS industry_key,
           i.calendar::text AS calendar, i.calendar_version, c.time_zone,
           COALESCE(NULLIF(c.region, ''), c.country) AS place
    FROM ranked v
    JOIN contacts c ON c.id = v.contact_id
    JOIN rhythms r ON r.contact_id = c.id
    JOIN industries i ON i.id = c.industry_id
    CROSS JOIN LATERAL (SELECT GREATEST(
        COALESCE(r.own_max_gap, i.max_gap), COALESCE(r.own_min_gap, i.min_gap),
        CASE WHEN r.floor_gap_until > %(now)s THEN r.floor_gap ELSE 0 END) AS max_gap) AS b
    CROSS JOIN LATERAL (SELECT COALESCE(r.last_touch_at, r.started_at) AS since) AS q
    CROSS JOIN LATERAL (SELECT q.since + b.max_gap * interval '1 day' AS famine_at) AS f
    WHERE v.place < %(share)s AND f.famine_at <= %(now)s + %(ahead)s
      AND (r.paused_until IS NULL OR r.paused_until <= %(now)s)
      AND (r.waiting_code = ANY(%(mended)s) OR f.famine_at < %(now)s AND NOT r.waiting_code = ANY(%(patient)s))
      AND NOT EXISTS (SELECT FROM touches t WHERE t.contact_id = c.id
                      AND t.state IN ('planned', 'claimed', 'sending', 'retry_wait'))
      AND NOT EXISTS (SELECT FROM suppressions s WHERE s.reason = 'complained' AND s.until IS NULL
                      AND (s.channel = 'email' AND s.address = lower(c.email)
                           OR s.channel = 'sms' AND s.address = c.phone))
      AND NOT EXISTS (SELECT FROM tasks t WHERE t.contact_id = c.id AND t.kind = 'call'
                      AND (t.closed_at IS NULL
                           OR t.made_at > q.since AND t.outcome <> 'not_reached'
                           OR t.closed_at > %(now)s - %(again)s))
    ORDER BY v.place, c.id
"""  # noqa: S608 - built of constants


def first_look_of(connection: psycopg.Connection, day: date) -> bool:
    """Whether nobody looked for calls on this day of business time yet; whoever asks first does it."""
    return bool(
        connection.execute(
            """
            INSERT INTO heartbeats AS h (part, at, note) VALUES (%(part)s, clock_timestamp(), %(day)s)
            ON CONFLICT (part) DO UPDATE SET at = excluded.at, note = excluded.note WHERE h.note <> excluded.note
            """,
            {"part": DAILY, "day": day.isoformat()},
        ).rowcount
    )


def load_silent_contacts(connection: psycopg.Connection, *, now: datetime) -> list[SilentContact]:
    """The most valued fifth of all who ever bought or booked, as far as a call is the only touch in sight.

    Who reported us is left in peace. Whom we called in this silence is not called again, except where nobody answered.
    """
    values = {
        "now": now,
        "share": VALUED_SHARE,
        "ahead": AHEAD,
        "again": AGAIN_AFTER,
        "mended": [code.value for code in REASONS],
        "patient": [code.value for code in PATIENT],
    }
    with connection.cursor(row_factory=class_row(SilentContact)) as cursor:
        return cursor.execute(SILENT, values).fetchall()


def open_call_tasks(
    connection: psycopg.Connection, tasks: Sequence[tuple[int, Reason, datetime]], *, now: datetime
) -> int:
    """Opens a call task for each contact (id, why, due by) that has none open; says how many."""
    return connection.execute(
        """
        INSERT INTO tasks (contact_id, kind, reason_code, reason_numbers, due_at, made_at)
        SELECT n.contact_id, 'call', n.code, n.numbers, n.due_at, %(now)s
        FROM unnest(%(contacts)s::bigint[], %(codes)s::text[], %(numbers)s::jsonb[], %(due)s::timestamptz[])
             AS n(contact_id, code, numbers, due_at)
        ON CONFLICT (contact_id, kind) WHERE closed_at IS NULL DO NOTHING
        """,
        {
            "now": now,
            "contacts": [contact_id for contact_id, _, _ in tasks],
            "codes": [str(reason.code) for _, reason, _ in tasks],
            "numbers": [json.dumps(dict(reason.numbers)) for _, reason, _ in tasks],
            "due": [due_at for _, _, due_at in tasks],
        },
    ).rowcount


def close_moot_tasks(connection: psycopg.Connection, *, now: datetime) -> int:
    """Closes call tasks whose contacts were touched since they were made; says how many."""
    return connection.execute(
        """
        UPDATE tasks k SET closed_at = %s, outcome = 'not_needed' FROM rhythms r
        WHERE r.contact_id = k.contact_id AND k.closed_at IS NULL AND k.kind = 'call' AND r.last_touch_at > k.made_at
          AND k.reason_code <> ALL(%s)
        """,
        # No letter answers a customer who told us of a problem, and none about something else books what is due.
        (now, [Code.CALL_PROBLEM.value, Code.CALL_SERVICE_DUE.value]),
    ).rowcount


@dataclass(frozen=True, slots=True)
class TaskRow:
    """A task, locked."""

    id: int
    contact_id: int
    kind: str
    closed_at: datetime | None
    outcome: str
    closed_by: str


def lock_task(connection: psycopg.Connection, task_id: int) -> TaskRow | None:
    """The task, locked until the transaction ends; None if there is no such."""
    with connection.cursor(row_factory=class_row(TaskRow)) as cursor:
        return cursor.execute(
            "SELECT id, contact_id, kind, closed_at, outcome, closed_by FROM tasks WHERE id = %s FOR NO KEY UPDATE",
            (task_id,),
        ).fetchone()


def store_closed(
    connection: psycopg.Connection, task_id: int, *, outcome: str, note: str, staff: str, now: datetime
) -> None:
    """Closes a task."""
    connection.execute(
        "UPDATE tasks SET closed_at = %s, outcome = %s, note = %s, closed_by = %s WHERE id = %s",
        (now, outcome, note, staff, task_id),
    )


def store_reopened(connection: psycopg.Connection, task_id: int) -> None:
    """Opens a task again."""
    connection.execute(
        "UPDATE tasks SET closed_at = NULL, outcome = '', note = '', closed_by = '' WHERE id = %s", (task_id,)
    )


def has_open_task(connection: psycopg.Connection, contact_id: int, *, kind: str) -> bool:
    """Whether the contact has an open task of this kind."""
    row = connection.execute(
        "SELECT FROM tasks WHERE contact_id = %s AND kind = %s AND closed_at IS NULL", (contact_id, kind)
    ).fetchone()
    return row is not None


@dataclass(frozen=True, slots=True)
class TaskLine:
    """A line of the phone list.

    Attributes:
        value: what the contact bought and booked lately.
        since: since when there is silence.
        touches: the last of ours, newest first: `at` as ISO text, `channel`, `name` of the campaign ("" if by hand).
    """

    id: int
    contact_id: int
    external_id: str
    first_name: str
    last_name: str
    company: str
    phone: str
    language: str
    industry_key: str
    industry_names: dict[str, str]
    calendar: str
    calendar_version: int
    time_zone: str
    place: str
    reason_code: str
    reason_numbers: dict[str, Any]
    due_at: datetime
    value: float
    since: datetime
    touches: list[dict[str, str]]


OPEN = f"""
    SELECT k.id, c.id AS contact_id, c.external_id, c.first_name, c.last_name, c.company, c.phone, c.language,
           i.key AS industry_key, i.names AS industry_names, i.calendar::text AS calendar, i.calendar_version,
           c.time_zone, COALESCE(NULLIF(c.region, ''), c.country) AS place, k.reason_code, k.reason_numbers, k.due_at,
           COALESCE(v.value, 0) AS value, COALESCE(r.last_touch_at, r.started_at) AS since, l.touches
    FROM tasks k
    JOIN contacts c ON c.id = k.contact_id
    JOIN industries i ON i.id = c.industry_id
    JOIN rhythms r ON r.contact_id = c.id
    CROSS JOIN LATERAL (
        SELECT {_VALUE} AS value FROM signals s WHERE s.contact_id = c.id AND s.kind IN ('purchase', 'booking')) AS v
    CROSS JOIN LATERAL (
        SELECT COALESCE(jsonb_agg(jsonb_build_object('at', x.at, 'channel', x.channel, 'name', x.name)
                                  ORDER BY x.at DESC), '[]') AS touches
        FROM (SELECT t.sent_at AS at, t.channel, m.name FROM touches t JOIN campaigns m ON m.id = t.campaign_id
              WHERE t.contact_id = c.id AND t.sent_at IS NOT NULL
              UNION ALL SELECT g.at, g.channel, '' FROM logged_touches g WHERE g.contact_id = c.id
              ORDER BY at DESC LIMIT 3) AS x) AS l
    WHERE k.closed_at IS NULL AND k.kind = 'call'
      AND (k.reason_code IN ('{Code.CALL_PROBLEM.value}', '{Code.CALL_SERVICE_DUE.value}')
          OR ((r.last_touch_at IS NULL OR r.last_touch_at <= k.made_at)
              AND (r.paused_until IS NULL OR r.paused_until <= %(now)s)))
    ORDER BY k.reason_code = '{Code.CALL_PROBLEM.value}' DESC, value DESC, since, k.id LIMIT %(limit)s
"""  # noqa: S608 - built of constants


def load_open_tasks(connection: psycopg.Connection, *, now: datetime, limit: int) -> list[TaskLine]:
    """The phone list: whoever reported a problem, then the most valued, of equally valued ones the longest silent.

    A task whose contact was touched since, or asked for a pause, is not on it.
    """
    with connection.cursor(row_factory=class_row(TaskLine)) as cursor:
        return cursor.execute(OPEN, {"now": now, "limit": limit}).fetchall()


@dataclass(frozen=True, slots=True)
class ClosedTask:
    """A task just closed, to say so and offer to take it back."""

    id: int
    contact_id: int
    external_id: str
    first_name: str
    last_name: str
    company: str
    outcome: str


def load_closed_task(connection: psycopg.Connection, task_id: int) -> ClosedTask | None:
    """The task if it is closed."""
    with connection.cursor(row_factory=class_row(ClosedTask)) as cursor:
        return cursor.execute(
            """
            SELECT k.id, c.id AS contact_id, c.external_id, c.first_name, c.last_name, c.company, k.outcome
            FROM tasks k JOIN contacts c ON c.id = k.contact_id WHERE k.id = %s AND k.closed_at IS NOT NULL
            """,
            (task_id,),
        ).fetchone()
