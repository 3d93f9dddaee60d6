"""Recovery cases: where reports go, and every step of a case.

Whoever opens or reopens cases holds one lock for all (`lock_cases`), so that a contact has one open case whoever
reports at once. The order of locks is: that one, contacts, touches, rhythms.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
from psycopg.rows import class_row, dict_row

from outreach.db.queries.recovery_holds import hold_back
from outreach.domain.care.recovery import (
    Case,
    CaseEnding,
    CaseMove,
    CaseSource,
    CaseState,
    CaseStep,
    Deadline,
    Landing,
    landing,
    moved,
)
from outreach.domain.care.workdays import Deadlines, deadlines

_CASE = """
    k.id, k.contact_id, k.state, k.since, k.owner, k.answer_due_at, k.solve_due_at, k.answered_at, k.escalated,
    k.offered, k.chosen, k.closed_at, k.ending, k.cool_off_days
"""


@dataclass(frozen=True, slots=True)
class StoredCase:
    """A case with its number; the zone and place are its contact's."""

    id: int
    contact_id: int
    case: Case
    zone: ZoneInfo
    place: str

    def fresh_deadlines(self, now: datetime) -> Deadlines:
        """Those of a case that opens now."""
        return deadlines(now, zone=self.zone, place=self.place)


@dataclass(frozen=True, slots=True)
class NewReport:
    """One word of discontent.

    Attributes:
        reference: names it; the same one of the same contact counts once.
        words: the customer's own, or of staff. by: e-mail address of staff, "" if nobody typed it.
    """

    contact_id: int
    reference: str
    source: CaseSource
    words: str = ""
    by: str = ""
    batch_id: int | None = None


@dataclass(frozen=True, slots=True)
class Landed:
    """Where a report went; `case_id` is None where it is of no case."""

    report: NewReport
    landing: Landing
    case_id: int | None


def lock_cases(connection: psycopg.Connection) -> None:
    """Waits for whoever opens cases; held until the transaction ends."""
    connection.execute("SELECT pg_advisory_xact_lock(hashtextextended('recovery cases', 0))")


STANDING = f"""
    SELECT n.place AS number, c.id AS of_contact, c.external_id = 'erased ' || c.id AS erased, c.time_zone,
           COALESCE(NULLIF(c.region, ''), c.country) AS place,
           EXISTS (SELECT FROM case_notes x WHERE x.contact_id = c.id AND x.reference = n.reference) AS known, k.*
    FROM unnest(%(contacts)s::bigint[], %(references)s::text[]) WITH ORDINALITY AS n(contact_id, reference, place)
    JOIN contacts c ON c.id = n.contact_id
    LEFT JOIN LATERAL (
        SELECT {_CASE} FROM recovery_cases k WHERE k.contact_id = c.id
        ORDER BY k.closed_at DESC NULLS FIRST, k.id DESC LIMIT 1) AS k ON true
    ORDER BY n.place
"""  # noqa: S608 - a constant of this file


def land_reports(connection: psycopg.Connection, reports: Sequence[NewReport], *, now: datetime) -> list[Landed]:
    """Opens a case for each contact that reports, or adds to the open one, or reopens one that was closed lately.

    Where a case opens, what was going to be sent is taken back, except service and recovery. Reports of nobody we know
    are left out.
    """
    lock_cases(connection)
    rounds: list[list[NewReport]] = []
    seen: dict[int, int] = {}
    for report in reports:
        turn = seen.get(report.contact_id, 0)
        seen[report.contact_id] = turn + 1
        if turn == len(rounds):
            rounds.append([])
        rounds[turn].append(report)
    return [landed for some in rounds for landed in _land(connection, some, now=now)]


