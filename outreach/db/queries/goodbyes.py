"""Goodbyes: what is known about those who may have left, the verdicts on them, and what staff say of those."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import psycopg
from psycopg.rows import class_row

from outreach.domain.answers import BAD_ANSWERS, CIRCUMSTANCES_ANSWERS, FINISHED_ANSWERS
from outreach.domain.care.goodbyes import (
    MILESTONE_REFERENCE,
    Clue,
    Goodbye,
    Record,
    Traces,
    Verdict,
)

#: How far back and ahead of the last purchase messages and answers are compared.
COMPARED = timedelta(days=183)

TRACES = """
    WITH people AS (
        SELECT n.contact_id, n.unusual_on,
               (SELECT max(s.occurred_at) FROM signals s
                WHERE s.contact_id = n.contact_id AND s.kind IN ('purchase', 'booking', 'visit')) AS last_at
        FROM unnest(%(contacts)s::bigint[], %(unusual)s::timestamptz[]) AS n(contact_id, unusual_on))
    SELECT p.contact_id, p.last_at, p.unusual_on,
           GREATEST(
               (SELECT max(k.closed_at) FROM tasks k WHERE k.contact_id = p.contact_id AND k.outcome = 'finished'),
               (SELECT max(a.given_at) FROM answers a
                WHERE a.contact_id = p.contact_id AND a.answer = ANY(%(finished)s))) AS said_finished_at,
           (SELECT max(a.given_at) FROM answers a
            WHERE a.contact_id = p.contact_id AND a.answer = ANY(%(changed)s)) AS said_circumstances_at,
           (SELECT max(s.occurred_at) FROM signals s
            WHERE s.contact_id = p.contact_id AND starts_with(s.reference, %(milestone)s)) AS milestone_at,
           (SELECT max(s.occurred_at) FROM signals s
            WHERE s.contact_id = p.contact_id AND s.kind = 'complaint') AS complaint_at,
           (SELECT max(a.given_at) FROM answers a
            WHERE a.contact_id = p.contact_id AND a.answer = ANY(%(bad)s)) AS bad_answer_at,
           (SELECT max(x.since) FROM suppressions x JOIN contacts c ON c.id = p.contact_id
            WHERE x.reason = 'bounced' AND (x.channel = 'email' AND x.address = lower(c.email)
                                            OR x.channel = 'sms' AND x.address = c.phone)) AS bounced_at,
           m.asked_before, m.answered_before, m.asked_since, m.answered_since
    FROM people p
    CROSS JOIN LATERAL (
        SELECT count(*) FILTER (WHERE t.sent_at <= p.last_at)::int AS asked_before,
               count(*) FILTER (WHERE t.sent_at <= p.last_at AND t.answered)::int AS answered_before,
               count(*) FILTER (WHERE t.sent_at > p.last_at)::int AS asked_since,
               count(*) FILTER (WHERE t.sent_at > p.last_at AND t.answered)::int AS answered_since
        FROM (SELECT t.sent_at, t.opened_at IS NOT NULL OR t.clicked_at IS NOT NULL AS answered FROM touches t
              WHERE t.contact_id = p.contact_id AND t.state = 'sent' AND t.channel = 'email'
                AND t.sent_at BETWEEN p.last_at - %(compared)s AND p.last_at + %(compared)s) AS t) AS m
    ORDER BY p.contact_id
"""

#: Whoever somebody said of that all is done, or whose purchase came to its end, since the last time we looked.
SAID = """
    SELECT k.contact_id FROM tasks k WHERE k.outcome = 'finished' AND k.closed_at > %(since)s
    UNION SELECT a.contact_id FROM answers a
    WHERE a.answer = ANY(%(finished)s || %(changed)s::text[]) AND a.given_at > %(since)s
    ORDER BY 1
