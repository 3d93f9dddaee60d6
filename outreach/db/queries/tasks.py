"""Tasks: who needs a call, opening tasks, and closing those that nobody needs to do any more."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import psycopg
from psycopg.rows import class_row

from outreach.domain.answers import CALL_ANSWERS
from outreach.domain.care.calls import (
    AHEAD,
    BROKEN_BY_A_LETTER,
    PATIENT,
    REASONS,
    REST,
    VALUE_HALF_LIFE_DAYS,
    VALUED_SHARE,
)
from outreach.domain.care.tasks import ACTS, AGAIN_AFTER, Outcome
from outreach.domain.reason import Reason
from outreach.domain.rhythm.codes import Code

#: What a contact bought and booked lately, as one number.
VALUE = f"""
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


#: Contacts that ever bought or booked, with their place among all of these: 0 for the most valued, below 1.
RANKED = f"""
    bought AS (
        SELECT s.contact_id, {VALUE} AS value FROM signals s
        WHERE s.kind IN ('purchase', 'booking') GROUP BY s.contact_id
    ), ranked AS (
        SELECT contact_id, percent_rank() OVER (ORDER BY value DESC) AS place FROM bought
    )
"""  # noqa: S608 - built of constants
#: Whether a task is about something that we did wrong: first on the list, and closed by people only.
RECOVERY = f"(k.reason_code = '{Code.CALL_PROBLEM.value}' OR COALESCE(k.source, '') LIKE 'case %%')"

SILENT = f"""
    WITH {RANKED}
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
      AND NOT (c.phone <> '' AND c.wrong_number = c.phone)
      AND NOT EXISTS (SELECT FROM tasks t WHERE t.contact_id = c.id AND t.kind = 'call' AND CASE
                      WHEN t.closed_at IS NULL OR t.closed_at > %(now)s - %(again)s THEN true
                      WHEN t.said = 'finished' THEN NOT EXISTS (
                          SELECT FROM signals p WHERE p.contact_id = c.id AND p.kind = 'purchase'
                            AND p.occurred_at > t.closed_at)
                      WHEN t.outcome = ANY(%(unreached)s) THEN t.closed_at > %(now)s - %(rest)s
                      ELSE t.made_at > q.since AND t.outcome <> 'wrong_number' END)
    ORDER BY v.place, c.id
"""  # noqa: S608 - built of constants


def load_silent_contacts(connection: psycopg.Connection, *, now: datetime) -> list[SilentContact]:
    """The most valued fifth of all who ever bought or booked, as far as a call is the only touch in sight.

    Who reported us, or is finished, is left in peace, and so is who has another number now than we know.
    Whom we called in this silence is not called again, except after a rest where nobody answered.
    """
    values = {
        "now": now,
        "share": VALUED_SHARE,
        "ahead": AHEAD,
        "again": AGAIN_AFTER,
        "rest": REST,
        "unreached": [Outcome.LEFT_MESSAGE.value, Outcome.NOT_REACHED.value],
        "mended": [code.value for code in REASONS],
        "patient": [code.value for code in PATIENT],
    }
    with connection.cursor(row_factory=class_row(SilentContact)) as cursor:
        return cursor.execute(SILENT, values).fetchall()


def open_call_tasks(
    connection: psycopg.Connection,
    tasks: Sequence[tuple[int, Reason, datetime]],
    *,
    now: datetime,
    sources: Mapping[int, str] | None = None,
) -> int:
    """Opens a call task for each contact (id, why, due by) that has none open; says how many.

    An open call becomes one of recovery, seen at once, if it is asked for by a case.

    Args:
        sources: what asks for it, by contact: "case 12", "service 5", "journey 3".
    """
    named = sources or {}
    return connection.execute(
        f"""
        INSERT INTO tasks AS k (contact_id, kind, reason_code, reason_numbers, due_at, made_at, source)
        SELECT n.contact_id, 'call', n.code, n.numbers, n.due_at, %(now)s, n.source
        FROM unnest(%(contacts)s::bigint[], %(codes)s::text[], %(numbers)s::jsonb[], %(due)s::timestamptz[],
                    %(sources)s::text[]) AS n(contact_id, code, numbers, due_at, source)
        ON CONFLICT (contact_id, kind) WHERE closed_at IS NULL DO UPDATE
        SET reason_code = EXCLUDED.reason_code, reason_numbers = EXCLUDED.reason_numbers, due_at = EXCLUDED.due_at,
            source = EXCLUDED.source, made_at = EXCLUDED.made_at, not_before = NULL, promised = false, attempts = 0
        WHERE EXCLUDED.source LIKE 'case %%' AND NOT {RECOVERY}
        """,  # noqa: S608 - built of constants
        {
            "now": now,
            "contacts": [contact_id for contact_id, _, _ in tasks],
            "codes": [str(reason.code) for _, reason, _ in tasks],
            "numbers": [json.dumps(dict(reason.numbers)) for _, reason, _ in tasks],
            "due": [due_at for _, _, due_at in tasks],
            "sources": [named.get(contact_id) for contact_id, _, _ in tasks],
        },
    ).rowcount