def _land(connection: psycopg.Connection, reports: Sequence[NewReport], *, now: datetime) -> list[Landed]:
    """As `land_reports`, for at most one report of a contact."""
    values = {"contacts": [one.contact_id for one in reports], "references": [one.reference for one in reports]}
    with connection.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(STANDING, values).fetchall()
    ways: list[tuple[NewReport, Landing, StoredCase | None]] = []
    fresh: dict[int, Deadlines] = {}
    for row in rows:
        report = reports[row["number"] - 1]
        stored = _stored(row) if row["id"] is not None else None
        way = landing(
            erased=row["erased"],
            known=row["known"],
            is_open=stored is not None and not stored.case.over,
            closed_at=stored.case.closed_at if stored else None,
            ending=stored.case.ending if stored else None,
            now=now,
        )
        fresh[report.contact_id] = deadlines(now, zone=ZoneInfo(row["time_zone"]), place=row["place"])
        ways.append((report, way, stored))
    opening = [report for report, way, _ in ways if way is Landing.OPENS]
    opened = _insert(connection, opening, fresh, now=now)
    cases = {report.contact_id: stored.id for report, way, stored in ways if stored and way is not Landing.OPENS}
    cases |= opened
    again = {
        stored.id: moved(stored.case, CaseMove(CaseStep.REPORT, deadlines=fresh[report.contact_id]), now=now)
        for report, way, stored in ways
        if stored and way is Landing.REOPENS
    }
    store_cases(connection, again)
    told = [report for report, way, _ in ways if way in (Landing.OPENS, Landing.JOINS, Landing.REOPENS)]
    store_notes(
        connection,
        [NewNote(cases[r.contact_id], CaseStep.REPORT, r.by, r.words, r.reference) for r in told],
        now=now,
    )
    hold_back(
        connection,
        [report.contact_id for report, way, _ in ways if way in (Landing.OPENS, Landing.REOPENS)],
        now=now,
    )
    return [
        Landed(report, way, None if way is Landing.ERASED else cases.get(report.contact_id)) for report, way, _ in ways
    ]


def _insert(
    connection: psycopg.Connection, reports: Sequence[NewReport], due: Mapping[int, Deadlines], *, now: datetime
) -> dict[int, int]:
    """New cases; their numbers by contact."""
    if not reports:
        return {}
    rows = connection.execute(
        """
        INSERT INTO recovery_cases
            (contact_id, opened_at, since, reference, source, batch_id, words, state, answer_due_at, solve_due_at)
        SELECT n.contact_id, %(now)s, %(now)s, n.reference, n.source, n.batch_id, n.words, 'open', n.answer_by,
               n.solve_by
        FROM unnest(%(contacts)s::bigint[], %(references)s::text[], %(sources)s::text[], %(batches)s::int[],
                    %(words)s::text[], %(answer)s::timestamptz[], %(solve)s::timestamptz[])
             AS n(contact_id, reference, source, batch_id, words, answer_by, solve_by)
        ORDER BY n.contact_id
        RETURNING contact_id, id
        """,
        {
            "now": now,
            "contacts": [one.contact_id for one in reports],
            "references": [one.reference for one in reports],
            "sources": [one.source.value for one in reports],
            "batches": [one.batch_id for one in reports],
            "words": [one.words for one in reports],
            "answer": [due[one.contact_id].answer_by for one in reports],
            "solve": [due[one.contact_id].solve_by for one in reports],
        },
    )
    return dict(rows.fetchall())


@dataclass(frozen=True, slots=True)
class NewNote:
    """A line of a case's story; `reference` names a report."""

    case_id: int
    step: CaseStep
    by: str = ""
    words: str = ""
    reference: str = ""


def store_notes(connection: psycopg.Connection, notes: Sequence[NewNote], *, now: datetime) -> None:
    """Adds lines to the stories of cases."""
    if not notes:
        return
    connection.execute(
        """
        INSERT INTO case_notes (case_id, contact_id, at, step, by, words, reference)
        SELECT k.id, k.contact_id, %(now)s, n.step, n.by, n.words, n.reference
        FROM unnest(%(cases)s::bigint[], %(steps)s::text[], %(by)s::text[], %(words)s::text[], %(references)s::text[])
             WITH ORDINALITY AS n(case_id, step, by, words, reference, place)
        JOIN recovery_cases k ON k.id = n.case_id ORDER BY n.place
        """,
        {
            "now": now,
            "cases": [one.case_id for one in notes],
            "steps": [one.step.value for one in notes],
            "by": [one.by for one in notes],
            "words": [one.words for one in notes],
            "references": [one.reference for one in notes],
        },
    )


LOAD = f"""
    SELECT {_CASE}, c.time_zone, COALESCE(NULLIF(c.region, ''), c.country) AS place
    FROM recovery_cases k JOIN contacts c ON c.id = k.contact_id
    WHERE k.id = ANY(%s) ORDER BY k.id FOR NO KEY UPDATE OF k
"""  # noqa: S608 - a constant of this file


