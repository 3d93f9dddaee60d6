"""Recovery cases as staff see them: the list by deadline and value, and everything about one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import psycopg
from psycopg.rows import class_row

from outreach.domain.care.calls import VALUE_HALF_LIFE_DAYS


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """Which cases: of an owner, of a batch, late ones, or closed ones; by default all that are open."""

    owner: str = ""
    batch_id: int | None = None
    late: bool = False
    closed: bool = False


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case in the list.

    Attributes:
        due_at: of the next thing that has to happen; of a closed case when it was closed. late: it has passed.
        value: what the contact bought and booked lately. total: how many cases there are, in every row.
    """

    id: int
    contact_id: int
    external_id: str
    first_name: str
    last_name: str
    company: str
    opened_at: datetime
    words: str
    source: str
    state: str
    ending: str
    owner: str
    chosen: str
    batch_id: int | None
    batch: str
    due_at: datetime
    late: bool
    escalated: list[str]
    value: float
    total: int


_DUE = "CASE WHEN k.answered_at IS NULL THEN LEAST(k.answer_due_at, k.solve_due_at) ELSE k.solve_due_at END"
LIST = f"""
    SELECT k.id, k.contact_id, c.external_id, c.first_name, c.last_name, c.company, k.opened_at, k.words, k.source,
           k.state, k.ending, k.owner, k.chosen, k.batch_id, COALESCE(b.title, '') AS batch,
           COALESCE(k.closed_at, {_DUE}) AS due_at, k.closed_at IS NULL AND {_DUE} <= %(now)s AS late, k.escalated,
           COALESCE(v.value, 0) AS value, count(*) OVER ()::int AS total
    FROM recovery_cases k
    JOIN contacts c ON c.id = k.contact_id
    LEFT JOIN case_batches b ON b.id = k.batch_id
    LEFT JOIN LATERAL (
        SELECT sum(power(2, -GREATEST(extract(epoch FROM %(now)s - s.occurred_at), 0)::float8
                            / 86400 / {VALUE_HALF_LIFE_DAYS})) AS value
        FROM signals s WHERE s.contact_id = k.contact_id AND s.kind IN ('purchase', 'booking')) AS v ON true
    WHERE (k.closed_at IS NOT NULL) = %(closed)s AND (%(owner)s = '' OR k.owner = %(owner)s)
      AND (%(batch)s::int IS NULL OR k.batch_id = %(batch)s) AND (NOT %(late)s OR {_DUE} <= %(now)s)
    ORDER BY CASE WHEN %(closed)s THEN k.closed_at END DESC, date_trunc('day', {_DUE}), value DESC, k.id
    LIMIT %(limit)s
"""  # noqa: S608 - built of constants


def load_case_list(
    connection: psycopg.Connection, wanted: CaseFilter, *, now: datetime, limit: int
) -> Sequence[CaseRow]:
    """Open cases by the day of their next deadline and then by value; closed ones newest first."""
    values = {
        "now": now,
        "owner": wanted.owner,
        "batch": wanted.batch_id,
        "late": wanted.late,
        "closed": wanted.closed,
        "limit": limit,
    }
    with connection.cursor(row_factory=class_row(CaseRow)) as cursor:
        return cursor.execute(LIST, values).fetchall()


@dataclass(frozen=True, slots=True)
class CaseCounts:
    """Open cases, those past a deadline, and those that are nobody's."""

    open: int
    late: int
    unowned: int


def count_cases(connection: psycopg.Connection, *, now: datetime) -> CaseCounts:
    """How many cases are open now."""
    with connection.cursor(row_factory=class_row(CaseCounts)) as cursor:
        counts = cursor.execute(
            f"""
            SELECT count(*)::int AS open, count(*) FILTER (WHERE {_DUE} <= %(now)s)::int AS late,
                   count(*) FILTER (WHERE owner = '')::int AS unowned
            FROM recovery_cases k WHERE closed_at IS NULL
            """,  # noqa: S608 - a constant of this file
            {"now": now},
        ).fetchone()
    return counts or CaseCounts(0, 0, 0)


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """One case with whom it is about; see `RecoveryCase`."""

    id: int
    contact_id: int
    external_id: str
    first_name: str
    last_name: str
    company: str
    email: str
    phone: str
    language: str
    time_zone: str
    opened_at: datetime
    since: datetime
    source: str
    batch_id: int | None
    batch: str
    words: str
    state: str
    owner: str
    answer_due_at: datetime
    solve_due_at: datetime
    answered_at: datetime | None
    escalated: list[str]
    offered: list[str]
    chosen: str
    closed_at: datetime | None
    closed_by: str
    ending: str
    note: str
    cool_off_days: int