"""


def load_traces(connection: psycopg.Connection, silent: Mapping[int, datetime | None]) -> list[Traces]:
    """What is known about these contacts.

    Args:
        silent: since when each one's silence is unusual, None if it is not.
    """
    values = {
        "contacts": list(silent),
        "unusual": list(silent.values()),
        "finished": list(FINISHED_ANSWERS),
        "changed": list(CIRCUMSTANCES_ANSWERS),
        "bad": list(BAD_ANSWERS),
        "milestone": MILESTONE_REFERENCE,
        "compared": COMPARED,
    }
    with connection.cursor(row_factory=class_row(Traces)) as cursor:
        return cursor.execute(TRACES, values).fetchall()


def load_who_said(connection: psycopg.Connection, *, since: datetime) -> list[int]:
    """Contacts of whom somebody said lately that all is done, or that something has changed."""
    values = {"since": since, "finished": list(FINISHED_ANSWERS), "changed": list(CIRCUMSTANCES_ANSWERS)}
    return [contact_id for (contact_id,) in connection.execute(SAID, values)]


def load_records(connection: psycopg.Connection) -> dict[Clue, Record]:
    """How often each clue proved right and wrong, by what staff said."""
    rows = connection.execute(
        """
        SELECT clue, count(*) FILTER (WHERE said = goodbye), count(*) FILTER (WHERE said <> goodbye) FROM goodbyes
        WHERE said <> '' GROUP BY clue ORDER BY clue
        """
    )
    return {Clue(clue): Record(right, wrong) for clue, right, wrong in rows}


def end_for_who_came_back(connection: psycopg.Connection, *, now: datetime) -> int:
    """Ends the goodbyes of customers who bought, booked or came since; says how many."""
    return connection.execute(
        """
        UPDATE goodbyes g SET ended_at = %(now)s, ended_as = 'came_back'
        WHERE g.ended_at IS NULL AND EXISTS (
            SELECT FROM signals s WHERE s.contact_id = g.contact_id AND s.kind IN ('purchase', 'booking', 'visit')
            AND s.occurred_at > g.since AND s.occurred_at <= %(now)s)
        """,
        {"now": now},
    ).rowcount


@dataclass(frozen=True, slots=True)
class NewGoodbye:
    """A verdict that stands from now on."""

    id: int
    contact_id: int
    goodbye: Goodbye
    held_out: bool


def store_verdicts(
    connection: psycopg.Connection, verdicts: Sequence[tuple[int, Verdict]], *, now: datetime
) -> list[NewGoodbye]:
    """Writes verdicts (contact, verdict) where none like it stands; returns those that are new.

    What staff have said stays, whatever we would say by now.
    """
    rows = [
        {
            "contact_id": contact_id,
            "goodbye": one.goodbye.value,
            "clue": one.clue.value,
            "clues": [clue.value for clue in one.clues],
            "confidence": one.confidence,
            "since": one.since.isoformat(),
            "code": one.reason.code,
            "numbers": dict(one.reason.numbers),
            "held_out": one.held_out,
        }
        for contact_id, one in verdicts
    ]
    values = {"now": now, "rows": json.dumps(rows)}
    # A data-modifying CTE and the statement around it do not see each other, so the old one ends first.
    connection.execute(
        """
        UPDATE goodbyes g SET ended_at = %(now)s, ended_as = 'judged_anew'
        FROM json_to_recordset(%(rows)s::json) AS n(contact_id bigint, goodbye text)
        WHERE g.contact_id = n.contact_id AND g.ended_at IS NULL AND g.said = '' AND g.goodbye <> n.goodbye
        """,
        values,
    )
    new = connection.execute(
        """
        INSERT INTO goodbyes (contact_id, goodbye, clue, clues, confidence, since, reason_code, reason_numbers,
                              held_out, judged_at)
        SELECT n.contact_id, n.goodbye, n.clue, ARRAY(SELECT json_array_elements_text(n.clues)), n.confidence, n.since,
               n.code, n.numbers, n.held_out, %(now)s
        FROM json_to_recordset(%(rows)s::json) AS n(
            contact_id bigint, goodbye text, clue text, clues json, confidence float8, since timestamptz, code text,
            numbers jsonb, held_out bool)
        ORDER BY n.contact_id
        ON CONFLICT (contact_id) WHERE ended_at IS NULL DO NOTHING
        RETURNING id, contact_id, goodbye, held_out
        """,
        values,
    )
    return [NewGoodbye(row[0], row[1], Goodbye(row[2]), row[3]) for row in new]


@dataclass(frozen=True, slots=True)
class GoodbyeLine:
    """A goodbye as pages show it.

    Attributes:
        said: what staff say, "" while nobody has looked.
        value: what the contact bought and booked, money apart: the number of purchases and bookings.
    """

    id: int
    contact_id: int
    external_id: str
    first_name: str
    last_name: str
    company: str
    goodbye: str
    clue: str
    clues: list[str]
    confidence: float
    since: datetime
    reason_code: str
    reason_numbers: dict[str, Any]
    held_out: bool
    judged_at: datetime
    said: str
    said_by: str
    said_at: datetime | None
    ended_at: datetime | None
    ended_as: str
    bought: int


_LINES = """
    SELECT g.id, g.contact_id, c.external_id, c.first_name, c.last_name, c.company, g.goodbye, g.clue, g.clues,
           g.confidence, g.since, g.reason_code, g.reason_numbers, g.held_out, g.judged_at, g.said, g.said_by,
           g.said_at, g.ended_at, g.ended_as,
           (SELECT count(*) FROM signals s
            WHERE s.contact_id = g.contact_id AND s.kind IN ('purchase', 'booking'))::int AS bought
    FROM goodbyes g JOIN contacts c ON c.id = g.contact_id