def lock_stored(connection: psycopg.Connection, case_ids: Collection[int]) -> list[StoredCase]:
    """The cases with these numbers, locked until the transaction ends."""
    with connection.cursor(row_factory=dict_row) as cursor:
        return [_stored(row) for row in cursor.execute(LOAD, (list(case_ids),)).fetchall()]


def open_case_of(connection: psycopg.Connection, contact_id: int) -> int | None:
    """The number of the contact's open case, if there is one."""
    row = connection.execute(
        "SELECT id FROM recovery_cases WHERE contact_id = %s AND closed_at IS NULL", (contact_id,)
    ).fetchone()
    return int(row[0]) if row else None


def is_erased(connection: psycopg.Connection, contact_id: int) -> bool | None:
    """Whether everything of the contact was erased; None if there is no such contact."""
    row = connection.execute(
        "SELECT external_id = 'erased ' || id FROM contacts WHERE id = %s", (contact_id,)
    ).fetchone()
    return bool(row[0]) if row else None


def _stored(value: Mapping[str, Any]) -> StoredCase:
    zone, place = str(value["time_zone"]), str(value["place"])
    since, answer_by, solve_by = value["since"], value["answer_due_at"], value["solve_due_at"]
    answered, closed = value["answered_at"], value["closed_at"]
    return StoredCase(
        id=value["id"],
        contact_id=value["contact_id"],
        case=Case(
            state=CaseState(value["state"]),
            since=since,
            deadlines=Deadlines(answer_by, solve_by),
            owner=value["owner"],
            answered_at=answered,
            escalated=frozenset(Deadline(word) for word in value["escalated"]),
            offered=tuple(value["offered"]),
            chosen=value["chosen"],
            closed_at=closed,
            ending=CaseEnding(value["ending"]) if value["ending"] else None,
            cool_off_days=value["cool_off_days"],
        ),
        zone=ZoneInfo(zone),
        place=place,
    )


def store_cases(connection: psycopg.Connection, cases: Mapping[int, Case]) -> None:
    """Writes cases (by number) as they stand after their steps."""
    if not cases:
        return
    rows = [
        {
            "id": number,
            "state": case.state.value,
            "since": case.since.isoformat(),
            "owner": case.owner,
            "answer_by": case.deadlines.answer_by.isoformat(),
            "solve_by": case.deadlines.solve_by.isoformat(),
            "answered_at": case.answered_at.isoformat() if case.answered_at else None,
            "escalated": sorted(word.value for word in case.escalated),
            "offered": list(case.offered),
            "chosen": case.chosen,
            "closed_at": case.closed_at.isoformat() if case.closed_at else None,
            "ending": case.ending.value if case.ending else "",
            "cool_off_days": case.cool_off_days,
        }
        for number, case in sorted(cases.items())
    ]
    connection.execute(
        """
        UPDATE recovery_cases k SET
            state = n.state, since = n.since, owner = n.owner, answer_due_at = n.answer_by, solve_due_at = n.solve_by,
            answered_at = n.answered_at, escalated = n.escalated, offered = n.offered, chosen = n.chosen,
            closed_at = n.closed_at, ending = n.ending, cool_off_days = n.cool_off_days,
            closed_by = CASE WHEN n.closed_at IS NULL THEN '' ELSE k.closed_by END,
            note = CASE WHEN n.closed_at IS NULL THEN '' ELSE k.note END
        FROM json_to_recordset(%s::json) AS n(
            id bigint, state text, since timestamptz, owner text, answer_by timestamptz, solve_by timestamptz,
            answered_at timestamptz, escalated jsonb, offered jsonb, chosen text, closed_at timestamptz,
            ending text, cool_off_days int)
        WHERE k.id = n.id
        """,
        (json.dumps(rows),),
    )


def sign_closing(connection: psycopg.Connection, case_ids: Collection[int], *, by: str, note: str) -> None:
    """Writes who closed cases, and what was done."""
    connection.execute(
        "UPDATE recovery_cases SET closed_by = %s, note = %s WHERE id = ANY(%s)", (by, note, list(case_ids))
    )


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