def load_case(connection: psycopg.Connection, case_id: int) -> CaseFacts | None:
    """One case."""
    with connection.cursor(row_factory=class_row(CaseFacts)) as cursor:
        return cursor.execute(
            """
            SELECT k.id, k.contact_id, c.external_id, c.first_name, c.last_name, c.company, c.email, c.phone,
                   c.language, c.time_zone, k.opened_at, k.since, k.source, k.batch_id,
                   COALESCE(b.title, '') AS batch, k.words, k.state, k.owner, k.answer_due_at, k.solve_due_at,
                   k.answered_at, k.escalated, k.offered, k.chosen, k.closed_at, k.closed_by, k.ending, k.note,
                   k.cool_off_days
            FROM recovery_cases k JOIN contacts c ON c.id = k.contact_id LEFT JOIN case_batches b ON b.id = k.batch_id
            WHERE k.id = %s
            """,
            (case_id,),
        ).fetchone()


@dataclass(frozen=True, slots=True)
class StoryLine:
    """Something that happened about a case: a step, or a message or call since it was opened.

    Attributes:
        kind: step | message | call. what: the step, the state of the message, or the outcome of the call.
        title: the campaign of a message. by: e-mail address of staff, "" for the customer or the product.
    """

    at: datetime
    kind: str
    what: str
    title: str
    by: str
    words: str


def load_story(connection: psycopg.Connection, case_id: int) -> list[StoryLine]:
    """Everything about a case, oldest first."""
    with connection.cursor(row_factory=class_row(StoryLine)) as cursor:
        return cursor.execute(
            """
            SELECT x.at, x.kind, x.what, x.title, x.by, x.words FROM (
                SELECT n.at, 'step' AS kind, n.step AS what, '' AS title, n.by, n.words, n.id AS place
                FROM case_notes n WHERE n.case_id = %(case)s
                UNION ALL
                SELECT COALESCE(t.sent_at, t.send_at), 'message', t.state, m.name, '', t.reason, 0
                FROM recovery_cases k JOIN touches t ON t.contact_id = k.contact_id
                JOIN campaigns m ON m.id = t.campaign_id
                WHERE k.id = %(case)s AND COALESCE(t.sent_at, t.send_at) >= k.opened_at
                  AND (k.closed_at IS NULL OR COALESCE(t.sent_at, t.send_at) <= k.closed_at)
                UNION ALL
                SELECT t.closed_at, 'call', t.outcome, '', t.closed_by, t.note, 0
                FROM recovery_cases k JOIN tasks t ON t.contact_id = k.contact_id
                WHERE k.id = %(case)s AND t.closed_at >= k.opened_at
                  AND (k.closed_at IS NULL OR t.closed_at <= k.closed_at)) AS x
            ORDER BY x.at, x.kind = 'message', x.place, x.kind, x.title
            """,
            {"case": case_id},
        ).fetchall()


def load_batch_languages(connection: psycopg.Connection, batch_id: int) -> dict[str, int]:
    """How many customers with an open case of a batch read each language."""
    rows = connection.execute(
        """
        SELECT c.language, count(*)::int FROM recovery_cases k JOIN contacts c ON c.id = k.contact_id
        WHERE k.batch_id = %s AND k.closed_at IS NULL GROUP BY c.language ORDER BY 2 DESC, 1
        """,
        (batch_id,),
    )
    return dict(rows.fetchall())


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A case as the contact's page lists it; see `RecoveryCase`."""

    id: int
    opened_at: datetime
    words: str
    state: str
    closed_at: datetime | None
    closed_by: str
    ending: str
    note: str


def load_cases(connection: psycopg.Connection, contact_id: int) -> list[CaseLine]:
    """The cases of a contact, newest first."""
    with connection.cursor(row_factory=class_row(CaseLine)) as cursor:
        return cursor.execute(
            """
            SELECT id, opened_at, words, state, closed_at, closed_by, ending, note FROM recovery_cases
            WHERE contact_id = %s ORDER BY opened_at DESC, id DESC
            """,
            (contact_id,),
        ).fetchall()