"""


def load_goodbyes(connection: psycopg.Connection, *, goodbye: str, limit: int) -> list[GoodbyeLine]:
    """Open goodbyes, those nobody has looked at first, who bought most first.

    Args:
        goodbye: only those that are held for this; "" for all.
    """
    with connection.cursor(row_factory=class_row(GoodbyeLine)) as cursor:
        return cursor.execute(
            _LINES
            + """
            WHERE g.ended_at IS NULL AND (%(goodbye)s = '' OR COALESCE(NULLIF(g.said, ''), g.goodbye) = %(goodbye)s)
            ORDER BY g.said <> '', bought DESC, g.id LIMIT %(limit)s
            """,
            {"goodbye": goodbye, "limit": limit},
        ).fetchall()


def count_goodbyes(connection: psycopg.Connection) -> dict[str, int]:
    """How many open goodbyes there are of each kind, as staff or else we hold them."""
    rows = connection.execute(
        """
        SELECT COALESCE(NULLIF(said, ''), goodbye) AS held, count(*) FROM goodbyes WHERE ended_at IS NULL
        GROUP BY held ORDER BY held
        """
    )
    return dict(rows.fetchall())


def load_goodbyes_of(connection: psycopg.Connection, contact_id: int) -> list[GoodbyeLine]:
    """All goodbyes of a contact, the newest first."""
    with connection.cursor(row_factory=class_row(GoodbyeLine)) as cursor:
        return cursor.execute(
            _LINES + " WHERE g.contact_id = %s ORDER BY g.judged_at DESC, g.id DESC", (contact_id,)
        ).fetchall()


def store_said(
    connection: psycopg.Connection, goodbye_id: int, *, said: Goodbye | None, by: str, now: datetime
) -> int | None:
    """Writes what staff say of an open goodbye; None takes it back. The contact's id, None if there is no such."""
    row = connection.execute(
        """
        UPDATE goodbyes SET said = %(said)s, said_by = %(by)s, said_at = %(at)s WHERE id = %(id)s AND ended_at IS NULL
        RETURNING contact_id
        """,
        {"id": goodbye_id, "said": said.value if said else "", "by": by if said else "", "at": now if said else None},
    ).fetchone()
    return int(row[0]) if row else None


def open_goodbyes(connection: psycopg.Connection, contacts: Collection[int]) -> dict[int, str]:
    """Why each of these contacts left, of those who have: as staff or else we hold it."""
    rows = connection.execute(
        """
        SELECT contact_id, COALESCE(NULLIF(said, ''), goodbye) FROM goodbyes
        WHERE contact_id = ANY(%s) AND ended_at IS NULL ORDER BY contact_id
        """,
        (list(contacts),),
    )
    return dict(rows.fetchall())


def without_case(connection: psycopg.Connection, contacts: Collection[int], *, since: datetime) -> list[int]:
    """Those of these contacts who had no recovery case since then."""
    rows = connection.execute(
        """
        SELECT n.contact_id FROM unnest(%s::bigint[]) AS n(contact_id)
        WHERE NOT EXISTS (SELECT FROM recovery_cases k WHERE k.contact_id = n.contact_id
                          AND (k.closed_at IS NULL OR k.opened_at > %s))
        ORDER BY n.contact_id
        """,
        (list(contacts), since),
    )
    return [contact_id for (contact_id,) in rows]