@dataclass(frozen=True, slots=True)
class AskedForCall:
    """A contact who answered a message with the wish to be called."""

    contact_id: int
    touch_id: UUID
    given_at: datetime


def load_asked_for_calls(connection: psycopg.Connection, *, since: datetime) -> list[AskedForCall]:
    """The newest such answer of each contact that led to no task yet."""
    with connection.cursor(row_factory=class_row(AskedForCall)) as cursor:
        return cursor.execute(
            """
            SELECT DISTINCT ON (a.contact_id) a.contact_id, a.touch_id, a.given_at FROM answers a
            WHERE a.answer = ANY(%(keys)s) AND a.given_at > %(since)s
              AND NOT EXISTS (SELECT FROM tasks k WHERE k.contact_id = a.contact_id
                              AND (k.source = 'answer ' || a.touch_id::text OR k.closed_at IS NULL AND k.kind = 'call'))
            ORDER BY a.contact_id, a.given_at DESC
            """,
            {"keys": list(CALL_ANSWERS), "since": since},
        ).fetchall()


def close_moot_tasks(connection: psycopg.Connection, *, now: datetime) -> int:
    """Closes calls against a silence that something else has broken since they were made; says how many.

    What the customer was promised stays, and so does a task with an appointment.
    """
    return connection.execute(
        """
        UPDATE tasks k SET closed_at = %(now)s, outcome = 'not_needed', not_before = NULL FROM rhythms r
        WHERE r.contact_id = k.contact_id AND k.closed_at IS NULL AND k.kind = 'call' AND r.last_touch_at > k.made_at
          AND k.reason_code = ANY(%(codes)s) AND NOT k.promised AND k.appointment_at IS NULL
        """,
        {"now": now, "codes": [code.value for code in BROKEN_BY_A_LETTER]},
    ).rowcount


#: The first thing that a customer did by itself since a task began to watch for it.
ACTED = f"""
    SELECT k.id, k.contact_id, k.attempts, k.not_before, k.promised, a.cause
    FROM tasks k
    CROSS JOIN LATERAL (SELECT COALESCE(k.watched_from, k.made_at) AS since) AS w
    CROSS JOIN LATERAL (
        SELECT x.cause FROM (
            SELECT s.kind AS cause, s.occurred_at AS at FROM signals s
            WHERE s.contact_id = k.contact_id AND s.kind = ANY(%(acts)s)
            UNION ALL SELECT 'answer', n.given_at FROM answers n WHERE n.contact_id = k.contact_id
            UNION ALL SELECT 'reply', v.occurred_at FROM events v
            WHERE v.contact_id = k.contact_id AND v.type = 'replied' AND v.actor = 'human') AS x
        WHERE x.at > w.since AND x.at <= %(now)s ORDER BY x.at, x.cause LIMIT 1) AS a
    WHERE k.closed_at IS NULL AND k.appointment_at IS NULL AND NOT {RECOVERY}
    ORDER BY k.id FOR NO KEY UPDATE OF k SKIP LOCKED
"""  # noqa: S608 - built of constants


def close_acted_tasks(connection: psycopg.Connection, *, now: datetime) -> int:
    """Closes tasks whose customers acted since, with what they did; says how many.

    Of recovery none: only a person can say that something is put right. What has an appointment stays as well.
    """
    return connection.execute(
        f"""
        WITH acted AS ({ACTED}), noted AS (
            INSERT INTO task_moves (task_id, contact_id, at, outcome, attempts, not_before, promised)
            SELECT id, contact_id, %(now)s, 'acted', attempts, not_before, promised FROM acted ORDER BY id)
        UPDATE tasks k SET closed_at = %(now)s, outcome = 'acted', cause = a.cause, not_before = NULL, promised = false
        FROM acted a WHERE k.id = a.id
        """,  # noqa: S608 - built of constants
        {"now": now, "acts": [act for act in ACTS if act != "answer"]},
    ).rowcount
